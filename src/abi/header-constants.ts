import { ERRNOS } from "./errno.ts";
import { type ConstantRow, KERNEL_CONSTANTS } from "./kernel-constants.ts";
import { syscallNames } from "./syscall-names.ts";
import { syscallNumbers } from "./syscalls.ts";

/**
 * Numbers that headers `#define`, which a kernel's BTF therefore does not know: for scripts that include
 * <linux/socket.h>, <errno.h> and their like. Sources: include/uapi/asm-generic/ and include/uapi/linux/, v6.12.
 */
// biome-ignore format: one header per line or two
const COMMON: Readonly<Record<string, readonly ConstantRow[]>> = {
  "linux/socket.h": [
    ["AF_UNSPEC AF_UNIX AF_INET AF_AX25 AF_IPX AF_APPLETALK AF_NETROM AF_BRIDGE AF_ATMPVC AF_X25 AF_INET6 AF_ROSE AF_DECnet AF_NETBEUI AF_SECURITY AF_KEY AF_NETLINK AF_PACKET", 0],
    ["AF_LOCAL", 1], ["AF_ROUTE", 16], ["AF_TIPC", 30], ["AF_BLUETOOTH", 31], ["AF_ALG", 38], ["AF_VSOCK", 40], ["AF_XDP", 44],
    ["SOL_SOCKET", 1], ["SOL_IP", 0], ["SOL_TCP", 6], ["SOL_UDP", 17], ["SOL_IPV6", 41],
    ["MSG_OOB MSG_PEEK MSG_DONTROUTE MSG_CTRUNC MSG_PROBE MSG_TRUNC MSG_DONTWAIT MSG_EOR MSG_WAITALL MSG_FIN MSG_SYN MSG_CONFIRM MSG_RST MSG_ERRQUEUE MSG_NOSIGNAL MSG_MORE", 1, "shift"],
  ],
  "linux/net.h": [["SOCK_STREAM SOCK_DGRAM SOCK_RAW SOCK_RDM SOCK_SEQPACKET SOCK_DCCP", 1], ["SOCK_PACKET", 10], ["SOCK_NONBLOCK", 0o4000], ["SOCK_CLOEXEC", 0o2000000]],
  "linux/in.h": [["IPPROTO_IP IPPROTO_ICMP IPPROTO_IGMP", 0], ["IPPROTO_TCP", 6], ["IPPROTO_UDP", 17], ["IPPROTO_IPV6", 41], ["IPPROTO_GRE", 47], ["IPPROTO_ESP IPPROTO_AH", 50], ["IPPROTO_ICMPV6", 58], ["IPPROTO_SCTP", 132], ["IPPROTO_RAW", 255], ["INADDR_ANY", 0], ["INADDR_LOOPBACK", 0x7f000001]],
  "linux/if_ether.h": [["ETH_ALEN", 6], ["ETH_HLEN", 14], ["ETH_P_IP", 0x0800], ["ETH_P_ARP", 0x0806], ["ETH_P_8021Q", 0x8100], ["ETH_P_IPV6", 0x86dd], ["ETH_P_ALL", 3]],
  "linux/fcntl.h": [
    ["O_RDONLY O_WRONLY O_RDWR O_ACCMODE", 0], ["O_CREAT", 0o100], ["O_EXCL", 0o200], ["O_NOCTTY", 0o400], ["O_TRUNC", 0o1000], ["O_APPEND", 0o2000], ["O_NONBLOCK", 0o4000], ["O_NDELAY", 0o4000],
    ["O_DSYNC", 0o10000], ["O_NOATIME", 0o1000000], ["O_CLOEXEC", 0o2000000], ["O_SYNC", 0o4010000], ["O_PATH", 0o10000000], ["AT_FDCWD", -100], ["AT_SYMLINK_NOFOLLOW", 0x100], ["AT_REMOVEDIR", 0x200], ["AT_EMPTY_PATH", 0x1000],
    ["F_DUPFD F_GETFD F_SETFD F_GETFL F_SETFL F_GETLK F_SETLK F_SETLKW", 0], ["SEEK_SET SEEK_CUR SEEK_END SEEK_DATA SEEK_HOLE", 0],
  ],
  "linux/stat.h": [
    ["S_IFMT", 0o170000], ["S_IFSOCK", 0o140000], ["S_IFLNK", 0o120000], ["S_IFREG", 0o100000], ["S_IFBLK", 0o60000], ["S_IFDIR", 0o40000], ["S_IFCHR", 0o20000], ["S_IFIFO", 0o10000], ["S_ISUID", 0o4000], ["S_ISGID", 0o2000], ["S_ISVTX", 0o1000],
    ["S_IRWXU", 0o700], ["S_IRUSR", 0o400], ["S_IWUSR", 0o200], ["S_IXUSR", 0o100], ["S_IRWXG", 0o70], ["S_IRGRP", 0o40], ["S_IWGRP", 0o20], ["S_IXGRP", 0o10], ["S_IRWXO", 7], ["S_IROTH", 4], ["S_IWOTH", 2], ["S_IXOTH", 1],
  ],
  "linux/mman.h": [["PROT_NONE", 0], ["PROT_READ PROT_WRITE PROT_EXEC PROT_SEM", 1, "shift"], ["MAP_SHARED MAP_PRIVATE MAP_SHARED_VALIDATE", 1], ["MAP_FIXED", 0x10], ["MAP_ANONYMOUS", 0x20], ["MAP_POPULATE", 0x8000], ["MAP_NONBLOCK", 0x10000], ["MAP_STACK", 0x20000], ["MAP_HUGETLB", 0x40000]],
  "linux/sched.h": [
    ["CLONE_VM CLONE_FS CLONE_FILES CLONE_SIGHAND CLONE_PIDFD CLONE_PTRACE CLONE_VFORK CLONE_PARENT CLONE_THREAD CLONE_NEWNS CLONE_SYSVSEM CLONE_SETTLS CLONE_PARENT_SETTID CLONE_CHILD_CLEARTID CLONE_DETACHED CLONE_UNTRACED CLONE_CHILD_SETTID CLONE_NEWCGROUP CLONE_NEWUTS CLONE_NEWIPC CLONE_NEWUSER CLONE_NEWPID CLONE_NEWNET CLONE_IO", 0x100, "shift"],
    ["SCHED_NORMAL SCHED_FIFO SCHED_RR SCHED_BATCH", 0], ["SCHED_IDLE", 5], ["SCHED_DEADLINE", 6], ["SCHED_EXT", 7], ["TASK_RUNNING TASK_INTERRUPTIBLE TASK_UNINTERRUPTIBLE", 0], ["PF_KTHREAD", 0x00200000], ["PF_EXITING", 4], ["TASK_COMM_LEN", 16],
  ],
  "linux/signal.h": [["SIGHUP SIGINT SIGQUIT SIGILL SIGTRAP SIGABRT SIGBUS SIGFPE SIGKILL SIGUSR1 SIGSEGV SIGUSR2 SIGPIPE SIGALRM SIGTERM SIGSTKFLT SIGCHLD SIGCONT SIGSTOP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGXCPU SIGXFSZ SIGVTALRM SIGPROF SIGWINCH SIGIO SIGPWR SIGSYS", 1], ["SIGIOT", 6], ["SIGPOLL", 29]],
  "linux/limits.h": [["NAME_MAX", 255], ["PATH_MAX", 4096], ["INT_MAX", 0x7fffffff], ["INT_MIN", -0x80000000], ["UINT_MAX", 0xffffffff], ["USHRT_MAX", 0xffff], ["SHRT_MAX", 0x7fff], ["CHAR_BIT", 8], ["PAGE_SHIFT", 12], ["NULL", 0]],
  "linux/time.h": [["NSEC_PER_SEC", 1_000_000_000], ["NSEC_PER_MSEC", 1_000_000], ["NSEC_PER_USEC", 1000], ["USEC_PER_SEC", 1_000_000], ["MSEC_PER_SEC", 1000], ["CLOCK_REALTIME CLOCK_MONOTONIC", 0], ["CLOCK_BOOTTIME", 7], ["CLOCK_TAI", 11]],
  "linux/poll.h": [["POLLIN POLLPRI POLLOUT POLLERR POLLHUP POLLNVAL", 1, "shift"], ["EPOLL_CTL_ADD EPOLL_CTL_DEL EPOLL_CTL_MOD", 1]],
};

