import type { Bio } from "./bio.ts";
import type { SchedulerName } from "./disk.ts";
import type { Request } from "./request.ts";
import { isWrite } from "./request-flags.ts";

const READ_EXPIRES_NS = 500e6; // block/mq-deadline.c, v6.12
const WRITE_EXPIRES_NS = 5e9;
const BATCH = 16;
const WRITES_STARVED = 2;

/** Requests that wait for their disk, and in which order they get it. */
export interface Elevator {
  readonly name: SchedulerName;
  readonly length: number;
  insert(request: Request, atHead?: boolean): void;
  /** Takes the one that is served next. */
  next(nowNs: number): Request | undefined;
  /** A waiting request that the bio is adjacent to. */
  mergeCandidate(bio: Bio): Readonly<{ request: Request; where: "back" | "front" }> | undefined;
  /** Takes out a request that begins where this one, which grew, ends; undefined when there is none. */
  takeFollowing(request: Request): Request | undefined;
}

/** In the order in which they came; nothing is merged. */
class NoElevator implements Elevator {
  readonly name = "none";
  readonly #requests: Request[] = [];

  get length(): number {
    return this.#requests.length;
  }

  insert(request: Request, atHead = false): void {
    if (atHead) this.#requests.unshift(request);
    else this.#requests.push(request);
  }

  next(): Request | undefined {
    return this.#requests.shift();
  }

  mergeCandidate(): undefined {
    return undefined;
  }

  takeFollowing(): undefined {
    return undefined;
  }
}

/** By sectors, in batches, reads before writes; none waits for ever: mq-deadline. */
class DeadlineElevator implements Elevator {
  readonly name = "mq-deadline";
  readonly #head: Request[] = [];
  /** By direction (0: reads), each in the order in which they came. */
  readonly #waiting: readonly [Request[], Request[]] = [[], []];
  #direction: 0 | 1 = 0;
  #batched = 0;
  #starved = 0;
  #nextSector = 0;

  get length(): number {
    return this.#head.length + this.#waiting[0].length + this.#waiting[1].length;
  }

  insert(request: Request, atHead = false): void {
    if (atHead) {
      this.#head.push(request);
      return;
    }
    const write = isWrite(request.flags);
    request.deadlineNs = request.startNs + (write ? WRITE_EXPIRES_NS : READ_EXPIRES_NS);
    this.#waiting[write ? 1 : 0].push(request);
  }

  next(nowNs: number): Request | undefined {
    const first = this.#head.shift();
    if (first !== undefined) return first;
    const [reads, writes] = this.#waiting;
    if (reads.length + writes.length === 0) return undefined;
    const goesOn = this.#batched < BATCH && this.#waiting[this.#direction].length > 0;
    if (!goesOn) this.#turn(nowNs);
    this.#batched++;
    const list = this.#waiting[this.#direction];
    const at = goesOn ? this.#following(list) : this.#expired(list, nowNs);
    const [request] = list.splice(at, 1);
    this.#nextSector = request?.endSector ?? 0;
    return request;
  }

  mergeCandidate(bio: Bio): ReturnType<Elevator["mergeCandidate"]> {
    for (const request of this.#waiting[isWrite(bio.flags) ? 1 : 0]) {
      if (!request.takes(bio)) continue;
      if (request.endSector === bio.sector) return { request, where: "back" };
      if (bio.endSector === request.sector) return { request, where: "front" };
    }
    return undefined;
  }

  takeFollowing(request: Request): Request | undefined {
    const list = this.#waiting[isWrite(request.flags) ? 1 : 0];
    const at = list.findIndex(
      (other) =>
        other !== request &&
        other.sector === request.endSector &&
        other.flags === request.flags &&
        other.bytes + request.bytes <= request.disk.maxBytes,
    );
    return at === -1 ? undefined : list.splice(at, 1)[0];
  }

  /** Chooses reads or writes for the next batch. */
  #turn(nowNs: number): void {
    const [reads, writes] = this.#waiting;
    const oldestWrite = writes[0]?.deadlineNs ?? Number.POSITIVE_INFINITY;
    const wantWrites =
      reads.length === 0 || (writes.length > 0 && (this.#starved >= WRITES_STARVED || oldestWrite <= nowNs));
    if (wantWrites) this.#starved = 0;
    else if (writes.length > 0) this.#starved++;
    this.#direction = wantWrites ? 1 : 0;
    this.#batched = 0;
  }

  /** Where in the list the next one by sector is. */
  #following(list: readonly Request[]): number {
    let best = -1;
    let lowest = 0;
    for (const [i, { sector }] of list.entries()) {
      if (sector < (list[lowest] as Request).sector) lowest = i;
      if (sector >= this.#nextSector && (best === -1 || sector < (list[best] as Request).sector)) best = i;
    }
    return best === -1 ? lowest : best;
  }

  #expired(list: readonly Request[], nowNs: number): number {
    const [oldest] = list;
    return oldest !== undefined && oldest.deadlineNs <= nowNs ? 0 : this.#following(list);
  }
}

/** A new scheduler of that name. */
export function makeElevator(name: SchedulerName): Elevator {
  return name === "none" ? new NoElevator() : new DeadlineElevator();
}
