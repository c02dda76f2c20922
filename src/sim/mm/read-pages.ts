import { Bio } from "../block/bio.ts";
import { ioWait } from "../block/io-wait.ts";
import { along, type Step } from "../block/kernel-path.ts";
import { finishPlug, startPlug } from "../block/plug.ts";
import { REQ, REQ_OP } from "../block/request-flags.ts";
import { submitBio } from "../block/submit.ts";
import { TRANSIENT } from "../files/transient.ts";
import type { Word } from "../hooks/word.ts";
import type { KernelObject } from "../memory/kernel-object.ts";
import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import { SECTORS_PER_PAGE } from "./extents.ts";
import type { FileMapping, ReadAhead } from "./file-mapping.ts";
import { PAGE } from "./frames.ts";
import { fsPaths } from "./fs-paths.ts";
import { GFP, PAGE_BYTES } from "./memory.ts";
import type { PageCache } from "./page-cache.ts";

const MOST_READ_AHEAD = 32; // pages; VM_READAHEAD_PAGES, include/linux/pagemap.h, v6.12
const MOST_BIO_PAGES = 256; // BIO_MAX_VECS
const NETWORK_NS = 900_000; // for file systems whose server is elsewhere

/** A file that is read, and how its reader goes through it. */
export type Reading = Readonly<{ task: Task; mapping: FileMapping; ra: ReadAhead; file: KernelObject | null }>;

/** Brings pages into memory that are missing, with those that will be needed next. */
export class PageReader {
  readonly #cache: PageCache;

  constructor(cache: PageCache) {
    this.#cache = cache;
  }

  /** A page is missing, and `wanted` are from there on: page_cache_sync_ra(). */
  *missing(reading: Reading, index: number, wanted: number): Code {
    const { ra, mapping } = reading;
    const isSequential = index === 0 || index === ra.previous + 1 || index === ra.previous;
    const request = Math.min(wanted, MOST_READ_AHEAD);
    if (isSequential || wanted > MOST_READ_AHEAD) {
      const size = firstWindow(request);
      Object.assign(ra, { start: index, size, asyncSize: size > request ? size - request : size });
    } else Object.assign(ra, { start: index, size: request, asyncSize: 0 });
    this.#trace("page_cache_sync_ra", reading, index, wanted);
    const control = this.#control(reading, index, ra.size);
    yield* along(this.#world(mapping), [["page_cache_sync_ra", control, wanted]], () =>
      this.#readAhead(reading, control),
    );
  }

  /** The reader came to the page that asks for the next window: page_cache_async_ra(). */
  *goOn(reading: Reading, index: number, wanted: number): Code {
    const { ra, mapping } = reading;
    const { frames } = this.#cache.memory;
    const pfn = mapping.pages.get(index);
    if (pfn !== undefined) frames.clear(pfn, PAGE.readahead);
    const size = Math.min(MOST_READ_AHEAD, ra.size * (ra.size < MOST_READ_AHEAD / 16 ? 4 : 2));
    Object.assign(ra, { start: ra.start + ra.size, size, asyncSize: size });
    this.#trace("page_cache_async_ra", reading, index, wanted);
    const control = this.#control(reading, ra.start, size);
    const folio = pfn === undefined ? null : frames.pageAddress(pfn);
    yield* along(this.#world(mapping), [["page_cache_async_ra", control, folio, wanted]], () =>
      this.#readAhead(reading, control),
    );
  }

  *#readAhead(reading: Reading, control: Word): Code {
    const { ra, mapping } = reading;
    const lookahead = ra.asyncSize;
    const path: Step[] = [
      ["page_cache_ra_order", control, reading.file?.addressOf("f_ra") ?? null],
      ["do_page_cache_ra", control, ra.size, lookahead],
      ["page_cache_ra_unbounded", control, ra.size, lookahead],
    ];
    this.#traceUnbounded(reading);
    yield* along(this.#world(mapping), path, () => this.#load(reading, ra.start, ra.size, control));
    const marked = mapping.pages.get(ra.start + ra.size - lookahead);
    if (lookahead > 0 && marked !== undefined) this.#cache.memory.frames.set(marked, PAGE.readahead);
  }

