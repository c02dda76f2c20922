import type { Diagnostic } from "./base/diagnostic.ts";
import type { Losses, MapSnapshot, OutputRecord } from "./base/output-record.ts";
import type { Value } from "./base/shown-value.ts";
import type { ObjectSpec } from "./object/object.ts";
import type { AttachRequest, MapHandle } from "./runtime/backend.ts";
import type { SimLoaded } from "./sim/backend/loaded.ts";
import { attachOfSection } from "./sim/backend/section-attach.ts";
import type { SimBackend } from "./sim/backend/sim-backend.ts";
import type { Duration } from "./sim/world/duration.ts";
import type { World } from "./sim/world/world.ts";
import type { Simulation } from "./simulate.ts";
import type { ToolRow } from "./tools/define-tool.ts";

/** An object while it runs: its programs are attached as their sections say, its buffers are read as bytes. */
export class ObjectWatch implements Simulation {
  readonly world: World;
  readonly backend: SimBackend;
  readonly rows: readonly ToolRow[] = [];
  readonly values: readonly Value[] = [];
  readonly records: readonly OutputRecord[] = [];
  readonly text = "";
  readonly exitCode = undefined;
  readonly warnings: readonly Diagnostic[] = [];
  readonly #loaded: SimLoaded;
  readonly #records = new Map<string, Uint8Array[]>();
  #lost = 0;

  constructor(
    backend: SimBackend,
    object: ObjectSpec,
    attach: Readonly<Record<string, readonly AttachRequest[]>>,
  ) {
    this.backend = backend;
    this.world = backend.world;
    this.#loaded = backend.load(object);
    for (const { name, type } of object.maps)
      if (type === "ringbuf" || type === "perfEventArray") this.#read(name);
    for (const program of object.programs) {
      if (program.autoload === false) continue;
      const own = attachOfSection(program, backend.world, backend.target);
      const points = attach[program.name] ?? (own === undefined ? [] : [{ attach: own }]);
      if (points.length > 0) this.#loaded.attach(program.name, points);
    }
  }

  get losses(): Losses {
    return {
      events: BigInt(this.#lost),
      mapFull: 0n,
      stacks: 0n,
      truncatedStrings: 0n,
      unread: 0n,
      unnamed: 0n,
    };
  }

  readMap(_name: string): MapSnapshot | undefined {
    return undefined;
  }

  map(name: string): MapHandle {
    return this.#loaded.map(name);
  }

  ring(name: string): readonly Uint8Array[] {
    return this.#records.get(name) ?? [];
  }

  iterate(program: string): string {
    return new TextDecoder().decode(this.#loaded.readIterator(program));
  }

  play(duration: Duration): void {
    this.backend.playNow(duration);
  }

  stop(): void {
    this.#loaded.detach();
    this.backend.drain();
  }

  [Symbol.dispose](): void {
    this.backend[Symbol.dispose]();
  }

  #read(name: string): void {
    const records: Uint8Array[] = [];
    this.#records.set(name, records);
    this.#loaded.openRing(name, (data, _view, at, length) => records.push(data.slice(at, at + length)), {
      onLost: (count) => {
        this.#lost += count;
      },
    });
  }
}
