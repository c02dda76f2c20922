import type { KernelObject } from "../memory/kernel-object.ts";
import type { Disk } from "./disk.ts";

/** What /proc/diskstats counts, by stat_group: reads, writes, discards, flushes. */
export type DiskStats = {
  readonly ios: [number, number, number, number];
  readonly merges: [number, number, number, number];
  readonly sectors: [number, number, number, number];
  readonly nsecs: [number, number, number, number];
  /** Issued and not completed: reads, writes. */
  readonly inFlight: [number, number];
  /** Milliseconds in which there was something to do. */
  ioTicks: number;
};

/** A whole disk or a partition of it: struct block_device. */
export class BlockDevice {
  readonly disk: Disk;
  readonly name: string;
  /** Major << 20 | minor. */
  readonly number: number;
  /** Sectors of 512 bytes, from the start of the disk. */
  readonly start: number;
  readonly sectors: number;
  readonly struct: KernelObject;
  readonly stats: DiskStats = {
    ios: [0, 0, 0, 0],
    merges: [0, 0, 0, 0],
    sectors: [0, 0, 0, 0],
    nsecs: [0, 0, 0, 0],
    inFlight: [0, 0],
    ioTicks: 0,
  };
  readonly #statsStruct: KernelObject;

  constructor(disk: Disk, name: string, number: number, start: number, sectors: number) {
    const { memory } = disk.world;
    this.disk = disk;
    this.name = name;
    this.number = number;
    this.start = start;
    this.sectors = sectors;
    this.#statsStruct = memory.make("disk_stats");
    this.struct = memory.make("block_device", {
      bd_start_sect: start,
      bd_nr_sectors: sectors,
      bd_disk: disk.gendisk,
      bd_queue: disk.queueStruct,
      bd_stats: this.#statsStruct,
      bd_dev: number,
      "__bd_flags.counter": number & 0xf,
      "bd_openers.counter": 1,
      "bd_device.devt": number,
    });
    this.struct.owner = this;
  }

  get isPartition(): boolean {
    return this.start > 0;
  }

  /** A request for it has been done. */
  count(group: 0 | 1 | 2 | 3, sectors: number, ns: number): void {
    const { stats } = this;
    stats.ios[group]++;
    stats.sectors[group] += sectors;
    stats.nsecs[group] += ns;
    this.#statsStruct.set(`ios[${group}]`, stats.ios[group]);
    this.#statsStruct.set(`sectors[${group}]`, stats.sectors[group]);
    this.#statsStruct.set(`nsecs[${group}]`, stats.nsecs[group]);
  }
}
