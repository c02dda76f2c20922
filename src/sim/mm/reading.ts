import { along, type Step } from "../block/kernel-path.ts";
import { OPEN, type OpenFile } from "../files/open-file.ts";
import type { KernelFunction } from "../hooks/kernel-function.ts";
import type { Tracepoint } from "../hooks/tracepoint.ts";
import type { Task } from "../world/task.ts";
import type { Code, Wait } from "../world/wait.ts";
import { directIo } from "./direct-io.ts";
import type { ReadAhead } from "./file-mapping.ts";
import { PAGE } from "./frames.ts";
import { PAGE_BYTES } from "./memory.ts";
import type { PageCache } from "./page-cache.ts";
import { PageReader, type Reading } from "./read-pages.ts";

const COPY_NS_PER_KIB = 60;
const BATCH = 15; // folios that are got at once: PAGEVEC_SIZE, include/linux/pagevec.h, v6.12

/** read(2) of files on disks: filemap_read(). */
export class FileReader {
  readonly pages: PageReader;
  readonly #cache: PageCache;
  readonly #readAheads = new WeakMap<OpenFile, ReadAhead>();
  readonly #path: readonly Step[];
  readonly #functions: readonly KernelFunction[];
  readonly #getPages: Tracepoint;

  constructor(cache: PageCache) {
    this.#cache = cache;
    this.pages = new PageReader(cache);
    this.#path = [["generic_file_read_iter"], ["filemap_read"]];
    this.#functions = this.#path.map(([name]) => cache.world.hooks.function(name));
    this.#getPages = cache.world.hooks.tracepoint("filemap:mm_filemap_get_pages");
  }

  /** Has these bytes in memory afterwards. */
  *read(task: Task, file: OpenFile, position: number, bytes: number): Code {
    if (bytes <= 0) return;
    if ((file.flags & OPEN.direct) !== 0)
      return yield* directIo(this.#cache, task, file, position, bytes, false);
    const { world } = this.#cache;
    const first = Math.floor(position / PAGE_BYTES);
    const last = Math.floor((position + bytes - 1) / PAGE_BYTES);
    if (!this.#isWatched() && this.#cache.hits(this.#cache.of(file.inode), first, last)) {
      const ra = this.#readAheads.get(file);
      if (ra !== undefined) ra.previous = last;
      const wait = world.spend(Math.round((bytes / 1024) * COPY_NS_PER_KIB));
      if (wait !== undefined) yield* along(world, this.#path, () => passing(wait));
      return;
    }
    yield* along(world, this.#path, () => this.#range(task, file, first, last, bytes));
  }

  #isWatched(): boolean {
    return this.#getPages.active || this.#functions.some(({ active }) => active);
  }

  *#range(task: Task, file: OpenFile, first: number, last: number, bytes: number): Code {
    const mapping = this.#cache.of(file.inode);
    if (this.#getPages.active) this.#traceGet(file, first, last);
    if (!this.#cache.hits(mapping, first, last)) {
      const reading = { task, mapping, ra: this.readAheadOf(file), file: file.struct };
      for (let at = first; at <= last; at += BATCH)
        yield* this.get(reading, at, Math.min(last, at + BATCH - 1), last);
      reading.ra.previous = last;
    } else {
      const ra = this.#readAheads.get(file);
      if (ra !== undefined) ra.previous = last;
    }
    const wait = this.#cache.world.spend(Math.round((bytes / 1024) * COPY_NS_PER_KIB));
    if (wait !== undefined) yield wait;
  }

  readAheadOf(file: OpenFile): ReadAhead {
    const known = this.#readAheads.get(file);
    if (known !== undefined) return known;
    const made = { start: 0, size: 0, asyncSize: 0, previous: -2 };
    this.#readAheads.set(file, made);
    return made;
  }

  /** Has pages in memory, read from the disk when they are not. `end`: the last that the caller wants. */
  *get(reading: Reading, first: number, last: number, end: number): Code {
    const { mapping } = reading;
    const { frames } = this.#cache.memory;
    yield* along(
      this.#cache.world,
      [["filemap_get_pages", null, (end - first + 1) * PAGE_BYTES]],
      function* (this: FileReader): Code {
        for (let index = first; index <= last; index++) {
          for (let tries = 0; tries < 3; tries++) {
            if (!mapping.pages.has(index)) yield* this.pages.missing(reading, index, end - index + 1);
            yield* this.pages.wait(reading, index);
            if (mapping.pages.has(index)) break; // else it was taken away, or could not be read
          }
          const pfn = mapping.pages.get(index);
          if (pfn !== undefined && frames.has(pfn, PAGE.readahead))
            yield* this.pages.goOn(reading, index, end - index + 1);
        }
      }.bind(this),
    );
    for (let index = first; index <= last; index++) {
      const pfn = mapping.pages.get(index);
      if (pfn !== undefined) this.#cache.accessed(pfn);
    }
  }

  #traceGet({ inode }: OpenFile, first: number, last: number): void {
    this.#getPages.fire(() => ({
      args: [inode.struct.addressOf("i_data"), first, last],
      fields: { i_ino: inode.number, s_dev: inode.sb.device, index: first, last_index: last },
    }));
  }
}

function* passing(wait: Wait): Code {
  yield wait;
}
