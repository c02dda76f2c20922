import { addressOf } from "../memory/address.ts";
import type { KernelMemory } from "../memory/kernel-memory.ts";

/** Of the last 1, 5 and 15 minutes, as they stood when the simulated machine began. */
export const LOAD_AVERAGES = [0.42, 0.36, 0.31] as const;

const FSHIFT = 11; // bits behind the point. Source: include/linux/sched/loadavg.h, v6.12

/** The kernel's variable `avenrun`; gives its address. */
export function makeLoadAverages(memory: KernelMemory): bigint {
  const offset = memory.allocate(LOAD_AVERAGES.length * 8);
  for (const [index, load] of LOAD_AVERAGES.entries())
    memory.view.setBigUint64(offset + index * 8, BigInt(Math.ceil(load * 2 ** FSHIFT)), true);
  return addressOf(offset);
}
