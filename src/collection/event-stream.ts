import { checkInput, integer } from "../base/check-input.ts";
import { SkepError } from "../base/errors.ts";
import { INSPECT, inspected } from "../base/inspected.ts";
import type { RecordSource } from "../linux/record-source.ts";
import type { RecordHandler } from "../runtime/backend.ts";
import type { Codec } from "./codec.ts";
import { layoutText } from "./layout-text.ts";
import { recordDecoder } from "./record-decoder.ts";

const BATCH = 512; // most records of a batch where nothing else is asked for
const AHEAD = 128; // decoded at once where one by one is read: few enough to be gone before the garbage collector moves them
const TURN_MS = 10; // the longest that reading keeps the event loop from its other work

const COUNT = integer(1, Number.MAX_SAFE_INTEGER);

export type StreamParts = Readonly<{
  name: string;
  source: RecordSource;
  /** Absent: records are bytes. */
  codec?: Codec;
  /** Ends the iteration when it is aborted, after what is in the buffer then. */
  signal?: AbortSignal;
  /** Records that programs found no room for, as they count them. */
  dropped?: () => bigint;
}>;

/**
 * The records of a ring or perf buffer. They are fetched when they are asked for: a slow reader fills no memory, the
 * buffer does, and what finds no room there is lost and counted. Leaving a loop keeps what was not read for the next one.
 */
export class EventStream<E> implements AsyncIterable<E>, Disposable, AsyncDisposable {
  readonly #parts: StreamParts;
  readonly #onRecord: RecordHandler;
  /** Values that were decoded and not taken yet: from `#next` up to `#count`. */
  readonly #fetched: (E | undefined)[] = [];
  #count = 0;
  #next = 0;
  #ended = false;
  #isRead = false;
  #isEmptied = false;
  #turnedAt = 0;

  constructor(parts: StreamParts) {
    this.#parts = parts;
    const decode = recordDecoder(parts.codec);
    this.#onRecord = (data, view, at, length) => {
      this.#fetched[this.#count++] = decode(data, view, at, length) as E;
    };
    parts.signal?.addEventListener("abort", this.#onAbort);
    if (parts.signal?.aborted) this.#ended = true;
  }

  /** Records lost so far: counted by perf buffers, and by programs where `lost` named their counter. */
  get lost(): bigint {
    return this.#parts.source.lost + (this.#parts.dropped?.() ?? 0n);
  }

  /** Whether a thread of its own empties the buffer by now: what programs write finds room while this thread is busy. */
  get inThread(): boolean {
    return this.#parts.source.inThread;
  }

  /** What is there now, at most `most` records; without waiting. */
  read(most = BATCH): E[] {
    checkInput(`records of ${this.#parts.name}: the most to read`, most, COUNT);
    const rest = this.#take(most);
    if (rest.length >= most) return rest;
    this.#fetch(most - rest.length);
    const more = this.#take(most - rest.length);
    return rest.length === 0 ? more : rest.concat(more);
  }

  /** One by one, until the collection is closed or the signal aborts. */
  [Symbol.asyncIterator](): AsyncIterator<E, undefined> {
    this.#claim();
    return {
      next: () => {
        if (this.#next === this.#count) return this.#wait();
        return Promise.resolve({ value: this.#one(), done: false });
      },
      return: () => {
        this.#isRead = false;
        return Promise.resolve({ value: undefined, done: true });
      },
    };
  }

  /** Many at a time, as they are there: faster than one by one where hundreds of thousands come a second. */
  async *batches(most = BATCH): AsyncGenerator<E[], undefined> {
    checkInput(`records of ${this.#parts.name}: the most of a batch`, most, COUNT);
    this.#claim();
    try {
      for (;;) {
        await this.#turn();
        const batch = this.read(most);
        if (batch.length > 0) yield batch;
        else if (this.#isOver()) return undefined;
        else await this.#parts.source.ready();
      }
    } finally {
      this.#isRead = false;
    }
  }

  /** Ends the iteration, and gives the buffer back. What was fetched and not read is dropped. */
  close(): void {
    this.#parts.signal?.removeEventListener("abort", this.#onAbort);
    this.#ended = true;
    this.#parts.source.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  toString(): string {
    const { name, codec } = this.#parts;
    return inspected("EventStream", name, {
      "records:": codec === undefined ? "bytes" : layoutText(codec.layout),
      ...(this.#isRead && { "being read": "" }),
      ...(this.inThread && { "in a thread": "" }),
      ...(this.#isOver() ? { ended: "" } : { lost: this.lost }),
    });
  }

  [INSPECT](): string {
    return this.toString();
  }

  readonly #onAbort = (): void => {
    this.#ended = true;
    this.#parts.source.wake();
  };

  #isOver(): boolean {
    return this.#ended || this.#parts.source.closed;
  }

  // What is there when reading ends still counts; what comes afterwards does not.
  #mayFetch(): boolean {
    if (!this.#ended) return true;
    if (this.#isEmptied) return false;
    this.#isEmptied = true;
    return true;
  }

  #claim(): void {
    if (this.#isRead)
      throw new SkepError(`the records of ${this.#parts.name} are being read by another loop`, {
        code: "collection/being-read",
        remedy: "read them in one place, and hand them on from there",
      });
    this.#isRead = true;
  }

  async #wait(): Promise<IteratorResult<E, undefined>> {
    for (;;) {
      await this.#turn();
      const isThere = this.#next < this.#count; // fetched for another that waits
      if (isThere || this.#fetch(AHEAD) > 0) return { value: this.#one(), done: false };
      if (this.#isOver()) {
        this.#isRead = false;
        return { value: undefined, done: true };
      }
      await this.#parts.source.ready();
    }
  }

  // What is taken is not kept: the garbage collector need not move it.
  #one(): E {
    const at = this.#next++;
    const value = this.#fetched[at] as E;
    this.#fetched[at] = undefined;
    return value;
  }

  #take(most: number): E[] {
    const end = Math.min(this.#count, this.#next + most);
    const taken = this.#fetched.slice(this.#next, end) as E[];
    this.#fetched.fill(undefined, this.#next, end);
    this.#next = end;
    return taken;
  }

  #fetch(most: number): number {
    if (this.#next === this.#count) {
      this.#next = 0;
      this.#count = 0;
    }
    if (!this.#mayFetch()) return 0;
    const { source } = this.#parts;
    if (!this.#ended) return source.read(this.#onRecord, most);
    source.takeBack();
    return source.read(this.#onRecord, Number.POSITIVE_INFINITY);
  }

  // A loop over promises that are fulfilled already would keep timers and signals waiting for ever.
  async #turn(): Promise<void> {
    const now = performance.now();
    if (now - this.#turnedAt < TURN_MS) return;
    await this.#parts.source.turn();
    this.#turnedAt = performance.now();
  }
}
