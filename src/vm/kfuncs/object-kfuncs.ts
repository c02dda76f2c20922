import { sizeOf } from "../../btf/layout.ts";
import type { BtfId } from "../../btf/types.ts";
import { Thrown } from "../exception.ts";
import type { KfuncRecord } from "../helpers/helper.ts";
import type { HelperCall } from "../helpers/helper-call.ts";

const MAX_OBJECT_BYTES = 1 << 20;

/** Size of the type of the program's own BTF whose id is the first argument. Throws MachineError. */
function sizeOfArgument(call: HelperCall): number {
  const btf = call.state.program?.btf;
  const id = call.u32(1);
  if (btf === undefined || id >= btf.count)
    throw call.state.fail("vm/bad-call", `type ${id} is unknown: the program came without the BTF that has it`);
  const type = btf.type(id as BtfId);
  if (type.kind !== "struct" && type.kind !== "union")
    throw call.state.fail("vm/bad-call", `type ${id} is no struct but of kind ${type.kind}`);
  const size = sizeOf(btf, id as BtfId);
  if (size > 0 && size <= MAX_OBJECT_BYTES) return size;
  throw call.state.fail("vm/bad-call", `type ${id} has ${size} bytes; objects have 1 to ${MAX_OBJECT_BYTES}`);
}

function drop(call: HelperCall): number {
  if (call.state.objects.release(call.address(1))) return 0;
  throw call.state.fail("vm/bad-access", "r1 is no object of the program (any more)", call.u64(1));
}

/** Gives back what it was given, such as a reference to an object of the kernel. */
const itself = (call: HelperCall): bigint => call.u64(1);
const nothing = (): number => 0;

/** Objects that programs make, exceptions, pointers by type. */
export const OBJECT_KFUNCS: readonly KfuncRecord[] = [
  {
    name: "bpf_throw",
    args: 1,
    run(call) {
      throw new Thrown(call.u64(1));
    },
  },
  { name: "bpf_obj_new_impl", args: 2, run: (call) => call.state.objects.make(sizeOfArgument(call)) },
  { name: "bpf_obj_drop_impl", args: 2, run: drop },
  {
    name: "bpf_percpu_obj_new_impl",
    args: 2,
    run: (call) => call.state.objects.make(sizeOfArgument(call), call.env.cpus),
  },
  { name: "bpf_percpu_obj_drop_impl", args: 2, run: drop },
  {
    name: "bpf_refcount_acquire_impl",
    args: 2,
    run: (call) => (call.state.objects.acquire(call.address(1)) ? call.u64(1) : 0),
  },
  { name: "bpf_cast_to_kern_ctx", args: 1, run: itself, differs: "contexts have one form here" },
  { name: "bpf_rdonly_cast", args: 2, run: itself },
  { name: "bpf_rcu_read_lock", args: 0, run: nothing },
  { name: "bpf_rcu_read_unlock", args: 0, run: nothing },
  { name: "bpf_preempt_disable", args: 0, run: nothing },
  { name: "bpf_preempt_enable", args: 0, run: nothing },
  {
    name: "bpf_local_irq_save",
    args: 1,
    run(call) {
      call.write(1, 8).fill(0);
      return 0;
    },
  },
  {
    name: "bpf_local_irq_restore",
    args: 1,
    run(call) {
      call.read(1, 8);
      return 0;
    },
  },
  {
    name: "bpf_map_sum_elem_count",
    args: 1,
    run(call) {
      let count = 0;
      call.map(1).visitEntries?.(() => {
        count++;
        return 0;
      });
      return count;
    },
  },
];
