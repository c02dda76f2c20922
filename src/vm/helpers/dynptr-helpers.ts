import { ERRNO } from "../errno.ts";
import { RingBuffer } from "../maps/ring-buffer.ts";
import type { HelperRecord } from "./helper.ts";
import type { HelperCall } from "./helper-call.ts";

/** What a dynptr stands for; in memory: address, size and flags, 16 bytes like the kernel's. */
type Dynptr = Readonly<{ address: number; size: number; readOnly: boolean }>;

const BYTES = 16;
const READ_ONLY = 1;
const MAX_BYTES = 0xff_ffff; // DYNPTR_MAX_SIZE, include/linux/bpf.h, v6.18

/** Writes a dynptr at `at`. */
export function makeDynptr(call: HelperCall, at: number, { address, size, readOnly }: Dynptr): void {
  const { view } = call.state.space;
  view.setBigUint64(at, BigInt(address), true);
  view.setUint32(at + 8, size, true);
  view.setUint32(at + 12, readOnly ? READ_ONLY : 0, true);
}

/** The dynptr that an argument points to; undefined for one that is NULL inside. */
function dynptr(call: HelperCall, arg: number): Dynptr | undefined {
  const bytes = call.read(arg, BYTES);
  const view = new DataView(bytes.buffer, bytes.byteOffset, BYTES);
  const address = Number(view.getBigUint64(0, true));
  if (address === 0) return undefined;
  return { address, size: view.getUint32(8, true), readOnly: (view.getUint32(12, true) & READ_ONLY) !== 0 };
}

function place(call: HelperCall, arg: number, made: Dynptr): void {
  const target = call.write(arg, BYTES);
  makeDynptr(call, target.byteOffset, made);
}

const NOTHING: Dynptr = { address: 0, size: 0, readOnly: false };

function finish(call: HelperCall, state: "submitted" | "discarded"): number {
  const found = dynptr(call, 1);
  if (found === undefined) return 0;
  for (const map of call.state.maps) if (map instanceof RingBuffer) map.finish(found.address, state);
  place(call, 1, NOTHING);
  return 0;
}

/** Memory with a size that is known at run time only. */
export const DYNPTR_RECORDS: readonly HelperRecord[] = [
  {
    name: "bpf_dynptr_from_mem",
    run(call) {
      const size = call.size(2);
      place(call, 4, NOTHING);
      if (size > MAX_BYTES) return -ERRNO.E2BIG;
      if (call.u64(3) !== 0n) return -ERRNO.EINVAL;
      call.write(1, size);
      place(call, 4, { address: Number(call.u64(1)), size, readOnly: false });
      return 0;
    },
  },
  {
    name: "bpf_dynptr_read",
    run(call) {
      const [size, offset] = [call.size(2), call.size(4)];
      const from = dynptr(call, 3);
      if (from === undefined || call.u64(5) !== 0n) return -ERRNO.EINVAL;
      if (offset + size > from.size) return -ERRNO.E2BIG;
      call.write(1, size).set(call.state.bytesAt(BigInt(from.address + offset), size, false));
      return 0;
    },
  },
  {
    name: "bpf_dynptr_write",
    run(call) {
      const to = dynptr(call, 1);
      const [offset, size] = [call.size(2), call.size(4)];
      if (to === undefined || to.readOnly || call.u64(5) !== 0n) return -ERRNO.EINVAL;
      if (offset + size > to.size) return -ERRNO.E2BIG;
      call.state.bytesAt(BigInt(to.address + offset), size, true).set(call.read(3, size));
      return 0;
    },
  },
  {
    name: "bpf_dynptr_data",
    run(call) {
      const of = dynptr(call, 1);
      const [offset, size] = [call.size(2), call.size(3)];
      return of === undefined || of.readOnly || offset + size > of.size ? 0 : of.address + offset;
    },
  },
  {
    name: "bpf_ringbuf_reserve_dynptr",
    run(call) {
      const map = call.map(1);
      place(call, 4, NOTHING);
      if (!(map instanceof RingBuffer))
        throw call.state.fail("vm/bad-map", `${map.spec.name} is no ring buffer`);
      if (call.u64(3) !== 0n) return -ERRNO.EINVAL;
      const size = call.u32(2);
      if (size > MAX_BYTES) return -ERRNO.E2BIG;
      const address = map.reserve(size);
      if (address === 0) return -ERRNO.EINVAL;
      place(call, 4, { address, size, readOnly: false });
      return 0;
    },
  },
  { name: "bpf_ringbuf_submit_dynptr", run: (call) => finish(call, "submitted") },
  { name: "bpf_ringbuf_discard_dynptr", run: (call) => finish(call, "discarded") },
];
