import {
  type Dynptr,
  dynptrAddress,
  isInDynptr,
  MAX_DYNPTR_BYTES,
  placeDynptr,
  readDynptr,
} from "../dynptr.ts";
import { ERRNO } from "../errno.ts";
import { RingBuffer } from "../maps/ring-buffer.ts";
import type { HelperRecord } from "./helper.ts";
import type { HelperCall } from "./helper-call.ts";

function finish(call: HelperCall, state: "submitted" | "discarded"): number {
  const found = readDynptr(call, 1);
  if (found === undefined) return 0;
  for (const map of call.state.maps) if (map instanceof RingBuffer) map.finish(found.start, state);
  placeDynptr(call, 1, undefined);
  return 0;
}

/** Copies out of a dynptr: 0, or -errno. */
export function readFrom(call: HelperCall, from: Dynptr, offset: number, into: Uint8Array): number {
  if (!isInDynptr(from, offset, into.length)) return -ERRNO.E2BIG;
  const at = dynptrAddress(call, from, offset, into.length);
  if (at === undefined) return from.kind === "skb" ? -ERRNO.EFAULT : -ERRNO.EINVAL;
  if (into.length > 0) into.set(call.state.bytesAt(BigInt(at), into.length, false));
  return 0;
}

/** Copies into a dynptr: 0, or -errno. */
export function writeTo(call: HelperCall, to: Dynptr, offset: number, bytes: Uint8Array): number {
  if (to.readOnly) return -ERRNO.EINVAL;
  if (!isInDynptr(to, offset, bytes.length)) return -ERRNO.E2BIG;
  const at = dynptrAddress(call, to, offset, bytes.length);
  if (at === undefined) return to.kind === "skb" ? -ERRNO.EFAULT : -ERRNO.EINVAL;
  if (bytes.length > 0) call.state.bytesAt(BigInt(at), bytes.length, true).set(bytes);
  return 0;
}

/** bpf_dynptr_from_mem(data, size, flags, dynptr). */
function fromMemory(call: HelperCall): number {
  const size = call.size(2);
  placeDynptr(call, 4, undefined);
  if (size > MAX_DYNPTR_BYTES) return -ERRNO.E2BIG;
  if (call.u64(3) !== 0n) return -ERRNO.EINVAL;
  const start = size === 0 ? call.address(1) : call.writable(1, size);
  placeDynptr(call, 4, { kind: "memory", start, size, readOnly: false });
  return 0;
}

/** bpf_dynptr_write(dynptr, offset, from, size, flags): flags are those of bpf_skb_store_bytes, for packets only. */
function write(call: HelperCall): number {
  const to = readDynptr(call, 1);
  const flags = call.u64(5);
  if (to === undefined || to.readOnly) return -ERRNO.EINVAL;
  const [offset, size] = [call.size(2), call.size(4)];
  if (!isInDynptr(to, offset, size)) return -ERRNO.E2BIG;
  if (flags !== 0n && (to.kind !== "skb" || flags > 3n)) return -ERRNO.EINVAL;
  return writeTo(call, to, offset, call.read(3, size).slice());
}

/** bpf_ringbuf_reserve_dynptr(ring, size, flags, dynptr). */
function reserve(call: HelperCall): number {
  const map = call.map(1);
  placeDynptr(call, 4, undefined);
  if (!(map instanceof RingBuffer)) throw call.state.fail("vm/bad-map", `${map.spec.name} is no ring buffer`);
  if (call.u64(3) !== 0n) return -ERRNO.EINVAL;
  const size = call.u32(2);
  if (size > MAX_DYNPTR_BYTES) return -ERRNO.E2BIG;
  const start = map.reserve(size);
  if (start === 0) return -ERRNO.EINVAL;
  placeDynptr(call, 4, { kind: "record", start, size, readOnly: false });
  return 0;
}

/** Memory with a size that is known at run time only. Source: kernel/bpf/helpers.c, v6.18. */
export const DYNPTR_RECORDS: readonly HelperRecord[] = [
  { name: "bpf_dynptr_from_mem", run: fromMemory },
  {
    name: "bpf_dynptr_read",
    run(call) {
      const [size, offset] = [call.size(2), call.size(4)];
      const from = readDynptr(call, 3);
      if (from === undefined || call.u64(5) !== 0n) return -ERRNO.EINVAL;
      return readFrom(call, from, offset, call.write(1, size));
    },
  },
  { name: "bpf_dynptr_write", run: write },
  {
    name: "bpf_dynptr_data",
    run(call) {
      const of = readDynptr(call, 1);
      const [offset, size] = [call.size(2), call.size(3)];
      if (of === undefined || of.readOnly || !isInDynptr(of, offset, size)) return 0;
      return of.kind === "memory" || of.kind === "record" ? of.start + offset : 0;
    },
  },
  { name: "bpf_ringbuf_reserve_dynptr", run: reserve },
  { name: "bpf_ringbuf_submit_dynptr", run: (call) => finish(call, "submitted") },
  { name: "bpf_ringbuf_discard_dynptr", run: (call) => finish(call, "discarded") },
];
