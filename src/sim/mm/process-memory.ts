import { alongNow } from "../block/kernel-path.ts";
import type { Inode } from "../files/inode.ts";
import { VFS } from "../files/vfs.ts";
import type { KernelObject } from "../memory/kernel-object.ts";
import type { UserRegion } from "../memory/user-memory.ts";
import type { Process } from "../process/process.ts";
import type { StateKey } from "../world/state-key.ts";
import type { PageOwner } from "./frames.ts";
import { MEMORY, type Memory, PAGE_BYTES } from "./memory.ts";
import { SWAP } from "./swap.ts";

/** Bits of vm_area_struct.vm_flags. Source: include/linux/mm.h, v6.12. */
const VM = { read: 1, write: 2, exec: 4, shared: 8, mayRead: 0x10, mayWrite: 0x20, mayExec: 0x40, growsDown: 0x100 } as const; // biome-ignore format: one table

/** Members of mm_struct.rss_stat: MM_FILEPAGES, MM_ANONPAGES, MM_SWAPENTS. */
export const RSS = { file: 0, anon: 1, swap: 2 } as const;

/** What a process has in memory of what it mapped: pages that it wrote, pages of files, what was swapped out. */
export class ProcessMemory implements PageOwner {
  readonly kind = "anon";
  readonly process: Process;
  readonly memory: Memory;
  /** Frames of its own, by page number. */
  readonly pages = new Map<number, number>();
  /** Slots of the swap area, by page number. */
  readonly swapped = new Map<number, number>();
  /** Pages that it shares with the process that it was forked from: copied when they are written. */
  readonly shared = new Set<number>();
  /** Pages of files that it sees. */
  readonly filePages = new Set<number>();
  readonly #areas = new Map<UserRegion, KernelObject>();

  constructor(process: Process) {
    this.process = process;
    this.memory = process.world.get(MEMORY);
  }

  get mappingAddress(): bigint {
    return this.process.mm?.address ?? 0n;
  }

  /** Resident pages. */
  get residentPages(): number {
    return this.pages.size + this.shared.size + this.filePages.size;
  }

  /** Pages by which the OOM killer judges. */
  get badness(): number {
    const tables = Math.ceil(this.residentPages / 512);
    return this.residentPages + this.swapped.size + tables;
  }

  isPresent(page: number, write: boolean): boolean {
    return this.pages.has(page) || this.filePages.has(page) || (!write && this.shared.has(page));
  }

  add(page: number, pfn: number): void {
    this.pages.set(page, pfn);
    this.shared.delete(page);
    this.swapped.delete(page);
    this.count();
  }

  /** Reclaim takes a page away. */
  forget(page: number): void {
    this.pages.delete(page);
    this.count();
  }

  /** Gives back what lies in a range of page numbers. */
  drop(first: number, end: number): void {
    const isInside = (page: number) => page >= first && page < end;
    if (end - first > this.pages.size) {
      for (const page of this.pages.keys()) if (isInside(page)) this.#free(page);
    } else for (let page = first; page < end; page++) this.#free(page);
    for (const set of [this.shared, this.filePages])
      for (const page of set) if (isInside(page)) set.delete(page);
    for (const [page, slot] of this.swapped) {
      if (!isInside(page)) continue;
      this.process.world.get(SWAP).free(slot);
      this.swapped.delete(page);
    }
    this.count();
  }

