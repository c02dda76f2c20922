import { along, alongNow, passes, type Step } from "../block/kernel-path.ts";
import { OPEN, type OpenFile } from "../files/open-file.ts";
import { TRANSIENT } from "../files/transient.ts";
import type { KernelFunction } from "../hooks/kernel-function.ts";
import type { Tracepoint } from "../hooks/tracepoint.ts";
import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import { directIo } from "./direct-io.ts";
import type { FileMapping } from "./file-mapping.ts";
import { PAGE } from "./frames.ts";
import { type FsPaths, fsPaths } from "./fs-paths.ts";
import { GFP, PAGE_BYTES } from "./memory.ts";
import type { PageCache } from "./page-cache.ts";
import type { Reading } from "./read-pages.ts";
import type { FileReader } from "./reading.ts";
import type { WriteBack } from "./write-back.ts";

const COPY_NS_PER_KIB = 60;
const PAGE_NS = 250;
const I_DIRTY_SYNC = 1; // include/linux/fs.h, v6.12
const I_DIRTY_PAGES = 4;
const BH_DIRTY = 0x27; // uptodate, dirty, mapped and requested; include/linux/buffer_head.h, v6.12

/** What programs can look at while a page is written. */
type Watched = readonly Readonly<{ active: boolean }>[];

/** write(2) of files on disks: pages become dirty, and somebody writes them later. */
export class FileWriter {
  readonly #cache: PageCache;
  readonly #reader: FileReader;
  readonly #writeBack: WriteBack;
  readonly #watched = new Map<string, Watched>();
  readonly #accountDirtied: KernelFunction;
  readonly #markDirty: KernelFunction;
  readonly #dirtyFolio: Tracepoint;
  readonly #dirtyBuffer: Tracepoint;

  constructor(cache: PageCache, reader: FileReader, writeBack: WriteBack) {
    this.#cache = cache;
    this.#reader = reader;
    this.#writeBack = writeBack;
    const { hooks } = cache.world;
    this.#accountDirtied = hooks.function("folio_account_dirtied");
    this.#markDirty = hooks.function("mark_buffer_dirty");
    this.#dirtyFolio = hooks.tracepoint("writeback:writeback_dirty_folio");
    this.#dirtyBuffer = hooks.tracepoint("block:block_dirty_buffer");
  }

