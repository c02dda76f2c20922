import type { HelperCall } from "./helpers/helper-call.ts";

/** What the bytes behind a dynptr are: memory, a record of a ring buffer, the packet, or the metadata before it. */
export type DynptrKind = "memory" | "record" | "skb" | "xdp" | "metadata";

/**
 * A pointer that knows its size. `start`: an address, or for packets how many bytes in they begin. Packets may move:
 * what of them is meant is found anew with each use.
 */
export type Dynptr = Readonly<{ kind: DynptrKind; start: number; size: number; readOnly: boolean }>;

/** Bytes of `struct bpf_dynptr`. Here: start, 64 bits; size, 32; kind; whether it is read-only. */
export const DYNPTR_BYTES = 16;
/** DYNPTR_MAX_SIZE, include/linux/bpf.h, v6.18. */
export const MAX_DYNPTR_BYTES = 0xff_ffff;
const KINDS: readonly (DynptrKind | undefined)[] = [undefined, "memory", "record", "skb", "xdp", "metadata"];

/** Writes a dynptr at an address; NULL for undefined. */
export function writeDynptr(call: HelperCall, at: number, dynptr: Dynptr | undefined): void {
  const { view } = call.state.space;
  view.setBigUint64(at, BigInt(dynptr?.start ?? 0), true);
  view.setUint32(at + 8, dynptr?.size ?? 0, true);
  view.setUint32(
    at + 12,
    dynptr === undefined ? 0 : KINDS.indexOf(dynptr.kind) | (dynptr.readOnly ? 256 : 0),
    true,
  );
}

/** The dynptr that an argument points to; undefined for one that is NULL. */
export function readDynptr(call: HelperCall, arg: number): Dynptr | undefined {
  const at = call.readable(arg, DYNPTR_BYTES);
  const { view } = call.state.space;
  const flags = view.getUint32(at + 12, true);
  const kind = KINDS[flags & 0xff];
  if (kind === undefined) return undefined;
  const start = Number(view.getBigUint64(at, true));
  return { kind, start, size: view.getUint32(at + 8, true), readOnly: (flags & 256) !== 0 };
}

/** Writes the dynptr that an argument points to. */
export function placeDynptr(call: HelperCall, arg: number, dynptr: Dynptr | undefined): void {
  writeDynptr(call, call.writable(arg, DYNPTR_BYTES), dynptr);
}

/** Whether so many bytes from the offset on are in it. */
export function isInDynptr({ size }: Dynptr, offset: number, length: number): boolean {
  return offset + length <= size;
}

/** Address of a byte of it; undefined where the packet is shorter by now. */
export function dynptrAddress(
  call: HelperCall,
  { kind, start }: Dynptr,
  offset: number,
  length: number,
): number | undefined {
  if (kind === "memory" || kind === "record") return start + offset;
  const { packet } = call.state;
  if (packet === undefined) return undefined;
  const base = kind === "metadata" ? packet.meta : packet.start;
  const end = kind === "metadata" ? packet.start : packet.end;
  const at = base + start + offset;
  return at + length <= end ? at : undefined;
}