  /** Gives everything back: exit_mmap(). */
  dropAll(): void {
    this.drop(0, Number.POSITIVE_INFINITY);
    for (const area of this.#areas.values()) area.free();
    this.#areas.clear();
    this.memory.frames.dropOwner(this);
  }

  /** A forked child sees the same pages until one of both writes. */
  forkTo(child: ProcessMemory): void {
    for (const page of this.pages.keys()) child.shared.add(page);
    for (const page of this.shared) child.shared.add(page);
    for (const page of this.filePages) child.filePages.add(page);
    child.count();
    child.noteAreas();
  }

  /** In its mm_struct: resident and swapped pages. */
  count(): void {
    const { mm, ownsMemory } = this.process;
    if (mm === undefined || !ownsMemory) return;
    mm.set(`rss_stat[${RSS.file}].count`, this.filePages.size);
    mm.set(`rss_stat[${RSS.anon}].count`, this.pages.size + this.shared.size);
    mm.set(`rss_stat[${RSS.swap}].count`, this.swapped.size);
  }

  /** In its mm_struct: what is mapped. Areas that are gone are freed. */
  noteAreas(): void {
    const { mm, memory, ownsMemory } = this.process;
    if (mm === undefined || memory === undefined || !ownsMemory) return;
    const { regions } = memory;
    const pages = (wanted: (region: UserRegion) => boolean) =>
      regions.reduce((sum, region) => sum + (wanted(region) ? (region.end - region.start) / PAGE_BYTES : 0), 0);
    mm.fill({
      total_vm: pages(() => true),
      exec_vm: pages(({ access }) => access[2] === "x"),
      data_vm: pages(({ access, name }) => access[1] === "w" && name !== "[stack]"),
      stack_vm: pages(({ name }) => name === "[stack]"),
      map_count: regions.length,
      brk: memory.brk,
      owner: this.process.leader.struct,
    });
    const now = new Set(regions);
    for (const [region, area] of this.#areas) {
      if (now.has(region)) continue;
      area.free();
      this.#areas.delete(region);
    }
  }

  /** The struct vm_area_struct of a region. */
  areaOf(region: UserRegion): KernelObject {
    const known = this.#areas.get(region);
    if (known !== undefined) return known;
    const { world, mm } = this.process;
    const made = world.memory.make("vm_area_struct", {
      vm_start: region.start,
      vm_end: region.end,
      vm_mm: mm ?? null,
      vm_flags: flagsOf(region),
      vm_pgoff: region.pageOffset,
    });
    this.#areas.set(region, made);
    return made;
  }

  /** The file that a region shows. */
  inodeOf({ name }: UserRegion): Inode | undefined {
    return name.startsWith("/") ? this.process.world.get(VFS).find(name)?.dentry.inode : undefined;
  }

  #free(page: number): void {
    const pfn = this.pages.get(page);
    if (pfn === undefined) return;
    this.pages.delete(page);
    this.memory.give(pfn);
  }
}

/** As vm_flags has it. */
function flagsOf({ access, name }: UserRegion): number {
  let flags: number = VM.mayRead | VM.mayWrite | VM.mayExec;
  if (access[0] === "r") flags |= VM.read;
  if (access[1] === "w") flags |= VM.write;
  if (access[2] === "x") flags |= VM.exec;
  if (access[3] === "s") flags |= VM.shared;
  return name === "[stack]" ? flags | VM.growsDown : flags;
}

const PROCESS_MEMORY: StateKey<Process, ProcessMemory> = {
  name: "mm.process",
  make: (process) => new ProcessMemory(process),
  fork(parent, child) {
    const made = new ProcessMemory(child);
    if (child.ownsMemory) parent.forkTo(made);
    return made;
  },
  release(state, { world, mm, ownsMemory }) {
    if (mm !== undefined && ownsMemory)
      alongNow(
        world,
        [
          ["mmput", mm],
          ["exit_mmap", mm],
        ],
        () => traceExit(state),
      );
    state.dropAll();
  },
};

function traceExit({ process }: ProcessMemory): void {
  const { mm, world } = process;
  if (mm === undefined) return;
  world.hooks.fire("mmap:exit_mmap", () => ({
    args: [mm, mm.addressOf("mm_mt")],
    fields: { mm, mt: mm.addressOf("mm_mt") },
  }));
}

/** A process's memory; of a child of vfork(2) that of its parent. */
export function memoryOf(process: Process): ProcessMemory {
  if (!process.ownsMemory && process.parent !== undefined) return memoryOf(process.parent);
  return process.get(PROCESS_MEMORY);
}
