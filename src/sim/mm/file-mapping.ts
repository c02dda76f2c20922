import type { BlockDevice } from "../block/block-device.ts";
import type { Inode } from "../files/inode.ts";
import { WaitQueue } from "../world/wait-queue.ts";
import type { PageOwner } from "./frames.ts";

/** How a reader goes through a file: struct file_ra_state. Counts pages. */
export type ReadAhead = { start: number; size: number; asyncSize: number; previous: number };

/** The pages of one file that are in memory: struct address_space. */
export class FileMapping implements PageOwner {
  readonly kind = "file";
  readonly inode: Inode;
  readonly device: BlockDevice | undefined;
  /** Frames by page index. */
  readonly pages = new Map<number, number>();
  readonly dirty = new Set<number>();
  readonly writeback = new Set<number>();
  /** Pages that are being read. */
  readonly reading = new Set<number>();
  /** Woken when pages were read or written. */
  readonly changed = new WaitQueue("folio_wait_bit_common");
  /** When it became dirty; undefined while it is clean. */
  dirtiedNs: number | undefined;
  /** Metadata that a journal has not written yet. */
  inodeDirty = false;
  /** The last error of writing it, reported once by fsync. */
  writeError = 0;
  readonly #forgotten: (pfn: number) => void;

  /** `forgotten`: told of a page that reclaim takes away. */
  constructor(inode: Inode, device: BlockDevice | undefined, forgotten: (pfn: number) => void) {
    this.inode = inode;
    this.device = device;
    this.#forgotten = forgotten;
  }

  get mappingAddress(): bigint {
    return this.inode.struct.addressOf("i_data");
  }

  add(index: number, pfn: number): void {
    this.pages.set(index, pfn);
    this.inode.struct.set("i_data.nrpages", this.pages.size);
  }

  remove(index: number): void {
    this.pages.delete(index);
    this.dirty.delete(index);
    this.inode.struct.set("i_data.nrpages", this.pages.size);
  }

  forget(index: number, pfn: number): void {
    this.remove(index);
    this.#forgotten(pfn);
  }

  /** Dirty or on their way to the disk. */
  get unwritten(): number {
    return this.dirty.size + this.writeback.size;
  }
}
