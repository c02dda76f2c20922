import type { AttachSpec } from "../abi/attach-spec.ts";
import type { Span } from "../base/span.ts";
import type { ValueField, ValueType } from "./value-type.ts";

/**
 * What user space does for a script: where to attach its programs, what each event means, how its maps are read.
 * Goes with the script's object. An event in the ring buffer starts with a u64 index into `actions`; the action says
 * what lies behind it. Offsets count from the event's first byte.
 */
export type Plan = Readonly<{
  programs: readonly ProgramPlan[];
  actions: readonly Action[];
  maps: readonly MapPlan[];
  /** Texts for ValueType "probe"; also what attach cookies index. */
  probeNames: readonly string[];
  rings: RingPlan;
  /** Whether the script uses an unsafe function, and which: refused without --unsafe before anything is loaded. */
  unsafe: readonly string[];
  /** What the script sets for user space: what stands behind texts that were cut, and how much cat() reads. */
  settings?: Readonly<{
    cutMark?: string;
    maxCatBytes?: number;
    /** false: symbols of C++ and Rust are shown as the linker has them. */
    demangle?: boolean;
    /** Texts of the script's own with control characters, such as colours: they are shown as they are. */
    ownTexts?: readonly string[];
    /** false: stacks without source lines and inlined functions. */
    showSources?: boolean;
  }>;
}>;

export type RingPlan = Readonly<{
  /** Ring buffer map. */
  events: string;
  /**
   * Array map with one value of 48 bytes, memory-mappable: u64 at 0 is 1 while user space drains on a timer (programs
   * then write BPF_RB_NO_WAKEUP) and 0 while it sleeps (programs wake it); u64 at 8 is set to 1 once exit() ran; u64 at 16 is
   * when tracing began, in nanoseconds since boot; u64 at 24 is what a test returned; u64 at
   * 32 is the process to trace, 0 for all, where the object does not say it; u64 at 40 is 1 once programs are to do nothing
   * any more (see ProgramPlan.stoppable).
   */
  control: string;
  /** Perf buffer by which packets come whole, as records like those of `events`, when the script takes some so. */
  packets?: string;
  /** Per-CPU array with one value of `LOSS_COUNTERS.length` u64 counters, in that order. */
  losses: string;
  /** Hash map from stack hash to frames (u64 each), when the script takes stacks. */
  stacks?: string;
  /** A larger one for what finds no room there any more; absent where the kernel could only take all its memory at once. */
  moreStacks?: string;
  /**
   * Where user stacks are walked by tables (unwind-tables.ts): a hash of arrays by file, and a trie of regions by process
   * and address, which user space fills, and a hash of regions that programs met.
   */
  unwind?: Readonly<{ files: string; regions: string; seen: string }>;
  /** Array map with one value: what programs look at when they may be thinned out (see ProgramPlan.thin). */
  thin?: string;
  /** Array map with one value: 8 bytes for each place, the first four a negative error number once the call there failed. */
  failures?: Readonly<{ map: string; places: readonly FailurePlace[] }>;
}>;

/** A call that may fail: the helper's name without "bpf_", where it is in the source, and the line that makes it. */
export type FailurePlace = Readonly<{ call: string; where?: string; shown?: string }>;

/** Where the control map's value holds the time at which tracing began. */
export const CONTROL_START_OFFSET = 16;

/** Where the control map's value holds what a test probe returned. */
export const CONTROL_RESULT_OFFSET = 24;

/** Where the control map's value holds the process that a shipped script traces. */
export const CONTROL_PID_OFFSET = 32;

/** Where the control map's value says that tracing has ended. */
export const CONTROL_STOPPED_OFFSET = 40;

/** Where the control map's value holds the process whose events alone a shipped script looks at; 0: those of all. */
export const CONTROL_ONLY_OFFSET = 48;

/** What programs count when something cannot be recorded. */
export const LOSS_COUNTERS = ["events", "mapFull", "stacks", "truncatedStrings"] as const;
export type LossCounter = (typeof LOSS_COUNTERS)[number];

export type ProgramPlan = Readonly<{
  /** Name of the program in the object. */
  program: string;
  /**
   * `end` programs run when tracing stops; `begin` ones before any probe is attached. `iter`: they are walked then, once.
   * `signal`: run when this process gets the signal of their `name`. `test` and `bench`: run by --test and --bench.
   */
  phase: "begin" | "trace" | "watch" | "iter" | "signal" | "test" | "bench" | "end";
  name?: string;
  /**
   * Offset in the value of `rings.thin` of a u32: 0 as long as the program sees every event, else what a random u32 must
   * not pass for the event to be seen.
   */
  thin?: number;
  /**
   * It does nothing once the control map says that tracing has ended: it hangs on so many places, one by one, that
   * detaching it takes a kernel longer than a user waits.
   */
  stoppable?: true;
  /** Not one of the script's own probes: it is not counted where their number is told. */
  silent?: true;
  points: readonly AttachPlan[];
}>;

export type AttachPlan = Readonly<{
  attach: AttachSpec;
  /** The full probe name, such as "tracepoint:syscalls:sys_enter_openat". */
  probe: string;
  /** Read by the program with bpf_get_attach_cookie: index into `probeNames`. */
  cookie?: number;
  /** How many places it stands for, where that is more than one. */
  places?: number;
  /** Found by a pattern: where a machine lacks it, or refuses to probe it, the others do. */
  wild?: true;
  /** Of objects for other machines: what is looked up again there. */
  again?: Again;
}>;

/**
 * What a place in a file or a tracepoint's record depends on. `build`: the place is at the same offset in files of that
 * build, and unknown in others. `args`: operands, as the program reads them. `fields`:
 * offset and size in bytes by name.
 */
