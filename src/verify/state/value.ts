import type { Btf, BtfId } from "../../btf/types.ts";
import type { Scalar } from "../number/scalar.ts";
import { known, UNKNOWN, ZERO } from "../number/scalar.ts";
import type { MapInfo } from "../program/map-info.ts";

/**
 * What a register or a stack slot holds. `unset`: nothing was written yet. `poison`: something was found wrong on the way
 * to it; every later use is silently accepted, so that one fault is reported once.
 */
export type Value = Unset | Poison | ScalarValue | Pointer;

/** `lost`: a call was made since something was there. */
export type Unset = Readonly<{ kind: "unset"; lost: boolean }>;
export type Poison = Readonly<{ kind: "poison" }>;

/**
 * A number. Values with the same `id` (not 0) held the same number when they got it, and what is learnt of one holds for
 * all; where `linked` is not 0, this one is that number plus `delta`, added in that many bits.
 */
export type ScalarValue = Readonly<{
  kind: "scalar";
  num: Scalar;
  id: number;
  linked: 0 | 32 | 64;
  delta: number;
}>;

/** What a pointer points to. Source: `enum bpf_reg_type` in include/linux/bpf.h, v6.18. */
export type PointerKind =
  | "ctx"
  | "map" // the map itself, as helpers take it
  | "mapValue"
  | "mapKey"
  | "stack"
  | "packet"
  | "packetMeta"
  | "packetEnd"
  | "flowKeys"
  | "socket" // struct bpf_sock of a full socket
  | "sockCommon"
  | "tcpSocket"
  | "xdpSocket"
  | "tpBuffer" // a writable raw tracepoint's
  | "btf" // a kernel object, or one of the program's own, by its BTF type
  | "mem" // memory of a known size
  | "buf" // memory whose size is checked when the program is attached
  | "arena"
  | "func"
  | "dynptr"; // a dynptr given by the kernel, as an argument

export type Pointer = Readonly<{
  kind: PointerKind;
  /** Bytes from the object's start: a fixed part and one that is known less. */
  off: number;
  vary: Scalar;
  /** Pointers with the same id (not 0) had the same variable part, and are NULL together. */
  id: number;
  /** The reference that it holds or was made from; 0: none. */
  ref: number;
  nullable: boolean;
  /** Bits of ATTR. */
  attrs: number;
  /** Kind map, mapValue, mapKey. `mapUid` tells inner maps from each other. */
  map: MapInfo | undefined;
  mapUid: number;
  /** Kind stack: whose frame. */
  frame: number;
  /** Kind packet, packetMeta: bytes that may be read from where `off` is 0. Kind mem: size of the object. */
  size: number;
  /** Kind btf. */
  btf: Btf | undefined;
  type: BtfId;
  /** Kind func. */
  subprogram: number;
  /** Kind dynptr; kind mem, packet: id of the dynptr that it is a slice of. */
  dynptr: DynptrKind | undefined;
  dynptrId: number;
}>;

export type DynptrKind = "local" | "ringbuf" | "skb" | "xdp" | "skbMeta" | "file";

/** What else is known of a pointer. Source: `enum bpf_type_flag` in include/linux/bpf.h, v6.18. */
export const ATTR = {
  readOnly: 1,
  untrusted: 2, // may be stale or NULL: reads are allowed, and give 0 on a fault
  trusted: 4, // valid while the program runs
  rcu: 8, // valid within an RCU section
  user: 16,
  perCpu: 32,
  alloc: 64, // allocated by the program, of one of its own types
  nonOwning: 128, // in a list or tree of the program's own: valid while the lock is held
  ringbuf: 256, // a ring buffer's record
} as const;

export const UNSET: Unset = { kind: "unset", lost: false };
export const LOST: Unset = { kind: "unset", lost: true };
export const POISON: Poison = { kind: "poison" };

export function scalar(num: Scalar, id = 0): ScalarValue {
  return { kind: "scalar", num, id, linked: 0, delta: 0 };
}

/** A number plus a constant, of the family `id`. */
export function linkedScalar(num: Scalar, id: number, linked: 32 | 64, delta: number): ScalarValue {
  return { kind: "scalar", num, id, linked, delta };
}

export const UNKNOWN_VALUE: ScalarValue = scalar(UNKNOWN);
export const ZERO_VALUE: ScalarValue = scalar(ZERO);

export function constant(value: bigint): ScalarValue {
  return scalar(known(BigInt.asUintN(64, value)));
}

const BASE: Omit<Pointer, "kind"> = {
  off: 0,
  vary: ZERO,
  id: 0,
  ref: 0,
  nullable: false,
  attrs: 0,
  map: undefined,
  mapUid: 0,
  frame: 0,
  size: 0,
  btf: undefined,
  type: 0 as BtfId,
  subprogram: 0,
  dynptr: undefined,
  dynptrId: 0,
};

/** A pointer to the start of something. */
export function pointer(kind: PointerKind, fields: Partial<Omit<Pointer, "kind">> = {}): Pointer {
  return { ...BASE, ...fields, kind };
}

/** The same pointer with some fields changed. */
export function changed(p: Pointer, fields: Partial<Pointer>): Pointer {
  return { ...p, ...fields };
}

export function isPointer(v: Value): v is Pointer {
  return v.kind !== "scalar" && v.kind !== "unset" && v.kind !== "poison";
}

export function hasAttr(p: Pointer, attr: number): boolean {
  return (p.attrs & attr) !== 0;
}

/** Whether the program can tell which byte it points to, before its object's start is known. */
export function isFixed(p: Pointer): boolean {
  return p.vary.mask === 0n;
}

/** The one offset of a pointer without a variable part. */
export function fixedOffset(p: Pointer): number {
  return p.off + Number(BigInt.asIntN(64, p.vary.value));
}

export function isPacket(v: Value): v is Pointer & Readonly<{ kind: "packet" | "packetMeta" }> {
  return v.kind === "packet" || v.kind === "packetMeta";
}

/** Whether it is one number, and which (unsigned). */
export function constantOf(v: Value): bigint | undefined {
  return v.kind === "scalar" && v.num.mask === 0n ? v.num.value : undefined;
}

/** Whether it is a number that can only be 0. */
export function isNull(v: Value): boolean {
  return v.kind === "scalar" && v.num.mask === 0n && v.num.value === 0n;
}
