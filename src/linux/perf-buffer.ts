import { SkepError } from "../base/errors.ts";
import type { RecordHandler, Ring, RingOptions } from "../runtime/backend.ts";
import type { DrainResult } from "./drain-schedule.ts";
import { DrainSchedule } from "./drain-schedule.ts";
import { type PerfBufferParts, PerfReader } from "./perf-reader.ts";

const MOST_LOOKS = 3;

/**
 * Opens the buffers of a perfEventArray map, one per CPU, for kernels without ring buffers (before 5.8). Records of all
 * CPUs are handed over in the order of their times. Throws SystemError.
 */
export function openPerfBuffer(parts: PerfBufferParts, onRecord: RecordHandler, options: RingOptions): Ring {
  return new PerfBuffer(parts, onRecord, options);
}

class PerfBuffer implements Ring {
  readonly #onRecord: RecordHandler;
  readonly #options: RingOptions;
  readonly #reader: PerfReader;
  readonly #schedule: DrainSchedule;
  #draining = false;
  #closed = false;

  constructor(parts: PerfBufferParts, onRecord: RecordHandler, options: RingOptions) {
    this.#onRecord = onRecord;
    this.#options = options;
    this.#reader = new PerfReader(parts, (records) => options.onLost?.(records));
    this.#schedule = new DrainSchedule(
      {
        drain: (deadline, untilEmpty) => this.#drain(deadline, untilEmpty ? MOST_LOOKS : 1),
        watch: (onReadable) => this.#reader.watch(onReadable),
        onTimer: () => {}, // programs cannot be asked not to wake us
      },
      (error) => this.#failed(error),
    );
  }

  drain(): number {
    return this.#drain(Number.POSITIVE_INFINITY, 1).records;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#schedule.close();
    this.#reader.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #drain(deadline: number, looks: number): DrainResult {
    if (this.#closed || this.#draining) return { records: 0, more: false };
    this.#draining = true;
    let records = 0;
    let more = false;
    try {
      for (let look = 0; look < looks && !this.#closed; look++) {
        const found = this.#reader.read(this.#onRecord, { deadline, most: Number.POSITIVE_INFINITY });
        records += found.records;
        more = found.more || (looks > 1 && found.records > 0);
        if (!more || found.more) break;
      }
    } finally {
      this.#draining = false;
    }
    if (records > 0 && !this.#closed) this.#options.onIdle?.();
    return { records, more };
  }

  #failed(error: unknown): void {
    if (this.#options.onError) this.#options.onError(error);
    else
      setImmediate(() => {
        throw error;
      });
  }
}

/** Pages for one CPU's perf buffer: the power of two nearest above `bytes`. */
export function perfBufferPages(bytes: number, pageSize: number): number {
  if (!(bytes > 0))
    throw new SkepError(`a perf buffer cannot have ${bytes} bytes`, {
      code: "linux/bad-buffer-size",
      remedy: "give a size above zero",
    });
  let pages = 1;
  while (pages * pageSize < bytes) pages *= 2;
  return pages;
}
