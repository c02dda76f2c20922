import { checkInput, FUNCTION, NAME } from "../base/check-input.ts";
import { checkKernel } from "./check-arguments.ts";
import { type BorrowedFd, openFile } from "./open-file.ts";
import type { Kernel } from "./syscall.ts";
import { SystemError } from "./system-error.ts";

const CLONE_NEWNET = 0x40000000;
const NO_NETNS = {
  code: "linux/no-netns",
  remedy: "give the file of a network namespace, such as /proc/PID/ns/net or /run/netns/NAME",
} as const;

/** Opens a network namespace; this thread's where no path is given. Throws SkepError. */
export function openNetns(kernel: Kernel, path = "/proc/thread-self/ns/net"): BorrowedFd {
  return openFile(kernel, path, NO_NETNS);
}

/**
 * Does `work` with this thread in another network namespace (undefined: in its own), and comes back. `work` must not
 * wait: nothing else may run on this thread meanwhile. Throws SkepError; SystemError without CAP_SYS_ADMIN.
 */
export function inNetns<T>(kernel: Kernel, path: string | undefined, work: () => T): T {
  checkInput("inNetns: the work", work, FUNCTION);
  if (path === undefined) return work();
  checkKernel(kernel);
  checkInput("the path of a network namespace", path, NAME);
  using there = openNetns(kernel, path);
  using home = openNetns(kernel);
  const entered = kernel.call("setns", there.number, CLONE_NEWNET);
  if (entered < 0) throw new SystemError(`enter the network namespace ${path}`, "setns", entered);
  using _back = {
    [Symbol.dispose]() {
      const back = kernel.call("setns", home.number, CLONE_NEWNET);
      if (back < 0) throw new SystemError("leave a network namespace", "setns", back);
    },
  };
  return work();
}

/**
 * Does `work` with this thread in a network namespace of its own, which has a loopback interface (index 1) and nothing
 * else, and comes back; the namespace ends with it. `work` must not wait. Throws SkepError; SystemError without
 * CAP_SYS_ADMIN.
 */
export function inNewNetns<T>(kernel: Kernel, work: () => T): T {
  using home = openNetns(kernel);
  const left = kernel.call("unshare", CLONE_NEWNET);
  if (left < 0) throw new SystemError("make a network namespace", "unshare", left);
  using _back = {
    [Symbol.dispose]() {
      const back = kernel.call("setns", home.number, CLONE_NEWNET);
      if (back < 0) throw new SystemError("leave a network namespace", "setns", back);
    },
  };
  return work();
}

/** Moves this thread to another network namespace, for good. Throws SkepError; SystemError without CAP_SYS_ADMIN. */
export function enterNetns(kernel: Kernel, path: string): void {
  using there = openNetns(kernel, path);
  const entered = kernel.call("setns", there.number, CLONE_NEWNET);
  if (entered < 0) throw new SystemError(`enter the network namespace ${path}`, "setns", entered);
}
