import type { AttachSpec } from "../../abi/attach-spec.ts";
import { SkepError } from "../../base/errors.ts";
import { didYouMean } from "../../base/suggest.ts";
import type { ObjectSpec, ProgramSpec } from "../../object/object.ts";
import type {
  AttachFailure,
  AttachRequest,
  Loaded,
  MapHandle,
  RecordHandler,
  Ring,
  RingOptions,
} from "../../runtime/backend.ts";
import { closedHandle, closedObject } from "../../runtime/closed.ts";
import { Machine } from "../../vm/machine.ts";
import { putWord } from "../hooks/word.ts";
import type { World } from "../world/world.ts";
import { attachPoint } from "./attach.ts";
import type { OpenOptions, SharedWord } from "./attach-work.ts";
import { AttachedProgram, type ProgramRuns } from "./attached-program.ts";
import { SimEnvironment } from "./environment.ts";
import { fitObject } from "./fit-object.ts";
import { type IterAttach, iteratorContexts } from "./iterators.ts";
import { SimMap } from "./map-handle.ts";
import { forgetOwners, ProgramTimers } from "./program-timers.ts";
import { SimRing } from "./ring.ts";
import type { SimOptions } from "./sim-backend.ts";

const MANUAL_CTX_BYTES = 96; // twelve arguments of zero

type Parts = SimOptions & Readonly<{ onClosed: () => void }>;

/** Programs and maps of one object in the simulated kernel. */
export class SimLoaded implements Loaded {
  readonly machine: Machine;
  readonly #world: World;
  readonly #parts: Parts;
  readonly #environment: SimEnvironment;
  readonly #programs: ReadonlyMap<string, ProgramSpec>;
  readonly #maps = new Map<string, SimMap>();
  readonly #runs = new Map<string, ProgramRuns>();
  readonly #rings = new Set<SimRing>();
  #openRings: readonly SimRing[] = []; // the same, which is quicker to walk
  readonly #iterators = new Map<string, IterAttach>();
  readonly #timers: ProgramTimers;
  readonly #forgetting: () => void;
  readonly #detachers = new Map<string, (() => void)[]>();
  #isClosed = false;

  constructor(world: World, spec: ObjectSpec, parts: Parts) {
    const object = fitObject(spec, world);
    this.#world = world;
    this.#parts = parts;
    this.#environment = new SimEnvironment(world, parts.onTrace ?? (() => undefined));
    this.machine = new Machine({
      environment: this.#environment,
      engine: parts.engine ?? "jit",
      foreignLoads: "probe",
    });
    this.machine.loadObject(object);
    this.#timers = new ProgramTimers(world, this.machine, object);
    this.#forgetting = forgetOwners(world, this.machine, object);
    this.#programs = new Map(object.programs.map((program) => [program.name, program]));
    for (const { name } of object.programs) this.#runs.set(name, { runs: 0, steps: 0 });
    for (const spec of object.maps)
      this.#maps.set(spec.name, new SimMap(this.machine.map(spec.name), () => this.#isClosed));
  }

  map(name: string): MapHandle {
    return this.#named("map", name, this.#maps);
  }

  attach(
    program: string,
    points: readonly AttachRequest[],
    options: { strict?: boolean } = {},
  ): AttachFailure[] {
    const spec = this.#named("program", program, this.#programs);
    const failures: AttachFailure[] = [];
    const made: (() => void)[] = [];
    for (const { attach, cookie = 0n } of points)
      try {
        made.push(
          ...attachPoint({
            world: this.#world,
            spec,
            attach,
            cookie,
            iterates: (iterator) => this.#iterators.set(program, iterator),
            cookieRegion: () => this.#sharedWord(),
            open: (options) => this.#open(program, options),
          }),
        );
      } catch (error) {
        if (!(error instanceof SkepError)) throw error;
        failures.push({ attach, error });
        if ((options.strict ?? true) || failures.length === points.length) {
          for (const detach of made) detach();
          throw error;
        }
      }
    this.#detachers.set(program, [...(this.#detachers.get(program) ?? []), ...made]);
    return failures;
  }

