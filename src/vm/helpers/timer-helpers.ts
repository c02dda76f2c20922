import { TIMER_FLAGS } from "../../abi/map-flags.ts";
import { ERRNO } from "../errno.ts";
import type { HelperRecord, KfuncRecord } from "./helper.ts";
import type { HelperCall } from "./helper-call.ts";

const STRUCT_BYTES = 16; // struct bpf_timer, struct bpf_wq
const CLOCKS = [0, 1, 7]; // CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME: bpf_timer_init takes the latter two

function place(call: HelperCall): number {
  return call.writable(1, STRUCT_BYTES);
}

function init(call: HelperCall, flags: number): number {
  const at = place(call);
  const clock = flags & 0xf;
  if (flags > 0xf || !CLOCKS.includes(clock)) return -ERRNO.EINVAL;
  return call.state.timers.init(at, call.map(2)) ? 0 : -ERRNO.EBUSY;
}

/** Which function is called; 0 or -errno. */
function setCallback(call: HelperCall): number {
  const timer = call.state.timers.at(place(call));
  const { program } = call.state;
  if (timer === undefined || program === undefined) return -ERRNO.EINVAL;
  call.state.functionIndex(program, call.u64(2));
  timer.callback = { program, address: call.u64(2) };
  return 0;
}

/** bpf_timer_start(timer, nanoseconds, flags). */
function start(call: HelperCall): number {
  const flags = call.u64(3);
  if (flags > 3n) return -ERRNO.EINVAL;
  const timer = call.state.timers.at(place(call));
  if (timer?.callback === undefined) return -ERRNO.EINVAL;
  const isAbsolute = (Number(flags) & TIMER_FLAGS.absolute) !== 0;
  timer.dueNs = isAbsolute ? call.u64(2) : call.env.now("monotonic") + call.u64(2);
  return 0;
}

/** Timers in map values. */
export const TIMER_RECORDS: readonly HelperRecord[] = [
  { name: "bpf_timer_init", run: (call) => init(call, call.address(3)) },
  { name: "bpf_timer_set_callback", run: setCallback },
  { name: "bpf_timer_start", run: start },
  {
    name: "bpf_timer_cancel",
    run(call) {
      const timer = call.state.timers.at(place(call));
      if (timer === undefined) return -ERRNO.EINVAL;
      const wasRunning = timer.dueNs !== undefined;
      timer.dueNs = undefined;
      return wasRunning ? 1 : 0;
    },
  },
];

/** Work queues in map values: their functions run with the timers that are due. */
export const WORK_KFUNCS: readonly KfuncRecord[] = [
  {
    name: "bpf_wq_init",
    args: 3,
    run(call) {
      if (call.u32(3) !== 0) return -ERRNO.EINVAL;
      return call.state.timers.init(place(call), call.map(2)) ? 0 : -ERRNO.EBUSY;
    },
  },
  {
    name: "bpf_wq_set_callback_impl",
    args: 4,
    run: (call) => (call.u32(3) !== 0 ? -ERRNO.EINVAL : setCallback(call)),
  },
  {
    name: "bpf_wq_start",
    args: 2,
    run(call) {
      if (call.u32(2) !== 0) return -ERRNO.EINVAL;
      const work = call.state.timers.at(place(call));
      if (work?.callback === undefined) return -ERRNO.EINVAL;
      work.dueNs = call.env.now("monotonic");
      return 0;
    },
  },
];