  /** These bytes were changed in memory. */
  *write(task: Task, file: OpenFile, position: number, bytes: number): Code {
    if (bytes <= 0) return;
    if ((file.flags & OPEN.direct) !== 0)
      return yield* directIo(this.#cache, task, file, position, bytes, true);
    const paths = fsPaths(file.inode.sb.kind.name);
    const path = paths.write.map((name): Step => [name]);
    yield* along(this.#cache.world, path, () => this.#pages(task, file, position, bytes, paths));
  }

  *#pages(task: Task, file: OpenFile, position: number, bytes: number, paths: FsPaths): Code {
    const { world } = this.#cache;
    const mapping = this.#cache.of(file.inode);
    const end = position + bytes;
    const isWatched = this.#isWatched(paths);
    for (let at = position; at < end; ) {
      const index = Math.floor(at / PAGE_BYTES);
      const length = Math.min(end - at, (index + 1) * PAGE_BYTES - at);
      if (isWatched) yield* this.#onePage(task, file, mapping, at, length, paths);
      else {
        if (!(yield* this.#begin(task, file, mapping, at, length))) break;
        this.dirtyPage(mapping, index);
      }
      at += length;
      const wait = world.spend(Math.round(PAGE_NS + (length / 1024) * COPY_NS_PER_KIB));
      if (wait !== undefined) yield wait;
    }
    yield* this.#writeBack.balance(task, mapping);
  }

  *#onePage(
    task: Task,
    file: OpenFile,
    mapping: FileMapping,
    at: number,
    length: number,
    paths: FsPaths,
  ): Code {
    const { world } = this.#cache;
    const address = mapping.mappingAddress;
    const index = Math.floor(at / PAGE_BYTES);
    const begin: Step[] = paths.writeBegin === undefined ? [] : [[paths.writeBegin, file, address, at, length]];
    this.#traceWrite("begin", mapping, at, length);
    yield* along(world, begin, () => this.#begin(task, file, mapping, at, length));
    const pfn = mapping.pages.get(index);
    if (pfn === undefined) return;
    const folio = this.#cache.memory.frames.pageAddress(pfn);
    const end: Step[] =
      paths.writeEnd === undefined ? [] : [[paths.writeEnd, file, address, at, length, length, folio]];
    this.#traceWrite("end", mapping, at, length);
    alongNow(world, end, () => this.#bufferDirty(mapping, index, paths));
  }

  /** Has the page in memory; one that is changed in part is read first. False when there is no memory. */
  *#begin(task: Task, file: OpenFile, mapping: FileMapping, at: number, length: number): Code<boolean> {
    const index = Math.floor(at / PAGE_BYTES);
    const known = mapping.pages.get(index);
    if (known !== undefined && !mapping.reading.has(index)) return true;
    const isPart = length < PAGE_BYTES && this.#holdsOldData(mapping, file, index, at, length);
    if (isPart || mapping.reading.has(index)) {
      const reading: Reading = { task, mapping, ra: this.#reader.readAheadOf(file), file: file.struct };
      yield* this.#reader.get(reading, index, index, index);
      return mapping.pages.has(index);
    }
    const pfn = yield* this.#cache.add(task, mapping, index, GFP.noFs);
    if (pfn !== undefined) this.#cache.memory.frames.set(pfn, PAGE.uptodate);
    return pfn !== undefined;
  }

  /** Whether the page holds more than what is written: the file was larger than that before. */
  #holdsOldData(mapping: FileMapping, file: OpenFile, index: number, at: number, length: number): boolean {
    const start = index * PAGE_BYTES;
    const behind = Math.min(file.inode.size, start + PAGE_BYTES) > at + length;
    return (
      mapping.device !== undefined &&
      (at > start || behind) &&
      file.inode.isCached &&
      mapping.inode.size > at + length
    );
  }

  /** mark_buffer_dirty() of the page's buffer, where the file system uses buffers. */
  #bufferDirty(mapping: FileMapping, index: number, { usesBuffers }: FsPaths): void {
    if (!usesBuffers) {
      this.dirtyPage(mapping, index);
      return;
    }
    const { world } = this.#cache;
    const { inode } = mapping;
    const buffer = world.get(TRANSIENT).lazy("buffer_head", () => ({
      b_state: BH_DIRTY,
      b_size: PAGE_BYTES,
      b_blocknr: (this.#cache.layoutOf(mapping)?.sectorOf(inode, index) ?? 0) / 8,
      b_bdev: mapping.device?.struct ?? null,
    }));
    if (this.#dirtyBuffer.active)
      this.#dirtyBuffer.fire(() => ({
        args: [buffer],
        fields: {
          dev: inode.sb.device,
          sector: (this.#cache.layoutOf(mapping)?.sectorOf(inode, index) ?? 0) / 8,
          size: PAGE_BYTES,
        },
      }));
    this.#markDirty.callNow([buffer], () => this.dirtyPage(mapping, index));
  }

  /** The page's content is newer than the disk's. */
  dirtyPage(mapping: FileMapping, index: number): void {
    const pfn = mapping.pages.get(index);
    if (pfn === undefined || mapping.dirty.has(index)) return;
    const { frames } = this.#cache.memory;
    mapping.dirty.add(index);
    frames.set(pfn, PAGE.dirty);
    if (this.#dirtyFolio.active)
      this.#dirtyFolio.fire(() => ({
        args: [frames.pageAddress(pfn), mapping.mappingAddress],
        fields: { name: this.#writeBack.nameOf(mapping), ino: mapping.inode.number, index },
      }));
    if (this.#accountDirtied.active)
      this.#accountDirtied.callNow([frames.pageAddress(pfn), mapping.mappingAddress], () => 0);
    this.#markInode(mapping);
    this.#writeBack.dirtied(mapping);
  }

  #markInode(mapping: FileMapping): void {
    mapping.inodeDirty = true;
    if (mapping.dirtiedNs !== undefined) return;
    const { world } = this.#cache;
    const { struct, number } = mapping.inode;
    const flags = I_DIRTY_PAGES | I_DIRTY_SYNC;
    const data = () => ({
      args: [struct, flags],
      fields: { name: this.#writeBack.nameOf(mapping), ino: number, state: struct.num("i_state"), flags },
    });
    passes(world, "__mark_inode_dirty", [struct, flags]);
    world.hooks.fire("writeback:writeback_mark_inode_dirty", data);
    world.hooks.fire("writeback:writeback_dirty_inode_start", data);
    struct.set("i_state", flags);
    struct.set("dirtied_when", Math.floor(world.nowNs / 1e6));
    world.hooks.fire("writeback:writeback_dirty_inode", data);
  }

  #traceWrite(what: "begin" | "end", { inode }: FileMapping, pos: number, len: number): void {
    if (inode.sb.kind.name !== "ext4") return;
    const { hooks } = this.#cache.world;
    const common = { dev: inode.sb.device, ino: inode.number, pos, len };
    if (what === "begin")
      hooks.fire("ext4:ext4_da_write_begin", () => ({ args: [inode.struct, pos, len], fields: common }));
    else
      hooks.fire("ext4:ext4_da_write_end", () => ({
        args: [inode.struct, pos, len, len],
        fields: { ...common, copied: len },
      }));
  }

  #isWatched(paths: FsPaths): boolean {
    let watched = this.#watched.get(paths.writepages);
    if (watched === undefined) {
      const { hooks } = this.#cache.world;
      watched = [
        ...[paths.writeBegin, paths.writeEnd].flatMap((name) =>
          name === undefined ? [] : [hooks.function(name)],
        ),
        this.#markDirty,
        this.#dirtyBuffer,
        hooks.tracepoint("ext4:ext4_da_write_begin"),
        hooks.tracepoint("ext4:ext4_da_write_end"),
      ];
      this.#watched.set(paths.writepages, watched);
    }
    return watched.some(({ active }) => active);
  }
}
