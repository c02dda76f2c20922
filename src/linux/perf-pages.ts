import type { Fd } from "./fd.ts";
import { MappedMemory } from "./memory.ts";
import type { Kernel } from "./syscall.ts";

// Layout: include/uapi/linux/perf_event.h, `struct perf_event_mmap_page` and `struct perf_event_header`, v6.12.
const DATA_HEAD = 1024 / 8;
const DATA_TAIL = 1032 / 8;
const HEADER_BYTES = 8;
const RECORD_LOST = 2;
const RECORD_SAMPLE = 9;

export type PerfRecord = Readonly<{
  kind: "sample" | "lost";
  data: Uint8Array;
  view: DataView;
  at: number;
  length: number;
  lost: number;
}>;

const DATA_BEHIND_TIME = 12; // a sample's time, the length of its data, its data

/** When a sample was written, in ns since the machine started, by where its data begins. */
export function sampleTimeNs(view: DataView, at: number): bigint {
  return view.getBigUint64(at - DATA_BEHIND_TIME, true);
}

/** The buffer of one perf event, which carries samples of time and raw bytes. Owns the event. */
export class PerfPages {
  readonly event: Fd;
  readonly #memory: MappedMemory;
  readonly #positions: BigInt64Array;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #scratch = new Uint8Array(1 << 16); // a record's size has 16 bits
  readonly #scratchView = new DataView(this.#scratch.buffer);
  #head = 0;
  #tail = 0;
  #length = 0; // of the record at the tail, header included; 0: none
  #type = 0;
  #data: Uint8Array;
  #dataView: DataView;
  #at = 0;

  private constructor(event: Fd, memory: MappedMemory, pageSize: number) {
    this.event = event;
    this.#memory = memory;
    this.#positions = new BigInt64Array(memory.buffer, 0, DATA_TAIL + 1);
    this.#bytes = new Uint8Array(memory.buffer, pageSize);
    this.#view = new DataView(memory.buffer, pageSize);
    this.#data = this.#bytes;
    this.#dataView = this.#view;
    this.#tail = Number(this.#positions[DATA_TAIL]);
  }

  /** Takes over `event`, also when it throws SystemError. */
  static open(kernel: Kernel, event: Fd, pageSize: number, pages: number): PerfPages {
    try {
      const memory = MappedMemory.map(kernel, event, (1 + pages) * pageSize, 0, "write");
      return new PerfPages(event, memory, pageSize);
    } catch (error) {
      event.close();
      throw error;
    }
  }

  /** Learns what the kernel has written so far. */
  look(): void {
    this.#head = Number(Atomics.load(this.#positions, DATA_HEAD));
    this.#find();
  }

  get hasRecord(): boolean {
    return this.#length > 0;
  }

  /** When the record at hand was written, in ns; records about losses carry no time and go first. */
  get time(): bigint {
    return this.#type === RECORD_SAMPLE ? this.#dataView.getBigUint64(this.#at + HEADER_BYTES, true) : 0n;
  }

  /** The record at hand. It stays in place until `release`. */
  take(): PerfRecord {
    const view = this.#dataView;
    const body = this.#at + HEADER_BYTES;
    if (this.#type === RECORD_LOST) {
      const lost = Number(view.getBigUint64(body + 8, true)); // behind the event's id
      return { kind: "lost", data: this.#data, view, at: body, length: 0, lost };
    }
    const length = view.getUint32(body + 8, true); // behind the time; rounded up by the kernel to fill 8 bytes
    return { kind: "sample", data: this.#data, view, at: body + 12, length, lost: 0 };
  }

  /** Gives the record's space back and goes to the next one. */
  release(): void {
    this.#tail += this.#length;
    Atomics.store(this.#positions, DATA_TAIL, BigInt(this.#tail));
    this.#find();
  }

  /** Unmaps the buffer; the event's descriptor is the caller's to close. */
  close(): number {
    this.#length = 0;
    this.#memory.close();
    return this.event.release();
  }

  #find(): void {
    this.#length = 0;
    while (this.#tail < this.#head) {
      const at = this.#tail % this.#bytes.length; // records start at multiples of 8, so a header never wraps
      this.#type = this.#view.getUint32(at, true);
      const length = this.#view.getUint16(at + 6, true);
      if (length < HEADER_BYTES) throw new Error(`bug: a perf record of ${length} bytes`);
      if (this.#type === RECORD_SAMPLE || this.#type === RECORD_LOST) {
        this.#place(at, length);
        return;
      }
      this.#tail += length;
    }
  }

  // A record that wraps around is put together in a copy.
  #place(at: number, length: number): void {
    this.#length = length;
    const untilEnd = this.#bytes.length - at;
    if (length <= untilEnd) {
      this.#data = this.#bytes;
      this.#dataView = this.#view;
      this.#at = at;
      return;
    }
    this.#scratch.set(this.#bytes.subarray(at));
    this.#scratch.set(this.#bytes.subarray(0, length - untilEnd), untilEnd);
    this.#data = this.#scratch;
    this.#dataView = this.#scratchView;
    this.#at = 0;
  }
}
