import { along } from "../block/kernel-path.ts";
import { ERRNO } from "../errno.ts";
import { DESCRIPTORS } from "../files/descriptors.ts";
import { pathOf } from "../files/mount.ts";
import type { UserRegion } from "../memory/user-memory.ts";
import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import { CACHED_IO } from "./cached-io.ts";
import { FAULTS } from "./faults.ts";
import { PAGE_BYTES } from "./memory.ts";
import { memoryOf } from "./process-memory.ts";
import { MEMORY_SYSCALLS } from "./syscalls.ts";

export type MapOptions = Readonly<{
  /** "r", "rw", "rx"; default "rw". */
  access?: "r" | "rw" | "rx" | "rwx";
  /** Descriptor of the file that is mapped; without it memory of zeros. */
  fd?: number;
  /** Bytes into the file. */
  offset?: number;
  /** Others see what is written. */
  shared?: boolean;
}>;

export type Advice = "normal" | "willneed" | "dontneed" | "free" | "hugepage";

/** include/uapi/asm-generic/mman-common.h, v6.12. */
const PROT = { r: 1, w: 2, x: 4 } as const;
const MAP = { shared: 1, private: 2, anonymous: 0x20 } as const;
const ADVICE: Readonly<Record<Advice, number>> = { normal: 0, willneed: 3, dontneed: 4, free: 8, hugepage: 14 };
const MMAP_NS = 1_600;
const PAGE_FREE_NS = 60;

/** mmap(2): the address, or a negative errno. */
export function mmap(task: Task, bytes: number, options: MapOptions = {}): Code<number> {
  const { access = "rw", fd = -1, offset = 0, shared = false } = options;
  const { world, process } = task;
  const prot = protection(access);
  const flags = (shared ? MAP.shared : MAP.private) | (fd < 0 ? MAP.anonymous : 0);
  return world.get(MEMORY_SYSCALLS).mmap.run(task, [0, bytes, prot, flags, fd, offset], function* () {
    const file = fd < 0 ? undefined : process.get(DESCRIPTORS).get(fd);
    if (fd >= 0 && file === undefined) return -ERRNO.EBADF;
    const { memory } = process;
    if (bytes <= 0 || memory === undefined) return -ERRNO.EINVAL;
    const args = [file ?? null, 0, bytes, prot, flags];
    const path = [["vm_mmap_pgoff", ...args, offset / PAGE_BYTES], ["do_mmap", ...args, 0, offset / PAGE_BYTES],
      ["mmap_region", file ?? null, 0, bytes, prot, offset / PAGE_BYTES]] as const; // biome-ignore format: a stack
    return yield* along(world, path, function* (): Code<number> {
      yield* world.compute(MMAP_NS);
      const refused = world.hooks.lsm("mmap_file", [file ?? null, prot, prot, flags]);
      if (refused !== 0) return refused;
      const name = file === undefined ? "" : pathOf(file.place);
      const region = memory.mapAnywhere(bytes, {
        access: `${access.padEnd(2, "-").includes("w") ? "rw" : "r-"}${access.includes("x") ? "x" : "-"}${shared ? "s" : "p"}`,
        name,
        pageOffset: Math.floor(offset / PAGE_BYTES),
      });
      const own = memoryOf(process);
      own.noteAreas();
      if (file !== undefined) own.areaOf(region).set("vm_file", file.struct);
      return region.start;
    });
  });
}

/** munmap(2). 0 or a negative errno. */
export function munmap(task: Task, address: number, bytes: number): Code<number> {
  const { world, process } = task;
  return world.get(MEMORY_SYSCALLS).munmap.run(task, [address, bytes], () =>
    along(
      world,
      [
        ["__vm_munmap", address, bytes, 1],
        ["do_vmi_munmap", null, process.mm, address, bytes],
      ],
      function* (): Code<number> {
        if (address % PAGE_BYTES !== 0 || bytes <= 0) return -ERRNO.EINVAL;
        const pages = Math.ceil(bytes / PAGE_BYTES);
        yield* world.compute(MMAP_NS);
        const own = memoryOf(process);
        yield* world.compute(Math.min(pages, own.pages.size) * PAGE_FREE_NS);
        own.drop(address / PAGE_BYTES, address / PAGE_BYTES + pages);
        process.memory?.carve(address, address + pages * PAGE_BYTES);
        process.memory?.unmap(address, pages * PAGE_BYTES);
        own.noteAreas();
        return 0;
      },
    ),
  );
}

