import { ERRNO } from "../errno.ts";
import type { KfuncRecord } from "../helpers/helper.ts";
import type { HelperCall } from "../helpers/helper-call.ts";
import type { CgroupWalk } from "../kernel-objects.ts";

const MAX_LOOPS = 8 * 1024 * 1024; // BPF_MAX_LOOPS, include/linux/bpf_verifier.h, v6.18
const MAX_BIT_WORDS = 511; // BITS_ITER_NR_WORDS_MAX, kernel/bpf/helpers.c, v6.18
const ITERATOR_BYTES = 8;

// include/uapi/linux/bpf.h, `enum bpf_cgroup_iter_order`, and kernel/bpf/task_iter.c, v6.18
const CGROUP_ORDERS: Readonly<Record<number, CgroupWalk>> = { 2: "pre", 3: "post", 4: "up" };
const TASK_WALKS = ["processes", "threads", "threadsOf"] as const;

/** A walk over addresses of kernel objects: the iterator's memory holds a number for it. */
type Walk = { readonly items: readonly bigint[]; at: number };

/** Begins a walk in the iterator at the first argument; 0 or -errno. */
function begin(call: HelperCall, items: readonly bigint[] | undefined, none = 0): number {
  const iterator = call.writable(1, ITERATOR_BYTES);
  const { view } = call.state.space;
  view.setBigUint64(iterator, 0n, true);
  if (items === undefined) return none;
  const handle = call.state.walks.add({ items, at: 0 });
  if (handle === undefined) return -ERRNO.ENOMEM;
  view.setUint32(iterator, handle, true);
  return 0;
}

function next(call: HelperCall): bigint {
  const iterator = call.readable(1, ITERATOR_BYTES);
  const walk: Walk | undefined = call.state.walks.get(call.state.space.view.getUint32(iterator, true));
  return walk?.items[walk.at++] ?? 0n;
}

function end(call: HelperCall): number {
  const iterator = call.writable(1, ITERATOR_BYTES);
  const { view } = call.state.space;
  call.state.walks.remove(view.getUint32(iterator, true));
  view.setBigUint64(iterator, 0n, true);
  return 0;
}

/** The three functions of a kind of iterator. */
function walker(kind: string, args: number, start: (call: HelperCall) => number): readonly KfuncRecord[] {
  return [
    { name: `bpf_iter_${kind}_new`, args, run: start },
    { name: `bpf_iter_${kind}_next`, args: 1, run: next },
    { name: `bpf_iter_${kind}_destroy`, args: 1, run: end },
  ];
}

// ---- numbers: struct bpf_iter_num holds the current one and the end

function beginNumbers(call: HelperCall): number {
  const iterator = call.writable(1, ITERATOR_BYTES);
  const [start, stop] = [call.u32(2) | 0, call.u32(3) | 0];
  const { view } = call.state.space;
  view.setBigUint64(iterator, 0n, true);
  if (start > stop) return -ERRNO.EINVAL;
  if (stop - start > MAX_LOOPS) return -ERRNO.E2BIG;
  view.setInt32(iterator, start - 1, true);
  view.setInt32(iterator + 4, stop, true);
  return 0;
}

function nextNumber(call: HelperCall): number {
  const iterator = call.writable(1, ITERATOR_BYTES);
  const { view } = call.state.space;
  const current = view.getInt32(iterator, true);
  if (current + 1 >= view.getInt32(iterator + 4, true)) {
    view.setBigUint64(iterator, 0n, true);
    return 0;
  }
  view.setInt32(iterator, current + 1, true);
  return iterator;
}

function endNumbers(call: HelperCall): number {
  call.write(1, ITERATOR_BYTES).fill(0);
  return 0;
}

// ---- bits: struct bpf_iter_bits is 16 bytes: where the bits are kept, how many there are, and the current one

const BITS_BYTES = 16;

