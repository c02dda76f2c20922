import { SkepError } from "../base/errors.ts";
import type { MapPlan } from "../plan/plan.ts";
import type { MapHandle } from "./backend.ts";

/** Sets every value of a map to zero and keeps its keys, as the script's zero() does. */
export function zeroMap(plan: MapPlan, handle: MapHandle): void {
  const stride = plan.perCpu ? Math.ceil(handle.spec.valueSize / 8) * 8 : handle.spec.valueSize;
  for (const [key, value] of [...handle.entries()]) {
    const zero = new Uint8Array(value.length);
    if (plan.presentOffset !== undefined)
      for (let at = plan.presentOffset; at + 8 <= value.length && stride > 0; at += stride)
        zero.set(value.subarray(at, at + 8), at);
    try {
      handle.update(key, zero, "exist");
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }
}

/** Whether a program deleted the key meanwhile. */
function isGone(error: unknown): boolean {
  return error instanceof SkepError && error.code.endsWith("ENOENT");
}
