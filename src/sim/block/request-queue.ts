import type { Random } from "../world/random.ts";
import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import { WaitQueue } from "../world/wait-queue.ts";
import type { World } from "../world/world.ts";
import type { Bio } from "./bio.ts";
import type { BlockDevice } from "./block-device.ts";
import type { Disk } from "./disk.ts";
import { DRIVERS } from "./drivers.ts";
import { type Elevator, makeElevator } from "./elevator.ts";
import { FlushMachine } from "./flush.ts";
import { ioWait } from "./io-wait.ts";
import { KBLOCKD } from "./kblockd.ts";
import { along, alongNow, passes } from "./kernel-path.ts";
import { PLUG } from "./plug.ts";
import { Request, RequestPool } from "./request.ts";
import { isWrite, needsFlush, operationOf, REQ_OP } from "./request-flags.ts";
import { BLOCK_TRACE, type BlockTrace } from "./trace.ts";

const SUBMIT_NS = 1_100;
const ISSUE_NS = 700;
const BUSY_AGAIN_NS = 3_000_000; // BLK_MQ_RESOURCE_DELAY, block/blk-mq.c, v6.12
const EIO = 5;
const BLK_STS_IOERR = 10; // include/linux/blk_types.h, v6.12

/** Counts of what a queue has done, for tests and statistics. */
export type QueueCounts = { made: number; issued: number; completed: number; requeued: number; merged: number };

/** The requests of one disk, from bio to completion. */
export class RequestQueue {
  readonly disk: Disk;
  readonly world: World;
  readonly pool: RequestPool;
  readonly elevator: Elevator;
  readonly flush: FlushMachine;
  readonly trace: BlockTrace;
  readonly counts: QueueCounts = { made: 0, issued: 0, completed: 0, requeued: 0, merged: 0 };
  readonly #random: Random;
  readonly #tagWaiters = new WaitQueue("blk_mq_get_tag");
  readonly #limit: number;
  readonly #freeTags: number[];
  /** When each channel of the device has done what it was given. */
  readonly #channelFreeNs: number[];
  #allocated = 0;
  #headSector = 0;
  #isRunPlanned = false;
  #busySinceNs = 0;
  #inDevice = 0;

  constructor(disk: Disk) {
    this.disk = disk;
    this.world = disk.world;
    this.pool = new RequestPool(disk);
    this.elevator = makeElevator(disk.scheduler);
    this.flush = new FlushMachine(this);
    this.trace = disk.world.get(BLOCK_TRACE);
    this.#random = disk.world.random.stream(`disk ${disk.name}`);
    this.#limit = disk.scheduler === "none" ? disk.depth : 2 * disk.depth;
    this.#freeTags = Array.from({ length: disk.depth }, (_, i) => disk.depth - 1 - i);
    this.#channelFreeNs = new Array<number>(Math.min(disk.times.channels, disk.depth)).fill(0);
  }

  /** Requests that the device works on. */
  get inDevice(): number {
    return this.#inDevice;
  }

  /** Turns a bio into a request or a part of one: blk_mq_submit_bio(). Waits while the queue is full. */
  *submit(task: Task, given: Bio): Code {
    const wait = this.world.spend(SUBMIT_NS);
    if (wait !== undefined) yield wait;
    let bio = given;
    if (given.bytes > this.disk.maxBytes && operationOf(given.flags) !== REQ_OP.discard) {
      bio = given.split(this.disk.maxBytes);
      this.trace.split(bio, given.sector);
    }
    if (!this.#merge(task, bio)) yield* this.#make(task, bio);
    if (bio !== given) yield* along(this.world, [["submit_bio_noacct", given]], () => this.submit(task, given));
  }

  *#make(task: Task, bio: Bio): Code {
    yield* along(
      this.world,
      [
        ["__blk_mq_alloc_requests", null],
        ["blk_mq_get_tag", null],
      ],
      () => this.#tag(task),
    );
    const request = new Request(this.pool, bio.device, bio, bio.flags);
    this.counts.made++;
    this.trace.bio("block_getrq", bio);
    this.accountStart(request);
    if (needsFlush(bio.flags) && this.disk.driver !== "md") {
      const taken = alongNow(this.world, [["blk_insert_flush", request]], () => this.flush.insert(request));
      if (taken) return;
    }
    const plug = task.get(PLUG);
    if (plug.depth > 0) plug.add(request, this);
    else if (this.elevator.name === "none" && this.#inDevice < this.disk.depth && this.elevator.length === 0)
      alongNow(this.world, [["blk_mq_try_issue_directly", this.disk.hardwareQueue, request]], () =>
        this.#issue(request),
      );
    else {
      this.insert([request]);
      this.run();
    }
  }

  /** Waits until the queue takes another request. */
  *#tag(task: Task): Code {
    while (this.#allocated >= this.#limit)
      yield* ioWait(task, this.#tagWaiters, () => this.#allocated < this.#limit);
    this.#allocated++;
  }

  /** Makes the bio a part of a request that is there already. */
  #merge(task: Task, bio: Bio): boolean {
    const plugged = task.get(PLUG).mergeCandidate(bio);
    if (plugged !== undefined) {
      alongNow(this.world, [["blk_attempt_plug_merge", this.disk.queueStruct, bio, 1]], () =>
        this.#mergeInto(plugged, bio, "back"),
      );
      return true;
    }
    const found = this.elevator.mergeCandidate(bio);
    if (found === undefined) return false;
    const path = [["blk_mq_sched_try_merge", this.disk.queueStruct, bio, 1, null]] as const;
    alongNow(this.world, path, () => {
      this.#mergeInto(found.request, bio, found.where);
      const next = this.elevator.takeFollowing(found.request);
      if (next !== undefined) this.#mergeRequests(found.request, next);
    });
    return true;
  }

  #mergeInto(request: Request, bio: Bio, where: "back" | "front"): void {
    const merge = () => {
      this.trace.bio(where === "back" ? "block_bio_backmerge" : "block_bio_frontmerge", bio);
      request.add(bio, where);
    };
    if (where === "back") alongNow(this.world, [["bio_attempt_back_merge", request, bio, 1]], merge);
    else merge();
    this.counts.merged++;
    request.device.stats.merges[isWrite(request.flags) ? 1 : 0]++;
  }

