import { ioWait } from "../block/io-wait.ts";
import { along, type Step } from "../block/kernel-path.ts";
import { IoBatch } from "../block/submit.ts";
import { TRANSIENT } from "../files/transient.ts";
import type { Tracepoint } from "../hooks/tracepoint.ts";
import type { Process } from "../process/process.ts";
import type { StateKey } from "../world/state-key.ts";
import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import { WaitQueue } from "../world/wait-queue.ts";
import type { World } from "../world/world.ts";
import { CACHED_IO } from "./cached-io.ts";
import { FileMapping } from "./file-mapping.ts";
import { LRU, PAGE } from "./frames.ts";
import { GFP, MEMORY, type Memory, type MemoryGroup, type Reclaimer } from "./memory.ts";
import { OomKiller } from "./oom.ts";
import { ProcessMemory } from "./process-memory.ts";
import { SWAP } from "./swap.ts";

const BATCH = 32; // SWAP_CLUSTER_MAX, include/linux/swap.h, v6.12
const SCAN_NS = 90; // of one page
const FIRST_PRIORITY = 12; // DEF_PRIORITY
const THROTTLE_NS = 100_000_000;
const ZONE_NORMAL = 2;
const FILE_LRU = 2;

/** What one round of looking at pages found. */
type Round = { scanned: number; freed: number; dirty: number; writeback: number; activated: number };

/** Frees memory: pages of files that nobody used, and pages of processes when there is a swap area. */
export class Reclaim implements Reclaimer {
  readonly #world: World;
  readonly #memory: Memory;
  readonly #oom: OomKiller;
  readonly #kswapdWait = new WaitQueue("kswapd");
  readonly #isolate: Tracepoint;
  readonly #shrunk: Tracepoint;
  #kswapdWanted = false;

  constructor(world: World) {
    this.#world = world;
    this.#memory = world.get(MEMORY);
    this.#oom = new OomKiller(world);
    this.#isolate = world.hooks.tracepoint("vmscan:mm_vmscan_lru_isolate");
    this.#shrunk = world.hooks.tracepoint("vmscan:mm_vmscan_lru_shrink_inactive");
  }

  /** What the kernel thread kswapd0 does. */
  *kswapd(task: Task): Code {
    const { hooks } = this.#world;
    this.#memory.node.set("kswapd", task.struct);
    yield* along(
      this.#world,
      [["kswapd", this.#memory.node]],
      function* (this: Reclaim): Code {
        for (;;) {
          while (!this.#kswapdWanted) yield* this.#kswapdWait.wait("S");
          hooks.fire("vmscan:mm_vmscan_kswapd_wake", () => ({
            args: [0, ZONE_NORMAL, 0],
            fields: { nid: 0, zid: ZONE_NORMAL, order: 0 },
          }));
          yield* along(this.#world, [["balance_pgdat", this.#memory.node, 0, ZONE_NORMAL]], () =>
            this.#balance(task),
          );
          this.#kswapdWanted = false;
          hooks.fire("vmscan:mm_vmscan_kswapd_sleep", () => ({ args: [0], fields: { nid: 0 } }));
        }
      }.bind(this),
    );
  }

  *#balance(task: Task): Code {
    for (let priority = FIRST_PRIORITY; priority >= 0; priority--) {
      const { high } = this.#memory.watermarks;
      const missing = high - this.#memory.frames.freePages;
      if (missing <= 0) return;
      const freed = yield* this.#shrink(task, Math.max(BATCH, missing), priority, undefined);
      this.#memory.freed.wake();
      if (freed > 0) priority = Math.min(FIRST_PRIORITY, priority + 1);
      else yield* this.#throttle(task);
    }
  }

  wakeKswapd(): void {
    if (this.#kswapdWanted) return;
    this.#kswapdWanted = true;
    this.#world.hooks.fire("vmscan:mm_vmscan_wakeup_kswapd", () => ({
      args: [0, ZONE_NORMAL, 0, GFP.userHighMovable],
      fields: { nid: 0, zid: ZONE_NORMAL, order: 0, gfp_flags: GFP.userHighMovable },
    }));
    this.#kswapdWait.wake();
  }

