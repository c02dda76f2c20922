import type { ProgramType } from "../../abi/attach-spec.ts";
import { type Dynptr, dynptrAddress, isInDynptr, placeDynptr, readDynptr } from "../dynptr.ts";
import { ERRNO } from "../errno.ts";
import { readFrom, writeTo } from "../helpers/dynptr-helpers.ts";
import type { KfuncRecord } from "../helpers/helper.ts";
import type { HelperCall } from "../helpers/helper-call.ts";

/** Programs that may write to the packet directly: may_access_direct_pkt_data, kernel/bpf/verifier.c, v6.18. */
const WRITERS: ReadonlySet<ProgramType> = new Set(["schedCls", "schedAct", "xdp", "lwtXmit", "skSkb", "skMsg"]);

/** bpf_dynptr_from_{skb,xdp,skb_meta}(ctx, flags, dynptr). */
function fromPacket(kind: "skb" | "xdp" | "metadata") {
  return (call: HelperCall): number => {
    const { packet, program } = call.state;
    placeDynptr(call, 3, undefined);
    if (call.u64(2) !== 0n) return -ERRNO.EINVAL;
    if (packet === undefined)
      throw call.state.fail("vm/unsupported", "this function needs a packet; give one to the run");
    const size = kind === "metadata" ? packet.start - packet.meta : packet.length;
    const readOnly = program === undefined || !WRITERS.has(program.type);
    placeDynptr(call, 3, { kind, start: 0, size, readOnly });
    return 0;
  };
}

/** Address of a part, or 0. */
function slice(call: HelperCall, of: Dynptr | undefined, offset: number, size: number): number {
  if (of === undefined || !isInDynptr(of, offset, size)) return 0;
  return dynptrAddress(call, of, offset, size) ?? 0;
}

/** bpf_dynptr_adjust(dynptr, start, end): the part between two offsets. */
function adjust(call: HelperCall): number {
  const of = readDynptr(call, 1);
  const [start, end] = [call.address(2), call.address(3)];
  if (of === undefined || start > end) return -ERRNO.EINVAL;
  if (start > of.size || end > of.size) return -ERRNO.ERANGE;
  placeDynptr(call, 1, { ...of, start: of.start + start, size: end - start });
  return 0;
}

/** bpf_dynptr_copy(to, offset, from, offset, size). */
function copy(call: HelperCall): number {
  const [to, from] = [readDynptr(call, 1), readDynptr(call, 3)];
  const [toOffset, fromOffset, size] = [call.address(2), call.address(4), call.address(5)];
  if (to !== undefined && from !== undefined) {
    if (!isInDynptr(to, toOffset, size) || !isInDynptr(from, fromOffset, size)) return -ERRNO.E2BIG;
    const bytes = new Uint8Array(size);
    return readFrom(call, from, fromOffset, bytes) || writeTo(call, to, toOffset, bytes);
  }
  return -ERRNO.EINVAL;
}

/** bpf_dynptr_memset(dynptr, offset, size, byte). */
function set(call: HelperCall): number {
  const to = readDynptr(call, 1);
  const [offset, size] = [call.address(2), call.address(3)];
  if (to === undefined || to.readOnly) return -ERRNO.EINVAL;
  if (!isInDynptr(to, offset, size)) return -ERRNO.E2BIG;
  return writeTo(call, to, offset, new Uint8Array(size).fill(call.u32(4)));
}

/** bpf_{probe_read,copy_from}_…_dynptr(dynptr, offset, size, address[, task]). */
function fill(from: "kernel" | "user", isText: boolean, ofTask = false) {
  return (call: HelperCall): number => {
    const to = readDynptr(call, 1);
    const [offset, size] = [call.address(2), call.address(3)];
    if (to === undefined || to.readOnly) return -ERRNO.EINVAL;
    if (!isInDynptr(to, offset, size)) return -ERRNO.E2BIG;
    const bytes = new Uint8Array(size);
    const task = ofTask ? call.u64(5) : undefined;
    const length = isText ? call.readText(call.u64(4), bytes, from, task) : size;
    if (length < 0) return length;
    if (!isText && !call.readMemory(call.u64(4), bytes, from, task)) return -ERRNO.EFAULT;
    const wrong = writeTo(call, to, offset, bytes.subarray(0, length));
    return wrong !== 0 ? wrong : isText ? length : 0;
  };
}

/** Memory with a size that is known at run time only. Source: kernel/bpf/helpers.c, v6.18. */
export const DYNPTR_KFUNCS: readonly KfuncRecord[] = [
  { name: "bpf_dynptr_from_skb", args: 3, run: fromPacket("skb") },
  { name: "bpf_dynptr_from_skb_rdonly", args: 3, run: fromPacket("skb") },
  { name: "bpf_dynptr_from_xdp", args: 3, run: fromPacket("xdp") },
  { name: "bpf_dynptr_from_skb_meta", args: 3, run: fromPacket("metadata") },
  {
    name: "bpf_dynptr_slice",
    args: 4,
    run: (call) => slice(call, readDynptr(call, 1), call.address(2), call.u32(4)),
  },
  {
    name: "bpf_dynptr_slice_rdwr",
    args: 4,
    run(call) {
      const of = readDynptr(call, 1);
      return of?.readOnly ? 0 : slice(call, of, call.address(2), call.u32(4));
    },
  },
  { name: "bpf_dynptr_adjust", args: 3, run: adjust },
  { name: "bpf_dynptr_is_null", args: 1, run: (call) => (readDynptr(call, 1) === undefined ? 1 : 0) },
  { name: "bpf_dynptr_is_rdonly", args: 1, run: (call) => (readDynptr(call, 1)?.readOnly ? 1 : 0) },
  { name: "bpf_dynptr_size", args: 1, run: (call) => readDynptr(call, 1)?.size ?? -ERRNO.EINVAL },
  {
    name: "bpf_dynptr_clone",
    args: 2,
    run(call) {
      const of = readDynptr(call, 1);
      placeDynptr(call, 2, of);
      return of === undefined ? -ERRNO.EINVAL : 0;
    },
  },
  { name: "bpf_dynptr_copy", args: 5, run: copy },
  { name: "bpf_dynptr_memset", args: 4, run: set },
  { name: "bpf_probe_read_user_dynptr", args: 4, run: fill("user", false) },
  { name: "bpf_probe_read_kernel_dynptr", args: 4, run: fill("kernel", false) },
  { name: "bpf_probe_read_user_str_dynptr", args: 4, run: fill("user", true) },
  { name: "bpf_probe_read_kernel_str_dynptr", args: 4, run: fill("kernel", true) },
  { name: "bpf_copy_from_user_dynptr", args: 4, run: fill("user", false) },
  { name: "bpf_copy_from_user_str_dynptr", args: 4, run: fill("user", true) },
  { name: "bpf_copy_from_user_task_dynptr", args: 5, run: fill("user", false, true) },
  { name: "bpf_copy_from_user_task_str_dynptr", args: 5, run: fill("user", true, true) },
];
