import { DISKS } from "../block/disks.ts";
import type { Inode } from "../files/inode.ts";
import type { SuperBlock } from "../files/super-block.ts";
import type { KernelFunction } from "../hooks/kernel-function.ts";
import type { Tracepoint } from "../hooks/tracepoint.ts";
import type { StateKey } from "../world/state-key.ts";
import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import type { World } from "../world/world.ts";
import { FileLayout } from "./extents.ts";
import { FileMapping } from "./file-mapping.ts";
import { PAGE } from "./frames.ts";
import { MEMORY, type Memory } from "./memory.ts";

/** What the page cache has done so far, for tests: counts pages. */
export type CacheCounts = { hits: number; misses: number; readBytes: number; writtenBytes: number };

/** The pages of all files that are in memory. Who reads and writes them is in reading.ts, writing.ts, write-back.ts. */
export class PageCache {
  readonly world: World;
  readonly memory: Memory;
  readonly counts: CacheCounts = { hits: 0, misses: 0, readBytes: 0, writtenBytes: 0 };
  /** By inode, in the order in which they were first used. */
  readonly mappings = new Map<Inode, FileMapping>();
  readonly #layouts = new Map<SuperBlock, FileLayout>();
  readonly #markAccessed: KernelFunction;
  readonly #addFolio: KernelFunction;
  readonly #added: Tracepoint;
  readonly #deleted: Tracepoint;
  readonly #lruInsertion: Tracepoint;
  readonly #lruActivate: Tracepoint;

  constructor(world: World) {
    this.world = world;
    this.memory = world.get(MEMORY);
    const { hooks } = world;
    this.#markAccessed = hooks.function("folio_mark_accessed");
    this.#addFolio = hooks.function("filemap_add_folio");
    this.#added = hooks.tracepoint("filemap:mm_filemap_add_to_page_cache");
    this.#deleted = hooks.tracepoint("filemap:mm_filemap_delete_from_page_cache");
    this.#lruInsertion = hooks.tracepoint("pagemap:mm_lru_insertion");
    this.#lruActivate = hooks.tracepoint("pagemap:mm_lru_activate");
  }

  /** The pages of a file. */
  of(inode: Inode): FileMapping {
    const known = this.mappings.get(inode);
    if (known !== undefined) return known;
    const device = this.world.get(DISKS).byNumber(inode.sb.device);
    const made: FileMapping = new FileMapping(inode, device, (pfn) => this.#release(made, pfn));
    this.mappings.set(inode, made);
    return made;
  }

  /** Where the file's data lies on its disk; undefined for file systems without one. */
  layoutOf(mapping: FileMapping): FileLayout | undefined {
    const { device, inode } = mapping;
    if (device === undefined) return undefined;
    const known = this.#layouts.get(inode.sb);
    if (known !== undefined) return known;
    const made = new FileLayout(device);
    this.#layouts.set(inode.sb, made);
    return made;
  }

  /** A page was used: it stays longer. */
  accessed(pfn: number): void {
    if (this.#markAccessed.active)
      this.#markAccessed.callNow([this.memory.frames.pageAddress(pfn)], () => this.#touch(pfn));
    else this.#touch(pfn);
  }

  #touch(pfn: number): void {
    const activated = this.memory.frames.touch(pfn);
    if (activated && this.#lruActivate.active)
      this.#lruActivate.fire(() => {
        const folio = this.memory.frames.pageAddress(pfn);
        return { args: [folio], fields: { folio, pfn } };
      });
  }

  /** A new page of the file: its frame; undefined when there is no memory. */
  *add(task: Task, mapping: FileMapping, index: number, gfp: number): Code<number | undefined> {
    const { memory } = this;
    const pfn = memory.takeNow(mapping, index, gfp) ?? (yield* memory.take(task, mapping, index, gfp));
    if (pfn === undefined) return undefined;
    if (this.#addFolio.active) {
      const args = [mapping.mappingAddress, memory.frames.pageAddress(pfn), index, gfp];
      this.#addFolio.callNow(args, () => this.#insert(mapping, index, pfn));
    } else this.#insert(mapping, index, pfn);
    return pfn;
  }

  #insert(mapping: FileMapping, index: number, pfn: number): number {
    mapping.add(index, pfn);
    if (this.#added.active) this.#trace(this.#added, mapping, index, pfn);
    if (this.#lruInsertion.active)
      this.#lruInsertion.fire(() => {
        const folio = this.memory.frames.pageAddress(pfn);
        return { args: [folio], fields: { folio, pfn, lru: 2, flags: 0 } };
      });
    return 0;
  }

  /** Takes pages from `first` on out of memory, dirty or not; how many. */
  drop(mapping: FileMapping, first = 0): number {
    let count = 0;
    for (const [index, pfn] of mapping.pages) {
      if (index < first || mapping.reading.has(index) || mapping.writeback.has(index)) continue;
      this.#release(mapping, pfn);
      mapping.remove(index);
      this.memory.give(pfn);
      count++;
    }
    if (mapping.pages.size === 0) this.memory.frames.dropOwner(mapping);
    return count;
  }

  /** Takes the clean pages of all files out of memory: echo 1 > /proc/sys/vm/drop_caches. How many. */
  dropClean(): number {
    let count = 0;
    for (const mapping of this.mappings.values())
      for (const [index, pfn] of mapping.pages) {
        if (mapping.dirty.has(index) || mapping.reading.has(index) || mapping.writeback.has(index)) continue;
        this.#release(mapping, pfn);
        mapping.remove(index);
        this.memory.give(pfn);
        count++;
      }
    return count;
  }

  /** The file is gone. */
  forget(mapping: FileMapping): void {
    this.drop(mapping);
    this.layoutOf(mapping)?.forget(mapping.inode);
    if (mapping.pages.size === 0) this.mappings.delete(mapping.inode);
  }

  /** The page is fit to be taken away by reclaim: nobody reads or writes it. */
  isIdle(mapping: FileMapping, index: number): boolean {
    return !mapping.reading.has(index) && !mapping.writeback.has(index);
  }

  #release(mapping: FileMapping, pfn: number): void {
    if (this.#deleted.active) this.#trace(this.#deleted, mapping, this.memory.frames.indexOf(pfn), pfn);
  }

  #trace(tracepoint: Tracepoint, { inode }: FileMapping, index: number, pfn: number): void {
    tracepoint.fire(() => ({
      args: [this.memory.frames.pageAddress(pfn)],
      fields: { pfn, i_ino: inode.number, index, s_dev: inode.sb.device, order: 0 },
    }));
  }

  /** Whether all pages of a range are there and can be read; they count as used then. */
  hits(mapping: FileMapping, first: number, last: number): boolean {
    const { frames } = this.memory;
    for (let index = first; index <= last; index++) {
      const pfn = mapping.pages.get(index);
      if (pfn === undefined || frames.has(pfn, PAGE.readahead) || mapping.reading.has(index)) return false;
    }
    for (let index = first; index <= last; index++) this.accessed(mapping.pages.get(index) as number);
    this.counts.hits += last - first + 1;
    return true;
  }
}

/** The machine's page cache. */
export const PAGE_CACHE: StateKey<World, PageCache> = {
  name: "mm.page-cache",
  make: (world) => new PageCache(world),
};
