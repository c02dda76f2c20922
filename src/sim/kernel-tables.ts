import type { Btf } from "../btf/types.ts";
import type { TracepointFormat } from "../plan/target.ts";

/** A system call of x86_64 by the name in its tracepoint; `args` in order. */
export type SyscallInfo = Readonly<{
  number: number;
  args: readonly Readonly<{ name: string; type: string }>[];
}>;

/** What the simulated kernel is made of, as data: its types, tracepoints and system calls. */
export type KernelTables = Readonly<{
  btf: Btf;
  /** By "category:name". */
  tracepoints: ReadonlyMap<string, TracepointFormat>;
  /** By the name in the call's tracepoint. */
  syscalls: ReadonlyMap<string, SyscallInfo>;
  /** Names of raw tracepoints. */
  rawTracepoints: readonly string[];
}>;