  /** The second becomes a part of the first. */
  #mergeRequests(request: Request, next: Request): void {
    alongNow(this.world, [["attempt_merge", this.disk.queueStruct, request, next]], () => {
      this.trace.request("block_rq_merge", next);
      for (const bio of next.bios) request.add(bio, "back");
    });
    this.counts.merged++;
    this.counts.made--;
    this.accountMerged(next);
    this.#release(next);
  }

  /** Hands requests to the scheduler. */
  insert(requests: readonly Request[]): void {
    const insert = () => {
      for (const request of requests) {
        this.trace.request("block_rq_insert", request);
        this.elevator.insert(request);
      }
    };
    if (this.elevator.name === "none") insert();
    else alongNow(this.world, [["dd_insert_requests", this.disk.hardwareQueue, null, 0]], insert);
  }

  /** Hands a request to the device before all others. */
  insertAtHead(request: Request): void {
    this.elevator.insert(request, true);
  }

  /** Gives the device what it can take: blk_mq_run_hw_queue(). */
  run(): void {
    if (this.#freeTags.length === 0 || this.elevator.length === 0) return;
    const { hardwareQueue } = this.disk;
    const path = [
      ["blk_mq_run_hw_queue", hardwareQueue, 0],
      ["blk_mq_sched_dispatch_requests", hardwareQueue],
    ] as const;
    alongNow(this.world, path, () => this.#dispatch());
  }

  #dispatch(): void {
    const { hardwareQueue } = this.disk;
    while (this.#freeTags.length > 0) {
      const request = this.elevator.next(this.world.nowNs);
      if (request === undefined) return;
      if (this.elevator.name !== "none") passes(this.world, "dd_dispatch_request", [hardwareQueue], request);
      const path = [["blk_mq_dispatch_rq_list", hardwareQueue, null, 1]] as const;
      if (!alongNow(this.world, path, () => this.#issue(request))) return;
    }
  }

  /** Runs the queue from a kernel thread. */
  runLater(): void {
    if (this.#isRunPlanned || this.elevator.length === 0) return;
    this.#isRunPlanned = true;
    this.world.get(KBLOCKD).queue({
      run: () => {
        this.#isRunPlanned = false;
        this.run();
      },
    });
  }

  /** Gives one request to the device; false when the device is busy. */
  #issue(request: Request): boolean {
    const driver = DRIVERS[this.disk.driver];
    request.tag = this.#freeTags.pop() ?? 0;
    const issued = alongNow(this.world, [[driver.queueRequest, this.disk.hardwareQueue, null]], () => {
      alongNow(this.world, [["blk_mq_start_request", request]], () => {
        request.ioStartNs = this.world.nowNs;
        request.state = 1;
        this.trace.request("block_rq_issue", request);
      });
      driver.dispatch(this.world, request);
      return !(this.disk.busyRate > 0 && this.#random.chance(this.disk.busyRate));
    });
    if (this.world.isStepping) this.world.spend(ISSUE_NS);
    if (issued) this.#begin(request);
    else this.#requeue(request);
    return issued;
  }

  #requeue(request: Request): void {
    this.trace.requeue(request);
    this.counts.requeued++;
    this.#freeTags.push(request.tag);
    request.tag = -1;
    request.state = 0;
    this.elevator.insert(request, true);
    this.world.after(BUSY_AGAIN_NS, () => this.world.interrupts.softirq("TIMER", 300, () => this.runLater()));
  }

  /** The device works on it, as soon as it has a channel. */
  #begin(request: Request): void {
    const { world, disk } = this;
    this.counts.issued++;
    if (this.#inDevice++ === 0) this.#busySinceNs = world.nowNs;
    const free = this.#channelFreeNs;
    let channel = 0;
    for (let i = 1; i < free.length; i++) if ((free[i] as number) < (free[channel] as number)) channel = i;
    const served = { flags: request.flags, sector: request.sector, bytes: request.bytes };
    const ns = Math.ceil(disk.times.serviceNs(served, this.#headSector, this.#random));
    this.#headSector = request.endSector;
    const endNs = Math.max(world.nowNs, free[channel] as number) + ns;
    free[channel] = endNs;
    const failed = disk.errorRate > 0 && this.#random.chance(disk.errorRate);
    const cpu = disk.driver === "nvme" ? world.cpu : (world.cpus[disk.irqCpu] ?? world.cpu);
    world.at(endNs, () =>
      world.onCpu(cpu, () => DRIVERS[disk.driver].interrupt(this, request, failed ? -EIO : 0)),
    );
  }

  /** The device is done with it: gives its tag back and lets others have it. For the driver. */
  returned(request: Request): void {
    this.#freeTags.push(request.tag);
    this.counts.completed++;
    if (--this.#inDevice > 0) return;
    request.device.disk.whole.stats.ioTicks += (this.world.nowNs - this.#busySinceNs) / 1e6;
  }

  /** The request is over: the next one that waits gets its place. */
  ended(request: Request): void {
    this.#release(request);
    this.runLater();
  }

  #release(request: Request): void {
    request.free();
    this.#allocated--;
    this.#tagWaiters.wake(1);
  }

  /** Runs the queue now, or from a kernel thread when an interrupt asks for it. */
  runSoon(): void {
    if (this.world.isStepping) this.run();
    else this.runLater();
  }

  /** The device did a request, or failed: its bios are done. For drivers, in the interrupt. */
  finish(request: Request, error: number): void {
    this.returned(request);
    const isFlush = operationOf(request.flags) === REQ_OP.flush;
    request.state = 2;
    if (isFlush) {
      this.trace.complete(request, error, 0);
      this.flush.flushDone(request);
      this.runLater();
      return;
    }
    if (request.flushSteps.length > 0) {
      this.flush.dataDone(request); // the last step ends it
      return;
    }
    this.#end(request, error);
  }

  /** A request that needed flushes is over. */
  flushEnded(request: Request): void {
    this.#end(request, 0);
  }

  #end(request: Request, error: number): void {
    const { bios, bytes } = request;
    alongNow(this.world, [["blk_update_request", request, error === 0 ? 0 : BLK_STS_IOERR, bytes]], () => {
      this.trace.complete(request, error, bytes);
      request.consume(bytes);
      for (const bio of bios) alongNow(this.world, [["bio_endio", bio]], () => bio.finish(error));
      return 0;
    });
    alongNow(this.world, [["__blk_mq_end_request", request, error === 0 ? 0 : BLK_STS_IOERR]], () => {
      this.accountDone(request);
      alongNow(this.world, [["blk_mq_free_request", request]], () => this.ended(request));
    });
  }

  /** A flush that the queue itself makes does not count. */
  makeFlush(device: BlockDevice, flags: number): Request {
    const request = new Request(this.pool, device, undefined, flags);
    request.isAccounted = false;
    return request;
  }

  accountStart(request: Request): void {
    alongNow(
      this.world,
      [
        ["blk_account_io_start", request],
        ["__blk_account_io_start", request],
      ],
      () => {
        this.trace.request("block_io_start", request);
        this.#countInFlight(request, 1);
      },
    );
  }

  accountDone(request: Request): void {
    if (!request.isAccounted) return;
    const now = this.world.nowNs;
    const path = [
      ["blk_account_io_done", request, now],
      ["__blk_account_io_done", request, now],
    ] as const;
    alongNow(this.world, path, () => {
      this.trace.request("block_io_done", request);
      this.#countInFlight(request, -1);
      const op = operationOf(request.flags);
      const group = op === REQ_OP.discard ? 2 : isWrite(op) ? 1 : 0;
      const ns = now - request.startNs;
      const sectors = request.bios.reduce((sum, bio) => sum + bio.bytes / 512, 0);
      request.device.count(group, sectors, ns);
      if (request.device !== this.disk.whole) this.disk.whole.count(group, sectors, ns);
    });
  }

  accountMerged(request: Request): void {
    this.#countInFlight(request, -1);
  }

  #countInFlight(request: Request, by: 1 | -1): void {
    const at = isWrite(request.flags) ? 1 : 0;
    request.device.stats.inFlight[at] += by;
    if (request.device !== this.disk.whole) this.disk.whole.stats.inFlight[at] += by;
  }
}
