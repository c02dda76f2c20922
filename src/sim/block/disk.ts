import type { KernelObject } from "../memory/kernel-object.ts";
import type { World } from "../world/world.ts";
import { BlockDevice } from "./block-device.ts";
import { type LatencyModel, type ServiceTimes, serviceTimes } from "./latency.ts";

export type SchedulerName = "none" | "mq-deadline";

export type DiskOptions = Readonly<{
  /** How fast it is. Default: as its name says: "nvme" for nvme0n1, else "ssd". */
  model?: LatencyModel;
  /** Requests that it takes at the same time. Default 32 (SCSI), 64 (virtio), 128 (NVMe). */
  queueDepth?: number;
  /** Default: mq-deadline for SCSI disks, none for others. */
  scheduler?: SchedulerName;
  /** Default 256 GiB. */
  sizeBytes?: number;
  /** How many, of equal size, or their sizes in bytes. Default 1. */
  partitions?: number | readonly number[];
  /** Whether it loses written data without flushes. Default true. */
  writeCache?: boolean;
  /** The part of requests that fail with an I/O error, 0 … 1. */
  errorRate?: number;
  /** The part of requests that it refuses at first because it is busy, 0 … 1. */
  busyRate?: number;
  /** Of "md0" and the like: the disks or partitions that hold copies of its data (RAID 1). */
  members?: readonly string[];
}>;

export type DriverName = "scsi" | "nvme" | "virtio" | "md";

const MIB = 2 ** 20;
const SECTOR = 512;
const FIRST_PARTITION = 2048; // sectors
const MAX_SECTORS: Readonly<Record<DriverName, number>> = { scsi: 2560, nvme: 1024, virtio: 2560, md: 2560 };
const DEPTH: Readonly<Record<DriverName, number>> = { scsi: 32, nvme: 128, virtio: 64, md: 128 };
// Documentation/admin-guide/devices.txt, v6.12; NVMe and its partitions have numbers of their own (BLOCK_EXT_MAJOR).
const MAJOR: Readonly<Record<DriverName, number>> = { scsi: 8, nvme: 259, virtio: 254, md: 9 };

/** A disk: what it is and how fast; its requests are in RequestQueue. */
export class Disk {
  readonly world: World;
  readonly name: string;
  readonly driver: DriverName;
  readonly gendisk: KernelObject;
  /** struct request_queue. */
  readonly queueStruct: KernelObject;
  /** struct blk_mq_hw_ctx. */
  readonly hardwareQueue: KernelObject;
  readonly whole: BlockDevice;
  readonly partitions: readonly BlockDevice[];
  readonly times: ServiceTimes;
  readonly depth: number;
  readonly scheduler: SchedulerName;
  readonly maxBytes: number;
  readonly hasWriteCache: boolean;
  readonly errorRate: number;
  readonly busyRate: number;
  /** Number of its interrupt, and its name in /proc/interrupts. */
  readonly irq: number;
  readonly irqName: string;
  /** The CPU that its interrupts go to. */
  readonly irqCpu: number;
  /** Members of a RAID 1. */
  readonly members: readonly BlockDevice[];

  /** Use Disks.add. `index`: the how many-th of its kind; `firstMinor`: its device number's minor. */
  constructor(
    world: World,
    name: string,
    { index, firstMinor, members }: { index: number; firstMinor: number; members: readonly BlockDevice[] },
    options: DiskOptions,
  ) {
    this.world = world;
    this.name = name;
    this.driver = driverOf(name);
    const { model = this.driver === "nvme" ? "nvme" : "ssd", queueDepth = DEPTH[this.driver] } = options;
    this.times = serviceTimes(model);
    this.depth = Math.max(1, Math.min(queueDepth, 4096));
    this.scheduler = options.scheduler ?? (this.driver === "scsi" ? "mq-deadline" : "none");
    this.maxBytes = MAX_SECTORS[this.driver] * SECTOR;
    this.hasWriteCache = options.writeCache ?? true;
    this.errorRate = options.errorRate ?? 0;
    this.busyRate = options.busyRate ?? 0;
    this.members = members;
    this.irq = 30 + index * 8 + (this.driver === "nvme" ? 3 : 0);
    this.irqName = irqNameOf(this.driver, index);
    this.irqCpu = (index + 1) % world.cpuCount;
    const sectors = Math.floor((options.sizeBytes ?? 256 * 1024 * MIB) / SECTOR);
    const major = MAJOR[this.driver];
    const { memory } = world;
    this.gendisk = memory.make("gendisk", {
      major,
      first_minor: firstMinor,
      minors: this.driver === "scsi" ? 16 : 1,
      disk_name: name,
      diskseq: index + 1,
    });
    this.gendisk.owner = this;
    this.queueStruct = this.#makeQueue(world);
    this.hardwareQueue = memory.make("blk_mq_hw_ctx", { queue: this.queueStruct, nr_ctx: world.cpuCount });
    this.whole = new BlockDevice(this, name, (major << 20) | firstMinor, 0, sectors);
    this.gendisk.fill({ part0: this.whole.struct, queue: this.queueStruct });
    this.queueStruct.set("disk", this.gendisk);
    this.partitions = partitionSectors(options.partitions ?? (this.driver === "md" ? 0 : 1), sectors).map(
      ({ start, length }, i) =>
        new BlockDevice(
          this,
          `${name}${/\d$/.test(name) ? "p" : ""}${i + 1}`,
          (major << 20) | (firstMinor + i + 1),
          start,
          length,
        ),
    );
  }

  #makeQueue(world: World): KernelObject {
    const { memory } = world;
    const queue = memory.make("request_queue", {
      queue_depth: this.depth,
      nr_hw_queues: this.driver === "nvme" ? world.cpuCount : 1,
      nr_requests: this.scheduler === "none" ? this.depth : 2 * this.depth,
      rq_timeout: 30_000,
      "limits.logical_block_size": SECTOR,
      "limits.physical_block_size": 4096,
      "limits.max_sectors": this.maxBytes / SECTOR,
      "limits.max_hw_sectors": this.maxBytes / SECTOR,
      "limits.max_segments": 168,
    });
    if (this.scheduler !== "none") {
      const type = memory.make("elevator_type", { elevator_name: memory.text(this.scheduler) });
      queue.set("elevator", memory.make("elevator_queue", { type }));
    }
    return queue;
  }
}

function driverOf(name: string): DriverName {
  if (name.startsWith("nvme")) return "nvme";
  if (name.startsWith("vd")) return "virtio";
  return name.startsWith("md") ? "md" : "scsi";
}

function irqNameOf(driver: DriverName, index: number): string {
  if (driver === "nvme") return `nvme${index}q1`;
  if (driver === "virtio") return `virtio${index + 1}-req.0`;
  return `ahci[0000:00:${(0x17 + index).toString(16)}.0]`;
}

function partitionSectors(
  wanted: number | readonly number[],
  sectors: number,
): { start: number; length: number }[] {
  const room = sectors - FIRST_PARTITION;
  const sizes =
    typeof wanted === "number"
      ? new Array<number>(Math.max(0, Math.min(wanted, 15))).fill(
          Math.floor(room / Math.max(1, wanted) / 2048) * 2048,
        )
      : wanted.map((bytes) => Math.ceil(bytes / MIB) * 2048);
  let start = FIRST_PARTITION;
  return sizes.map((length) => {
    const partition = { start, length: Math.max(2048, length) };
    start += partition.length;
    return partition;
  });
}
