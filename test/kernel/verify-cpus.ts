import { readFileSync } from "node:fs";

/** CPUs that this machine can have: the kernel's nr_cpu_ids. */
export function possibleCpus(): number {
  const text = readFileSync("/sys/devices/system/cpu/possible", "utf8").trim();
  return Number(text.split(/[-,]/).at(-1)) + 1;
}
