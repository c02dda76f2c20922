import type { AttachSpec } from "../../abi/attach-spec.ts";
import type { ProgramSpec } from "../../object/object.ts";
import type { HookProgram } from "../hooks/hook-program.ts";
import type { World } from "../world/world.ts";

/** One place at which a program is to be attached. */
export type AttachWork = Readonly<{
  world: World;
  spec: ProgramSpec;
  attach: AttachSpec;
  cookie: bigint;
  /** The program with a context of that size, for one process or for all (0). */
  open(ctxBytes: number, cookie: bigint, pid: number): HookProgram;
}>;

/** What takes an attachment away again. */
export type Detach = () => void;
