import { TRANSIENT } from "../files/transient.ts";
import type { Addressed } from "../hooks/word.ts";
import type { KernelObject } from "../memory/kernel-object.ts";
import type { FileMapping } from "./file-mapping.ts";
import { PAGE_BYTES } from "./memory.ts";
import type { PageCache } from "./page-cache.ts";

const CGROUP_ROOT_INODE = 1;
const WB_REASON_PERIODIC = 3;
const LAST_BYTE = 0x7fff_ffff_ffff_ffffn;

/** Tracepoints and objects of write-back: category writeback, and ext4's of the same. */
export class WriteBackTrace {
  readonly #cache: PageCache;
  readonly #bdis = new Map<string, KernelObject>();

  constructor(cache: PageCache) {
    this.#cache = cache;
  }

  /** "8:0" for files on sda1. */
  nameOf({ device, inode }: FileMapping): string {
    const number = device?.disk.whole.number;
    return number === undefined ? inode.sb.id : `${number >> 20}:${number & 0xfffff}`;
  }

  /** The struct backing_dev_info of a file's disk. */
  bdiOf(mapping: FileMapping): KernelObject {
    const name = this.nameOf(mapping);
    const known = this.#bdis.get(name);
    if (known !== undefined) return known;
    const made = this.#cache.world.memory.make("backing_dev_info", {
      id: this.#bdis.size + 1,
      ra_pages: 32,
      io_pages: 320,
      dev_name: name,
    });
    made.set("wb.bdi", made);
    mapping.device?.disk.gendisk.set("bdi", made);
    mapping.inode.sb.struct.set("s_bdi", made);
    this.#bdis.set(name, made);
    return made;
  }

  workObject(reason: number): Addressed {
    return this.#cache.world.get(TRANSIENT).lazy("wb_writeback_work", () => ({ nr_pages: 1024, reason }));
  }

  work(event: "writeback_start" | "writeback_written", mapping: FileMapping, reason: number): void {
    this.#cache.world.hooks.fire(`writeback:${event}`, () => ({
      args: [this.bdiOf(mapping).addressOf("wb"), this.workObject(reason)],
      fields: {
        name: this.nameOf(mapping), nr_pages: 1024, sb_dev: 0, sync_mode: 0, range_cyclic: 1,
        for_kupdate: reason === WB_REASON_PERIODIC ? 1 : 0, for_background: reason === 0 ? 1 : 0, reason,
        cgroup_ino: CGROUP_ROOT_INODE,
      }, // biome-ignore format: one record
    }));
  }

  queueIo(mapping: FileMapping, moved: number, reason: number): void {
    const { world } = this.#cache;
    world.hooks.fire("writeback:writeback_queue_io", () => {
      const older = Math.max(0, Math.floor((world.nowNs - 30e9) / 1e6));
      return {
        args: [this.bdiOf(mapping).addressOf("wb"), this.workObject(reason), older, moved],
        fields: {
          name: this.nameOf(mapping),
          older,
          age: 30_000,
          moved,
          reason,
          cgroup_ino: CGROUP_ROOT_INODE,
        },
      };
    });
  }

  inode(
    event: "writeback_single_inode_start" | "writeback_single_inode",
    mapping: FileMapping,
    wbc: Addressed,
    left: number,
    wrote: number,
  ): void {
    const { struct, number } = mapping.inode;
    this.#cache.world.hooks.fire(`writeback:${event}`, () => ({
      args: [struct, wbc, left + wrote],
      fields: {
        name: this.nameOf(mapping), ino: number, state: struct.num("i_state"), dirtied_when: struct.num("dirtied_when"),
        writeback_index: 0, nr_to_write: left, wrote, cgroup_ino: CGROUP_ROOT_INODE,
      }, // biome-ignore format: one record
    }));
  }

  /** ext4_writepages and its result. */
  pages(
    when: "start" | "end",
    { inode }: FileMapping,
    wbc: Addressed,
    count: number,
    { sync, reason }: Readonly<{ sync: boolean; reason: number }>,
  ): void {
    if (inode.sb.kind.name !== "ext4") return;
    const { hooks } = this.#cache.world;
    const common = { dev: inode.sb.device, ino: inode.number, writeback_index: 0, sync_mode: sync ? 1 : 0 };
    if (when === "start")
      hooks.fire("ext4:ext4_writepages", () => ({
        args: [inode.struct, wbc],
        fields: {
          ...common, nr_to_write: count, pages_skipped: 0, range_start: 0, range_end: LAST_BYTE,
          for_kupdate: reason === WB_REASON_PERIODIC ? 1 : 0, range_cyclic: sync ? 0 : 1,
        }, // biome-ignore format: one record
      }));
    else
      hooks.fire("ext4:ext4_writepages_result", () => ({
        args: [inode.struct, wbc, 0, count],
        fields: { ...common, ret: 0, pages_written: count, pages_skipped: 0 },
      }));
  }

  /** A writer has to wait. `pauseMs`: for how long at most. */
  balance(mapping: FileMapping, limit: number, dirty: number, pauseMs: number): void {
    this.#cache.world.hooks.fire("writeback:balance_dirty_pages", () => {
      const rate = (100 * 2 ** 20) / PAGE_BYTES;
      return {
        args: [this.bdiOf(mapping).addressOf("wb"), null, rate, rate, 1, pauseMs, pauseMs, 0],
        fields: {
          bdi: this.nameOf(mapping), limit, setpoint: Math.floor(limit * 0.75), dirty,
          wb_setpoint: Math.floor(limit * 0.75), wb_dirty: dirty, dirty_ratelimit: rate * 4, task_ratelimit: rate * 4,
          dirtied: 1, dirtied_pause: 32, paused: 0, pause: pauseMs, period: pauseMs, think: 0,
          cgroup_ino: CGROUP_ROOT_INODE,
        }, // biome-ignore format: one record
      };
    });
  }
}