  /** Adds the missing pages of a range and reads them. */
  *#load({ task, mapping }: Reading, first: number, count: number, control: Word): Code {
    const last = Math.min(first + count, Math.ceil(mapping.inode.size / PAGE_BYTES)) - 1;
    let run = first;
    for (let index = first; index <= last; index++) {
      if (mapping.pages.has(index)) {
        yield* this.#readRun(task, mapping, run, index - run, control);
        run = index + 1;
        continue;
      }
      mapping.reading.add(index);
      const pfn = yield* this.#cache.add(task, mapping, index, GFP.readAhead);
      this.#cache.counts.misses++;
      if (pfn !== undefined) continue;
      mapping.reading.delete(index);
      yield* this.#readRun(task, mapping, run, index - run, control);
      return;
    }
    yield* this.#readRun(task, mapping, run, last + 1 - run, control);
  }

  /** Reads pages that are next to each other in the file: read_pages(). */
  *#readRun(task: Task, mapping: FileMapping, first: number, count: number, control: Word): Code {
    if (count <= 0) return;
    const { world } = this.#cache;
    const layout = this.#cache.layoutOf(mapping);
    if (layout === undefined) {
      world.after(NETWORK_NS, () => this.#done(mapping, first, count, 0));
      return;
    }
    const { readahead } = fsPaths(mapping.inode.sb.kind.name);
    const path: Step[] = [["read_pages", control], ...readahead.map((name): Step => [name, control])];
    yield* along(
      world,
      path,
      function* (this: PageReader): Code {
        startPlug(task);
        for (let at = first; at < first + count; ) {
          const extent = layout.extentOf(mapping.inode, at);
          const pages = Math.min(first + count - at, extent.index + extent.pages - at, MOST_BIO_PAGES);
          yield* submitBio(task, this.#bio(mapping, at, pages, layout.sectorOf(mapping.inode, at)));
          at += pages;
        }
        finishPlug(task);
      }.bind(this),
    );
  }

  #bio(mapping: FileMapping, first: number, pages: number, sector: number): Bio {
    const { device } = mapping;
    if (device === undefined) throw new Error("bug: no disk to read from");
    const io = {
      flags: REQ_OP.read | REQ.readAhead,
      sector,
      bytes: pages * SECTORS_PER_PAGE * 512,
      page: () => this.#cache.memory.frames.pageAddress(mapping.pages.get(first) ?? 0),
    };
    return new Bio(device, io, (error) => this.#done(mapping, first, pages, error));
  }

  /** The pages were read, or could not be: in the interrupt. */
  #done(mapping: FileMapping, first: number, count: number, error: number): void {
    const { frames } = this.#cache.memory;
    for (let index = first; index < first + count; index++) {
      mapping.reading.delete(index);
      const pfn = mapping.pages.get(index);
      if (pfn === undefined) continue;
      if (error === 0) frames.set(pfn, PAGE.uptodate);
      else {
        mapping.remove(index);
        this.#cache.memory.give(pfn);
      }
    }
    if (error === 0) this.#cache.counts.readBytes += count * PAGE_BYTES;
    else mapping.writeError = error;
    mapping.changed.wake();
  }

  /** Waits until a page was read: folio_wait_bit_common(). */
  *wait({ task, mapping }: Reading, index: number): Code {
    if (!mapping.reading.has(index)) return;
    const { world } = this.#cache;
    yield* along(world, [["folio_wait_bit_common", 0n, 0, 2, 0]], () =>
      ioWait(task, mapping.changed, () => !mapping.reading.has(index)),
    );
  }

  #control({ file, mapping }: Reading, index: number, pages: number): Word {
    return this.#cache.world.get(TRANSIENT).lazy("readahead_control", () => ({
      mapping: mapping.mappingAddress,
      file: file?.address ?? null,
      ra: file?.addressOf("f_ra") ?? null,
      _index: index,
      _nr_pages: pages,
    }));
  }

  #trace(
    event: "page_cache_sync_ra" | "page_cache_async_ra",
    reading: Reading,
    index: number,
    wanted: number,
  ): void {
    const { inode } = reading.mapping;
    const { ra } = reading;
    this.#cache.world.hooks.fire(`readahead:${event}`, () => ({
      args: [inode.struct, index, null, wanted],
      fields: {
        i_ino: inode.number, s_dev: inode.sb.device, index, size: ra.size, async_size: ra.asyncSize,
        ra_pages: MOST_READ_AHEAD, prev_pos: ra.previous * PAGE_BYTES, req_count: wanted,
      }, // biome-ignore format: one record
    }));
  }

  #traceUnbounded({ mapping: { inode }, ra }: Reading): void {
    this.#cache.world.hooks.fire("readahead:page_cache_ra_unbounded", () => ({
      args: [inode.struct, ra.start, ra.size, ra.asyncSize],
      fields: {
        i_ino: inode.number, s_dev: inode.sb.device, index: ra.start, nr_to_read: ra.size, lookahead_size: ra.asyncSize,
      }, // biome-ignore format: one record
    }));
  }

  #world({ inode }: FileMapping) {
    return inode.sb.world;
  }
}

/** How many pages are read first: get_init_ra_size(), mm/readahead.c, v6.12. */
function firstWindow(wanted: number): number {
  const size = 2 ** Math.ceil(Math.log2(Math.max(1, wanted)));
  if (size <= MOST_READ_AHEAD / 32) return size * 4;
  return size <= MOST_READ_AHEAD / 4 ? size * 2 : MOST_READ_AHEAD;
}
