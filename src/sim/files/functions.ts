import type { KernelFunction } from "../hooks/kernel-function.ts";
import type { StateKey } from "../world/state-key.ts";
import type { World } from "../world/world.ts";

/** The system calls of this subsystem, by the names in their tracepoints. */
const SYSCALLS = [
  "open", "openat", "openat2", "creat", "close", "dup", "dup2", "dup3", "fcntl", "ioctl", "pipe2",
  "read", "write", "pread64", "pwrite64", "readv", "writev", "lseek", "sendfile64", "fallocate",
  "newstat", "newfstat", "newlstat", "newfstatat", "statx", "access", "faccessat", "faccessat2", "statfs",
  "getdents64", "getcwd", "chdir", "fchdir", "mkdir", "mkdirat", "rmdir", "unlink", "unlinkat", "rename", "renameat2",
  "link", "linkat", "symlink", "symlinkat", "readlink", "readlinkat", "chmod", "fchmod", "fchmodat", "chown", "fchown",
  "fchownat", "truncate", "ftruncate", "umask", "utimensat",
  "fsync", "fdatasync", "sync", "syncfs", "msync", "mount", "umount",
] as const; // biome-ignore format: by topic

/** Functions on the way of a file operation that programs attach to. */
const FUNCTIONS = [
  "do_sys_openat2", "do_filp_open", "path_openat", "vfs_open", "do_dentry_open", "security_file_open", "filp_close",
  "__fput", "ksys_read", "ksys_write", "vfs_read", "vfs_write", "vfs_readv", "vfs_writev", "vfs_fsync_range",
  "vfs_statx", "vfs_fstat", "vfs_getattr", "vfs_create", "vfs_mkdir", "vfs_rmdir", "vfs_unlink", "vfs_rename", "vfs_link",
  "vfs_symlink", "security_inode_create", "security_inode_unlink", "security_inode_rename", "security_inode_mkdir",
  "security_inode_getattr", "iterate_dir", "do_truncate", "ksys_sync", "notify_change", "path_mount", "path_umount",
  "pipe_read", "pipe_write", "rw_verify_area", "generic_file_open",
] as const; // biome-ignore format: by topic

type Named<N extends readonly string[], T> = Readonly<Record<N[number], T>>;

/** Handles of everything that this subsystem fires, looked up once for each world. */
export type FileFunctions = Readonly<{
  calls: Named<typeof SYSCALLS, ReturnType<World["hooks"]["syscall"]>>;
  functions: Named<typeof FUNCTIONS, KernelFunction>;
  /** A function of a file system, by its name. */
  byName(name: string): KernelFunction;
}>;

const makeCalls = lazily(SYSCALLS, (world, name) => world.hooks.syscall(name));
const makeFunctions = lazily(FUNCTIONS, (world, name) => world.hooks.function(name));

export const FILE_FUNCTIONS: StateKey<World, FileFunctions> = {
  name: "files.functions",
  make: (world) => ({
    calls: makeCalls(world),
    functions: makeFunctions(world),
    byName: (name) => world.hooks.function(name),
  }),
};

/** Makes objects of one shape, whose properties are made when they are first read. */
function lazily<N extends readonly string[], T>(
  names: N,
  make: (world: World, name: N[number]) => T,
): (world: World) => Named<N, T> {
  class Table {
    readonly world: World;
    readonly made: (T | undefined)[] = names.map(() => undefined);

    constructor(world: World) {
      this.world = world;
    }
  }
  for (const [i, name] of names.entries())
    Object.defineProperty(Table.prototype, name, {
      get(this: Table): T {
        const known = this.made[i];
        if (known !== undefined) return known;
        const value = make(this.world, name);
        this.made[i] = value;
        return value;
      },
    });
  return (world) => new Table(world) as unknown as Named<N, T>;
}
