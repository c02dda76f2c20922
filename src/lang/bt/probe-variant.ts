import type { ProgramType } from "../../abi/attach-spec.ts";
import type { AttachPlan } from "../../plan/plan.ts";
import type { Probe } from "./ast.ts";
import type { Composite } from "./composite.ts";
import type { PointerSpace, Type } from "./types.ts";

/** What fires the probe: decides the context, and so which builtins exist. */
export type ProbeKind =
  | "begin"
  | "end"
  | "tracepoint"
  | "rawtracepoint"
  | "kprobe"
  | "kretprobe"
  | "fentry"
  | "fexit"
  | "uprobe"
  | "uretprobe"
  | "usdt"
  | "profile"
  | "interval"
  | "software"
  | "hardware"
  | "watchpoint"
  | "iter"
  | "self"
  | "test"
  | "bench";

/**
 * How the program learns which of its attach points fired, for the builtins `probe` and `func`. "single": it has one.
 * "cookie": the kernel hands it the cookie. "syscall": it is looked up by the system call's number.
 */
export type ProbeIdentity = "single" | "cookie" | "syscall";

/** The argument of a function whose address another program watches; `number` tells the watchers apart. */
export type WatchSetup = Readonly<{ program: string; number: number; argument: number; stops: boolean }>;

/**
 * One program to compile: a probe's action for those of its attach points that can share the code. Attach points with
 * different arguments make different variants.
 */
export type ProbeVariant = Readonly<{
  probe: Probe;
  kind: ProbeKind;
  program: string;
  programType: ProgramType;
  section: string;
  points: readonly AttachPlan[];
  /** The program is attached to addresses that come while tracing. */
  attachedLater?: true;
  /** The program finds such addresses. */
  watch?: WatchSetup;
  /** Programs that user space runs: which signal, or the name of the test. */
  own?: string;
  identity: ProbeIdentity;
  /** Index of the first point's name in Plan.probeNames; the function's name follows each probe's. */
  firstName: number;
  /** The names of the places where it fires and of the functions there, as Plan.probeNames holds them. */
  names: readonly Readonly<{ probe: string; func: string }>[];
  args?: Composite;
  /** What the probed function returns: fexit. */
  returns?: Type;
  /** Where plain numbers point when they are used as addresses. */
  space: PointerSpace;
  /** The record is read from the raw tracepoint's two arguments instead of the tracepoint's own record. */
  rawSyscall?: "enter" | "exit";
  /**
   * System call number to 1 + place in `points`, for probes on many system calls that share one raw tracepoint. Calls
   * that are not in it are left alone.
   */
  syscalls?: ReadonlyMap<number, number>;
}>;
