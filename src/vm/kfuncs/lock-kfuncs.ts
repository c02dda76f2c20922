import { ERRNO } from "../errno.ts";
import type { KfuncRecord } from "../helpers/helper.ts";
import type { HelperCall } from "../helpers/helper-call.ts";

const LOCK_BYTES = 4;
const IRQ_BYTES = 8;

/** The first word of the lock is 1 while it is held. */
function word(call: HelperCall): DataView {
  const bytes = call.write(1, LOCK_BYTES);
  return new DataView(bytes.buffer, bytes.byteOffset, LOCK_BYTES);
}

/** 0, or -EDEADLK: one CPU runs here, so that whoever holds it waits for itself. */
function lock(call: HelperCall): number {
  const view = word(call);
  if (view.getUint32(0, true) !== 0) return -ERRNO.EDEADLK;
  view.setUint32(0, 1, true);
  return 0;
}

function unlock(call: HelperCall): number {
  word(call).setUint32(0, 0, true);
  return 0;
}

/** Resilient spin locks. */
export const LOCK_KFUNCS: readonly KfuncRecord[] = [
  { name: "bpf_res_spin_lock", args: 1, run: lock },
  { name: "bpf_res_spin_unlock", args: 1, run: unlock },
  {
    name: "bpf_res_spin_lock_irqsave",
    args: 2,
    run(call) {
      call.write(2, IRQ_BYTES).fill(0);
      return lock(call);
    },
  },
  {
    name: "bpf_res_spin_unlock_irqrestore",
    args: 2,
    run(call) {
      call.read(2, IRQ_BYTES);
      return unlock(call);
    },
  },
];
