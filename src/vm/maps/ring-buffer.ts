import type { MapSpec } from "../../abi/map-spec.ts";
import { ERRNO } from "../errno.ts";
import type { AddressSpace, Window } from "../memory.ts";
import type { MapParts } from "./hash-map.ts";
import type { Status, VmMap } from "./vm-map.ts";

const HEADER_BYTES = 8;
const MAX_RECORD_BYTES = 0x3fff_ffff; // 30 bits, kernel/bpf/ringbuf.c, v6.18

type RingRecord = {
  position: number;
  address: number;
  size: number;
  state: "reserved" | "submitted" | "discarded";
};

/**
 * The ring buffer. Records take their place in the order in which they were reserved, and one that is not submitted
 * yet holds back those behind it. Memory is twice the ring's size, so that a record that runs over the end is whole.
 */
export class RingBuffer implements VmMap {
  readonly spec: MapSpec;
  readonly id: number;
  readonly missing = -ERRNO.ENOTSUPP;
  readonly userValueSize = 0;
  readonly #space: AddressSpace;
  readonly #start: number;
  #records: RingRecord[] = [];
  #head = 0; // records before it were read
  #producer = 0; // positions count bytes, headers included, and never wrap
  #consumer = 0;

  constructor(spec: MapSpec, id: number, { space }: MapParts) {
    this.spec = spec;
    this.id = id;
    this.#space = space;
    const size = spec.maxEntries * 2;
    this.#start = space.allocate(size);
    space.add({
      name: `records of map ${spec.name}`,
      start: this.#start,
      size,
      writable: true,
      window: (address) => this.#window(address),
    });
  }

  get producer(): number {
    return this.#producer;
  }

  get consumer(): number {
    return this.#consumer;
  }

  /** Address of room for a record, or 0 when there is none. */
  reserve(size: number): number {
    const length = recordLength(size);
    const capacity = this.spec.maxEntries;
    if (size > MAX_RECORD_BYTES || length > capacity) return 0;
    if (this.#producer + length - this.#consumer > capacity - 1) return 0;
    const address = this.#start + (this.#producer % capacity) + HEADER_BYTES;
    this.#records.push({ position: this.#producer, address, size, state: "reserved" });
    this.#producer += length;
    return address;
  }

  /** Ends a reservation; false when there is none at this address. */
  finish(address: number, state: "submitted" | "discarded"): boolean {
    const record = this.#at(address);
    if (record === undefined || record.address !== address || record.state !== "reserved") return false;
    record.state = state;
    this.#space.invalidate();
    return true;
  }

  /** Writes a whole record of bytes of the machine's memory: 0, or -EAGAIN when there is no room. */
  outputFrom(from: number, size: number): Status {
    const address = this.reserve(size);
    if (address === 0) return -ERRNO.EAGAIN;
    this.#space.u8.copyWithin(address, from, from + size);
    const record = this.#records.at(-1);
    if (record) record.state = "submitted";
    return 0;
  }

  /** Writes a whole record: 0, or -EAGAIN when there is no room. */
  output(data: Uint8Array): Status {
    const address = this.reserve(data.length);
    if (address === 0) return -ERRNO.EAGAIN;
    this.#space.u8.set(data, address);
    const record = this.#records.at(-1);
    if (record) record.state = "submitted";
    return 0;
  }

  /** Bytes of records that were not read. */
  get available(): number {
    return this.#producer - this.#consumer;
  }

  /** Hands all submitted records over, in order, up to the first that is still reserved; how many. */
  consume(onRecord: (data: Uint8Array, address: number) => void): number {
    let count = 0;
    for (;;) {
      const record = this.#records[this.#head];
      if (record === undefined || record.state === "reserved") break;
      if (record.state === "submitted") {
        onRecord(this.#space.u8.subarray(record.address, record.address + record.size), record.address);
        count++;
      }
      this.#head++;
      this.#consumer = record.position + recordLength(record.size);
    }
    if (this.#head > 1024 || this.#head === this.#records.length) {
      this.#records = this.#records.slice(this.#head);
      this.#head = 0;
    }
    return count;
  }

  userLookup(): Status {
    return -ERRNO.ENOTSUPP;
  }

  userUpdate(): Status {
    return -ERRNO.ENOTSUPP;
  }

  userDelete(): Status {
    return -ERRNO.ENOTSUPP;
  }

  userNextKey(): Status {
    return -ERRNO.ENOTSUPP;
  }

  #window(address: number): Window | undefined {
    const record = this.#at(address);
    if (record === undefined || record.state !== "reserved") return undefined;
    return { start: record.address, size: record.size };
  }

  /** The record that holds the address: its position is that of this lap, of the one before, or of the next. */
  #at(address: number): RingRecord | undefined {
    const capacity = this.spec.maxEntries;
    const lap = Math.floor(this.#consumer / capacity) * capacity + (address - this.#start);
    for (const position of [lap, lap + capacity, lap - capacity]) {
      const record = this.#before(position);
      if (record && address >= record.address && address < record.address + Math.max(record.size, 1))
        return record;
    }
    return undefined;
  }

  /** The last record that begins at or before the position. */
  #before(position: number): RingRecord | undefined {
    let low = this.#head;
    let high = this.#records.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#records[middle] as RingRecord).position <= position) low = middle + 1;
      else high = middle;
    }
    return low === this.#head ? undefined : this.#records[low - 1];
  }
}

function recordLength(size: number): number {
  return Math.ceil((size + HEADER_BYTES) / 8) * 8;
}
