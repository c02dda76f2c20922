import type { Duration } from "../world/duration.ts";
import { nanoseconds } from "../world/duration.ts";
import type { Random } from "../world/random.ts";
import { isWrite, operationOf, REQ_OP } from "./request-flags.ts";

/**
 * How fast a disk is: a kind of disk, or how long its requests take, one after the other and then from the start again.
 */
export type LatencyModel = "hdd" | "ssd" | "nvme" | readonly Duration[];

export type Served = Readonly<{ flags: number; sector: number; bytes: number }>;

/** How long a device works on its requests. */
export type ServiceTimes = Readonly<{
  /** As many requests are worked on at the same time. */
  channels: number;
  /** Nanoseconds of one request. `headSector`: where the last one ended. */
  serviceNs(request: Served, headSector: number, random: Random): number;
  /** No request takes less. */
  floorNs(request: Served): number;
}>;

const SECTOR = 512;
const ROTATION_NS = 8_333_333; // 7,200 rotations per minute
const FULL_SEEK_NS = 12_000_000;
const TRACK_NS = 700_000;
const DISK_SECTORS = 2 ** 31; // a full seek goes over 1 TiB

const HDD: ServiceTimes = {
  channels: 1,
  serviceNs(request, headSector, random) {
    const floor = HDD.floorNs(request);
    if (operationOf(request.flags) === REQ_OP.flush) return floor + random.latency(9e6, 0.4);
    const distance = Math.abs(request.sector - headSector);
    if (distance < 8) return floor + random.latency(25_000, 0.3);
    const seek = TRACK_NS + FULL_SEEK_NS * Math.sqrt(Math.min(1, distance / DISK_SECTORS));
    return floor + seek + random.float() * ROTATION_NS;
  },
  floorNs: ({ bytes }) => 60_000 + bytes * 6.25, // 160 MB/s
};

type Flash = Readonly<{
  channels: number;
  readNs: number;
  writeNs: number;
  flushNs: number;
  discardNs: number;
  nsPerByte: number;
  spread: number;
}>;

/** Most requests take about the median, some much longer: the device collects its garbage. */
function flash(model: Flash): ServiceTimes {
  const median = (flags: number) => {
    const op = operationOf(flags);
    if (op === REQ_OP.flush) return model.flushNs;
    if (op === REQ_OP.discard) return model.discardNs;
    return isWrite(flags) ? model.writeNs : model.readNs;
  };
  const transfer = ({ flags, bytes }: Served) =>
    operationOf(flags) === REQ_OP.discard ? 0 : bytes * model.nsPerByte;
  const floorNs = (request: Served) => median(request.flags) * 0.55 + transfer(request);
  return {
    channels: model.channels,
    floorNs,
    serviceNs(request, _headSector, random) {
      const slow = random.chance(0.002) ? random.latency(20, 0.4) : 1;
      const ns = random.latency(median(request.flags), model.spread) * slow + transfer(request);
      return Math.max(ns, floorNs(request));
    },
  };
}

const SSD = flash({
  channels: 8,
  readNs: 95_000,
  writeNs: 45_000,
  flushNs: 1_300_000,
  discardNs: 350_000,
  nsPerByte: 1.9, // 530 MB/s
  spread: 0.3,
});
const NVME = flash({
  channels: 32,
  readNs: 72_000,
  writeNs: 17_000,
  flushNs: 280_000,
  discardNs: 120_000,
  nsPerByte: 0.33, // 3 GB/s
  spread: 0.25,
});

/** The service times of a model. Throws RangeError for a list that is empty or holds what is no duration. */
export function serviceTimes(model: LatencyModel): ServiceTimes {
  if (model === "hdd") return HDD;
  if (model === "ssd") return SSD;
  if (model === "nvme") return NVME;
  const times = model.map((duration) => nanoseconds(duration));
  if (times.length === 0) throw new RangeError("a disk's list of latencies must not be empty");
  const least = Math.min(...times);
  let next = 0;
  return {
    channels: 1,
    serviceNs: () => times[next++ % times.length] as number,
    floorNs: () => least,
  };
}

/** Sectors of so many bytes. */
export function sectorsOf(bytes: number): number {
  return Math.ceil(bytes / SECTOR);
}
