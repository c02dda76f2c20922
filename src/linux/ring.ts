import type { RecordHandler, Ring, RingOptions } from "../runtime/backend.ts";
import type { DrainResult } from "./drain-schedule.ts";
import { DrainSchedule } from "./drain-schedule.ts";
import type { MappedMemory } from "./memory.ts";
import { RingPages, type RingPagesParts } from "./ring-pages.ts";

const MOST_LOOKS = 3;

export type RingParts = RingPagesParts &
  Readonly<{
    /** First word of the control map's value, when programs ask it whether to wake us. */
    control?: MappedMemory;
  }>;

/** Opens a BPF ring buffer: records are read in place, from pages shared with the kernel. Throws SystemError. */
export function openRing(parts: RingParts, onRecord: RecordHandler, options: RingOptions): Ring {
  return new RingBuffer(parts, onRecord, options);
}

class RingBuffer implements Ring {
  readonly #control: MappedMemory | undefined;
  readonly #onRecord: RecordHandler;
  readonly #options: RingOptions;
  readonly #pages: RingPages;
  readonly #schedule: DrainSchedule;
  #draining = false;
  #closed = false;

  constructor(parts: RingParts, onRecord: RecordHandler, options: RingOptions) {
    const { kernel, map } = parts;
    this.#control = parts.control;
    this.#onRecord = onRecord;
    this.#options = options;
    this.#pages = new RingPages(parts);
    this.#schedule = new DrainSchedule(
      {
        drain: (deadline, untilEmpty) => this.#drain(deadline, untilEmpty ? MOST_LOOKS : 1),
        watch: (onReadable) => kernel.watch(map.number, onReadable),
        onTimer: (active) => this.#setControl(active),
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
    this.#setControl(false);
    this.#pages.close();
    this.#control?.close();
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
      // Publish, then look again: a program wakes us only when it sees that we had read everything before its record.
      for (let look = 0; look < looks && !this.#closed; look++) {
        const before = this.#pages.position;
        const found = this.#pages.read(this.#onRecord, { deadline, most: Number.POSITIVE_INFINITY });
        records += found.records;
        more = found.more || (looks > 1 && this.#pages.position !== before);
        if (!more || found.more) break;
        this.#pages.publish();
      }
    } finally {
      this.#draining = false;
      this.#pages.publish();
    }
    if (records > 0 && !this.#closed) this.#options.onIdle?.();
    return { records, more };
  }

  #setControl(onTimer: boolean): void {
    const control = this.#control;
    if (control !== undefined && control.buffer.byteLength > 0)
      Atomics.store(new BigInt64Array(control.buffer, 0, 1), 0, onTimer ? 1n : 0n);
  }

  #failed(error: unknown): void {
    if (this.#options.onError) this.#options.onError(error);
    else
      setImmediate(() => {
        throw error;
      });
  }
}
