type Waiting<T> = Readonly<{
  resolve(result: IteratorResult<T, undefined>): void;
  reject(error: unknown): void;
}>;

export type QueueLimits = Readonly<{
  /** Asks the producer to pause once so many items wait, and to go on when they have shrunk to `low`. */
  high: number;
  low: number;
  onFull: () => void;
  onRoom: () => void;
  /** The consumer left its loop before the end. */
  onReturn: () => void;
}>;

/** Hands items from a producer that calls to a consumer that awaits. One consumer; items wait until they are taken. */
export class RecordQueue<T> implements AsyncIterableIterator<T, undefined> {
  readonly #limits: QueueLimits;
  #items: T[] = [];
  #head = 0;
  #waiting: Waiting<T>[] = [];
  #full = false;
  #ended = false;
  #error: { readonly cause: unknown } | undefined;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  push(item: T): void {
    if (this.#ended) return;
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) {
      waiting.resolve({ done: false, value: item });
      return;
    }
    this.#items.push(item);
    if (this.#full || this.#items.length - this.#head < this.#limits.high) return;
    this.#full = true;
    this.#limits.onFull();
  }

  /** No more items follow; the consumer gets what waits, then the end. With `error` its loop throws then. */
  end(error?: { readonly cause: unknown }): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    for (const waiting of this.#waiting.splice(0)) void this.#finish().then(waiting.resolve, waiting.reject);
  }

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#head < this.#items.length) {
      const value = this.#items[this.#head++] as T;
      this.#shrink();
      return Promise.resolve({ done: false, value });
    }
    if (this.#ended) return this.#finish();
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  return(): Promise<IteratorResult<T, undefined>> {
    const early = !this.#ended;
    this.#items = [];
    this.#head = 0;
    this.end();
    if (early) this.#limits.onReturn();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #finish(): Promise<IteratorResult<T, undefined>> {
    const error = this.#error;
    this.#error = undefined;
    return error === undefined
      ? Promise.resolve({ done: true, value: undefined })
      : Promise.reject(error.cause);
  }

  #shrink(): void {
    if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    if (!this.#full || this.#items.length - this.#head > this.#limits.low) return;
    this.#full = false;
    this.#limits.onRoom();
  }
}
