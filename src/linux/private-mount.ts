import { Fd } from "./fd.ts";
import type { Kernel } from "./syscall.ts";

const FSOPEN_CLOEXEC = 1;
const FSCONFIG_CMD_CREATE = 6;
const FSMOUNT_CLOEXEC = 1;

/** A call that a mount took and that the kernel refused; `errno` is negative. */
export type MountRefused = Readonly<{ call: string; errno: number }>;

/**
 * Mounts a file system, such as "tracefs" or "bpf", where nobody else sees it: through /proc/self/fd/N of the descriptor
 * alone. It is gone when the descriptor is closed or the process ends (5.2).
 */
export function mountPrivately(kernel: Kernel, type: string): Fd | MountRefused {
  const context = kernel.call("fsopen", new TextEncoder().encode(`${type}\0`), FSOPEN_CLOEXEC);
  if (context < 0) return { call: "fsopen", errno: context };
  using configured = new Fd(kernel, context);
  const created = kernel.call("fsconfig", configured.number, FSCONFIG_CMD_CREATE, 0, 0, 0);
  if (created < 0) return { call: "fsconfig", errno: created };
  const mount = kernel.call("fsmount", configured.number, FSMOUNT_CLOEXEC, 0);
  return mount < 0 ? { call: "fsmount", errno: mount } : new Fd(kernel, mount);
}
