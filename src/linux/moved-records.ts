import type { RecordHandler } from "../runtime/backend.ts";
import { DISCARDED, HEADER_BYTES, lengthOf, type RingPages, stepOf } from "./ring-pages.ts";

const CAPACITY_BYTES = 1 << 22; // 116 ms of 500,000 events of 72 bytes a second

/**
 * Records moved out of a small ring into memory of our own, so that programs find room while the reader is at work on
 * those before them. Copying takes a hundredth of the time that decoding takes; what finds no room here stays in the
 * ring.
 */
export class MovedRecords {
  #data = new Uint8Array(0); // until the first are moved
  #view = new DataView(this.#data.buffer);
  #next = 0; // byte of the next record to hand over
  #end = 0;

  /** Moves what waits in the ring, as far as there is room. */
  fillFrom(pages: RingPages): void {
    if (this.#data.length === 0) {
      this.#data = new Uint8Array(CAPACITY_BYTES);
      this.#view = new DataView(this.#data.buffer);
    }
    if (this.#next > CAPACITY_BYTES >> 1) {
      this.#data.copyWithin(0, this.#next, this.#end);
      this.#end -= this.#next;
      this.#next = 0;
    }
    this.#end += pages.moveTo(this.#data.subarray(this.#end));
  }

  /** Forgets what was moved, also while it is handed over: its reader is closed. */
  drop(): void {
    this.#next = 0;
    this.#end = 0;
  }

  /** Hands over records, at most `most`; how many. */
  read(onRecord: RecordHandler, most: number): number {
    let records = 0;
    while (this.#next < this.#end && records < most) {
      const at = this.#next;
      const header = this.#view.getUint32(at, true);
      const length = lengthOf(header);
      this.#next = at + stepOf(length);
      if ((header & DISCARDED) !== 0) continue;
      records++;
      onRecord(this.#data, this.#view, at + HEADER_BYTES, length);
    }
    if (this.#next === this.#end) {
      this.#next = 0;
      this.#end = 0;
    }
    return records;
  }
}
