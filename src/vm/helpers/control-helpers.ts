import { ERRNO } from "../errno.ts";
import type { HelperRecord } from "./helper.ts";
import type { HelperCall } from "./helper-call.ts";

const MAX_LOOPS = 8 * 1024 * 1024; // BPF_MAX_LOOPS, include/linux/bpf_verifier.h, v6.18

/** bpf_loop(count, callback, context, flags): how often the callback ran. */
function loop(call: HelperCall): number {
  const count = call.u32(1);
  const [callback, context] = [call.u64(2), call.u64(3)];
  if (call.u64(4) !== 0n) return -ERRNO.EINVAL;
  // The verifier writes this helper out in place, and the error as 32 bits. Source: inline_bpf_loop, v6.18.
  if (count > MAX_LOOPS) return -ERRNO.E2BIG >>> 0;
  for (let i = 0; i < count; i++) if (call.callback(callback, [BigInt(i), context]) !== 0n) return i + 1;
  return count;
}

function lockWord(call: HelperCall): DataView {
  const bytes = call.write(1, 4);
  return new DataView(bytes.buffer, bytes.byteOffset, 4);
}

/** bpf_kptr_xchg(slot, pointer): what the slot held. */
function exchange(call: HelperCall): bigint {
  const slot = call.write(1, 8);
  const view = new DataView(slot.buffer, slot.byteOffset, 8);
  const old = view.getBigUint64(0, true);
  view.setBigUint64(0, call.u64(2), true);
  return old;
}

/** Loops, locks, pointers in maps. */
export const CONTROL_RECORDS: readonly HelperRecord[] = [
  { name: "bpf_loop", run: loop },
  {
    name: "bpf_tail_call",
    run: (call) => {
      throw call.state.fail("vm/bad-call", "a tail call is no helper call");
    },
  },
  {
    name: "bpf_spin_lock",
    run(call) {
      const word = lockWord(call);
      if (word.getUint32(0, true) !== 0)
        throw call.state.fail("vm/bad-call", "the lock is held already: a deadlock");
      word.setUint32(0, 1, true);
      return 0;
    },
  },
  {
    name: "bpf_spin_unlock",
    run(call) {
      lockWord(call).setUint32(0, 0, true);
      return 0;
    },
  },
  { name: "bpf_kptr_xchg", run: exchange },
];
