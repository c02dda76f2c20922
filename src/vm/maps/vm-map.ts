import type { MapSpec } from "../../abi/map-spec.ts";

/** 0 or a positive number for success, else -errno. */
export type Status = number;

/**
 * A map of the machine. Keys and values that programs pass are bytes of exactly the map's sizes; flags are the kernel's
 * ELEM_FLAGS. Operations that a type does not have are left out; `missing` says which errno they give then.
 */
export interface VmMap {
  readonly spec: MapSpec;
  readonly id: number;
  /** -errno of operations that this map does not have. */
  readonly missing: Status;

  // ---- what programs do

  /** Address of the value, or 0. */
  lookup?(key: Uint8Array): number;
  /** The same for a key in the machine's memory, which was checked. Programs may touch all of the value. */
  lookupAt?(key: number): number;
  /** Whether they may write to what `lookupAt` finds. */
  readonly isWritten?: boolean;
  /** `update` for a key and a value in the machine's memory. */
  updateAt?(key: number, value: number, flags: number): Status;
  update?(key: Uint8Array, value: Uint8Array, flags: number): Status;
  delete?(key: Uint8Array): Status;
  /** The same for a key in the machine's memory. */
  deleteAt?(key: number): Status;
  push?(value: Uint8Array, flags: number): Status;
  /** Fills `value`, with zeros when there is none. */
  pop?(value: Uint8Array): Status;
  peek?(value: Uint8Array): Status;
  /** Address of the value of one CPU, or 0. */
  lookupCpu?(key: Uint8Array, cpu: number): number;
  /** Addresses of key and value of every entry, until `visit` gives something else than 0; the number visited. */
  visitEntries?(visit: (key: number, value: number) => number): number;
  /** Key and value of the entry whose value holds the address; a key's address is good until the next change. */
  entryAt?(address: number): { key: Uint8Array; value: number } | undefined;
  /** What entry `index` refers to: the id of a program, of a device … */
  referred?(index: number): number | undefined;

  // ---- what user space does: per-CPU values lie one after the other, each rounded up to 8 bytes

  userLookup(key: Uint8Array): Uint8Array | Status;
  userUpdate(key: Uint8Array, value: Uint8Array, flags: number): Status;
  userDelete(key: Uint8Array): Status;
  /** The key after `key`; the first for undefined or a key that is not there. */
  userNextKey(key: Uint8Array | undefined): Uint8Array | Status;
  userLookupAndDelete?(key: Uint8Array): Uint8Array | Status;
  /** Bytes of a value as user space sees it. */
  readonly userValueSize: number;
}
