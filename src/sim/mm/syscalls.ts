import type { StateKey } from "../world/state-key.ts";
import type { World } from "../world/world.ts";

/** The system calls of this subsystem. */
export const MEMORY_SYSCALLS = {
  name: "mm.syscalls",
  make: ({ hooks }: World) => ({
    mmap: hooks.syscall("mmap"),
    munmap: hooks.syscall("munmap"),
    brk: hooks.syscall("brk"),
    madvise: hooks.syscall("madvise"),
    mprotect: hooks.syscall("mprotect"),
    shmget: hooks.syscall("shmget"),
    shmat: hooks.syscall("shmat"),
  }),
} satisfies StateKey<World, unknown>;
