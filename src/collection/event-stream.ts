import { SkepError } from "../base/errors.ts";
import type { RecordSource } from "../linux/record-source.ts";
import type { RecordHandler } from "../runtime/backend.ts";
import type { Codec } from "./codec.ts";

const BATCH = 512; // decoded at once: few enough to be gone before the garbage collector moves them
const TURN_MS = 10; // the longest that reading keeps the event loop from its other work

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
  #fetched: E[] = [];
  #next = 0;
  #ended = false;
  #isRead = false;
  #isEmptied = false;
  #turnedAt = 0;

  constructor(parts: StreamParts) {
    this.#parts = parts;
    this.#onRecord = recordReader(parts.codec, (value) => {
      this.#fetched.push(value as E);
    });
    parts.signal?.addEventListener("abort", this.#onAbort);
    if (parts.signal?.aborted) this.#ended = true;
  }

  /** Records lost so far: counted by perf buffers, and by programs where `lost` named their counter. */
  get lost(): bigint {
    return this.#parts.source.lost + (this.#parts.dropped?.() ?? 0n);
  }

  /** What is there now, at most `most` records; without waiting. */
  read(most = BATCH): E[] {
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
        if (this.#next === this.#fetched.length) return this.#wait();
        return Promise.resolve({ value: this.#fetched[this.#next++] as E, done: false });
      },
      return: () => {
        this.#isRead = false;
        return Promise.resolve({ value: undefined, done: true });
      },
    };
  }

  /** Many at a time, as they are there: faster than one by one where hundreds of thousands come a second. */
  async *batches(most = BATCH): AsyncGenerator<E[], undefined> {
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
      if (this.#fetch(BATCH) > 0) return { value: this.#fetched[this.#next++] as E, done: false };
      if (this.#isOver()) {
        this.#isRead = false;
        return { value: undefined, done: true };
      }
      await this.#parts.source.ready();
    }
  }

  #take(most: number): E[] {
    if (this.#next === 0 && this.#fetched.length <= most) {
      const all = this.#fetched;
      this.#fetched = [];
      return all;
    }
    const taken = this.#fetched.slice(this.#next, this.#next + most);
    this.#next += taken.length;
    return taken;
  }

  #fetch(most: number): number {
    if (this.#next > 0) {
      this.#fetched = this.#next < this.#fetched.length ? this.#fetched.slice(this.#next) : [];
      this.#next = 0;
    }
    if (!this.#mayFetch()) return 0;
    return this.#parts.source.read(this.#onRecord, this.#ended ? Number.POSITIVE_INFINITY : most);
  }

  // A loop over promises that are fulfilled already would keep timers and signals waiting for ever.
  async #turn(): Promise<void> {
    const now = performance.now();
    if (now - this.#turnedAt < TURN_MS) return;
    await this.#parts.source.turn();
    this.#turnedAt = performance.now();
  }
}

// Programs may leave out the unused end of a record's last member.
function recordReader(codec: Codec | undefined, take: (value: unknown) => void): RecordHandler {
  if (codec === undefined) return (data, _view, at, length) => take(data.slice(at, at + length));
  const { reader, layout } = codec;
  return (data, view, at, length) => {
    if (length >= layout.bytes) take(reader(view, data, at, at + length));
    else take(codec.decode(data.subarray(at, at + length)));
  };
}
