import type { AttachSpec, KernelObject } from "../abi/attach-spec.ts";
import type { MapSpec } from "../abi/map-spec.ts";
import type { ObjectSpec } from "../object/object.ts";
import type { Plan } from "../plan/plan.ts";
import type { Target } from "../plan/target.ts";

/** A kernel, real or simulated. Tools, scripts and user programs cannot tell them apart. */
export interface Backend extends Disposable {
  readonly name: "linux" | "sim";
  readonly target: Target;
  /** Creates the maps and loads the programs, or throws SkepError and leaves nothing behind. */
  load(object: ObjectSpec, options?: LoadOptions): Loaded;
  /** Has the kernel count what programs cost, for Loaded.stats(), until it is disposed of. Throws SkepError. */
  countRunTime(): Disposable;
}

export type LoadOptions = Readonly<{
  /** Called with the kernel's log when asked for or when a program was refused. */
  onVerifierLog?: (program: string, log: string) => void;
  /** Says in plain words why a program was refused, from the kernel's log; the error's message then begins with it. */
  explainRefusal?: (program: string, log: string) => string | undefined;
  /** What to do then about programs that others compiled. */
  refusedRemedy?: string;
  /** 1: log of the verifier's walk, 2: more, 4: statistics only. */
  logLevel?: number;
  /** What programs are for, by their names, where their sections do not say it: the function to trace or to replace. */
  targets?: Readonly<Record<string, AttachSpec>>;
  /** Folder of a bpf file system where maps that are pinned by name are; default: /sys/fs/bpf. */
  pinPath?: string;
  /** Files of a bpf file system for single maps, by their names; they are pinned there, declared so or not. */
  pins?: Readonly<Record<string, string>>;
  /** Maps that exist already and are used in place of new ones, by the names that the object has for them. */
  given?: Readonly<Record<string, KernelObject>>;
  /** Told when something older is used because this kernel lacks what is newer. */
  onNote?: (note: string) => void;
}>;

/** Programs and maps in the kernel. `close` detaches everything and gives it back. */
export interface Loaded extends Disposable {
  map(name: string): MapHandle;
  /**
   * Attaches a program at all points, or throws SkepError with nothing of this call left attached.
   * `strict: false`: points that cannot be attached are returned instead, as long as one could be.
   */
  attach(program: string, points: readonly AttachRequest[], options?: { strict?: boolean }): AttachFailure[];
  /** Detaches one program from all its points; the others go on. */
  detachProgram(program: string): void;
  /**
   * Detaches everything at once; maps stay readable. The programs in `stopped` do nothing any more, so that it need not be
   * waited for until they are gone.
   */
  detach(stopped?: ReadonlySet<string>): void;
  /**
   * Walks an iterator from its start to its end. `between` is called again and again meanwhile: the place to read rings.
   * Throws SkepError.
   */
  walk(program: string, attach: AttachSpec, between: () => void): void;
  /** Attaches a program so that it stays, under a file of a bpf file system. Throws SkepError. */
  pin(program: string, attach: AttachSpec, path: string): void;
  /** Fills the maps of a plan that walks user stacks; absent where no kernel could ask for it. */
  openUnwindTables?(maps: NonNullable<Plan["rings"]["unwind"]>): UnwindTables;
  /** Runs a program whose attach kind is "manual" once, in this process. */
  run(program: string): void;
  /** Reads a ring buffer; records are handed to `onRecord` in order. */
  openRing(map: string, onRecord: RecordHandler, options?: RingOptions): Ring;
  /** Nanoseconds and runs per program, where the kernel counts them (kernel.bpf_stats_enabled). */
  stats(): readonly { program: string; runs: bigint; ns: bigint }[];
  close(): void;
}

/** Where the walk of a user stack did not know how to go on. `file`: as UNWIND_FILE_KEY_BYTES; zeros: the region is not known. */
export type MissingTables = Readonly<{
  process: number;
  address: bigint;
  file: Readonly<{ device: bigint; inode: bigint }>;
}>;

/** A region of a process, and the file that is mapped there from byte `offset` on, as the kernel names it. */
export type SeenArea = Readonly<{ start: bigint; end: bigint; offset: bigint; device: bigint; inode: bigint }>;
/** The same with the file's path. `end` is exclusive. */
export type SeenRegion = Readonly<{ start: bigint; end: bigint; offset: bigint; path: string; inode: bigint }>;

/** What user space tells programs that walk user stacks. Nothing of it throws: a file that cannot be read has no rules. */
export interface UnwindTables {
  /** Programs and libraries that will be met: their rules, and those of the libraries that they need. */
  preload(files: readonly string[]): void;
  /** All that a process has mapped. */
  learnProcess(pid: number): void;
  learn(missing: MissingTables): void;
  /** Where a process that has ended had code, as far as its stacks told and its files are known. */
  seen(pid: number): readonly SeenRegion[];
}

export type AttachRequest = Readonly<{ attach: AttachSpec; cookie?: bigint }>;
export type AttachFailure = Readonly<{ attach: AttachSpec; error: Error }>;

/** `data` is memory that is reused after the call; `at` the record's first byte in it, `length` its bytes. */
export type RecordHandler = (data: Uint8Array, view: DataView, at: number, length: number) => void;

export type RingOptions = Readonly<{
  /** Array map whose first u64 is set to 1 while the ring is drained on a timer (see Plan.rings.control). */
  control?: string;
  /**
   * Whether a thread of its own empties a ring buffer, on a real kernel: "auto" when it is a small one that fills fast.
   * Default: false. Not together with `control`.
   */
  thread?: boolean | "auto";
  /** Called after each burst of records: the place to flush output. */
  onIdle?: () => void;
  onError?: (error: unknown) => void;
  /** Records that found no room, where the buffer itself counts them (perf buffers; programs count for ring buffers). */
  onLost?: (records: number) => void;
}>;

export interface Ring extends Disposable {
  /** Reads what is there now; the number of records. */
  drain(): number;
  close(): void;
}

/** A map in the kernel. Keys and values are bytes; per-CPU values lie one after the other, each rounded up to 8 bytes. */
export interface MapHandle {
  readonly spec: MapSpec;
  lookup(key: Uint8Array): Uint8Array | undefined;
  /** Throws SkepError with the kernel's errno: ENOENT, EEXIST, E2BIG … */
  update(key: Uint8Array, value: Uint8Array, flags?: "any" | "noexist" | "exist"): void;
  /** Whether the key was there. */
  delete(key: Uint8Array): boolean;
  /** All entries, also while programs change the map: each that stays is given once. */
  entries(): Iterable<readonly [key: Uint8Array, value: Uint8Array]>;
  /** Deletes all entries (arrays: sets them to zero). */
  clear(): void;
}
