import type { LossCounter, Plan } from "../plan/plan.ts";
import { LOSS_COUNTERS } from "../plan/plan.ts";
import type {
  AttachFailure,
  AttachRequest,
  Loaded,
  MapHandle,
  RecordHandler,
  Ring,
  RingOptions,
} from "./backend.ts";
import type { Host } from "./resolver.ts";
import { FakeMap, words } from "./test-map.ts";

/** A fixed clock: 2024-02-09 15:04:05 UTC, moved by tests. */
export class FakeHost implements Host {
  nowNs = 1_707_491_045_000_000_000n;
  readonly files: Record<string, string> = {};
  readonly commands: string[] = [];

  unixTimeNs(): bigint {
    return this.nowNs;
  }
  readFile(path: string, limit: number): Uint8Array {
    const text = this.files[path];
    if (text === undefined) throw new Error(`failed to open file '${path}': No such file or directory`);
    return new TextEncoder().encode(text).subarray(0, limit);
  }
  runCommand(command: string): Uint8Array {
    this.commands.push(command);
    return new TextEncoder().encode(command === "true" ? "" : `ran ${command}\n`);
  }
}

/** A kernel of the imagination: records that tests send, programs that tests define. Notes what is asked of it. */
export class FakeLoaded implements Loaded {
  readonly log: string[] = [];
  readonly maps = new Map<string, MapHandle>();
  /** What `run` does, by program. */
  readonly programs: Record<string, () => void> = {};
  /** Probes that cannot be attached, by the text of their attach spec. */
  readonly broken = new Set<string>();
  readonly losses: FakeMap;
  #pending: Uint8Array[] = [];
  #taken = 0;
  #reading: { onRecord: RecordHandler; options: RingOptions } | undefined;

  constructor(plan: Plan, maps: Record<string, MapHandle> = {}, cpus = 2) {
    for (const [name, map] of Object.entries(maps)) this.maps.set(name, map);
    this.losses = new FakeMap({ type: "percpuArray", valueSize: LOSS_COUNTERS.length * 8 }, cpus);
    this.maps.set(plan.rings.losses, this.losses);
  }

  get isReading(): boolean {
    return this.#reading !== undefined;
  }

  map(name: string): MapHandle {
    const map = this.maps.get(name);
    if (map === undefined) throw new Error(`no map ${name}`);
    return map;
  }

  attach(program: string, points: readonly AttachRequest[], options?: { strict?: boolean }): AttachFailure[] {
    const failures: AttachFailure[] = [];
    for (const { attach, cookie } of points) {
      const name = JSON.stringify(attach);
      this.log.push(`attach ${program}${cookie === undefined ? "" : ` cookie ${cookie}`}`);
      if (!this.broken.has(name)) continue;
      const error = new Error(`cannot attach ${name}`);
      if (options?.strict !== false) throw error;
      failures.push({ attach, error });
    }
    return failures;
  }

  detachProgram(program: string): void {
    this.log.push(`detach ${program}`);
  }

  detach(): void {
    this.log.push("detach");
  }

  walk(program: string, _attach: unknown, between: () => void): void {
    this.log.push(`walk ${program}`);
    this.programs[program]?.();
    between();
  }

  pin(program: string, _attach: unknown, path: string): void {
    this.log.push(`pin ${program} ${path}`);
  }

  run(program: string): void {
    this.log.push(`run ${program}`);
    this.programs[program]?.();
  }

  openRing(_map: string, onRecord: RecordHandler, options: RingOptions = {}): Ring {
    this.log.push("open ring");
    this.#reading = { onRecord, options };
    return {
      drain: () => this.#drain(),
      close: () => this.#closeRing(),
      [Symbol.dispose]: () => this.#closeRing(),
    };
  }

  stats(): [] {
    return [];
  }

  close(): void {
    this.log.push("close");
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Puts a record into the ring; `deliver` hands over what is there, as a wake-up would. */
  send(action: number, ...fields: readonly bigint[]): void {
    this.#pending.push(words(8, BigInt(action), ...fields));
  }

  sendBytes(bytes: Uint8Array): void {
    this.#pending.push(bytes);
  }

  deliver(): void {
    this.#drain();
  }

  lose(counts: Partial<Record<LossCounter, bigint>>): void {
    const row = LOSS_COUNTERS.map((name) => counts[name] ?? 0n);
    this.losses.update(words(4, 0n), words(8, ...row, ...row.map(() => 0n)));
  }

  #closeRing(): void {
    if (this.#reading === undefined) return;
    this.log.push("close ring");
    this.#reading = undefined;
  }

  #drain(): number {
    let records = 0;
    while (this.#reading !== undefined && this.#taken < this.#pending.length) {
      const record = this.#pending[this.#taken++] as Uint8Array;
      const memory = new Uint8Array(record.length + 16);
      memory.set(record, 16);
      this.#reading.onRecord(memory, new DataView(memory.buffer), 16, record.length);
      records++;
    }
    if (this.#taken === this.#pending.length) {
      this.#pending = [];
      this.#taken = 0;
    }
    if (records > 0) this.#reading?.options.onIdle?.();
    return records;
  }
}
