import type { AttachSpec } from "../../abi/attach-spec.ts";
import type { ProgramSpec } from "../../object/object.ts";
import type { HookProgram } from "../hooks/hook-program.ts";
import type { World } from "../world/world.ts";
import type { ProgramPlace } from "./environment.ts";
import type { IterAttach } from "./iterators.ts";

/** One place at which a program is to be attached. */
export type AttachWork = Readonly<{
  world: World;
  spec: ProgramSpec;
  attach: AttachSpec;
  cookie: bigint;
  /** 8 bytes that programs can write and the machine can read. */
  cookieRegion(): SharedWord;
  /** What the program shows when it is read. */
  iterates(attach: IterAttach): void;
  /** The program, ready to run with a context of some size. */
  open(options: OpenOptions): HookProgram;
}>;

export type SharedWord = Readonly<{
  address: bigint;
  read(): bigint;
  write(value: bigint): void;
  close(): void;
}>;

export type OpenOptions = Readonly<{
  ctxBytes: number;
  cookie?: bigint;
  /** Only for this process. */
  pid?: number;
  place?: ProgramPlace;
}>;

/** What takes an attachment away again. */
export type Detach = () => void;
