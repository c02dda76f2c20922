import type { Tracepoint } from "../hooks/tracepoint.ts";
import type { StateKey } from "../world/state-key.ts";
import type { World } from "../world/world.ts";
import type { Bio } from "./bio.ts";
import type { Request } from "./request.ts";
import { operationOf, REQ_OP, rwbs } from "./request-flags.ts";

const BIO_EVENTS = ["block_bio_queue", "block_bio_backmerge", "block_bio_frontmerge", "block_getrq"] as const;
const REQUEST_EVENTS = [
  "block_rq_insert", "block_rq_issue", "block_rq_merge", "block_io_start", "block_io_done",
] as const; // biome-ignore format: one list
const BLK_STS_IOERR = 10; // include/linux/blk_types.h, v6.12
const EIO = 5;

type BioEvent = (typeof BIO_EVENTS)[number];
type RequestEvent = (typeof REQUEST_EVENTS)[number];

/** The tracepoints of block devices. */
export class BlockTrace {
  readonly #world: World;
  readonly #bio: Readonly<Record<BioEvent, Tracepoint>>;
  readonly #request: Readonly<Record<RequestEvent, Tracepoint>>;
  readonly #complete: Tracepoint;
  readonly #error: Tracepoint;
  readonly #requeue: Tracepoint;
  readonly #remap: Tracepoint;
  readonly #split: Tracepoint;
  readonly #plug: Tracepoint;
  readonly #unplug: Tracepoint;

  constructor(world: World) {
    this.#world = world;
    const named = (name: string) => world.hooks.tracepoint(`block:${name}`);
    const all = <N extends string>(names: readonly N[]) =>
      Object.fromEntries(names.map((name) => [name, named(name)])) as Record<N, Tracepoint>;
    this.#bio = all(BIO_EVENTS);
    this.#request = all(REQUEST_EVENTS);
    this.#complete = named("block_rq_complete");
    this.#error = named("block_rq_error");
    this.#requeue = named("block_rq_requeue");
    this.#remap = named("block_bio_remap");
    this.#split = named("block_split");
    this.#plug = named("block_plug");
    this.#unplug = named("block_unplug");
  }

  bio(event: BioEvent, bio: Bio): void {
    this.#bio[event].fire(() => ({
      args: [bio],
      fields: {
        dev: bio.device.number,
        sector: bio.sector,
        nr_sector: bio.bytes / 512,
        rwbs: rwbs(bio.flags),
        comm: this.#world.task.comm,
      },
    }));
  }

  request(event: RequestEvent, request: Request): void {
    this.#request[event].fire(() => ({
      args: [request],
      fields: {
        ...place(request),
        bytes: request.bytes,
        ioprio: 0,
        comm: this.#world.task.comm,
        cmd: "",
      },
    }));
  }

  /** `error`: a negative errno, or 0. */
  complete(request: Request, error: number, bytes: number): void {
    const status = error === 0 ? 0 : BLK_STS_IOERR;
    const data = () => ({
      args: [request, status, bytes],
      fields: { ...place(request), nr_sector: bytes / 512, error: error === 0 ? 0 : -EIO, ioprio: 0, cmd: "" },
    });
    this.#complete.fire(data);
    if (error !== 0) this.#error.fire(data);
  }

  requeue(request: Request): void {
    this.#requeue.fire(() => ({ args: [request], fields: { ...place(request), ioprio: 0, cmd: "" } }));
  }

  /** Before this, the bio's sector counted from the start of its partition. */
  remap(bio: Bio, oldSector: number): void {
    const { disk, number } = bio.device;
    this.#remap.fire(() => ({
      args: [bio, number, oldSector],
      fields: {
        dev: disk.whole.number,
        sector: bio.sector,
        nr_sector: bio.bytes / 512,
        old_dev: number,
        old_sector: oldSector,
        rwbs: rwbs(bio.flags),
      },
    }));
  }

  split(front: Bio, newSector: number): void {
    this.#split.fire(() => ({
      args: [front, newSector],
      fields: {
        dev: front.device.number,
        sector: front.sector,
        new_sector: newSector,
        rwbs: rwbs(front.flags),
        comm: this.#world.task.comm,
      },
    }));
  }

  plug(request: Request): void {
    this.#plug.fire(() => ({ args: [request.disk.queueStruct], fields: { comm: this.#world.task.comm } }));
  }

  unplug(request: Request, count: number, explicit: boolean): void {
    this.#unplug.fire(() => ({
      args: [request.disk.queueStruct, count, explicit],
      fields: { nr_rq: count, comm: this.#world.task.comm },
    }));
  }
}

function place(request: Request) {
  const isFlush = operationOf(request.flags) === REQ_OP.flush;
  return {
    dev: request.disk.whole.number,
    sector: isFlush ? 0 : request.sector,
    nr_sector: isFlush ? 0 : request.sectors,
    rwbs: rwbs(request.flags),
  };
}

/** The machine's block tracepoints. */
export const BLOCK_TRACE: StateKey<World, BlockTrace> = {
  name: "block.trace",
  make: (world) => new BlockTrace(world),
};
