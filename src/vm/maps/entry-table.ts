import type { AddressSpace } from "../memory.ts";

const CHUNK_BYTES = 1 << 16;
const SHORT_BYTES = 64;
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

export type EntryShape = Readonly<{
  name: string;
  keySize: number;
  /** Bytes of one value that may be touched. */
  valueSize: number;
  /** How many values an entry has: one, or one per CPU. */
  values: number;
  maxEntries: number;
  writable: boolean;
}>;

/**
 * Entries found by the bytes of their keys. Key and values lie in the machine's memory; entries are numbered, and the
 * number of one that was removed is used again, as in the kernel's preallocated tables. The memory of a removed entry
 * stays accessible: a program may still hold its address.
 */
export class EntryTable {
  readonly shape: EntryShape;
  count = 0;
  readonly #space: AddressSpace;
  readonly #keyBytes: number;
  readonly #valueBytes: number;
  readonly #stride: number;
  readonly #perChunk: number;
  readonly #chunks: number[] = [];
  readonly #free: number[] = [];
  readonly #window = { start: 0, size: 0 }; // what a region's window is told in, good until the next is
  #used = 0;
  #lastFound = -1; // by an address
  #buckets: Int32Array;
  #next: Int32Array;
  #hashes: Int32Array;
  #live: Uint8Array;

  constructor(space: AddressSpace, shape: EntryShape) {
    this.#space = space;
    this.shape = shape;
    this.#keyBytes = roundUp8(shape.keySize);
    this.#valueBytes = roundUp8(shape.valueSize);
    this.#stride = this.#keyBytes + this.#valueBytes * shape.values;
    this.#perChunk = Math.max(1, Math.min(shape.maxEntries, Math.floor(CHUNK_BYTES / this.#stride)));
    this.#buckets = new Int32Array(16).fill(-1);
    this.#next = new Int32Array(16);
    this.#hashes = new Int32Array(16);
    this.#live = new Uint8Array(16);
  }

  get isFull(): boolean {
    return this.count >= this.shape.maxEntries;
  }