  /** Direct reclaim: the allocating task frees pages itself. */
  *direct(task: Task): Code<number> {
    const { hooks } = this.#world;
    const gfp = GFP.userHighMovable;
    hooks.fire("vmscan:mm_vmscan_direct_reclaim_begin", () => ({
      args: [0, gfp],
      fields: { order: 0, gfp_flags: gfp },
    }));
    const path: Step[] = [
      ["__alloc_pages_slowpath", gfp, 0],
      ["try_to_free_pages", null, 0, gfp],
      ["do_try_to_free_pages", null, this.#scanControl()],
    ];
    const freed = yield* along(this.#world, path, () => this.#until(task, BATCH, undefined));
    hooks.fire("vmscan:mm_vmscan_direct_reclaim_end", () => ({
      args: [freed],
      fields: { nr_reclaimed: freed },
    }));
    return freed;
  }

  /** Reclaim of a cgroup that came to its limit. */
  *inGroup(task: Task, group: MemoryGroup): Code<number> {
    const { hooks } = this.#world;
    const gfp = GFP.userHighMovable;
    hooks.fire("vmscan:mm_vmscan_memcg_reclaim_begin", () => ({
      args: [0, gfp],
      fields: { order: 0, gfp_flags: gfp },
    }));
    const path: Step[] = [
      ["try_charge_memcg", group.struct, gfp, 1],
      ["try_to_free_mem_cgroup_pages", group.struct, 1, gfp],
      ["do_try_to_free_pages", null, this.#scanControl()],
    ];
    const freed = yield* along(this.#world, path, () => this.#until(task, BATCH, group));
    hooks.fire("vmscan:mm_vmscan_memcg_reclaim_end", () => ({
      args: [freed],
      fields: { nr_reclaimed: freed },
    }));
    return freed;
  }

  outOfMemory(task: Task, group: MemoryGroup | undefined): Code<boolean> {
    return this.#oom.kill(task, group);
  }

  get isWriting(): boolean {
    const { writeBack } = this.#world.get(CACHED_IO);
    return writeBack.dirtyPages + writeBack.writebackPages > 0;
  }

  isVictim(process: Process): boolean {
    return this.#oom.isVictim(process);
  }

  /** Looks harder and harder until it has freed so many; how many. */
  *#until(task: Task, wanted: number, group: MemoryGroup | undefined): Code<number> {
    let freed = 0;
    for (let priority = FIRST_PRIORITY; priority >= 0 && freed < wanted; priority--) {
      const now = yield* this.#shrink(task, wanted - freed, priority, group);
      freed += now;
      if (now === 0 && priority % 4 === 0) yield* this.#throttle(task);
    }
    return freed;
  }

  /** Waits for pages that are being written, or for a moment. */
  *#throttle(task: Task): Code {
    const { writeBack } = this.#world.get(CACHED_IO);
    writeBack.startBackground(1);
    if (writeBack.writebackPages + writeBack.dirtyPages === 0) return;
    this.#world.hooks.fire("vmscan:mm_vmscan_throttled", () => ({
      args: [0, THROTTLE_NS / 1000, 0, 1],
      fields: { nid: 0, usec_timeout: THROTTLE_NS / 1000, usec_delayed: 0, reason: 1 },
    }));
    let waited = false;
    this.#world.after(THROTTLE_NS / 10, () => {
      waited = true;
      this.#memory.freed.wake();
    });
    yield* ioWait(task, this.#memory.freed, () => waited);
  }

  #shrink(task: Task, wanted: number, priority: number, group: MemoryGroup | undefined): Code<number> {
    const control = this.#scanControl();
    const path: Step[] = [
      ["shrink_node", this.#memory.node, control],
      ["shrink_lruvec", null, control],
      ["shrink_inactive_list", wanted, null, control, FILE_LRU],
    ];
    return along(this.#world, path, () => this.#lists(task, wanted, priority, group));
  }

  /** One round over the lists. How many pages it freed. */
  *#lists(task: Task, wanted: number, priority: number, group: MemoryGroup | undefined): Code<number> {
    const { frames } = this.#memory;
    this.#deactivate(LRU.activeFile, LRU.inactiveFile, priority);
    this.#deactivate(LRU.activeAnon, LRU.inactiveAnon, priority);
    const swap = this.#world.get(SWAP);
    let freed = 0;
    const fileShare = Math.max(BATCH, frames.count(LRU.inactiveFile) >> priority);
    const file = yield* this.#scan(task, LRU.inactiveFile, Math.min(fileShare, wanted * 4), wanted, group);
    freed += file.freed;
    if (freed < wanted && swap.freePages > 0) {
      const share = Math.max(BATCH, frames.count(LRU.inactiveAnon) >> priority);
      freed += (yield* this.#scan(task, LRU.inactiveAnon, Math.min(share, wanted * 4), wanted - freed, group))
        .freed;
    }
    return freed;
  }

  /** Keeps the inactive list at least half as long as the active one. */
  #deactivate(active: number, inactive: number, priority: number): void {
    const { frames } = this.#memory;
    const most = Math.max(BATCH, frames.count(active) >> priority);
    for (let i = 0; i < most && frames.count(inactive) * 2 < frames.count(active); i++) {
      const pfn = frames.oldest(active);
      if (pfn === undefined) return;
      frames.rotate(pfn, true);
    }
  }

  *#scan(task: Task, lru: number, most: number, wanted: number, group: MemoryGroup | undefined): Code<Round> {
    const { frames } = this.#memory;
    const round: Round = { scanned: 0, freed: 0, dirty: 0, writeback: 0, activated: 0 };
    const batch = new IoBatch(task);
    const limit = Math.min(frames.count(lru), group === undefined ? most : frames.count(lru));
    const swapped: (() => void)[] = [];
    while (round.scanned < limit && round.freed + swapped.length < wanted) {
      const pfn = frames.oldest(lru);
      if (pfn === undefined) break;
      round.scanned++;
      if (group !== undefined && this.#memory.chargedTo(pfn) !== group) frames.rotate(pfn);
      else yield* this.#page(task, pfn, round, batch, swapped);
    }
    const wait = this.#world.spend(SCAN_NS * round.scanned);
    if (wait !== undefined) yield wait;
    if (swapped.length > 0) {
      yield* batch.wait();
      for (const free of swapped) free();
      round.freed += swapped.length;
    }
    this.#traceRound(lru, most, round);
    return round;
  }

  /** Frees one page when it can be. */
  *#page(task: Task, pfn: number, round: Round, batch: IoBatch, swapped: (() => void)[]): Code {
    const { frames } = this.#memory;
    const owner = frames.ownerOf(pfn);
    const index = frames.indexOf(pfn);
    if (frames.has(pfn, PAGE.referenced)) {
      frames.rotate(pfn);
      round.activated++;
    } else if (owner instanceof FileMapping) {
      if (owner.dirty.has(index) || owner.writeback.has(index) || owner.reading.has(index)) {
        if (owner.dirty.has(index)) round.dirty++;
        else round.writeback++;
        frames.rotate(pfn);
        return;
      }
      owner.forget(index, pfn);
      this.#memory.give(pfn);
      round.freed++;
    } else if (owner instanceof ProcessMemory) yield* this.#swapOut(task, owner, index, pfn, batch, swapped);
  }

  *#swapOut(
    task: Task,
    owner: ProcessMemory,
    index: number,
    pfn: number,
    batch: IoBatch,
    swapped: (() => void)[],
  ): Code {
    const { frames } = this.#memory;
    const swap = this.#world.get(SWAP);
    const slot = swap.take();
    frames.rotate(pfn);
    if (slot === undefined) return;
    const page = () => frames.pageAddress(pfn);
    const folio = { get address() { return page(); } }; // biome-ignore format: one getter
    yield* along(this.#world, [["add_to_swap", folio]], () => swap.write(task, batch, slot, page));
    swapped.push(() => {
      if (frames.ownerOf(pfn) !== owner || owner.pages.get(index) !== pfn) return swap.free(slot);
      owner.swapped.set(index, slot);
      owner.forget(index);
      this.#memory.give(pfn);
    });
  }

  #traceRound(lru: number, requested: number, { scanned, freed, dirty, writeback, activated }: Round): void {
    const isFile = lru >= FILE_LRU;
    this.#isolate.fire(() => ({
      args: [ZONE_NORMAL, 0, requested, scanned, 0, scanned, lru],
      fields: {
        highest_zoneidx: ZONE_NORMAL,
        order: 0,
        nr_requested: requested,
        nr_scanned: scanned,
        nr_skipped: 0,
        nr_taken: scanned,
        lru,
      },
    }));
    this.#shrunk.fire(() => ({
      args: [0, scanned, freed, null, FIRST_PRIORITY, isFile],
      fields: {
        nid: 0, nr_scanned: scanned, nr_reclaimed: freed, nr_dirty: dirty, nr_writeback: writeback, nr_congested: 0,
        nr_immediate: 0, nr_activate0: 0, nr_activate1: activated, nr_ref_keep: 0, nr_unmap_fail: 0,
        priority: FIRST_PRIORITY, reclaim_flags: isFile ? 2 : 1,
      }, // biome-ignore format: one record
    }));
  }

  #scanControl() {
    return this.#world.get(TRANSIENT).lazy("scan_control", () => ({
      nr_to_reclaim: BATCH,
      priority: FIRST_PRIORITY,
      gfp_mask: GFP.userHighMovable,
    }));
  }
}

/** What frees the machine's memory. */
export const RECLAIM: StateKey<World, Reclaim> = { name: "mm.reclaim", make: (world) => new Reclaim(world) };
