import { SkepError } from "../../base/errors.ts";
import type { Btf } from "../../btf/types.ts";
import { addressOf, DIRECT_MAP_HIGH, MOST_MEMORY_BYTES, offsetOf } from "./address.ts";
import { KernelObject, type Values } from "./kernel-object.ts";
import { type Layout, Layouts } from "./layout.ts";

const WORD = 0x1_0000_0000;

const FIRST = 0x10_0000; // nothing lies below, so that small offsets from the region's start are bad addresses
const GRANULE_BITS = 4;
const GRANULE = 1 << GRANULE_BITS;
const START_BYTES = 1 << 20;
const SHORT_BYTES = 1024;
const SMALL_BYTES = 4096;

/** The bytes of an object, as `makeAs` takes them. */
export type ObjectImage = Readonly<{ layout: Layout; size: number; bytes: Uint8Array }>;

/**
 * The kernel's memory: one stretch from DIRECT_MAP. What was allocated can be read; all else is a bad address. Inside,
 * places are offsets from DIRECT_MAP, which are small numbers.
 */
export class KernelMemory {
  readonly layouts: Layouts;
  /** Replaced when memory grows: never keep them across an allocation. */
  u8 = new Uint8Array(START_BYTES);
  view = new DataView(this.u8.buffer);
  #live = new Uint8Array(START_BYTES >> GRANULE_BITS); // 1 for each granule that is allocated
  #top = FIRST;
  readonly #free = new Map<number, number[]>(); // by rounded size
  readonly #small: (number[] | undefined)[] = new Array(SMALL_BYTES / GRANULE + 1).fill(undefined); // the same, of small ones
  /** By offset; free ones, too. */
  readonly #objects = new Map<number, KernelObject>();
  #count = 0;
  #onFree: readonly ((object: KernelObject) => void)[] = [];

  constructor(btf: Btf) {
    this.layouts = new Layouts(btf);
  }

  /** A zeroed object with these values; `extraBytes` for what lies behind it (flexible arrays). */
  make(struct: string, values?: Values, extraBytes = 0): KernelObject {
    const layout = this.layouts.named(struct);
    const size = layout.bytes + extraBytes;
    const object = this.#register(new KernelObject(this, layout, this.allocate(size), size));
    if (values !== undefined) object.fill(values);
    return object;
  }

  /** What an object holds now, to make others like it. */
  imageOf({ layout, offset, bytes }: KernelObject): ObjectImage {
    return { layout, size: bytes, bytes: this.u8.slice(offset, offset + roundUp(bytes)) };
  }

  /** An object that holds what another did: quicker than to make and fill it. */
  makeAs({ layout, size, bytes }: ObjectImage): KernelObject {
    const offset = this.#take(bytes.length);
    this.u8.set(bytes, offset);
    return this.#register(new KernelObject(this, layout, offset, size));
  }