/** brk(2): grows the heap by some bytes, or shrinks it; its end before that, as sbrk(3) gives it. */
export function* sbrk(task: Task, bytes: number): Code<number> {
  const { world, process } = task;
  const { memory } = process;
  if (memory === undefined) return -ERRNO.ENOMEM;
  const before = memory.brk;
  const to = before + bytes;
  yield* world.get(MEMORY_SYSCALLS).brk.run(task, [to], () =>
    along(world, bytes > 0 ? [["do_brk_flags", null, null, before, bytes, 0]] : [], function* (): Code<number> {
      yield* world.compute(MMAP_NS);
      const own = memoryOf(process);
      if (bytes < 0) own.drop(Math.ceil(to / PAGE_BYTES), Math.ceil(before / PAGE_BYTES));
      const end = memory.setBrk(to);
      own.noteAreas();
      return end;
    }),
  );
  return before;
}

/** madvise(2). 0 or a negative errno. */
export function madvise(task: Task, address: number, bytes: number, advice: Advice): Code<number> {
  const { world, process } = task;
  const number = ADVICE[advice];
  return world.get(MEMORY_SYSCALLS).madvise.run(task, [address, bytes, number], () =>
    along(world, [["do_madvise", process.mm, address, bytes, number]], function* (): Code<number> {
      yield* world.compute(MMAP_NS);
      const first = Math.floor(address / PAGE_BYTES);
      const end = Math.ceil((address + bytes) / PAGE_BYTES);
      if (advice === "dontneed" || advice === "free") memoryOf(process).drop(first, end);
      if (advice !== "willneed") return 0;
      const region = process.memory?.regionAt(address);
      const inode = region && memoryOf(process).inodeOf(region);
      if (region === undefined || inode === undefined) return 0;
      const { reader, cache } = world.get(CACHED_IO);
      const at = region.pageOffset + first - region.start / PAGE_BYTES;
      const ra = { start: 0, size: 0, asyncSize: 0, previous: at - 1 };
      yield* reader.pages.missing({ task, mapping: cache.of(inode), ra, file: null }, at, end - first);
      return 0;
    }),
  );
}

/** mprotect(2). 0 or a negative errno. */
export function mprotect(
  task: Task,
  address: number,
  bytes: number,
  access: "r" | "rw" | "rx" | "rwx" | "",
): Code<number> {
  const { world, process } = task;
  const prot = protection(access);
  return world.get(MEMORY_SYSCALLS).mprotect.run(task, [address, bytes, prot], () =>
    along(world, [["do_mprotect_pkey", address, bytes, prot, -1]], function* (): Code<number> {
      yield* world.compute(MMAP_NS);
      const { memory } = process;
      const end = address + Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES;
      if (memory?.regionAt(address) === undefined) return -ERRNO.ENOMEM;
      const refused = world.hooks.lsm("file_mprotect", [null, prot, prot]);
      if (refused !== 0) return refused;
      memory.carve(address, end);
      const bits = `${access.includes("r") ? "r" : "-"}${access.includes("w") ? "w" : "-"}${access.includes("x") ? "x" : "-"}`;
      memory.changeRegions((region: UserRegion) =>
        region.start >= address && region.end <= end
          ? { ...region, access: `${bits}${region.access[3]}` }
          : region,
      );
      memoryOf(process).noteAreas();
      return 0;
    }),
  );
}

/** Uses memory: pages that are not there yet fault. `write`: default true. False when some of it is not mapped. */
export function touch(task: Task, address: number, bytes: number, write = true): Code<boolean> {
  return task.world.get(FAULTS).touch(task, address, bytes, write);
}

/** Gets memory and uses all of it, as a program that fills what it allocates; its address, or a negative errno. */
export function* allocate(task: Task, bytes: number): Code<number> {
  const { process } = task;
  const get = (): Code<number> => mmap(task, bytes);
  const address = process.hasFunction("malloc")
    ? yield* task.thread.enter("malloc", [bytes], get)
    : yield* get();
  if (address > 0) yield* touch(task, address, bytes);
  return address;
}

/** Gives memory of `allocate` back. */
export function* release(task: Task, address: number, bytes: number): Code {
  const { process } = task;
  const give = (): Code<number> => munmap(task, address, bytes);
  if (process.hasFunction("free")) yield* task.thread.enter("free", [address], give);
  else yield* give();
}

function protection(access: string): number {
  return (
    (access.includes("r") ? PROT.r : 0) |
    (access.includes("w") ? PROT.w : 0) |
    (access.includes("x") ? PROT.x : 0)
  );
}
