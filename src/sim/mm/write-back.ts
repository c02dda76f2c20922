import { Bio } from "../block/bio.ts";
import { ioWait } from "../block/io-wait.ts";
import { along, type Step } from "../block/kernel-path.ts";
import { finishPlug, startPlug } from "../block/plug.ts";
import { REQ, REQ_OP } from "../block/request-flags.ts";
import { submitBio } from "../block/submit.ts";
import { TRANSIENT } from "../files/transient.ts";
import type { Addressed } from "../hooks/word.ts";
import type { KernelObject } from "../memory/kernel-object.ts";
import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import { WaitQueue } from "../world/wait-queue.ts";
import type { FileMapping } from "./file-mapping.ts";
import { PAGE } from "./frames.ts";
import { fsPaths } from "./fs-paths.ts";
import { PAGE_BYTES } from "./memory.ts";
import type { PageCache } from "./page-cache.ts";
import { WriteBackTrace } from "./write-back-trace.ts";

const INTERVAL_NS = 5e9; // dirty_writeback_interval, mm/page-writeback.c, v6.12
const EXPIRES_NS = 30e9; // dirty_expire_interval
const BACKGROUND_SHARE = 0.1; // dirty_background_ratio
const DIRTY_SHARE = 0.2; // dirty_ratio
const MOST_BIO_PAGES = 256;
const PAGE_NS = 300;
const NETWORK_NS = 1_200_000;

/** Why pages are written: enum wb_reason. */
export const WB_REASON = { background: 0, vmscan: 1, sync: 2, periodic: 3 } as const;

export type WriteOptions = Readonly<{
  /** Somebody waits for it: WB_SYNC_ALL. */
  sync: boolean;
  reason: number;
}>;

/** Brings dirty pages to their disks: on request, when they are old, when there are too many. */
export class WriteBack {
  readonly #cache: PageCache;
  readonly #trace: WriteBackTrace;
  readonly #cleaned = new WaitQueue("balance_dirty_pages");
  readonly #dirtyMappings = new Set<FileMapping>();
  #dirtyPages = 0;
  #writebackPages = 0;
  #isPlanned = false;
  #isRunning = false;

  constructor(cache: PageCache) {
    this.#cache = cache;
    this.#trace = new WriteBackTrace(cache);
  }

  /** Pages that are dirty, and that are on their way to a disk. */
  get dirtyPages(): number {
    return this.#dirtyPages;
  }

  get writebackPages(): number {
    return this.#writebackPages;
  }

  /** The name of a file's backing device in tracepoints: "8:0". */
  nameOf(mapping: FileMapping): string {
    return this.#trace.nameOf(mapping);
  }

