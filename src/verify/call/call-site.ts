import type { Helper, HelperArg } from "../../abi/helper-types.ts";
import type { Btf, BtfId } from "../../btf/types.ts";
import type { MapInfo } from "../program/map-info.ts";
import type { DynptrKind } from "../state/value.ts";

/** What is learnt of a call while its arguments are checked, for the arguments that follow and for the result. */
export type CallSite = {
  /** What is called, for messages: "bpf_map_lookup_elem()". */
  readonly name: string;
  readonly helper: Helper | undefined;
  readonly args: readonly HelperArg[];
  map: MapInfo | undefined;
  mapUid: number;
  /** The key, where it is one known number. */
  constantKey: bigint | undefined;
  /** Stack bytes that the callee fills: from that frame, as an offset from its top. */
  readonly fills: { frame: number; first: number; size: number }[];
  /** The reference among the arguments. */
  ref: number;
  /** Register that holds what is given back. */
  releases: number | undefined;
  /** Upper bound of the memory size, which bounds the result. */
  greatestSize: bigint | undefined;
  /** Size of the memory that is returned. */
  constantSize: number;
  dynptr: { id: number; ref: number; of: DynptrKind } | undefined;
  /** Dynptrs and the like that come into being on the stack once the call succeeded. */
  readonly makes: (() => void)[];
  callback: number | undefined;
  /** The type of the object in the slot that the call swaps. */
  kptr: Readonly<{ btf: Btf; type: BtfId; local: boolean; perCpu: boolean }> | undefined;
};

export function callSite(name: string, helper: Helper | undefined, args: readonly HelperArg[]): CallSite {
  return {
    name,
    helper,
    args,
    map: undefined,
    mapUid: 0,
    constantKey: undefined,
    fills: [],
    ref: 0,
    releases: undefined,
    greatestSize: undefined,
    constantSize: 0,
    dynptr: undefined,
    makes: [],
    callback: undefined,
    kptr: undefined,
  };
}
