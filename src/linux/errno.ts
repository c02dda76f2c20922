import { constants } from "node:os";

// Numbers that the kernel keeps for itself and lets out all the same. Source: include/linux/errno.h, v6.12.
const KERNEL_ONLY: Readonly<Record<number, string>> = { 512: "ERESTARTSYS", 524: "ENOTSUPP" };

const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(constants.errno)
    .filter(([name]) => name !== "EWOULDBLOCK" && name !== "EOPNOTSUPP")
    .map(([name, number]) => [number, name]),
);

/** Name of an errno, given positive: 2 is "ENOENT". */
export function errnoName(errno: number): string {
  if (errno === constants.errno.EOPNOTSUPP) return "EOPNOTSUPP";
  return NAMES.get(errno) ?? KERNEL_ONLY[errno] ?? `errno ${errno}`;
}

/** Numbers of the errnos that this code decides by. Source: include/uapi/asm-generic/errno-base.h and errno.h. */
export const ERRNO = {
  EPERM: 1,
  ENOENT: 2,
  ESRCH: 3,
  EINTR: 4,
  E2BIG: 7,
  EBADF: 9,
  EAGAIN: 11,
  ENOMEM: 12,
  EACCES: 13,
  EFAULT: 14,
  EBUSY: 16,
  EEXIST: 17,
  ENODEV: 19,
  EINVAL: 22,
  EMFILE: 24,
  ENOSPC: 28,
  ERANGE: 34,
  ENOSYS: 38,
  ENOLINK: 67,
  EPROTO: 71,
  EILSEQ: 84,
  ENOTSOCK: 88,
  EOPNOTSUPP: 95,
  EADDRNOTAVAIL: 99,
  ENETDOWN: 100,
  ENOTSUPP: 524,
} as const;