  /** A page became dirty. */
  dirtied(mapping: FileMapping): void {
    const { world } = this.#cache;
    this.#dirtyPages++;
    mapping.dirtiedNs ??= world.nowNs;
    this.#dirtyMappings.add(mapping);
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    world.workqueues.queueAfter(INTERVAL_NS, this.#work(WB_REASON.periodic));
  }

  /** Dirty pages were dropped: their file was cut or removed. */
  undirtied(mapping: FileMapping, count: number): void {
    this.#dirtyPages -= count;
    if (mapping.dirty.size === 0) this.#clean(mapping);
  }

  /** Lets a writer wait when there are too many dirty pages: balance_dirty_pages(). */
  *balance(task: Task, mapping: FileMapping): Code {
    const { world, memory } = this.#cache;
    const unwritten = this.#dirtyPages + this.#writebackPages;
    if (this.#dirtyPages < memory.totalPages * BACKGROUND_SHARE) return;
    this.startBackground(WB_REASON.background);
    const limit = memory.totalPages * DIRTY_SHARE;
    if (unwritten <= limit) return;
    yield* along(
      world,
      [["balance_dirty_pages_ratelimited", mapping.mappingAddress], ["balance_dirty_pages"]],
      function* (this: WriteBack): Code {
        const startNs = world.nowNs;
        this.#trace.balance(mapping, Math.floor(limit), unwritten, 200);
        while (this.#dirtyPages + this.#writebackPages > limit && world.nowNs - startNs < 1e9)
          yield* ioWait(task, this.#cleaned, () => this.#dirtyPages + this.#writebackPages <= limit);
      }.bind(this),
    );
  }

  /** Has a kernel thread write what is dirty. */
  startBackground(reason: number): void {
    if (this.#isRunning || this.#dirtyPages === 0) return;
    this.#isRunning = true;
    this.#cache.world.workqueues.queue(this.#work(reason));
  }

  #work(reason: number) {
    return {
      function: "wb_workfn",
      queue: "writeback",
      run: (task: Task) => this.#flush(task, reason),
    };
  }

  /** What the flusher thread does: wb_workfn(). */
  *#flush(task: Task, reason: number): Code {
    const { world } = this.#cache;
    const before = world.nowNs - EXPIRES_NS;
    const isPeriodic = reason === WB_REASON.periodic;
    if (isPeriodic) this.#isPlanned = false;
    const chosen = [...this.#dirtyMappings].filter(
      ({ dirtiedNs = 0 }) => !isPeriodic || dirtiedNs <= before || this.#dirtyPages > this.#backgroundLimit,
    );
    const [first] = chosen;
    if (first !== undefined) {
      this.#trace.work("writeback_start", first, reason);
      const work = this.#trace.workObject(reason);
      const { inode } = first;
      const bdi = this.#trace.bdiOf(first);
      const path: Step[] = [
        ["wb_do_writeback", bdi.addressOf("wb")],
        ["wb_writeback", bdi.addressOf("wb"), work],
        ["writeback_sb_inodes", inode.sb.struct, bdi.addressOf("wb"), work],
      ];
      let written = 0;
      yield* along(
        world,
        path,
        function* (this: WriteBack): Code {
          this.#trace.queueIo(first, chosen.length, reason);
          for (const mapping of chosen)
            written += yield* this.writeInode(task, mapping, { sync: false, reason });
        }.bind(this),
      );
      this.#trace.work("writeback_written", first, reason);
      world.hooks.fire("writeback:writeback_pages_written", () => ({
        args: [written],
        fields: { pages: written },
      }));
    }
    this.#isRunning = false;
    if (this.#dirtyMappings.size === 0 || this.#isPlanned) return;
    this.#isPlanned = true;
    world.workqueues.queueAfter(INTERVAL_NS, this.#work(WB_REASON.periodic));
  }

  get #backgroundLimit(): number {
    return this.#cache.memory.totalPages * BACKGROUND_SHARE;
  }

  /** Writes an inode's pages, as flushers do: __writeback_single_inode(). How many. */
  *writeInode(task: Task, mapping: FileMapping, options: WriteOptions): Code<number> {
    const { inode } = mapping;
    const wbc = this.#control(options, mapping);
    const dirty = mapping.dirty.size;
    this.#trace.inode("writeback_single_inode_start", mapping, wbc, dirty, 0);
    let written = 0;
    yield* along(
      this.#cache.world,
      [["__writeback_single_inode", inode.struct, wbc]],
      function* (this: WriteBack): Code {
        written = yield* this.writePages(task, mapping, options);
      }.bind(this),
    );
    inode.struct.set("i_state", 0);
    this.#trace.inode("writeback_single_inode", mapping, wbc, dirty - written, written);
    return written;
  }

  /** Writes the dirty pages of a file: do_writepages(). Does not wait until they are written; how many. */
  *writePages(task: Task, mapping: FileMapping, options: WriteOptions): Code<number> {
    const indices = [...mapping.dirty].sort((a, b) => a - b);
    if (indices.length === 0) return 0;
    const { inode } = mapping;
    const wbc = this.#control(options, mapping);
    const { writepages } = fsPaths(inode.sb.kind.name);
    const address = mapping.mappingAddress;
    this.#trace.pages("start", mapping, wbc, indices.length, options);
    const path: Step[] = [
      ["do_writepages", address, wbc],
      [writepages, address, wbc],
    ];
    yield* along(
      this.#cache.world,
      path,
      function* (this: WriteBack): Code {
        startPlug(task);
        for (let at = 0; at < indices.length; )
          at += yield* this.#writeRun(task, mapping, indices, at, options);
        finishPlug(task);
      }.bind(this),
    );
    this.#trace.pages("end", mapping, wbc, indices.length, options);
    return indices.length;
  }

  /** Writes pages that lie behind each other on the disk with one bio; how many. */
  *#writeRun(
    task: Task,
    mapping: FileMapping,
    indices: readonly number[],
    at: number,
    { sync }: WriteOptions,
  ): Code<number> {
    const first = indices[at] as number;
    const layout = this.#cache.layoutOf(mapping);
    const extent = layout?.extentOf(mapping.inode, first);
    let count = 0;
    for (const index of indices.slice(at, at + MOST_BIO_PAGES)) {
      if (index !== first + count || (extent !== undefined && index >= extent.index + extent.pages)) break;
      this.#begin(mapping, index);
      count++;
    }
    const { world } = this.#cache;
    const wait = world.spend(PAGE_NS * count);
    if (wait !== undefined) yield wait;
    const { device } = mapping;
    if (layout === undefined || device === undefined) {
      world.after(NETWORK_NS, () => this.#done(mapping, first, count, 0));
      return count;
    }
    const io = {
      flags: REQ_OP.write | (sync ? REQ.sync : 0),
      sector: layout.sectorOf(mapping.inode, first),
      bytes: count * PAGE_BYTES,
      page: () => this.#cache.memory.frames.pageAddress(mapping.pages.get(first) ?? 0),
    };
    yield* submitBio(task, new Bio(device, io, (error) => this.#done(mapping, first, count, error)));
    return count;
  }

  #begin(mapping: FileMapping, index: number): void {
    const { frames } = this.#cache.memory;
    const pfn = mapping.pages.get(index);
    if (mapping.dirty.delete(index)) this.#dirtyPages--;
    if (!mapping.writeback.has(index)) this.#writebackPages++;
    mapping.writeback.add(index);
    if (pfn !== undefined) {
      frames.clear(pfn, PAGE.dirty);
      frames.set(pfn, PAGE.writeback);
    }
    if (mapping.dirty.size === 0) this.#clean(mapping);
  }

  /** Pages were written: in the interrupt. */
  #done(mapping: FileMapping, first: number, count: number, error: number): void {
    const { frames } = this.#cache.memory;
    for (let index = first; index < first + count; index++) {
      if (mapping.writeback.delete(index)) this.#writebackPages--;
      const pfn = mapping.pages.get(index);
      if (pfn !== undefined) frames.clear(pfn, PAGE.writeback);
    }
    if (error !== 0) mapping.writeError = error;
    this.#cache.counts.writtenBytes += count * PAGE_BYTES;
    mapping.changed.wake();
    this.#cleaned.wake();
  }

  #clean(mapping: FileMapping): void {
    mapping.dirtiedNs = undefined;
    this.#dirtyMappings.delete(mapping);
  }

  /** Until everything of the file that is on its way has arrived. */
  *wait(task: Task, mapping: FileMapping): Code {
    if (mapping.writeback.size === 0) return;
    const path: Step[] = [
      ["folio_wait_writeback", null],
      ["folio_wait_bit_common", null, 1, 2, 0],
    ];
    yield* along(this.#cache.world, path, () =>
      ioWait(task, mapping.changed, () => mapping.writeback.size === 0),
    );
  }

  /** Files of a file system with pages that are not written. */
  unwrittenOf(sbStruct: KernelObject): FileMapping[] {
    return [...this.#cache.mappings.values()].filter(
      (mapping) => mapping.inode.sb.struct === sbStruct && (mapping.unwritten > 0 || mapping.inodeDirty),
    );
  }

  #control({ sync, reason }: WriteOptions, mapping: FileMapping): Addressed {
    return this.#cache.world.get(TRANSIENT).lazy("writeback_control", () => ({
      nr_to_write: mapping.dirty.size,
      range_start: 0,
      range_end: 0x7fff_ffff_ffff_ffffn,
      sync_mode: sync ? 1 : 0,
      for_background: reason === WB_REASON.background ? 1 : 0,
      for_kupdate: reason === WB_REASON.periodic ? 1 : 0,
      for_sync: reason === WB_REASON.sync ? 1 : 0,
      range_cyclic: sync ? 0 : 1,
    }));
  }
}
