/** The function of the C library that makes a system call, and how many of the call's arguments it does not take. */
export type LibcWrapper = Readonly<{ name: string; skip: number }>;

const SAME = [
  "read", "write", "pread64", "pwrite64", "close", "lseek", "readv", "writev", "sendfile", "access", "readlink", "mkdir",
  "rmdir", "unlink", "rename", "link", "symlink", "chmod", "chown", "ftruncate", "fsync", "fdatasync", "dup", "dup2",
  "fcntl", "ioctl", "pipe", "pipe2", "getdents64", "chdir", "mount", "sync", "statfs", "socket", "bind", "listen", "accept",
  "accept4", "connect", "sendto", "sendmsg", "recvfrom", "recvmsg", "shutdown", "getsockopt", "setsockopt", "getpeername",
  "getsockname", "poll", "select", "epoll_create1", "epoll_ctl", "epoll_wait", "clock_nanosleep", "nanosleep", "execve",
  "wait4", "kill", "vfork", "setuid", "prctl", "sched_yield", "setpriority", "getpid", "brk", "mmap", "munmap", "mprotect",
  "madvise", "openat", "stat", "lstat", "fstat",
] as const; // biome-ignore format: one list

/** Those whose functions have other names: openat(AT_FDCWD, path, …) is open64(path, …). */
const OTHERS: Readonly<Record<string, LibcWrapper>> = {
  openat: { name: "open64", skip: 1 },
  open: { name: "open64", skip: 0 },
  newfstatat: { name: "stat", skip: 1 },
  newstat: { name: "stat", skip: 0 },
  newlstat: { name: "lstat", skip: 0 },
  newfstat: { name: "fstat", skip: 0 },
  unlinkat: { name: "unlink", skip: 1 },
  clone: { name: "fork", skip: 5 },
  clone3: { name: "pthread_create", skip: 2 },
  exit_group: { name: "_exit", skip: 0 },
  epoll_pwait: { name: "epoll_wait", skip: 0 },
  eventfd2: { name: "eventfd", skip: 0 },
  umount: { name: "umount2", skip: 0 },
  sendfile64: { name: "sendfile", skip: 0 },
};

/** What a C program calls for that system call; undefined for those that other functions of the library make. */
export function libcWrapper(syscall: string): LibcWrapper | undefined {
  const other = OTHERS[syscall];
  if (other !== undefined) return other;
  return (SAME as readonly string[]).includes(syscall) ? { name: syscall, skip: 0 } : undefined;
}