  detach(): void {
    for (const program of [...this.#detachers.keys()]) this.detachProgram(program);
  }

  detachProgram(program: string): void {
    for (const detach of this.#detachers.get(program) ?? []) detach();
    this.#detachers.delete(program);
  }

  /** Runs as the process `skep` would: that is the current task meanwhile. */
  run(program: string): void {
    this.#named("program", program, this.#programs);
    const runner = this.#open(program, { ctxBytes: MANUAL_CTX_BYTES });
    this.#world.processes.asObserver(() => runner.run(new Uint8Array(MANUAL_CTX_BYTES)));
  }

  /** Walks what an attached iterator shows; what its program writes. Throws SkepError for one that is not attached. */
  readIterator(program: string, between: () => void = () => {}): Uint8Array {
    const attach = this.#named("iterator", program, this.#iterators);
    const attached = this.#open(program, { ctxBytes: MANUAL_CTX_BYTES });
    const meta = this.#world.memory.make("bpf_iter_meta");
    const view = new DataView(new ArrayBuffer(MANUAL_CTX_BYTES));
    const chunks: Uint8Array[] = [];
    this.#world.processes.asObserver(() => {
      for (const [number, words] of iteratorContexts(this.#world, attach).entries()) {
        meta.fill({ session_id: 1, seq_num: number });
        for (const [i, word] of [meta, ...words].entries()) putWord(view, i * 8, word);
        attached.run(new Uint8Array(view.buffer));
        between();
        if (attached.output !== undefined) chunks.push(attached.output);
      }
    });
    meta.free();
    return joined(chunks);
  }

  walk(program: string, attach: AttachSpec, between: () => void): void {
    this.attach(program, [{ attach }]);
    this.readIterator(program, between);
  }

  pin(): void {
    throw new SkepError("the simulated machine has no bpf file system to pin to", {
      code: "sim/unsupported-attach",
      remedy: "leave the file away, or run on a real kernel",
    });
  }

  openRing(name: string, onRecord: RecordHandler, options: RingOptions = {}): Ring {
    const map = this.#named("map", name, this.#maps);
    const ring: SimRing = new SimRing(this.#world, map.map, onRecord, {
      ...options,
      drainNs: this.#parts.drainNs ?? 2_000_000,
      onClosed: () => {
        this.#rings.delete(ring);
        this.#openRings = [...this.#rings];
      },
    });
    this.#rings.add(ring);
    this.#openRings = [...this.#rings];
    return ring;
  }

  /** Reads all rings. */
  drain(): void {
    for (const ring of this.#rings) ring.drainAll();
  }

  /** `ns`: one for each instruction that ran, since the time that passes here is not the simulated machine's. */
  stats(): { program: string; runs: bigint; ns: bigint }[] {
    if (this.#isClosed) throw closedHandle();
    return [...this.#runs].map(([program, { runs, steps }]) => ({
      program,
      runs: BigInt(runs),
      ns: BigInt(steps),
    }));
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.detach();
    this.#timers.stop();
    this.#forgetting();
    for (const ring of [...this.#rings]) ring.close();
    this.#parts.onClosed();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #sharedWord(): SharedWord {
    const region = this.machine.addRegion("session cookie", new Uint8Array(8));
    return {
      address: region.address,
      read: () => new DataView(region.bytes().buffer).getBigUint64(0, true),
      write: (value) => region.write(new Uint8Array(BigUint64Array.of(value).buffer)),
      close: () => region.close(),
    };
  }

  #open(program: string, { ctxBytes, cookie = 0n, pid = 0, place }: OpenOptions): AttachedProgram {
    const runs = this.#runs.get(program);
    if (runs === undefined) throw new Error(`bug: program ${program} was not loaded`);
    const runner = this.machine.runner(program, { ctxBytes });
    return new AttachedProgram({
      runner,
      environment: this.#environment,
      runs,
      cookie,
      pid,
      place,
      wrote: () => {
        this.#timers.plan();
        for (const ring of this.#openRings) ring.planDrain();
      },
    });
  }

  #named<T>(what: string, name: string, all: ReadonlyMap<string, T>): T {
    if (this.#isClosed) throw closedObject(what, String(name));
    const found = all.get(name);
    if (found !== undefined) return found;
    throw new SkepError(`the object has no ${what} \`${name}\``, {
      code: "sim/unknown-name",
      remedy: didYouMean(name, all.keys()) ?? `name one of: ${[...all.keys()].join(", ")}`,
    });
  }
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