export type Again = Readonly<
  | { kind: "function"; binary: string; name: string; extra: number }
  | { kind: "build"; binary: string; build: string }
  | { kind: "usdt"; binary: string; provider: string; name: string; args: string; index: number }
  | {
      kind: "record";
      category: string;
      name: string;
      fields: Readonly<Record<string, readonly [number, number]>>;
    }
>;

/** A piece of a printf format: literal text, or one conversion that takes the next argument. */
export type FormatPart = Readonly<
  | { kind: "text"; text: string }
  | {
      kind: "arg";
      /** Flags as written: any of "-+ 0#'". */
      flags: string;
      /** Field width and precision; "*" takes an integer argument first. */
      width?: number | "*";
      precision?: number | "*";
      /** d i u x X o p s c r rx rh gr and the like, without length modifiers. */
      conversion: string;
      /** `gr`: names of sets of bits, in the order in which they are looked for. */
      names?: readonly (readonly [name: string, bits: bigint])[];
      /** Integer width in bytes by the length modifier (hh h l ll z j t), where one was written. */
      lengthBytes?: 1 | 2 | 4 | 8;
    }
>;

// biome-ignore format: one variant per line
export type Action = Readonly<
  { span?: Span } & (
    | { kind: "printf"; format: readonly FormatPart[]; args: readonly ValueField[] }
    /** `where`: the place in the script, "file:line:column-end"; `shown`: its line, underlined. */
    | { kind: "errorf"; level: "error" | "warn" | "debug"; where?: string; shown?: string; format: readonly FormatPart[]; args: readonly ValueField[] }
    | { kind: "print"; value: ValueField }
    /**
     * `top` and `div` are u64 event fields; 0 means "not given". `key`: only the entry with these key bytes. `value`:
     * what a map without a key held when the event was sent, nothing where `present`, a u64, is 0; the map is not read then.
     */
    | { kind: "printMap"; map: string; top?: ValueField; div?: ValueField; key?: ValueField; value?: ValueField; present?: ValueField }
    /** One element: `key` is where its key bytes lie. */
    | { kind: "printMapElement"; map: string; key: ValueField; value: ValueField }
    | { kind: "clearMap"; map: string }
    /** Attaches a program of phase "watch" to an address of a process, which is `stopped` until then. Both are u64. */
    | { kind: "watch"; program: string; address: ValueField; process: ValueField; stopped: boolean }
    | { kind: "unwatch"; address: ValueField }
    /** A packet for a file: u64 nanoseconds since boot, u64 bytes that it had, and those that were captured. */
    | { kind: "packet"; path: string; time: ValueField; original: ValueField; data: ValueField }
    | { kind: "zeroMap"; map: string }
    | { kind: "exit"; code?: ValueField }
    | { kind: "time"; format: string }
    /** Tables are missing for walking a stack: u64 process, address, and the device and inode of a file or zeros. */
    | { kind: "unwind"; fields: readonly ValueField[] }
    /**
     * A process of whose address a name will be wanted: u64 both. `area`: nothing, or u64 start, end, address of the file's
     * first byte, device and inode of the memory area there, zeros where it holds no code.
     */
    | { kind: "process"; process: ValueField; address: ValueField; area: readonly ValueField[] }
    /** Array of `count` tail strings, `count` a u64 field. */
    | { kind: "join"; separator: string; args: ValueField; count: ValueField }
    | { kind: "cat"; format: readonly FormatPart[]; args: readonly ValueField[] }
    | { kind: "system"; format: readonly FormatPart[]; args: readonly ValueField[] }
  )
>;

/** How a script's map is stored, decoded and printed. */
export type MapPlan = Readonly<{
  /** As in the script, with the "@"; the anonymous map is "@". */
  name: string;
  /** Name of the map in the object. */
  map: string;
  /** Absent for maps without a key: those are arrays with one value. */
  key?: ValueType;
  value: MapValuePlan;
  /** Each CPU holds its own value; they are combined when read. */
  perCpu: boolean;
  /**
   * Arrays only: offset in the value of a u64 that is nonzero once something was stored (absent: the aggregate's own
   * count tells). Maps with keys need none.
   */
  presentOffset?: number;
  /** Whether it is printed when tracing ends. */
  printAtEnd: boolean;
}>;

/** How values of one interval are put together. */
export type SeriesHow = "last" | "avg" | "max" | "min" | "sum";

/** What one map value holds. Aggregates are u64 or i64 cells at fixed offsets. */
export type MapValuePlan = Readonly<
  | { kind: "value"; type: ValueType }
  | { kind: "count" } // u64 count
  | { kind: "sum"; signed: boolean } // 64-bit total, u64 "touched" flag at 8
  | { kind: "min" | "max"; signed: boolean } // 64-bit value, u64 "set" flag at 8
  | { kind: "avg" | "stats"; signed: boolean } // u64 count, 64-bit total at 8
  /** u64 buckets: 0 is for negatives, 1 for zero, then powers of two, each divided in 2^bits steps. */
  | { kind: "hist"; bits: number; buckets: number }
  /** u64 buckets: 0 is below min, the last at or above max. */
  | { kind: "lhist"; min: bigint; max: bigint; step: bigint; buckets: number }
  /**
   * Intervals of so many nanoseconds of the time since boot, interval n at place n % length. A place has 24 bytes: u64
   * n + 1 (0: nothing yet), the 64-bit value or total, and a u64 that counts values (avg) or says when the last came.
   */
  | { kind: "tseries"; interval: bigint; length: number; how: SeriesHow; signed: boolean }
>;
