import type { RecordHandler } from "../runtime/backend.ts";
import { FillRate } from "./fill-rate.ts";
import { MovedRecords } from "./moved-records.ts";
import { nowMs } from "./now.ts";
import { type Pulled, PulledRecords, type RecordSource } from "./record-source.ts";
import { RingPages, type RingPagesParts } from "./ring-pages.ts";
import type { Kernel, Watch } from "./syscall.ts";
import { type StartWorker, ThreadedRing } from "./threaded-ring.ts";

const FILLING_SHIFT = 4; // a sixteenth of the ring
const LARGE_BYTES = 1 << 22; // a ring of that size holds what comes while a reader is held up
const MOST_AT_ONCE = 256; // records that are decoded before a crowded ring is emptied again: at first that takes a millisecond
const START_MS = 100; // a thread starts within 30 to 60
const QUEUE_BYTES = 1 << 24; // 466 ms of 500,000 events of 72 bytes a second

export type RingReading = Readonly<{
  /**
   * Whether a thread of its own empties the ring while this one is busy. "auto": when a ring of less than 4 MiB turns out
   * to fill fast.
   */
  thread?: boolean | "auto";
  /** Room for records that the thread moved. */
  queueBytes?: number;
  /** Told when a thread was wanted and there is none, and why. */
  note?: (text: string) => void;
  /** Replaced in tests. */
  startWorker?: StartWorker;
}>;

/** Opens a ring buffer for fetching. Throws SystemError. */
export function openRingSource(parts: RingPagesParts, reading: RingReading = {}): RecordSource {
  const source: PulledRecords = new PulledRecords(new PulledRing(parts, reading, () => source.wake()));
  return source;
}

class PulledRing implements Pulled {
  readonly #kernel: Kernel;
  readonly #parts: RingPagesParts;
  readonly #reading: RingReading;
  readonly #wake: () => void;
  readonly #pages: RingPages;
  readonly #moved = new MovedRecords();
  #rate: FillRate | undefined;
  #thread: ThreadedRing | undefined;
  #isCrowded = false;

  constructor(parts: RingPagesParts, reading: RingReading, wake: () => void) {
    this.#kernel = parts.kernel;
    this.#parts = parts;
    this.#reading = reading;
    this.#wake = wake;
    const { thread = "auto" } = reading;
    this.#pages = new RingPages(parts);
    if (thread === true) this.#startThread();
    else if (thread === "auto" && parts.sizeBytes < LARGE_BYTES) this.#rate = new FillRate(parts.sizeBytes);
  }

  read(onRecord: RecordHandler, most: number): number {
    if (this.#thread === undefined) this.#watchRate();
    const thread = this.#thread; // which may have the ring already
    if (thread === undefined) return this.#readRing(onRecord, most);
    // What was moved by us came before what the thread moved, and that before what is in the ring.
    let records = this.#moved.read(onRecord, most);
    if (records < most) records += thread.read(onRecord, most - records);
    // Twice: the thread may have put something into its queue before it gave the ring back.
    for (let round = 0; round < 2 && records < most && thread.hold(); round++)
      records += this.#readHeld(thread, onRecord, most - records);
    return records;
  }

  /** Of a ring that is ours until `release`: small ones only while records are moved, as handlers may take their time. */
  #readHeld(thread: ThreadedRing, onRecord: RecordHandler, most: number): number {
    try {
      if (thread.waiting === 0) {
        this.#pages.catchUp();
        if (this.#parts.sizeBytes >= LARGE_BYTES) return this.#readRing(onRecord, most);
        this.#look();
        this.#moved.fillFrom(this.#pages);
      }
    } finally {
      thread.release();
    }
    const before = this.#moved.read(onRecord, most);
    return before === most ? before : before + thread.read(onRecord, most - before);
  }

  isFilling(): boolean {
    if (this.isInThread()) return this.#thread?.isFilling ?? false;
    return this.#pages.waiting > this.#parts.sizeBytes >> FILLING_SHIFT;
  }

  isCrowded(): boolean {
    return this.#isCrowded && !this.isInThread();
  }

  isSilent(): boolean {
    return !this.isInThread();
  }

  isInThread(): boolean {
    return this.#thread?.isTaken ?? false;
  }

  watch(onReadable: () => void): Watch {
    const thread = this.#thread;
    const ofThread = thread?.isRunning ? thread.watch(onReadable) : undefined;
    if (ofThread !== undefined && thread?.isTaken) return ofThread;
    const ofRing = this.#kernel.watch(this.#parts.map.number, onReadable);
    return {
      close() {
        ofRing.close();
        ofThread?.close();
      },
    };
  }

  takeBack(): void {
    this.#thread?.stop();
  }

  lost(): bigint {
    return 0n;
  }

  close(): void {
    this.#rate = undefined;
    this.#moved.drop();
    this.#thread?.close();
    this.#pages.close();
  }

  #readRing(onRecord: RecordHandler, most: number): number {
    const pages = this.#pages;
    const { sizeBytes } = this.#parts;
    this.#look();
    let before = 0;
    if (sizeBytes < LARGE_BYTES && this.#isCrowded) {
      const isBounded = Number.isFinite(most);
      for (const end = pages.position + pages.waiting; before < most; ) {
        if (isBounded || pages.position < end) this.#moved.fillFrom(pages);
        const records = this.#moved.read(onRecord, Math.min(MOST_AT_ONCE, most - before));
        if (records === 0) break;
        before += records;
      }
    }
    before += this.#moved.read(onRecord, most - before);
    if (before === most) return before;
    const { records } = pages.read(onRecord, { deadline: Number.POSITIVE_INFINITY, most: most - before });
    pages.publish();
    return before + records;
  }

  #look(): void {
    const { waiting } = this.#pages;
    if (waiting > 0) this.#isCrowded = waiting > this.#parts.sizeBytes >> FILLING_SHIFT;
  }

  #watchRate(): void {
    const pages = this.#pages;
    if (!this.#rate?.isTooFast(pages.position + pages.waiting, nowMs())) return;
    this.#moved.fillFrom(pages); // starting a thread keeps this one busy for 2 to 5 ms
    this.#startThread();
    this.#moveUntilTaken();
  }

  // On a machine without a processor to spare, the new thread takes its time from this one: which therefore does nothing
  // else than to keep the ring empty, and sleeps in between.
  #moveUntilTaken(): void {
    const thread = this.#thread;
    const nothing = new Int32Array(new SharedArrayBuffer(4));
    for (const end = nowMs() + START_MS; thread?.isRunning && !thread.isTaken && nowMs() < end; ) {
      if (!thread.hold()) return;
      this.#moved.fillFrom(this.#pages);
      thread.release();
      Atomics.wait(nothing, 0, 0, 1);
    }
  }

  #startThread(): void {
    this.#rate = undefined;
    const { queueBytes = QUEUE_BYTES, startWorker } = this.#reading;
    const onFailed = (why: string): void => {
      this.#tell(why);
      this.#wake();
    };
    try {
      this.#thread = new ThreadedRing(this.#parts, { queueBytes, onFailed }, startWorker);
    } catch (error) {
      this.#tell(error instanceof Error ? error.message : String(error));
    }
  }

  #tell(why: string): void {
    this.#reading.note?.(`the ring buffer is read by the main thread, there is none for it alone: ${why}`);
  }
}
