import type { Tracepoint } from "../hooks/tracepoint.ts";
import type { KernelObject } from "../memory/kernel-object.ts";
import type { Process } from "../process/process.ts";
import type { Cgroup } from "../world/cgroups.ts";
import type { StateKey } from "../world/state-key.ts";
import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import { WaitQueue } from "../world/wait-queue.ts";
import type { World } from "../world/world.ts";
import { Frames, type PageOwner } from "./frames.ts";

export const PAGE_BYTES = 4096;

/** Flags of allocations. Source: include/linux/gfp_types.h, v6.12. */
export const GFP = { kernel: 0xcc0, userHighMovable: 0x140cca, readAhead: 0x152c4a, noFs: 0xc40 } as const;

export type MemoryOptions = Readonly<{
  /** Default 8 GiB. */
  totalBytes?: number;
  /** Size of the swap area; default none. */
  swapBytes?: number;
  /** The disk or partition that is swapped to; default sda1. */
  swapDevice?: string;
}>;

const DEFAULT_BYTES = 8 * 2 ** 30;
const KERNEL_SHARE = 0.04; // what the kernel itself holds
const MIGRATE_MOVABLE = 1;
const MOST_TRIES = 100; // while dirty pages are written
const MOST_KILLS = 10; // for one page

/** Limits and usage of a cgroup's memory, in pages. */
export type MemoryGroup = {
  readonly cgroup: Cgroup;
  limitPages: number;
  usedPages: number;
  readonly struct: KernelObject;
};

/** What reclaims memory when it becomes short; see reclaim.ts. */
export interface Reclaimer {
  wakeKswapd(): void;
  /** Frees pages for an allocation that cannot be served; how many. */
  direct(task: Task): Code<number>;
  /** Frees pages of a cgroup that is over its limit; how many. */
  inGroup(task: Task, group: MemoryGroup): Code<number>;
  /** Kills a process, since nothing could be freed; false when there is none to kill. */
  outOfMemory(task: Task, group: MemoryGroup | undefined): Code<boolean>;
  /** Whether the process was chosen to die: it may use what is left. */
  isVictim(process: Process): boolean;
  /** Whether pages are dirty or being written: they can be freed later. */
  readonly isWriting: boolean;
}

/** The machine's memory: how much there is, who gets it, and what happens when it becomes short. */
export class Memory {
  readonly world: World;
  readonly frames: Frames;
  /** struct pglist_data of the only node, and its zone. */
  readonly node: KernelObject;
  readonly zone: KernelObject;
  /** Tasks that wait until kswapd has freed something. */
  readonly freed = new WaitQueue("throttle_direct_reclaim");
  reclaimer: Reclaimer | undefined;
  readonly #groups = new Map<Cgroup, MemoryGroup>();
  readonly #charged = new Map<number, MemoryGroup>();
  readonly #pageAlloc: Tracepoint;
  readonly #pageFree: Tracepoint;
  readonly #freeBatched: Tracepoint;
  #totalPages: number;

