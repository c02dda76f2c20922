import type { RecordHandler } from "../runtime/backend.ts";
import { nowMs } from "./now.ts";
import { type PerfBufferParts, PerfReader } from "./perf-reader.ts";
import type { Watch } from "./syscall.ts";

/**
 * Records that are fetched by whoever wants them: nothing is read ahead, so a slow reader fills no memory, and what
 * finds no room then is dropped by the kernel.
 */
export interface RecordSource extends Disposable {
  /** Hands over what is there, at most `most` records; how many. The handler's memory is reused afterwards. */
  read(onRecord: RecordHandler, most: number): number;
  /** Fulfilled when there may be something to read, and at once after `wake` or `close`. One waits at a time. */
  ready(): Promise<void>;
  /** Lets the event loop do what else there is. */
  turn(): Promise<void>;
  /** Ends the wait that is under way. */
  wake(): void;
  /** Records that the buffer itself counted as lost: perf buffers do, programs must for ring buffers. */
  readonly lost: bigint;
  readonly closed: boolean;
  /** Whether a thread of its own empties the buffer by now. */
  readonly inThread: boolean;
  /** Ends such a thread: afterwards `read` hands over all that is there, to the last record. */
  takeBack(): void;
  close(): void;
}

/** Opens the buffers of a perfEventArray for fetching. Throws SystemError. */
export function openPerfSource(parts: PerfBufferParts): RecordSource {
  let lost = 0n;
  const reader = new PerfReader(parts, (records) => {
    lost += BigInt(records);
  });
  return new PulledRecords({
    read: (onRecord, most) => reader.read(onRecord, { deadline: Number.POSITIVE_INFINITY, most }).records,
    isFilling: () => false,
    isCrowded: () => false,
    watch: (onReadable) => reader.watch(onReadable),
    isSilent: () => true,
    isInThread: () => false,
    takeBack: () => {},
    lost: () => lost,
    close: () => reader.close(),
  });
}

/** What records are pulled from. */
export type Pulled = Readonly<{
  read: (onRecord: RecordHandler, most: number) => number;
  /** Whether so much came meanwhile that there is no time to sleep. */
  isFilling: () => boolean;
  /** Whether so much was there at the last look that a burst could fill the buffer before the next tick. */
  isCrowded: () => boolean;
  watch: (onReadable: () => void) => Watch;
  /** Whether records may be there of which `watch` does not tell. */
  isSilent: () => boolean;
  isInThread: () => boolean;
  takeBack: () => void;
  lost: () => bigint;
  close: () => void;
}>;

const LATE_CHECK_MS = 100; // programs may submit without waking us
const BUSY_TICK_MS = 1;
const QUIET_TICKS = 20;
const WAKES_BEFORE_TICKS = 4;
const WAKE_WINDOW_MS = 16; // that many wakes within it cost the traced programs more than looking by a timer

/** Waits asleep while it is quiet, and by a timer while records come one after the other: a wake-up costs 6 µs. */
export class PulledRecords implements RecordSource {
  readonly #parts: Pulled;
  readonly #wakes: number[] = [];
  #ticksLeft = 0;
  #closed = false;
  #waiting: (() => void) | undefined;

  constructor(parts: Pulled) {
    this.#parts = parts;
  }

  get lost(): bigint {
    return this.#parts.lost();
  }

  get closed(): boolean {
    return this.#closed;
  }

  read(onRecord: RecordHandler, most: number): number {
    if (this.#closed) return 0;
    const records = this.#parts.read(onRecord, most);
    if (records > 0 && this.#ticksLeft > 0) this.#ticksLeft = QUIET_TICKS;
    return records;
  }

  async ready(): Promise<void> {
    if (this.#closed) return;
    if (this.#parts.isFilling()) return await this.turn();
    if (this.#ticksLeft > 0) {
      this.#ticksLeft--;
      return await this.#sleep(BUSY_TICK_MS, this.#parts.isCrowded());
    }
    await this.#sleep(this.#parts.isSilent() ? LATE_CHECK_MS : undefined, true);
  }

  get inThread(): boolean {
    return !this.#closed && this.#parts.isInThread();
  }

  takeBack(): void {
    if (!this.#closed) this.#parts.takeBack();
  }

  wake(): void {
    this.#waiting?.();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.wake();
    this.#parts.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  turn(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  #sleep(ms: number | undefined, watching: boolean): Promise<void> {
    return new Promise((resolve) => {
      let watch: Watch | undefined;
      const done = (): void => {
        clearTimeout(timer);
        watch?.close();
        this.#waiting = undefined;
        resolve();
      };
      const timer = ms === undefined ? undefined : setTimeout(done, ms);
      this.#waiting = done;
      if (watching)
        watch = this.#parts.watch(() => {
          this.#noteWake();
          done();
        });
    });
  }

  #noteWake(): void {
    const now = nowMs();
    this.#wakes.push(now);
    if (this.#wakes.length > WAKES_BEFORE_TICKS) this.#wakes.shift();
    if (this.#wakes.length < WAKES_BEFORE_TICKS || now - (this.#wakes[0] ?? 0) > WAKE_WINDOW_MS) return;
    this.#wakes.length = 0;
    this.#ticksLeft = QUIET_TICKS;
  }
}
