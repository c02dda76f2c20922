import { SkepError } from "../base/errors.ts";
import { didYouMean } from "../base/suggest.ts";
import { listInterfaces } from "../linux/net-xdp.ts";
import { type Kernel, openKernel } from "../linux/syscall.ts";

/** Index of an interface of this process's network namespace, by its name or by its number. Throws SkepError. */
export function interfaceIndex(name: string, kernel: Kernel = openKernel()): number {
  if (/^\d+$/.test(name)) return Number(name);
  // Not from /sys/class/net: that shows the namespace in which sysfs was mounted.
  const there = listInterfaces(kernel);
  const found = there.find((i) => i.name === name);
  if (found !== undefined) return found.ifindex;
  const names = there.map((i) => i.name);
  throw new SkepError(`there is no network interface ${name}`, {
    code: "load/no-interface",
    remedy: didYouMean(name, names) ?? `name one of those of this network namespace: ${names.join(", ")}`,
  });
}
