import { type InstalledBinary, LIBC_PATH } from "./program.ts";

/** The C library: glibc 2.41, whose threads have been part of it since 2.34. Functions that programs here call. */
// biome-ignore format: by topic
export const LIBC: InstalledBinary = {
  path: LIBC_PATH,
  aliases: ["/lib/x86_64-linux-gnu/libc.so.6", "/lib64/libc.so.6", "/usr/lib64/libc.so.6"],
  fileBytes: 1_926_256,
  functions: [
    "__libc_start_main", "__libc_start_call_main", "exit", "_exit", "abort", "atexit",
    "fork", "vfork", "execve", "posix_spawn", "wait4", "waitpid", "kill", "raise", "system", "getpid", "setuid", "prctl",
    { name: "malloc", size: 736 }, { name: "free", size: 352 }, { name: "calloc", size: 880 },
    { name: "realloc", size: 912 }, { name: "_int_malloc", size: 3_296 }, "memalign", "posix_memalign", "mmap", "munmap", "brk", "sbrk",
    "mprotect", "madvise", "memcpy", "memset", "strlen", "strcmp", "strdup",
    "open", "open64", "openat", "close", "read", "write", "pread64", "pwrite64", "lseek", "readv", "writev", "sendfile",
    "stat", "fstat", "lstat", "access", "statfs", "readlink", "mkdir", "rmdir", "unlink", "rename", "link", "symlink",
    "chmod", "chown", "ftruncate", "fsync", "fdatasync", "dup", "dup2", "fcntl", "ioctl", "pipe", "pipe2", "getdents64",
    "chdir", "mount", "umount2", "sync",
    "fopen", "fclose", "fread", "fwrite", "fgets", "fputs", "printf", "fprintf", "puts", "fflush", "opendir", "readdir",
    "socket", "bind", "listen", "accept", "accept4", "connect", "send", "sendto", "sendmsg", "recv", "recvfrom", "recvmsg",
    "shutdown", "getsockopt", "setsockopt", "getpeername", "getsockname",
    "getaddrinfo", "freeaddrinfo", "gethostbyname", "gethostbyname2", "getnameinfo", "__res_context_send",
    "getpwnam", "getpwuid", "getgrnam", "initgroups", "getenv", "setenv",
    "poll", "select", "epoll_create1", "epoll_ctl", "epoll_wait", "eventfd",
    "nanosleep", "clock_nanosleep", "usleep", "sleep", "clock_gettime", "gettimeofday", "time", "sched_yield", "setpriority",
    "pthread_create", "pthread_join", "start_thread", "__clone3", "pthread_mutex_init", "pthread_mutex_lock",
    "pthread_mutex_trylock", "pthread_mutex_unlock", "pthread_cond_wait", "pthread_cond_timedwait", "pthread_cond_signal",
    "pthread_cond_broadcast", "pthread_rwlock_rdlock", "pthread_rwlock_wrlock", "pthread_rwlock_unlock", "sem_wait", "sem_post",
    "qsort", "bsearch", "rand", "strtol", "strtod", "regexec", "iconv", "localtime_r", "strftime", "syslog",
  ],
  usdt: [
    { provider: "libc", name: "memory_sbrk_more", args: [8, 8] },
    { provider: "libc", name: "memory_sbrk_less", args: [8, 8] },
    { provider: "libc", name: "memory_malloc_retry", args: [8] },
  ],
  language: "c",
};

/** Since glibc 2.34 nothing is in it but what old programs link to. */
export const LIBPTHREAD: InstalledBinary = {
  path: "/usr/lib/x86_64-linux-gnu/libpthread.so.0",
  aliases: ["/lib/x86_64-linux-gnu/libpthread.so.0"],
  fileBytes: 14_480,
  functions: ["__libpthread_version_placeholder"],
  language: "c",
};

/** Mathematics; numbers of arguments are of no concern here. */
export const LIBM: InstalledBinary = {
  path: "/usr/lib/x86_64-linux-gnu/libm.so.6",
  aliases: ["/lib/x86_64-linux-gnu/libm.so.6"],
  fileBytes: 911_880,
  functions: ["sin", "cos", "exp", "log", "pow", "sqrt", "fmod", "floor", "ceil"],
  language: "c",
};
