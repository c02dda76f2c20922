import type { Kernel } from "./syscall.ts";

// Source: include/uapi/asm-generic/signal-defs.h, v6.12.
const SIG_BLOCK = 0;
const SIG_SETMASK = 2;
const MASK_BYTES = 8;

/**
 * Runs `work` while this thread takes no signals; they come afterwards. For system calls that signals cut short, and
 * that would be cut short again: a profiler sends one each millisecond.
 */
export function withoutSignals<T>(kernel: Kernel, work: () => T): T {
  const all = new Uint8Array(MASK_BYTES).fill(0xff);
  const before = new Uint8Array(MASK_BYTES);
  const isBlocked = kernel.call("rt_sigprocmask", SIG_BLOCK, all, before, MASK_BYTES) >= 0;
  try {
    return work();
  } finally {
    if (isBlocked) kernel.call("rt_sigprocmask", SIG_SETMASK, before, 0, MASK_BYTES);
  }
}
