import type { BlockDevice } from "../block/block-device.ts";
import type { Inode } from "../files/inode.ts";

/** Pages of a file that lie behind each other on its disk. `sector` counts from the start of the partition. */
export type Extent = Readonly<{ index: number; pages: number; sector: number }>;

export const SECTORS_PER_PAGE = 8;
const FIRST_DATA_SECTOR = 0x4_0000; // behind the file system's own tables
const MOST_PAGES = 32_768; // of one extent: 128 MiB, as ext4 has them
const LEAST_PAGES = 16;

/** Where the files of a file system lie on its disk. Files get their places when somebody first asks, one after the other. */
export class FileLayout {
  readonly #device: BlockDevice;
  readonly #extents = new Map<Inode, Extent[]>();
  #nextSector = FIRST_DATA_SECTOR;

  constructor(device: BlockDevice) {
    this.#device = device;
  }

  /** The extent that holds a page of the file. */
  extentOf(inode: Inode, index: number): Extent {
    const extents = this.#extents.get(inode) ?? [];
    if (extents.length === 0) this.#extents.set(inode, extents);
    for (let i = extents.length - 1; i >= 0; i--) {
      const extent = extents[i] as Extent;
      if (extent.index <= index && index < extent.index + extent.pages) return extent;
    }
    return this.#allocate(extents, inode, index);
  }

  sectorOf(inode: Inode, index: number): number {
    const extent = this.extentOf(inode, index);
    return extent.sector + (index - extent.index) * SECTORS_PER_PAGE;
  }

  /** The file's place is free again. */
  forget(inode: Inode): void {
    this.#extents.delete(inode);
  }

  /** The place of an inode in the file system's tables. */
  inodeSector(inode: Inode): number {
    return 0x2000 + Math.floor(inode.number / 16) * SECTORS_PER_PAGE;
  }

  #allocate(extents: Extent[], inode: Inode, index: number): Extent {
    const filePages = Math.ceil(inode.size / 4096);
    const grown = extents.reduce((sum, { pages }) => sum + pages, 0);
    const next = extents.map((extent) => extent.index).filter((start) => start > index);
    const room = Math.min(MOST_PAGES, ...next.map((start) => start - index));
    const wanted = Math.max(filePages - index, grown, index < filePages ? 1 : LEAST_PAGES);
    const pages = Math.max(1, Math.min(wanted, room));
    if (this.#nextSector + pages * SECTORS_PER_PAGE > this.#device.sectors)
      this.#nextSector = Math.min(
        FIRST_DATA_SECTOR,
        Math.max(0, this.#device.sectors - MOST_PAGES * SECTORS_PER_PAGE),
      );
    const extent = { index, pages, sector: this.#nextSector };
    this.#nextSector += pages * SECTORS_PER_PAGE;
    extents.push(extent);
    return extent;
  }
}
