import type { Btf, BtfId } from "../btf/types.ts";

/** A function of an imported object. `type`: its FUNC. `stackBytes`: of its frame and of all frames below, at most. */
export type LibraryFunction = Readonly<{ type: BtfId; stackBytes: number }>;

/** A file of compiled functions that a script imports: an object file, or C that was compiled to one. */
export type Library = Readonly<{
  path: string;
  bytes: Uint8Array;
  btf: Btf;
  functions: ReadonlyMap<string, LibraryFunction>;
}>;

/** Why a file that is there cannot be imported. */
export type LibraryFault = Readonly<{ message: string; help: string }>;