/** Flags of open() that architectures number apart. Sources: asm-generic/fcntl.h, arch/arm64/include/uapi/asm/fcntl.h. */
const OPEN_FLAGS = {
  x86_64: { O_DIRECT: 0o40000, O_LARGEFILE: 0o100000, O_DIRECTORY: 0o200000, O_NOFOLLOW: 0o400000 },
  aarch64: { O_DIRECTORY: 0o40000, O_NOFOLLOW: 0o100000, O_DIRECT: 0o200000, O_LARGEFILE: 0o400000 },
} as const;
const O_TMPFILE = 0o20000000;

/** The numbers of headers by name: `EPERM`, `AF_INET`, `O_CREAT`, `__NR_read`. */
export function headerConstants(arch: "x86_64" | "aarch64"): ReadonlyMap<string, bigint> {
  const found = new Map<string, bigint>();
  for (const rows of [...Object.values(KERNEL_CONSTANTS), ...Object.values(COMMON)])
    for (const [names, first, step] of rows)
      for (const [index, name] of names.split(" ").entries())
        found.set(name, BigInt(first) * (step ? 1n << BigInt(index) : 1n) + (step ? 0n : BigInt(index)));
  for (const [name, value] of Object.entries(OPEN_FLAGS[arch])) found.set(name, BigInt(value));
  found.set("O_TMPFILE", BigInt(O_TMPFILE | OPEN_FLAGS[arch].O_DIRECTORY));
  for (const { name, number } of ERRNOS) found.set(name, BigInt(number));
  for (const prefix of ["__NR_", "SYS_"]) {
    for (const [name, number] of syscallNumbers(arch)) found.set(prefix + name, BigInt(number));
    for (const [number, name] of syscallNames(arch)) found.set(prefix + name, BigInt(number));
  }
  return found;
}
