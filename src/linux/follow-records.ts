import type { RecordHandler, Ring, RingOptions } from "../runtime/backend.ts";
import type { RecordSource } from "./record-source.ts";

const MOST_IN_A_TURN = 4096; // records, before the event loop does what else there is

/** Hands over a source's records as they come. Keeps the process alive until it is closed, and closes the source then. */
export function followRecords(source: RecordSource, onRecord: RecordHandler, options: RingOptions): Ring {
  const ring = new FollowedRecords(source, onRecord, options);
  void ring.follow();
  return ring;
}

class FollowedRecords implements Ring {
  readonly #source: RecordSource;
  readonly #onRecord: RecordHandler;
  readonly #options: RingOptions;

  constructor(source: RecordSource, onRecord: RecordHandler, options: RingOptions) {
    this.#source = source;
    this.#onRecord = onRecord;
    this.#options = options;
  }

  async follow(): Promise<void> {
    const source = this.#source;
    while (!source.closed) {
      if (this.#guarded(() => this.#read(MOST_IN_A_TURN)) > 0) await source.turn();
      else await source.ready();
    }
  }

  /** All that is there, to the last record; a thread that read the buffer ends. */
  drain(): number {
    this.#source.takeBack();
    return this.#read(Number.POSITIVE_INFINITY);
  }

  close(): void {
    this.#source.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #read(most: number): number {
    const records = this.#source.read(this.#onRecord, most);
    if (records > 0 && !this.#source.closed) this.#options.onIdle?.();
    return records;
  }

  // The record that failed is behind us: there may be more.
  #guarded(work: () => number): number {
    try {
      return work();
    } catch (error) {
      const { onError } = this.#options;
      if (onError === undefined)
        setImmediate(() => {
          throw error;
        });
      else onError(error);
      return 1;
    }
  }
}
