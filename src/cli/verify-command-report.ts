import type { ObjectSpec, ProgramSpec } from "../object/object.ts";
import type { ProgramVerdict } from "../verify/public.ts";
import type { Given } from "./verify-command-input.ts";
import type { AskedKernel } from "./verify-command-kernel.ts";

/** What one kernel says of one program. */
export type Judged = Readonly<{
  kernel: AskedKernel;
  object: ObjectSpec;
  program: ProgramSpec;
  verdict: ProgramVerdict;
  /** Only what the kernel is too old for was looked at: no path was followed. */
  unfollowed?: true;
}>;

/** What all kernels say of all programs that were given, kernel by kernel. */
export type Answer = Readonly<{
  given: Given;
  kernels: readonly AskedKernel[];
  judged: readonly Judged[];
  /** What the verdicts rest on, where that is less than the program's own file. */
  notes?: readonly string[];
}>;