  /** Number of the entry with that key, or -1. */
  find(key: Uint8Array): number {
    const { u8 } = this.#space;
    const { keySize } = this.shape;
    const hash = hashOf(key);
    let entry = this.#buckets[hash & (this.#buckets.length - 1)] as number;
    for (; entry !== -1; entry = this.#next[entry] as number) {
      if (this.#hashes[entry] !== hash) continue;
      const at = this.keyAddress(entry);
      let i = 0;
      while (i < keySize && u8[at + i] === key[i]) i++;
      if (i === keySize) return entry;
    }
    return -1;
  }

  /** The same for a key in the machine's memory. Mostly it is the one that was found last. */
  findAt(key: number): number {
    const last = this.#lastFound;
    if (last !== -1 && this.#live[last] === 1 && this.#hasKey(last, key)) return last;
    const hash = this.#hashAt(key);
    let entry = this.#buckets[hash & (this.#buckets.length - 1)] as number;
    while (entry !== -1 && (this.#hashes[entry] !== hash || !this.#hasKey(entry, key)))
      entry = this.#next[entry] as number;
    if (entry !== -1) this.#lastFound = entry;
    return entry;
  }

  #hasKey(entry: number, key: number): boolean {
    const at = this.keyAddress(entry);
    const { keySize } = this.shape;
    if (((key | keySize) & 3) === 0) {
      const { i32 } = this.#space;
      for (let i = 0; i < keySize >> 2; i++) if (i32[(at >> 2) + i] !== i32[(key >> 2) + i]) return false;
      return true;
    }
    const { u8 } = this.#space;
    for (let i = 0; i < keySize; i++) if (u8[at + i] !== u8[key + i]) return false;
    return true;
  }

  #hashAt(key: number): number {
    return hashIn(this.#space.u8, key, this.shape.keySize, FNV_OFFSET);
  }

  /** Makes an entry for a key that is not there, its values zero. May move memory: views of it are void then. */
  insert(key: Uint8Array): number {
    const kept = this.#free.length === 0 ? key.slice() : key; // taking memory detaches views
    return this.#enter(this.#free.pop() ?? this.#take(), kept);
  }

  /** `insert` for a key in the machine's memory; a value that is whole words and the only one is left as it is. */
  insertFrom(key: number): number {
    const { keySize } = this.shape;
    if (this.#free.length === 0) {
      const { u8 } = this.#space;
      return this.insert(u8.subarray(key, key + keySize));
    }
    const entry = this.#free.pop() as number;
    const { u8 } = this.#space;
    const at = this.keyAddress(entry);
    for (let i = 0; i < keySize; i++) u8[at + i] = u8[key + i] as number;
    const { values, valueSize } = this.shape;
    if (values > 1 || valueSize % 8 !== 0) clear(u8, at + this.#keyBytes, at + this.#stride);
    return this.#use(entry, this.#hashAt(at));
  }

  /** The same in the entry with this number, which the caller knows to be free. */
  insertAt(entry: number, key: Uint8Array): number {
    const kept = key.slice();
    while (this.#used <= entry) this.#take();
    return this.#enter(entry, kept);
  }

  #enter(entry: number, kept: Uint8Array): number {
    const at = this.keyAddress(entry);
    const { u8 } = this.#space;
    u8.set(kept, at);
    u8.fill(0, at + this.#keyBytes, at + this.#stride);
    return this.#use(entry, hashOf(kept));
  }

  #use(entry: number, hash: number): number {
    this.#hashes[entry] = hash;
    this.#live[entry] = 1;
    this.#link(entry);
    this.count++;
    return entry;
  }

  remove(entry: number): void {
    this.removeAt(entry);
    this.#free.push(entry);
  }

  /** The same for entries whose numbers the caller chooses. */
  removeAt(entry: number): void {
    const bucket = (this.#hashes[entry] as number) & (this.#buckets.length - 1);
    let before = -1;
    let at = this.#buckets[bucket] as number;
    while (at !== entry) {
      before = at;
      at = this.#next[at] as number;
    }
    const next = this.#next[entry] as number;
    if (before === -1) this.#buckets[bucket] = next;
    else this.#next[before] = next;
    this.#live[entry] = 0;
    this.count--;
  }

  /** Number of the entry whose memory holds the address; -1 when none does that is in use. */
  entryAt(address: number): number {
    const size = this.#perChunk * this.#stride;
    const chunk = this.#chunks.findIndex((start) => address >= start && address < start + size);
    if (chunk === -1) return -1;
    const within = Math.floor((address - (this.#chunks[chunk] as number)) / this.#stride);
    const entry = chunk * this.#perChunk + within;
    return this.#live[entry] === 1 ? entry : -1;
  }

  keyAddress(entry: number): number {
    if (entry < this.#perChunk) return (this.#chunks[0] as number) + entry * this.#stride;
    const chunk = Math.floor(entry / this.#perChunk);
    return (this.#chunks[chunk] as number) + (entry - chunk * this.#perChunk) * this.#stride;
  }

  /** Address of the value, of CPU `cpu` where each has its own. */
  valueAddress(entry: number, cpu = 0): number {
    return this.keyAddress(entry) + this.#keyBytes + cpu * this.#valueBytes;
  }

  key(entry: number): Uint8Array {
    const at = this.keyAddress(entry);
    return this.#space.u8.slice(at, at + this.shape.keySize);
  }

  /** The first entry with a number above `entry`, or -1; start with -1. */
  after(entry: number): number {
    for (let i = entry + 1; i < this.#used; i++) if (this.#live[i] === 1) return i;
    return -1;
  }

  #take(): number {
    if (this.#used === this.#chunks.length * this.#perChunk) this.#addChunk();
    if (this.#used === this.#next.length) this.#growIndex();
    return this.#used++;
  }

  #addChunk(): void {
    const size = this.#perChunk * this.#stride;
    const start = this.#space.allocate(size);
    this.#chunks.push(start);
    const { valueSize, keySize, name, writable } = this.shape;
    this.#space.add({
      name: `entries of map ${name}`,
      start,
      size,
      writable,
      window: (address) => {
        const entry = start + Math.floor((address - start) / this.#stride) * this.#stride;
        const inside = address - entry;
        const isKey = inside < this.#keyBytes;
        const cell = isKey ? 0 : Math.floor((inside - this.#keyBytes) / this.#valueBytes);
        this.#window.start = isKey ? entry : entry + this.#keyBytes + cell * this.#valueBytes;
        this.#window.size = isKey ? keySize : valueSize;
        return this.#window;
      },
    });
  }

  #growIndex(): void {
    const size = this.#next.length * 2;
    this.#next = grown(this.#next, size);
    this.#hashes = grown(this.#hashes, size);
    const live = new Uint8Array(size);
    live.set(this.#live);
    this.#live = live;
    this.#buckets = new Int32Array(size).fill(-1);
    for (let entry = 0; entry < this.#used; entry++) if (this.#live[entry] === 1) this.#link(entry);
  }

  #link(entry: number): void {
    const bucket = (this.#hashes[entry] as number) & (this.#buckets.length - 1);
    this.#next[entry] = this.#buckets[bucket] as number;
    this.#buckets[bucket] = entry;
  }
}

/** `fill(0)`, which costs more than a loop does where few bytes are to be cleared. */
function clear(bytes: Uint8Array, start: number, end: number): void {
  if (end - start > SHORT_BYTES) bytes.fill(0, start, end);
  else for (let at = start; at < end; at++) bytes[at] = 0;
}

function grown(old: Int32Array, size: number): Int32Array {
  const result = new Int32Array(size);
  result.set(old);
  return result;
}

/** FNV-1a, 32 bits, with the high bits folded into the low ones that choose the bucket. */
export function hashOf(key: Uint8Array, seed = FNV_OFFSET): number {
  return hashIn(key, 0, key.length, seed);
}

function hashIn(bytes: Uint8Array, start: number, size: number, seed: number): number {
  let hash = seed | 0;
  for (let i = 0; i < size; i++) hash = Math.imul(hash ^ (bytes[start + i] as number), FNV_PRIME);
  return hash ^ (hash >>> 15);
}

export function roundUp8(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}
