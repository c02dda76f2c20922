/**
 * Numbers of the system calls that we make, per architecture.
 * Source: arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h, v6.12.
 */
// biome-ignore format: one call per line
export const SYSCALL_NUMBERS = {
  read:            { x64: 0,   arm64: 63 },
  write:           { x64: 1,   arm64: 64 },
  close:           { x64: 3,   arm64: 57 },
  mmap:            { x64: 9,   arm64: 222 },
  munmap:          { x64: 11,  arm64: 215 },
  rt_sigprocmask:  { x64: 14,  arm64: 135 },
  ioctl:           { x64: 16,  arm64: 29 },
  getpid:          { x64: 39,  arm64: 172 },
  socket:          { x64: 41,  arm64: 198 },
  bind:            { x64: 49,  arm64: 200 },
  sendto:          { x64: 44,  arm64: 206 },
  recvfrom:        { x64: 45,  arm64: 207 },
  setsockopt:      { x64: 54,  arm64: 208 },
  fcntl:           { x64: 72,  arm64: 25 },
  gettid:          { x64: 186, arm64: 178 },
  clock_gettime:   { x64: 228, arm64: 113 },
  openat:          { x64: 257, arm64: 56 },
  epoll_ctl:       { x64: 233, arm64: 21 },
  eventfd2:        { x64: 290, arm64: 19 },
  epoll_create1:   { x64: 291, arm64: 20 },
  setns:           { x64: 308, arm64: 268 },
  unshare:         { x64: 272, arm64: 97 },
  capget:          { x64: 125, arm64: 90 },
  capset:          { x64: 126, arm64: 91 },
  perf_event_open: { x64: 298, arm64: 241 },
  prlimit64:       { x64: 302, arm64: 261 },
  bpf:             { x64: 321, arm64: 280 },
  fsopen:          { x64: 430, arm64: 430 },
  fsconfig:        { x64: 431, arm64: 431 },
  fsmount:         { x64: 432, arm64: 432 },
  pidfd_open:      { x64: 434, arm64: 434 },
} as const;

export type SyscallName = keyof typeof SYSCALL_NUMBERS;

/** Architectures that this backend runs on, by Node's names. */
export type Arch = "x64" | "arm64";
