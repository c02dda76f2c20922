import type { Btf, BtfId } from "../../btf/types.ts";
import type { CallSite } from "./call-site.ts";
import type { Dynptr } from "./dynptr.ts";
import type { Kfunc } from "./kfunc.ts";

/** What is learnt of a kernel function's call while its arguments are checked. */
export type KfuncSite = CallSite & {
  readonly kfunc: Kfunc;
  /** A constant among the arguments: a type's id, a size. */
  constant: bigint | undefined;
  /** The iterator: its frame and lowest slot. */
  iterator: { frame: number; slot: number } | undefined;
  /** The object that an argument points to. */
  object: { btf: Btf; type: BtfId; attrs: number } | undefined;
  /** The struct that a list or tree among the arguments holds, and where its node is. */
  holds: { btf: Btf; type: BtfId; nodeOffset: number } | undefined;
  /** The dynptr argument that was made before. */
  given: Dynptr | undefined;
  /** Memory that a result is as large as. */
  resultSize: number | undefined;
  /** A node that was owned and now belongs to a list or tree. */
  movedIn: number | undefined;
};