/** bpf_iter_bits_new(iterator, words, count). */
function beginBits(call: HelperCall): number {
  const iterator = call.writable(1, BITS_BYTES);
  const { state } = call;
  const words = call.u32(3);
  state.space.u8.fill(0, iterator, iterator + BITS_BYTES);
  if (call.isNull(2) || words === 0) return -ERRNO.EINVAL;
  if (words > MAX_BIT_WORDS) return -ERRNO.E2BIG;
  const bytes = new Uint8Array(words * 8);
  if (call.probe(call.u64(2), bytes, "kernel") !== 0) return -ERRNO.EFAULT;
  const kept = state.objects.make(words * 8 + 8);
  if (kept === 0) return -ERRNO.ENOMEM;
  const { u8, view } = state.space;
  u8.set(bytes, kept + 8);
  view.setUint32(iterator, kept, true);
  view.setInt32(iterator + 8, words * 64, true);
  view.setInt32(iterator + 12, -1, true);
  return 0;
}

/** Address of the number of the next bit that is set. */
function nextBit(call: HelperCall): number {
  const iterator = call.writable(1, BITS_BYTES);
  const { space, objects } = call.state;
  const kept = space.view.getUint32(iterator, true);
  const count = space.view.getInt32(iterator + 8, true);
  if (count <= 0 || count > MAX_BIT_WORDS * 64 || !objects.has(kept)) return 0;
  for (let bit = space.view.getInt32(iterator + 12, true) + 1; bit >= 0 && bit < count; bit++) {
    if (!space.find(kept + 8 + (bit >>> 3), 1, false)) break;
    if (((space.u8[kept + 8 + (bit >>> 3)] as number) & (1 << (bit & 7))) === 0) continue;
    space.view.setInt32(iterator + 12, bit, true);
    space.view.setInt32(kept, bit, true);
    return kept;
  }
  space.view.setInt32(iterator + 8, 0, true);
  return 0;
}

function endBits(call: HelperCall): number {
  const iterator = call.writable(1, BITS_BYTES);
  const { space, objects } = call.state;
  objects.release(space.view.getUint32(iterator, true));
  space.u8.fill(0, iterator, iterator + BITS_BYTES);
  return 0;
}

/** Open-coded iterators. */
export const ITERATOR_KFUNCS: readonly KfuncRecord[] = [
  { name: "bpf_iter_num_new", args: 3, run: beginNumbers },
  { name: "bpf_iter_num_next", args: 1, run: nextNumber },
  { name: "bpf_iter_num_destroy", args: 1, run: endNumbers },
  { name: "bpf_iter_bits_new", args: 3, run: beginBits },
  { name: "bpf_iter_bits_next", args: 1, run: nextBit },
  { name: "bpf_iter_bits_destroy", args: 1, run: endBits },
  ...walker("task", 3, (call) => {
    const walk = TASK_WALKS[call.u32(3)];
    if (walk === undefined) return begin(call, undefined, -ERRNO.EINVAL);
    return begin(call, call.env.objects?.tasks?.(walk, call.u64(2)) ?? [call.env.task().address]);
  }),
  ...walker("task_vma", 3, (call) =>
    begin(call, call.env.objects?.memoryAreas?.(call.u64(2), call.u64(3)), -ERRNO.ENOENT),
  ),
  ...walker("css", 3, (call) => {
    const walk = CGROUP_ORDERS[call.u32(3)];
    if (walk === undefined) return begin(call, undefined, -ERRNO.EINVAL);
    return begin(call, call.env.objects?.cgroups?.(walk, call.u64(2)) ?? [call.u64(2)]);
  }),
  ...walker("css_task", 3, (call) =>
    begin(
      call,
      call.env.objects?.cgroupTasks?.(call.u64(2), (call.u32(3) & 1) !== 0 ? "processes" : "threads") ?? [],
    ),
  ),
  ...walker("kmem_cache", 1, (call) => begin(call, call.env.objects?.slabCaches?.() ?? [])),
];
