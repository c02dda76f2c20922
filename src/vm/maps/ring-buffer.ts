import type { MapSpec } from "../../abi/map-spec.ts";
import { ERRNO } from "../errno.ts";
import type { AddressSpace, Window } from "../memory.ts";
import { copyBytes } from "./copy-bytes.ts";
import type { MapParts } from "./hash-map.ts";
import { RECORD, RingRecords } from "./ring-records.ts";
import type { Status, VmMap } from "./vm-map.ts";

const HEADER_BYTES = 8;
const LAPS = [0, 1, -1];
const MAX_RECORD_BYTES = 0x3fff_ffff; // 30 bits, kernel/bpf/ringbuf.c, v6.18

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
  readonly #records = new RingRecords();
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
    const position = this.#producer;
    this.#records.push(position, size);
    this.#producer = position + length;
    return this.#addressOf(position);
  }

  /** Ends a reservation; false when there is none at this address. */
  finish(address: number, state: "submitted" | "discarded"): boolean {
    const record = this.#at(address);
    const records = this.#records;
    if (record === -1 || this.#addressOf(records.positionOf(record)) !== address) return false;
    if (records.stateOf(record) !== RECORD.reserved) return false;
    records.setState(record, RECORD[state]);
    this.#space.invalidate();
    return true;
  }

  /** Writes a whole record of bytes of the machine's memory: 0, or -EAGAIN when there is no room. */
  outputFrom(from: number, size: number): Status {
    const address = this.reserve(size);
    if (address === 0) return -ERRNO.EAGAIN;
    copyBytes(this.#space, from, address, size);
    this.#records.setState(this.#records.end - 1, RECORD.submitted);
    return 0;
  }

  /** Writes a whole record: 0, or -EAGAIN when there is no room. */
  output(data: Uint8Array): Status {
    const address = this.reserve(data.length);
    if (address === 0) return -ERRNO.EAGAIN;
    this.#space.u8.set(data, address);
    this.#records.setState(this.#records.end - 1, RECORD.submitted);
    return 0;
  }

  /** Bytes of records that were not read. */
  get available(): number {
    return this.#producer - this.#consumer;
  }

  /** Hands all submitted records over, in order, up to the first that is still reserved; how many. */
  consume(onRecord: (data: Uint8Array, address: number) => void): number {
    return this.consumeAt((address, size) =>
      onRecord(this.#space.u8.subarray(address, address + size), address),
    );
  }

  /** As `consume`, by addresses in `memory`. */
  consumeAt(onRecord: (address: number, size: number) => void): number {
    const records = this.#records;
    let count = 0;
    while (records.first < records.end) {
      const record = records.first;
      const state = records.stateOf(record);
      if (state === RECORD.reserved) break;
      const position = records.positionOf(record);
      const size = records.sizeOf(record);
      if (state === RECORD.submitted) {
        onRecord(this.#addressOf(position), size);
        count++;
      }
      records.dropFirst();
      this.#consumer = position + recordLength(size);
    }
    records.compact();
    return count;
  }

  /** The machine's memory, in which records lie. Ask for it each time: it is replaced when it grows. */
  get memory(): Uint8Array<ArrayBuffer> {
    return this.#space.u8;
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
    const records = this.#records;
    if (record === -1 || records.stateOf(record) !== RECORD.reserved) return undefined;
    return { start: this.#addressOf(records.positionOf(record)), size: records.sizeOf(record) };
  }

  /** The record that holds the address, or -1: its position is that of this lap, of the one before, or of the next. */
  #at(address: number): number {
    const capacity = this.spec.maxEntries;
    const lap = Math.floor(this.#consumer / capacity) * capacity + (address - this.#start);
    for (let i = 0; i < LAPS.length; i++) {
      const record = this.#records.before(lap + (LAPS[i] as number) * capacity);
      if (record === -1) continue;
      const start = this.#addressOf(this.#records.positionOf(record));
      if (address >= start && address < start + Math.max(this.#records.sizeOf(record), 1)) return record;
    }
    return -1;
  }

  #addressOf(position: number): number {
    return this.#start + (position % this.spec.maxEntries) + HEADER_BYTES;
  }
}

function recordLength(size: number): number {
  return Math.ceil((size + HEADER_BYTES) / 8) * 8;
}