  #register(object: KernelObject): KernelObject {
    this.#objects.set(object.offset, object);
    this.#count++;
    return object;
  }

  /** The object that `make` made at this address, or undefined. */
  objectAt(address: bigint): KernelObject | undefined {
    const offset = offsetOf(address);
    const object = offset === undefined ? undefined : this.#objects.get(offset);
    return object?.isFree ? undefined : object;
  }

  /** All live objects of a struct. */
  objects(struct: string): KernelObject[] {
    return [...this.#objects.values()].filter(({ layout, isFree }) => !isFree && layout.name === struct);
  }

  /** A view of the memory at an address as a struct; nothing is allocated. */
  cast(struct: string, address: bigint): KernelObject {
    const layout = this.layouts.named(struct);
    const offset = offsetOf(address);
    if (offset === undefined)
      throw new Error(`bug: 0x${address.toString(16)} is no address of the kernel's memory`);
    return new KernelObject(this, layout, offset, layout.bytes);
  }

  /** Calls `listener` before an object's memory is given back; returns what ends that. */
  onFree(listener: (object: KernelObject) => void): () => void {
    this.#onFree = [...this.#onFree, listener];
    return () => {
      this.#onFree = this.#onFree.filter((other) => other !== listener);
    };
  }

  /** Gives an object's memory back: reads of it fail from then on. */
  free(object: KernelObject): void {
    if (object.isFree) throw new Error(`bug: ${object.layout.name} freed twice`);
    for (const listener of this.#onFree) listener(object);
    object.owner = undefined;
    object.isFree = true; // it stays in the table until another takes its place: deleting would cost microseconds
    this.#count--;
    this.release(object.offset, object.bytes);
  }

  /** A NUL-terminated text of its own; its address. */
  text(text: string): bigint {
    const bytes = new TextEncoder().encode(text);
    const offset = this.allocate(bytes.length + 1);
    this.u8.set(bytes, offset);
    return addressOf(offset);
  }

  /** Gives back what `text(text)` gave. */
  freeText(address: bigint, text: string): void {
    const offset = offsetOf(address);
    if (offset !== undefined) this.release(offset, new TextEncoder().encode(text).length + 1);
  }

  /** Offset of zeroed bytes, a multiple of 16; large ones are aligned to their power of two, up to a page. */
  allocate(bytes: number): number {
    const size = roundUp(Math.max(bytes, 1));
    const offset = this.#take(size);
    this.u8.fill(0, offset, offset + size);
    return offset;
  }

  /** The same for a rounded size; what was there stays. */
  #take(size: number): number {
    const offset = this.#listOf(size)?.pop() ?? this.#extend(size);
    this.#mark(offset, size, 1);
    return offset;
  }

  /** Gives back what `allocate(bytes)` gave. */
  release(offset: number, bytes: number): void {
    const size = roundUp(Math.max(bytes, 1));
    this.#mark(offset, size, 0);
    const list = this.#listOf(size);
    if (list !== undefined) list.push(offset);
    else if (size <= SMALL_BYTES) this.#small[size >> GRANULE_BITS] = [offset];
    else this.#free.set(size, [offset]);
  }

  /** What was given back of a rounded size. */
  #listOf(size: number): number[] | undefined {
    return size <= SMALL_BYTES ? this.#small[size >> GRANULE_BITS] : this.#free.get(size);
  }

  /** Copies memory; false when some of it is not allocated. */
  read(address: bigint, into: Uint8Array): boolean {
    const offset = offsetOf(address);
    if (offset === undefined || !this.#isLive(offset, into.length)) return false;
    if (into.length < 64) for (let i = 0; i < into.length; i++) into[i] = this.u8[offset + i] as number;
    else into.set(this.u8.subarray(offset, offset + into.length));
    return true;
  }

  /**
   * Copies a word of 1, 2, 4 or 8 bytes to `at` in `into`; false when some of it is not allocated. The address is in two
   * halves of 32 bits, unsigned.
   */
  load(low: number, high: number, size: number, into: DataView, at: number): boolean {
    const offset = (high - DIRECT_MAP_HIGH) * WORD + low;
    if (!(offset >= 0 && offset < MOST_MEMORY_BYTES) || !this.#isLive(offset, size)) return false;
    const { view } = this;
    if (size === 1) into.setUint8(at, view.getUint8(offset));
    else if (size === 2) into.setUint16(at, view.getUint16(offset));
    else into.setInt32(at, view.getInt32(offset));
    if (size === 8) into.setInt32(at + 4, view.getInt32(offset + 4));
    return true;
  }

  write(address: bigint, bytes: Uint8Array): boolean {
    const offset = offsetOf(address);
    if (offset === undefined || !this.#isLive(offset, bytes.length)) return false;
    this.u8.set(bytes, offset);
    return true;
  }

  /** The pointer stored at an offset, as an offset; undefined for NULL and for all that is no kernel memory. */
  pointerAt(offset: number): number | undefined {
    const high = this.view.getUint32(offset + 4, true);
    const low = this.view.getUint32(offset, true);
    const at = (high - DIRECT_MAP_HIGH) * WORD + low;
    return at >= FIRST && at < this.#top ? at : undefined;
  }

  /** Stores at one offset a pointer to another; to 0: NULL. */
  pointAt(at: number, to: number): void {
    this.view.setUint32(at, to, true);
    this.view.setUint32(at + 4, to === 0 ? 0 : DIRECT_MAP_HIGH, true);
  }

  /** Bytes in use and taken so far. */
  get usage(): Readonly<{ takenBytes: number; objects: number }> {
    return { takenBytes: this.#top - FIRST, objects: this.#count };
  }

  #mark(offset: number, size: number, live: 0 | 1): void {
    const end = (offset + size) >> GRANULE_BITS;
    if (size > SHORT_BYTES) this.#live.fill(live, offset >> GRANULE_BITS, end);
    else for (let at = offset >> GRANULE_BITS; at < end; at++) this.#live[at] = live;
  }

  #isLive(offset: number, length: number): boolean {
    const last = offset + Math.max(length, 1) - 1;
    if (offset < FIRST || last >= this.#top) return false;
    for (let at = offset >> GRANULE_BITS; at <= last >> GRANULE_BITS; at++)
      if (this.#live[at] !== 1) return false;
    return true;
  }

  #extend(size: number): number {
    const align = size >= 4096 ? 4096 : size >= 1024 ? 64 : GRANULE;
    const offset = Math.ceil(this.#top / align) * align;
    const end = offset + size;
    if (end > MOST_MEMORY_BYTES)
      throw new SkepError("the simulated kernel's memory of 1 GiB is full", {
        code: "sim/no-memory",
        remedy: "let the scenario hold fewer tasks, files or sockets at the same time",
      });
    if (end > this.u8.length) this.#growTo(end);
    this.#top = end;
    return offset;
  }

  #growTo(bytes: number): void {
    let length = this.u8.length;
    while (length < bytes) length *= 2;
    const u8 = new Uint8Array(length);
    u8.set(this.u8);
    this.u8 = u8;
    this.view = new DataView(u8.buffer);
    const live = new Uint8Array(length >> GRANULE_BITS);
    live.set(this.#live);
    this.#live = live;
  }
}

function roundUp(bytes: number): number {
  return (bytes + GRANULE - 1) & -GRANULE;
}
