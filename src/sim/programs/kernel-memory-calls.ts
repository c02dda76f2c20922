import { PAGE_BYTES } from "../memory/user-memory.ts";
import type { StateKey } from "../world/state-key.ts";
import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import type { World } from "../world/world.ts";

const ENOMEM = 12;
const BRK_NS = 900;
const MAP_NS = 1_400;
const PROT_READ_WRITE = 3;
const MAP_PRIVATE_ANONYMOUS = 0x22;
const SYSCALLS = {
  name: "programs.memory-syscalls",
  make: ({ hooks }: World) => ({
    brk: hooks.syscall("brk"),
    mmap: hooks.syscall("mmap"),
    munmap: hooks.syscall("munmap"),
  }),
} satisfies StateKey<World, unknown>;

/** Moves the end of the heap by `bytes`; where it was, or a negative errno. */
export function* growBreak(task: Task, bytes: number): Code<number> {
  const { memory } = task.process;
  if (memory === undefined) return -ENOMEM;
  const { brk } = task.world.get(SYSCALLS);
  const before = memory.brk;
  const after = yield* brk.run(task, [before + bytes], function* () {
    yield* task.world.compute(BRK_NS);
    const end = memory.setBrk(before + bytes);
    task.process.mm?.set("brk", end);
    return end;
  });
  return after === before + bytes ? before : -ENOMEM;
}

/** mmap(2) of anonymous memory; its address or a negative errno. */
export function mapPages(task: Task, bytes: number): Code<number> {
  const { memory } = task.process;
  const { mmap } = task.world.get(SYSCALLS);
  const size = Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES;
  return mmap.run(task, [0, size, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0], function* () {
    yield* task.world.compute(MAP_NS);
    return memory === undefined ? -ENOMEM : memory.mapAnywhere(size).start;
  });
}

/** munmap(2). */
export function unmapPages(task: Task, start: number, bytes: number): Code<number> {
  const { memory } = task.process;
  const { munmap } = task.world.get(SYSCALLS);
  const size = Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES;
  return munmap.run(task, [start, size], function* () {
    yield* task.world.compute(MAP_NS);
    memory?.unmap(start, size);
    return 0;
  });
}
