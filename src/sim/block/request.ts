import type { Addressed } from "../hooks/word.ts";
import type { KernelObject, Values } from "../memory/kernel-object.ts";
import type { Bio } from "./bio.ts";
import type { BlockDevice } from "./block-device.ts";
import type { Disk } from "./disk.ts";
import { operationOf, REQ, REQ_OP } from "./request-flags.ts";

/** As request.state says: MQ_RQ_IDLE, MQ_RQ_IN_FLIGHT, MQ_RQ_COMPLETE. */
export type RequestState = 0 | 1 | 2;

const NO_TAG = 0xffff_ffff;

/** What a disk is asked to do: struct request, which lies in memory only when somebody asks for its address. */
export class Request implements Addressed {
  readonly disk: Disk;
  readonly device: BlockDevice;
  readonly bios: Bio[];
  readonly pool: RequestPool;
  flags: number;
  sector: number;
  bytes: number;
  /** When it was made, when the disk got it; 0 before. */
  startNs: number;
  ioStartNs = 0;
  /** When it must be served, for schedulers. */
  deadlineNs = 0;
  tag = -1;
  /** Steps that are still to be taken for flushes; see flush.ts. */
  flushSteps: ("preflush" | "data" | "postflush")[] = [];
  /** Whether it counts in the disk's statistics. */
  isAccounted = true;
  #state: RequestState = 0;
  #struct: KernelObject | undefined;

  constructor(pool: RequestPool, device: BlockDevice, bio: Bio | undefined, flags: number) {
    this.pool = pool;
    this.disk = device.disk;
    this.device = device;
    this.flags = flags;
    this.bios = bio === undefined ? [] : [bio];
    this.sector = bio?.sector ?? 0;
    this.bytes = bio?.bytes ?? 0;
    this.startNs = device.disk.world.nowNs;
  }

  get address(): bigint {
    this.#struct ??= this.pool.take(this.#values());
    return this.#struct.address;
  }

  get sectors(): number {
    return this.bytes / 512;
  }

  get endSector(): number {
    return this.sector + this.sectors;
  }

  get state(): RequestState {
    return this.#state;
  }

  set state(state: RequestState) {
    this.#state = state;
    this.#struct?.fill({ state, tag: this.tag < 0 ? NO_TAG : this.tag, io_start_time_ns: this.ioStartNs });
  }

  /** Whether a bio can become a part of it: the same operation, and not too large. */
  takes(bio: Bio): boolean {
    const mergeable = REQ.noMerge | REQ.preflush | REQ.fua;
    return (
      this.device.disk === bio.device.disk &&
      ((this.flags | bio.flags) & mergeable) === 0 &&
      operationOf(this.flags) === operationOf(bio.flags) &&
      operationOf(this.flags) !== REQ_OP.flush &&
      this.bytes + bio.bytes <= this.disk.maxBytes
    );
  }

  /** Adds a bio behind its last, or before its first. */
  add(bio: Bio, where: "back" | "front"): void {
    if (where === "back") {
      const last = this.bios.at(-1);
      if (last !== undefined && this.#struct !== undefined) bio.linkBehind(last);
      this.bios.push(bio);
    } else {
      this.bios.unshift(bio);
      this.sector = bio.sector;
    }
    this.bytes += bio.bytes;
    this.refresh();
  }

  /** After its flags, its place or its size changed. */
  refresh(): void {
    this.#struct?.fill({
      cmd_flags: this.flags,
      __sector: this.sector,
      __data_len: this.bytes,
      ...(this.#struct !== undefined && this.bios.length > 0
        ? { bio: (this.bios[0] as Bio).address, biotail: (this.bios.at(-1) as Bio).address }
        : {}),
    });
  }

  /** What was done of it is no part of it any more: blk_update_request(). */
  consume(bytes: number): void {
    this.sector += bytes / 512;
    this.bytes -= bytes;
    this.#struct?.fill({ __sector: this.sector, __data_len: this.bytes, bio: null });
  }

  /** Gives its memory back; it stays readable until another request has it. */
  free(): void {
    if (this.#struct === undefined) return;
    this.#struct.set("state", 0);
    this.pool.give(this.#struct);
    this.#struct = undefined;
  }

  #values(): Values {
    const first = this.bios[0];
    return {
      q: this.disk.queueStruct,
      mq_hctx: this.disk.hardwareQueue,
      cmd_flags: this.flags,
      tag: this.tag < 0 ? NO_TAG : this.tag,
      internal_tag: NO_TAG,
      timeout: 30_000,
      __data_len: this.bytes,
      __sector: this.sector,
      bio: first?.address ?? null,
      biotail: this.bios.at(-1)?.address ?? null,
      part: this.device.struct,
      start_time_ns: this.startNs,
      io_start_time_ns: this.ioStartNs,
      stats_sectors: Math.min(this.sectors, 0xffff),
      nr_phys_segments: Math.ceil(this.bytes / 4096),
      state: this.#state,
      "ref.counter": 1,
    };
  }
}

/** Memory of a disk's requests: as many as were needed at once, used again and again. */
export class RequestPool {
  readonly #disk: Disk;
  readonly #free: KernelObject[] = [];

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  take(values: Values): KernelObject {
    const { memory } = this.#disk.world;
    const object = this.#free.pop() ?? memory.make("request");
    memory.u8.fill(0, object.offset, object.offset + object.bytes);
    return object.fill(values);
  }

  give(object: KernelObject): void {
    this.#free.push(object);
  }
}