  constructor(world: World) {
    this.world = world;
    this.#totalPages = Math.floor((DEFAULT_BYTES / PAGE_BYTES) * (1 - KERNEL_SHARE));
    this.frames = new Frames(world.memory, () => this.#totalPages);
    this.#pageAlloc = world.hooks.tracepoint("kmem:mm_page_alloc");
    this.#pageFree = world.hooks.tracepoint("kmem:mm_page_free");
    this.#freeBatched = world.hooks.tracepoint("kmem:mm_page_free_batched");
    this.node = world.memory.make("pglist_data", { nr_zones: 3, node_id: 0 });
    this.zone = this.node.inner("node_zones[2]");
    this.zone.fill({ zone_pgdat: this.node, name: world.memory.text("Normal") });
    this.#noteSize();
  }

  get totalPages(): number {
    return this.#totalPages;
  }

  set totalBytes(bytes: number) {
    this.#totalPages = Math.max(1024, Math.floor((bytes / PAGE_BYTES) * (1 - KERNEL_SHARE)));
    this.#noteSize();
  }

  /** Free pages below which allocations free some themselves, kswapd begins, and kswapd ends. */
  get watermarks(): Readonly<{ min: number; low: number; high: number }> {
    const min = Math.max(32, Math.floor(Math.sqrt(this.#totalPages * 4 * 16) / 4)); // min_free_kbytes
    return {
      min,
      low: min + Math.floor(this.#totalPages / 512),
      high: min + Math.floor(this.#totalPages / 256),
    };
  }

  /** Limits the memory of a cgroup and those below it: memory.max. */
  limit(cgroup: Cgroup, bytes: number): MemoryGroup {
    const group = this.#groups.get(cgroup) ?? this.#makeGroup(cgroup);
    group.limitPages = Math.floor(bytes / PAGE_BYTES);
    group.struct.set("memory.max", group.limitPages);
    return group;
  }

  get groups(): readonly MemoryGroup[] {
    return [...this.#groups.values()];
  }

  /** The limited cgroup that a task's memory counts for. */
  groupOf(task: Task): MemoryGroup | undefined {
    if (this.#groups.size === 0) return undefined;
    for (let at: Cgroup | undefined = task.process.cgroup; at !== undefined; at = at.parent) {
      const group = this.#groups.get(at);
      if (group !== undefined) return group;
    }
    return undefined;
  }

  /** Whether a page can be taken at once, without `take`. */
  get isPlenty(): boolean {
    return this.#groups.size === 0 && this.frames.freePages > this.#totalPages >> 8;
  }

  /** Takes a page when there is plenty; undefined when `take` must be asked. */
  takeNow(owner: PageOwner, index: number, gfp: number): number | undefined {
    if (!this.isPlenty) return undefined;
    const pfn = this.frames.take(owner, index);
    if (pfn !== undefined && this.#pageAlloc.active) this.#traceAllocation(pfn, gfp);
    return pfn;
  }

  /** Takes a page, whatever it costs; undefined when there is none and no process to kill, or the task was killed. */
  *take(task: Task, owner: PageOwner, index: number, gfp: number): Code<number | undefined> {
    const now = this.takeNow(owner, index, gfp);
    if (now !== undefined) return now;
    const group = this.groupOf(task);
    if (group !== undefined && !(yield* this.#charge(task, group))) return undefined;
    const { low, min } = this.watermarks;
    if (this.frames.freePages <= low) this.reclaimer?.wakeKswapd();
    let kills = 0;
    for (let tries = 0; this.frames.freePages <= min; tries++) {
      if (this.#isDying(task)) break;
      const freed = (yield* this.reclaimer?.direct(task) ?? none()) ?? 0;
      if (freed > 0 || tries < 2 || (tries < MOST_TRIES && this.reclaimer?.isWriting === true)) continue;
      if (++kills > MOST_KILLS || !(yield* this.reclaimer?.outOfMemory(task, undefined) ?? none())) break;
      tries = 0;
    }
    const pfn = this.frames.take(owner, index);
    if (pfn === undefined) {
      if (group !== undefined) group.usedPages--;
      return undefined;
    }
    if (group !== undefined) this.#charged.set(pfn, group);
    if (this.#pageAlloc.active) this.#traceAllocation(pfn, gfp);
    return pfn;
  }

  /** Gives a page back. */
  give(pfn: number): void {
    if (this.#charged.size > 0) this.#uncharge(pfn);
    if (this.#pageFree.active)
      this.#pageFree.fire(() => ({ args: [this.frames.pageAddress(pfn), 0], fields: { pfn, order: 0 } }));
    if (this.#freeBatched.active)
      this.#freeBatched.fire(() => ({ args: [this.frames.pageAddress(pfn)], fields: { pfn } }));
    this.frames.give(pfn);
  }

  /** The limited cgroup that a page counts for. */
  chargedTo(pfn: number): MemoryGroup | undefined {
    return this.#charged.get(pfn);
  }

  *#charge(task: Task, group: MemoryGroup): Code<boolean> {
    let kills = 0;
    for (let tries = 0; group.usedPages >= group.limitPages; tries++) {
      if (this.#isDying(task)) break;
      const freed = (yield* this.reclaimer?.inGroup(task, group) ?? none()) ?? 0;
      if (freed > 0 || tries < 2 || (tries < MOST_TRIES && this.reclaimer?.isWriting === true)) continue;
      group.struct.set("memory.failcnt", group.struct.num("memory.failcnt") + 1);
      if (++kills > MOST_KILLS || !(yield* this.reclaimer?.outOfMemory(task, group) ?? none())) return false;
      tries = 0;
    }
    group.usedPages++;
    group.struct.set("memory.usage.counter", group.usedPages);
    return true;
  }

  #isDying({ process }: Task): boolean {
    return process.signals.isEnding || this.reclaimer?.isVictim(process) === true;
  }

  #uncharge(pfn: number): void {
    const group = this.#charged.get(pfn);
    if (group === undefined) return;
    this.#charged.delete(pfn);
    group.usedPages--;
    group.struct.set("memory.usage.counter", group.usedPages);
  }

  #traceAllocation(pfn: number, gfp: number): void {
    this.#pageAlloc.fire(() => ({
      args: [this.frames.pageAddress(pfn), 0, gfp, MIGRATE_MOVABLE],
      fields: { pfn, order: 0, gfp_flags: gfp, migratetype: MIGRATE_MOVABLE },
    }));
  }

  #makeGroup(cgroup: Cgroup): MemoryGroup {
    const struct = this.world.memory.make("mem_cgroup", {
      "css.cgroup": cgroup.struct,
      "id.id": Number(cgroup.id),
    });
    const group = { cgroup, limitPages: Number.POSITIVE_INFINITY, usedPages: 0, struct };
    this.#groups.set(cgroup, group);
    return group;
  }

  #noteSize(): void {
    const { min, low, high } = this.watermarks;
    this.zone.fill({
      "managed_pages.counter": this.#totalPages,
      spanned_pages: this.#totalPages,
      present_pages: this.#totalPages,
      "_watermark[0]": min,
      "_watermark[1]": low,
      "_watermark[2]": high,
    });
    this.node.fill({ node_present_pages: this.#totalPages, node_spanned_pages: this.#totalPages });
  }
}

// biome-ignore lint/correctness/useYield: it gives its value at once
function* none(): Code<undefined> {
  return undefined;
}

/** The machine's memory. */
export const MEMORY: StateKey<World, Memory> = { name: "mm.memory", make: (world) => new Memory(world) };
