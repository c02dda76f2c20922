import type { RecordHandler, Ring, RingOptions } from "../runtime/backend.ts";
import type { DrainResult } from "./drain-schedule.ts";
import { DrainSchedule } from "./drain-schedule.ts";
import type { Fd } from "./fd.ts";
import { MappedMemory } from "./memory.ts";
import type { Kernel } from "./syscall.ts";

// Layout of the pages and of a record's header: include/uapi/linux/bpf.h and kernel/bpf/ringbuf.c, v6.12.
const BUSY = 0x80000000; // reserved, not yet submitted
const DISCARDED = 0x40000000;
const HEADER_BYTES = 8;
const PUBLISH_BYTES = 1 << 16;
const CHECK_CLOCK_EVERY = 256; // records
const MOST_LOOKS = 3;

export type RingParts = Readonly<{
  kernel: Kernel;
  map: Fd;
  sizeBytes: number;
  pageSize: number;
  /** First word of the control map's value, when programs ask it whether to wake us. */
  control?: MappedMemory;
}>;

/** Opens a BPF ring buffer: records are read in place, from pages shared with the kernel. Throws SystemError. */
export function openRing(parts: RingParts, onRecord: RecordHandler, options: RingOptions): Ring {
  return new RingBuffer(parts, onRecord, options);
}

class RingBuffer implements Ring {
  readonly #parts: RingParts;
  readonly #onRecord: RecordHandler;
  readonly #options: RingOptions;
  readonly #consumerPages: MappedMemory;
  readonly #producerPages: MappedMemory;
  readonly #consumer: BigInt64Array;
  readonly #producer: Int32Array;
  readonly #headers: Int32Array;
  readonly #data: Uint8Array;
  readonly #view: DataView;
  readonly #schedule: DrainSchedule;
  #position: number; // bytes consumed since the ring was made; exact up to 2^53
  #offset: number; // the same, within the ring
  #published: number;
  #draining = false;
  #closed = false;

  constructor(parts: RingParts, onRecord: RecordHandler, options: RingOptions) {
    const { kernel, map, pageSize, sizeBytes } = parts;
    this.#parts = parts;
    this.#onRecord = onRecord;
    this.#options = options;
    this.#consumerPages = MappedMemory.map(kernel, map, pageSize, 0, "write");
    try {
      // The data is mapped twice in a row, so that a record that wraps around lies in one piece.
      this.#producerPages = MappedMemory.map(kernel, map, pageSize + 2 * sizeBytes, pageSize, "read");
    } catch (error) {
      this.#consumerPages.close();
      throw error;
    }
    const { buffer } = this.#producerPages;
    this.#consumer = new BigInt64Array(this.#consumerPages.buffer, 0, 1);
    this.#producer = new Int32Array(buffer, 0, 1);
    this.#headers = new Int32Array(buffer, pageSize, (2 * sizeBytes) / 4);
    this.#data = new Uint8Array(buffer, pageSize, 2 * sizeBytes);
    this.#view = new DataView(buffer, pageSize, 2 * sizeBytes);
    this.#position = Number(Atomics.load(this.#consumer, 0));
    this.#offset = this.#position % sizeBytes;
    this.#published = this.#position;
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
    if (!this.#draining) this.#unmap();
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
        const before = this.#position;
        const found = this.#readAvailable(deadline);
        records += found.records;
        more = found.more || (looks > 1 && this.#position !== before);
        if (!more || found.more) break;
        this.#publish();
      }
    } finally {
      this.#draining = false;
      if (this.#closed) this.#unmap();
      else this.#publish();
    }
    if (records > 0 && !this.#closed) this.#options.onIdle?.();
    return { records, more };
  }

  #readAvailable(deadline: number): DrainResult {
    const mask = this.#parts.sizeBytes - 1;
    const headers = this.#headers;
    const onRecord = this.#onRecord;
    // The ring is smaller than 4 GiB: the low halves of the positions tell how much there is.
    let left = (Atomics.load(this.#producer, 0) - (this.#position % 0x1_0000_0000)) >>> 0;
    let records = 0;
    let untilClock = CHECK_CLOCK_EVERY;
    while (left > 0 && !this.#closed) {
      const at = this.#offset;
      const header = Atomics.load(headers, at >>> 2);
      if ((header & BUSY) !== 0) break;
      const length = header & ~(BUSY | DISCARDED);
      const step = (length + HEADER_BYTES + 7) & ~7;
      this.#position += step;
      this.#offset = (at + step) & mask;
      left -= step;
      if ((header & DISCARDED) === 0) {
        records++;
        onRecord(this.#data, this.#view, at + HEADER_BYTES, length);
      }
      if (this.#position - this.#published >= PUBLISH_BYTES && !this.#closed) this.#publish();
      if (--untilClock === 0) {
        if (performance.now() >= deadline) return { records, more: true };
        untilClock = CHECK_CLOCK_EVERY;
      }
    }
    return { records, more: false };
  }

  // Space is given back to the programs only now, so a record stays in place while it is handled.
  #publish(): void {
    if (this.#published === this.#position) return;
    Atomics.store(this.#consumer, 0, BigInt(this.#position));
    this.#published = this.#position;
  }

  #setControl(onTimer: boolean): void {
    const { control } = this.#parts;
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

  #unmap(): void {
    this.#consumerPages.close();
    this.#producerPages.close();
    this.#parts.control?.close();
  }
}
