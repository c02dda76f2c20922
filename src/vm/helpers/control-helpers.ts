import { TIMER_FLAGS } from "../../abi/map-flags.ts";
import { ERRNO } from "../errno.ts";
import type { HelperRecord } from "./helper.ts";
import type { HelperCall } from "./helper-call.ts";

const MAX_LOOPS = 8 * 1024 * 1024; // BPF_MAX_LOOPS, include/linux/bpf_verifier.h, v6.18

/** bpf_loop(count, callback, context, flags): how often the callback ran. */
function loop(call: HelperCall): number {
  const count = call.u32(1);
  const [callback, context] = [call.u64(2), call.u64(3)];
  if (call.u64(4) !== 0n) return -ERRNO.EINVAL;
  if (count > MAX_LOOPS) return -ERRNO.E2BIG;
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

function timerAddress(call: HelperCall): number {
  return call.write(1, 16).byteOffset;
}

/** Loops, locks, timers. */
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
  {
    name: "bpf_timer_init",
    run: (call) => (call.state.timers.init(timerAddress(call), call.map(2)) ? 0 : -ERRNO.EBUSY),
  },
  {
    name: "bpf_timer_set_callback",
    run(call) {
      const timer = call.state.timers.at(timerAddress(call));
      const { program } = call.state;
      if (timer === undefined || program === undefined) return -ERRNO.EINVAL;
      call.state.functionIndex(program, call.u64(2));
      timer.callback = { program, address: call.u64(2) };
      return 0;
    },
  },
  {
    name: "bpf_timer_start",
    run(call) {
      const timer = call.state.timers.at(timerAddress(call));
      const flags = Number(call.u64(3) & 0xffn);
      if (timer?.callback === undefined || flags > 3) return -ERRNO.EINVAL;
      const isAbsolute = (flags & TIMER_FLAGS.absolute) !== 0;
      timer.dueNs = isAbsolute ? call.u64(2) : call.env.now("monotonic") + call.u64(2);
      return 0;
    },
  },
  {
    name: "bpf_timer_cancel",
    run(call) {
      const timer = call.state.timers.at(timerAddress(call));
      if (timer === undefined) return -ERRNO.EINVAL;
      const wasRunning = timer.dueNs !== undefined;
      timer.dueNs = undefined;
      return wasRunning ? 1 : 0;
    },
  },
];
