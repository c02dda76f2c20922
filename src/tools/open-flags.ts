/** Stands for O_RDONLY, which has no bit of its own; no flag of open has this one. */
export const READ_ONLY = 1 << 30;

// Source: include/uapi/asm-generic/fcntl.h, v6.12. Of names that hold other flags, the bit that is theirs alone:
// O_SYNC is __O_SYNC | O_DSYNC, O_TMPFILE is __O_TMPFILE | O_DIRECTORY.
const COMMON = {
  O_RDONLY: READ_ONLY,
  O_WRONLY: 0o1,
  O_RDWR: 0o2,
  O_CREAT: 0o100,
  O_EXCL: 0o200,
  O_NOCTTY: 0o400,
  O_TRUNC: 0o1000,
  O_APPEND: 0o2000,
  O_NONBLOCK: 0o4000,
  O_NDELAY: 0o4000,
  O_DSYNC: 0o10000,
  O_ASYNC: 0o20000,
  O_NOATIME: 0o1000000,
  O_CLOEXEC: 0o2000000,
  O_SYNC: 0o4000000,
  O_PATH: 0o10000000,
  O_TMPFILE: 0o20000000,
};

/** The bits of open's flags by their names. Source for aarch64: arch/arm64/include/uapi/asm/fcntl.h, v6.12. */
export const OPEN_FLAGS = {
  x86_64: { ...COMMON, O_DIRECT: 0o40000, O_LARGEFILE: 0o100000, O_DIRECTORY: 0o200000, O_NOFOLLOW: 0o400000 },
  aarch64: { ...COMMON, O_DIRECTORY: 0o40000, O_NOFOLLOW: 0o100000, O_DIRECT: 0o200000, O_LARGEFILE: 0o400000 },
};
