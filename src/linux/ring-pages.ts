import type { RecordHandler } from "../runtime/backend.ts";
import type { Fd } from "./fd.ts";
import { MappedMemory } from "./memory.ts";
import { nowMs } from "./now.ts";
import type { Kernel } from "./syscall.ts";

// Layout of the pages and of a record's header: include/uapi/linux/bpf.h and kernel/bpf/ringbuf.c, v6.12.
export const BUSY = 0x80000000; // reserved, not yet submitted
export const DISCARDED = 0x40000000;
export const HEADER_BYTES = 8;
const PUBLISH_BYTES = 1 << 16;
const CHECK_CLOCK_EVERY = 256; // records

export type RingPagesParts = Readonly<{ kernel: Kernel; map: Fd; sizeBytes: number; pageSize: number }>;

/** When a look ends before the ring is empty: at `deadline` (of nowMs()), or behind `most` records. */
export type ReadLimits = Readonly<{ deadline: number; most: number }>;

/** `more`: it stopped although there may be more. */
export type ReadResult = Readonly<{ records: number; more: boolean }>;

/** Bytes of a record's data, by its header. */
export function lengthOf(header: number): number {
  return header & ~(BUSY | DISCARDED);
}

/** Bytes that a record of that length takes, with its header. */
export function stepOf(length: number): number {
  return (length + HEADER_BYTES + 7) & ~7;
}

/** The pages of a BPF ring buffer, shared with the kernel. Records are read in place. */
export class RingPages {
  readonly #mask: number;
  readonly #consumerPages: MappedMemory;
  readonly #producerPages: MappedMemory;
  readonly #consumer: BigInt64Array;
  readonly #producer: Int32Array;
  readonly #headers: Int32Array;
  readonly #data: Uint8Array;
  readonly #view: DataView;
  #position: number; // bytes consumed since the ring was made; exact up to 2^53
  #offset: number; // the same, within the ring
  #published: number;
  #reading = false;
  #closed = false;

  /** Throws SystemError. */
  constructor({ kernel, map, pageSize, sizeBytes }: RingPagesParts) {
    this.#mask = sizeBytes - 1;
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
  }

  /** Bytes that were read so far. */
  get position(): number {
    return this.#position;
  }

  /** Goes on where another reader of the same ring has stopped. */
  catchUp(): void {
    if (this.#closed || this.#reading) return;
    this.publish();
    this.#position = Number(Atomics.load(this.#consumer, 0));
    this.#offset = this.#position % (this.#mask + 1);
    this.#published = this.#position;
  }

  /** Bytes that wait to be read. */
  get waiting(): number {
    // The ring is smaller than 4 GiB: the low halves of the positions tell how much there is.
    return this.#closed ? 0 : (Atomics.load(this.#producer, 0) - (this.#position % 0x1_0000_0000)) >>> 0;
  }

  /** Hands over the records that were there at the call. A record handler that closes the ring ends it. */
  read(onRecord: RecordHandler, { deadline, most }: ReadLimits): ReadResult {
    if (this.#closed) return { records: 0, more: false };
    this.#reading = true;
    try {
      return this.#walk(onRecord, deadline, most);
    } finally {
      this.#reading = false;
      if (this.#closed) this.#unmap();
    }
  }

  /** Gives the space of what was read back to the programs: until now records stay in place. */
  publish(): void {
    if (this.#closed || this.#published === this.#position) return;
    Atomics.store(this.#consumer, 0, BigInt(this.#position));
    this.#published = this.#position;
  }

  /** Copies whole records that wait, as many as there is room for, and gives their space back; the bytes copied. */
  moveTo(room: Uint8Array): number {
    if (this.#closed || this.#reading) return 0;
    const start = this.#offset;
    const waiting = Math.min(this.waiting, room.length);
    let bytes = 0;
    while (bytes < waiting) {
      const header = Atomics.load(this.#headers, (start + bytes) >>> 2);
      const end = bytes + stepOf(lengthOf(header));
      if ((header & BUSY) !== 0 || end > waiting) break;
      bytes = end;
    }
    room.set(this.#data.subarray(start, start + bytes));
    this.#position += bytes;
    this.#offset = (start + bytes) & this.#mask;
    this.publish();
    return bytes;
  }

  close(): void {
    if (this.#closed) return;
    this.publish();
    this.#closed = true;
    if (!this.#reading) this.#unmap();
  }

  #walk(onRecord: RecordHandler, deadline: number, most: number): ReadResult {
    const mask = this.#mask;
    const headers = this.#headers;
    let left = this.waiting;
    let records = 0;
    let untilClock = CHECK_CLOCK_EVERY;
    while (left > 0 && !this.#closed) {
      if (records === most) return { records, more: true };
      const at = this.#offset;
      const header = Atomics.load(headers, at >>> 2);
      if ((header & BUSY) !== 0) break;
      const length = lengthOf(header);
      const step = stepOf(length);
      this.#position += step;
      this.#offset = (at + step) & mask;
      left -= step;
      if ((header & DISCARDED) === 0) {
        records++;
        onRecord(this.#data, this.#view, at + HEADER_BYTES, length);
      }
      if (this.#position - this.#published >= PUBLISH_BYTES) this.publish();
      if (--untilClock === 0) {
        if (nowMs() >= deadline) return { records, more: true };
        untilClock = CHECK_CLOCK_EVERY;
      }
    }
    return { records, more: false };
  }

  #unmap(): void {
    this.#consumerPages.close();
    this.#producerPages.close();
  }
}
