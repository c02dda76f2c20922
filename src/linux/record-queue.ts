import type { RecordHandler } from "../runtime/backend.ts";
import { BUSY, DISCARDED, HEADER_BYTES, lengthOf, stepOf } from "./ring-pages.ts";

/**
 * Where the words lie by which a ring's thread and its reader tell each other how far they are, as indexes of an
 * Int32Array. What one side alone writes has a cache line of its own.
 */
export const THREAD_WORDS = {
  /** Bytes that the thread has put into the queue, modulo 2^32. */
  written: 0,
  /** Bytes that the reader has taken out of it, modulo 2^32. */
  read: 16,
  /** Who may read the ring: one of RING_OWNER. */
  owner: 32,
  /** 1: the thread wants to be the owner. */
  wanted: 33,
  /** 1: the thread has no room in the queue, and waits to be told that there is some. */
  full: 34,
  /** 1: the reader sleeps, and wants to be told of records. */
  asleep: 48,
  /** 1: the thread has to end. */
  stop: 49,
  /** How far the thread is: one of THREAD_LIFE. */
  life: 50,
} as const;
/** Bytes of all the words. */
export const THREAD_WORD_BYTES = 256;

export const RING_OWNER = { nobody: 0, reader: 1, thread: 2 } as const;
export const THREAD_LIFE = { starting: 0, running: 1, ended: 2, calledOff: 3 } as const;

const PUBLISH_BYTES = 1 << 16;

/**
 * The reader's end of the queue that a ring's thread fills: records as they are in the ring, header first, one after the
 * other. A header with BUSY set, which no record in the queue has, says that the next record is at the queue's start.
 */
export class RecordQueue {
  readonly #words: Int32Array;
  readonly #data: Uint8Array;
  readonly #view: DataView;
  readonly #headers: Int32Array;
  #next: number;
  #closed = false;

  /** `data` has a power of two of bytes, at most 2^30. */
  constructor(words: Int32Array, data: Uint8Array) {
    this.#words = words;
    this.#data = data;
    this.#view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    this.#headers = new Int32Array(data.buffer, data.byteOffset, data.byteLength >>> 2);
    this.#next = Atomics.load(words, THREAD_WORDS.read);
  }

  get capacity(): number {
    return this.#data.length;
  }

  /** Bytes that wait to be read. */
  get waiting(): number {
    return (Atomics.load(this.#words, THREAD_WORDS.written) - this.#next) >>> 0;
  }

  /** Nothing more is handed over, also while that is under way. */
  close(): void {
    this.#closed = true;
  }

  /** Hands over what is there, at most `most` records; how many. */
  read(onRecord: RecordHandler, most: number): number {
    const mask = this.#data.length - 1;
    const headers = this.#headers;
    const end = Atomics.load(this.#words, THREAD_WORDS.written);
    let records = 0;
    let unpublished = this.#next;
    try {
      while (this.#next !== end && records < most && !this.#closed) {
        const at = this.#next & mask;
        const header = headers[at >>> 2] as number;
        if ((header & BUSY) !== 0) {
          this.#next = (this.#next + mask + 1 - at) | 0;
          continue;
        }
        const length = lengthOf(header);
        this.#next = (this.#next + stepOf(length)) | 0;
        if ((header & DISCARDED) !== 0) continue;
        records++;
        onRecord(this.#data, this.#view, at + HEADER_BYTES, length);
        if (this.#next - unpublished < PUBLISH_BYTES) continue;
        unpublished = this.#next;
        Atomics.store(this.#words, THREAD_WORDS.read, unpublished);
      }
    } finally {
      Atomics.store(this.#words, THREAD_WORDS.read, this.#next);
    }
    return records;
  }
}
