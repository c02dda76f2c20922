import type { Request } from "./request.ts";
import { REQ, REQ_OP } from "./request-flags.ts";
import type { RequestQueue } from "./request-queue.ts";

/**
 * Brings a disk's write cache to its platters: writes that ask for it are a flush, the data, and another flush where the
 * disk cannot write through its cache. Flushes that are asked for while one is under way share the next one.
 * Source: block/blk-flush.c, v6.12.
 */
export class FlushMachine {
  readonly #queue: RequestQueue;
  #waiting: Request[] = [];
  #running: Request[] = [];

  constructor(queue: RequestQueue) {
    this.#queue = queue;
  }

  /** Takes a request over; false when the disk needs no flushes and it is an ordinary one. */
  insert(request: Request): boolean {
    const { disk } = this.#queue;
    const canFua = disk.driver === "nvme";
    const { flags } = request;
    const steps: Request["flushSteps"] = [];
    if (disk.hasWriteCache && (flags & REQ.preflush) !== 0) steps.push("preflush");
    if (request.bytes > 0) steps.push("data");
    if (disk.hasWriteCache && (flags & REQ.fua) !== 0 && !canFua) steps.push("postflush");
    request.flags = (flags & ~REQ.preflush & (canFua && disk.hasWriteCache ? ~0 : ~REQ.fua)) | REQ.sync;
    request.refresh();
    if (steps.length === 1 && steps[0] === "data") return false;
    request.flushSteps = steps;
    this.#next(request);
    return true;
  }

  /** The data of a request that this machine took over was written. */
  dataDone(request: Request): void {
    this.#next(request);
  }

  /** A flush was done by the device. */
  flushDone(flush: Request): void {
    flush.free();
    const done = this.#running;
    this.#running = [];
    for (const request of done) this.#next(request);
    this.#start();
  }

  #next(request: Request): void {
    const step = request.flushSteps.shift();
    if (step === undefined) this.#queue.flushEnded(request);
    else if (step === "data") {
      this.#queue.insertAtHead(request);
      this.#queue.runSoon();
    } else {
      this.#waiting.push(request);
      this.#start();
    }
  }

  #start(): void {
    const [first] = this.#waiting;
    if (this.#running.length > 0 || first === undefined) return;
    this.#running = this.#waiting;
    this.#waiting = [];
    const flush = this.#queue.makeFlush(first.disk.whole, REQ_OP.flush | REQ.preflush);
    this.#queue.insertAtHead(flush);
    this.#queue.runSoon();
  }
}
