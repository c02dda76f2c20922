/** Where a record of a ring stands. */
export const RECORD = { reserved: 0, submitted: 1, discarded: 2 } as const;

const FIRST_ROOM = 64;
const MOST_READ = 1024; // read records that are kept until the others are moved to the front

/** The records of a ring that were not read, in the order in which they were reserved: numbers in arrays, no objects. */
export class RingRecords {
  /** Number of the first one, and the number behind the last. */
  first = 0;
  end = 0;
  #positions = new Float64Array(FIRST_ROOM);
  #sizes = new Int32Array(FIRST_ROOM);
  #states = new Uint8Array(FIRST_ROOM);

  /** Adds a reserved record; its number, good until the next `dropFirst`. */
  push(position: number, size: number): number {
    if (this.end === this.#sizes.length) this.#grow();
    const record = this.end++;
    this.#positions[record] = position;
    this.#sizes[record] = size;
    this.#states[record] = RECORD.reserved;
    return record;
  }

  positionOf(record: number): number {
    return this.#positions[record] as number;
  }

  sizeOf(record: number): number {
    return this.#sizes[record] as number;
  }

  stateOf(record: number): number {
    return this.#states[record] as number;
  }

  setState(record: number, state: number): void {
    this.#states[record] = state;
  }

  /** The first one was read. */
  dropFirst(): void {
    this.first++;
  }

  /** Gives the room of read records back; the others have new numbers then. */
  compact(): void {
    if (this.first !== this.end && this.first <= MOST_READ) return;
    for (const list of [this.#positions, this.#sizes, this.#states]) list.copyWithin(0, this.first, this.end);
    this.end -= this.first;
    this.first = 0;
  }

  /** The last record that begins at or before the position, or -1. */
  before(position: number): number {
    let low = this.first;
    let high = this.end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#positions[middle] as number) <= position) low = middle + 1;
      else high = middle;
    }
    return low === this.first ? -1 : low - 1;
  }

  #grow(): void {
    const room = this.#sizes.length * 2;
    const [positions, sizes, states] = [this.#positions, this.#sizes, this.#states];
    this.#positions = new Float64Array(room);
    this.#positions.set(positions);
    this.#sizes = new Int32Array(room);
    this.#sizes.set(sizes);
    this.#states = new Uint8Array(room);
    this.#states.set(states);
  }
}
