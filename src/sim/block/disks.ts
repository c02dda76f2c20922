import { SkepError } from "../../base/errors.ts";
import { BLOCK_DEVICES } from "../files/block-devices.ts";
import { VFS } from "../files/vfs.ts";
import type { StateKey } from "../world/state-key.ts";
import type { World } from "../world/world.ts";
import type { BlockDevice } from "./block-device.ts";
import { Disk, type DiskOptions } from "./disk.ts";
import { RequestQueue } from "./request-queue.ts";

const NAME = /^(sd[a-z]|vd[a-z]|nvme\d+n\d+|md\d+)$/;
const SCSI_MINORS = 16;
const EXT_MINORS = 16; // NVMe disks share the minors of their major

/** The machine's disks. */
export class Disks {
  readonly #world: World;
  readonly #disks = new Map<string, Disk>();
  readonly #devices = new Map<number, BlockDevice>();
  readonly #queues = new Map<Disk, RequestQueue>();

  constructor(world: World) {
    this.#world = world;
  }

  get all(): readonly Disk[] {
    return [...this.#disks.values()];
  }

  get queues(): readonly RequestQueue[] {
    return [...this.#queues.values()];
  }

  /** Adds a disk, or replaces one that nothing was read from: "sda", "vda", "nvme0n1", "md0". Throws SkepError. */
  add(name: string, options: DiskOptions = {}): Disk {
    if (!NAME.test(name)) throw badName(name);
    const old = this.#disks.get(name);
    if (old !== undefined && this.queueOf(old).counts.made > 0)
      throw new SkepError(`the disk ${name} is in use already`, {
        code: "sim/disk-in-use",
        remedy: "describe a machine's disks before anything is read from them",
      });
    const members = (options.members ?? []).map((member) => this.named(member));
    const index = old === undefined ? this.#disks.size : [...this.#disks.keys()].indexOf(name);
    const disk = new Disk(this.#world, name, { index, firstMinor: firstMinor(name), members }, options);
    this.#disks.set(name, disk);
    if (old !== undefined) this.#queues.delete(old);
    this.#queues.set(disk, new RequestQueue(disk));
    for (const device of [disk.whole, ...disk.partitions]) {
      this.#devices.set(device.number, device);
      this.#addNode(device);
    }
    return disk;
  }

  /** A disk or partition by its name, with or without "/dev/"; undefined when there is none. */
  find(name: string): BlockDevice | undefined {
    const short = name.replace(/^\/dev\//, "");
    for (const { whole, partitions } of this.#disks.values())
      for (const device of [whole, ...partitions]) if (device.name === short) return device;
    return undefined;
  }

  /** As `find`. Throws SkepError when there is none. */
  named(name: string): BlockDevice {
    const found = this.find(name);
    if (found !== undefined) return found;
    throw new SkepError(`the machine has no disk \`${name}\``, {
      code: "sim/no-disk",
      remedy: `add it before: machine.disk("${name.replace(/^\/dev\//, "")}", { model: "ssd" })`,
    });
  }

  byNumber(number: number): BlockDevice | undefined {
    return this.#devices.get(number);
  }

  queueOf(disk: Disk): RequestQueue {
    const queue = this.#queues.get(disk);
    if (queue === undefined) throw new Error(`bug: no queue of ${disk.name}`);
    return queue;
  }

  #addNode({ name, number }: BlockDevice): void {
    const vfs = this.#world.get(VFS);
    if (vfs.find(`/dev/${name}`) === undefined)
      vfs.addFile(`/dev/${name}`, { kind: "block", mode: 0o660, gid: 6, device: number });
  }

  /** /proc/diskstats. Source: Documentation/admin-guide/iostats.rst, v6.12. */
  statistics(): string {
    const devices = this.all.flatMap(({ whole, partitions }) => [whole, ...partitions]);
    return devices.map((device) => `${statisticsOf(device)}\n`).join("");
  }
}

function statisticsOf({ name, number, stats }: BlockDevice): string {
  const ms = (group: 0 | 1 | 2 | 3) => Math.round(stats.nsecs[group] / 1e6);
  const group = (at: 0 | 1 | 2) => [stats.ios[at], stats.merges[at], stats.sectors[at], ms(at)];
  const total = ms(0) + ms(1) + ms(2) + ms(3);
  const busy = [stats.inFlight[0] + stats.inFlight[1], Math.round(stats.ioTicks), total];
  const all = [...group(0), ...group(1), ...busy, ...group(2), stats.ios[3], ms(3)];
  return `${String(number >> 20).padStart(4)} ${String(number & 0xfffff).padStart(7)} ${name} ${all.join(" ")}`;
}

/** The machine's disks. */
export const DISKS: StateKey<World, Disks> = { name: "block.disks", make: (world) => new Disks(world) };

/** Makes disks known to the file systems, and shows them in /proc and /sys. */
export function startDisks(world: World): void {
  const disks = world.get(DISKS);
  world.get(BLOCK_DEVICES).find = (source) => {
    const device = disks.find(source);
    return device && { number: device.number, struct: device.struct };
  };
  const vfs = world.get(VFS);
  vfs.addFile("/proc/diskstats", { generate: () => disks.statistics() });
  vfs.addFile("/proc/partitions", {
    generate: () =>
      `major minor  #blocks  name\n\n${disks.all
        .flatMap(({ whole, partitions }) => [whole, ...partitions])
        .map(({ number, sectors, name }) => `${number >> 20} ${number & 0xfffff} ${sectors / 2} ${name}\n`)
        .join("")}`,
  });
}

function firstMinor(name: string): number {
  const letter = name.charCodeAt(2) - "a".charCodeAt(0);
  if (name.startsWith("sd")) return letter * SCSI_MINORS;
  if (name.startsWith("vd")) return letter * EXT_MINORS;
  return Number(/\d+/.exec(name)?.[0] ?? 0) * (name.startsWith("md") ? 1 : EXT_MINORS);
}

function badName(name: string): SkepError {
  return new SkepError(`\`${name}\` is no name of a disk that the simulated kernel knows`, {
    code: "sim/bad-disk-name",
    remedy: "use sda, sdb …, vda …, nvme0n1, nvme1n1 …, or md0 …",
  });
}
