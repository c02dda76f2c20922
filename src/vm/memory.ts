import { MachineError } from "./machine-error.ts";

/** A stretch of addresses; `start` is an address, `size` counts bytes. */
export type Window = Readonly<{ start: number; size: number }>;

/** Memory that programs may touch. */
export type Region = Readonly<{
  /** For messages: "stack", "context", "values of map counts". */
  name: string;
  start: number;
  size: number;
  writable: boolean;
  /** It is never removed, nor narrowed: code may be compiled for it. */
  isLasting?: boolean;
  /**
   * Narrows the region to the part around `address` that is valid now, such as one entry of a map; undefined when
   * none is. Without it all of the region is.
   */
  window?(address: number): Window | undefined;
}>;

/** Memory that is as long as the machine is. */
export type Stretch = Window & Readonly<{ writable: boolean }>;

const PAGE = 65_536;

/** What engines and helpers exchange, in the first page, which is no region: byte addresses. */
export const CONTROL = {
  fuel: 64, // i32: instructions that may still run
  frame: 68, // i32: r10 of the running function
  epoch: 72, // i32: counts regions that were taken away
  args: 128, // u64 × 5: r1 … r5 of a helper call
  result: 168, // u64: r0
  window: 192, // u64 × 9: start, then how far in a read, then a write, of 1, 2, 4, 8 bytes may begin
  loaded: 272, // 8 bytes: what a load from outside the machine's memory gave
  context: 280, // u64 × 2: start of the context, then how far in an access of 8 bytes may begin
  saved: 320, // u64 × 10: r0 … r9, while one part of a large function hands over to the next
  savedMayGotos: 400, // i32
  label: 404, // i32: the block of the next part to begin with
  facts: 408, // u64 × 4: what Environment.placeFacts wrote
} as const;

export const FRAME_BYTES = 512;
export const MAX_FRAMES = 8;
const STACK_BYTES = MAX_FRAMES * FRAME_BYTES;
/** How many runs may be active, each begun by a helper of the one before; each has a stack of its own. */
export const MAX_RUNS = 8;
/** Bytes from one stack to the next, a power of two; the lower half is no memory. */
const STACK_STEP = 2 * STACK_BYTES;
/** The offset in a stack's step at which the last frame begins. */
export const LAST_FRAME = STACK_STEP - STACK_BYTES;
export const STACK_MASK = STACK_STEP - 1;
const HEAP_START = 2 * PAGE;
const GAP = 16; // bytes between allocations, so that a small overrun hits nothing
const LARGEST_MEMORY = 0xffff_0000; // bytes that WebAssembly can address, less the last page

/**
 * The machine's memory: one WebAssembly memory, whose byte offsets are the addresses that programs see. They fit into
 * 32 bits, as fields like `xdp_md.data` need. Page 0 is never valid, so that NULL and its neighbours are caught.
 */
export class AddressSpace {
  readonly #memory: WebAssembly.Memory;
  readonly maxBytes: number;
  /** Replaced when the memory grows: never keep them across a call that may allocate. */
  u8: Uint8Array<ArrayBuffer>;
  i32: Int32Array<ArrayBuffer>;
  u64: BigUint64Array<ArrayBuffer>;
  view: DataView<ArrayBuffer>;
  /** The valid stretch that the last successful `find` met. */
  windowStart = 0;
  windowSize = 0;
  windowWritable = false;
  #regions: Region[] = [];
  #top = HEAP_START;
  #free = new Map<number, number[]>(); // by rounded size

  constructor(maxBytes = 256 * 1024 * 1024) {
    this.maxBytes = Math.min(maxBytes, LARGEST_MEMORY);
    const maximum = Math.max(4, Math.floor(this.maxBytes / PAGE));
    this.#memory = new WebAssembly.Memory({ initial: 4, maximum });
    const buffer = this.#memory.buffer as ArrayBuffer;
    this.u8 = new Uint8Array(buffer);
    this.i32 = new Int32Array(buffer);
    this.u64 = new BigUint64Array(buffer);
    this.view = new DataView(buffer);
    for (let run = 0; run < MAX_RUNS; run++) this.#addStack(stackTop(run));
  }

  /** A `WebAssembly.Memory`: not said in the type, since users' compilers may know no library that declares it. */
  get memory(): object {
    return this.#memory;
  }

  #addStack(top: number): void {
    this.add({
      name: "stack",
      start: top - STACK_BYTES,
      size: STACK_BYTES,
      writable: true,
      window: () => {
        const start = (this.i32[CONTROL.frame >> 2] as number) - FRAME_BYTES;
        return start < top - STACK_BYTES || start >= top ? undefined : { start, size: top - start };
      },
    });
  }

  /** Address of `bytes` zeroed bytes, a multiple of 16. Throws MachineError when `maxBytes` are used up. */
  allocate(bytes: number): number {
    const size = roundUp(Math.max(bytes, 1)) + GAP;
    const reused = this.#free.get(size)?.pop();
    if (reused !== undefined) {
      this.u8.fill(0, reused, reused + size);
      return reused;
    }
    const start = this.#top;
    this.#growTo(start + size);
    this.#top = start + size;
    return start;
  }

  /** Gives back what `allocate(bytes)` gave. */
  release(start: number, bytes: number): void {
    const size = roundUp(Math.max(bytes, 1)) + GAP;
    const list = this.#free.get(size);
    if (list === undefined) this.#free.set(size, [start]);
    else list.push(start);
  }

  /** Makes memory accessible. The region must not overlap another. */
  add(region: Region): Region {
    this.#regions.splice(this.#indexAfter(region.start), 0, region);
    return region;
  }

  /** Makes it inaccessible again. */
  remove(region: Region): void {
    const at = this.#regions.indexOf(region);
    if (at !== -1) this.#regions.splice(at, 1);
    this.invalidate();
  }

  /** To be called when a region's window shrank, so that no engine uses what it remembers of it. */
  invalidate(): void {
    this.i32[(CONTROL.context + 8) >> 2] = 0;
    this.i32[CONTROL.epoch >> 2] = ((this.i32[CONTROL.epoch >> 2] ?? 0) + 1) | 0;
  }

  /** Whether `size` bytes from `address` may be touched; the stretch that holds them is in `window…` then. */
  find(address: number, size: number, write: boolean): boolean {
    const frameStart = (this.i32[CONTROL.frame >> 2] as number) - FRAME_BYTES;
    const top = (frameStart + FRAME_BYTES + STACK_MASK) & -STACK_STEP;
    if (address >= frameStart && address + size <= top && frameStart > 0) {
      this.windowStart = frameStart; // mostly it is the running program's stack: what its region would say
      this.windowSize = top - frameStart;
      this.windowWritable = true;
      return true;
    }
    return this.#findRegion(address, size, write);
  }

  #findRegion(address: number, size: number, write: boolean): boolean {
    const region = this.#regions[this.#indexAfter(address) - 1];
    if (region === undefined || address + size > region.start + region.size) return false;
    if (write && !region.writable) return false;
    const window = region.window ? region.window(address) : region;
    if (window === undefined || address < window.start || address + size > window.start + window.size)
      return false;
    this.windowStart = window.start;
    this.windowSize = window.size;
    this.windowWritable = region.writable;
    return true;
  }

  /** The lasting region that holds an address. */
  lasting(address: number): Region | undefined {
    const region = this.#regions[this.#indexAfter(address) - 1];
    return region?.isLasting === true && address < region.start + region.size ? region : undefined;
  }

  /** Tells compiled code of a stretch: how far in accesses of 1, 2, 4, 8 bytes may begin, reads, then writes. */
  tellWindow(start: number, size: number, writable: boolean): void {
    const { i32 } = this;
    const window = CONTROL.window >> 2;
    const two = size > 1 ? size - 1 : 0;
    const four = size > 3 ? size - 3 : 0;
    const eight = size > 7 ? size - 7 : 0;
    i32[window] = start;
    i32[window + 2] = size;
    i32[window + 4] = two;
    i32[window + 6] = four;
    i32[window + 8] = eight;
    i32[window + 10] = writable ? size : 0;
    i32[window + 12] = writable ? two : 0;
    i32[window + 14] = writable ? four : 0;
    i32[window + 16] = writable ? eight : 0;
  }

  /** Tells compiled code where the context of the run lies that begins. */
  placeContext(start: number, size: number): void {
    const at = CONTROL.context >> 2;
    this.i32[at] = start;
    this.i32[at + 2] = size > 7 ? size - 7 : 0;
  }

  /** Why `find` said no, in words: the nearest region, and how far outside the access was. */
  explain(address: bigint, size: number, write: boolean): string {
    const what = `${write ? "write" : "read"} of ${size} ${size === 1 ? "byte" : "bytes"} at ${hex(address)}`;
    if (address < BigInt(PAGE)) return `${what}: this is NULL, or close to it`;
    const nearest = this.#nearest(address, BigInt(size));
    if (nearest === undefined) return `${what}: no memory is there`;
    const { region, before, after } = nearest;
    if (before > 0n) return `${what}: ${distance(before)} before the start of ${named(region)}`;
    if (after > 0n) {
      const start = address - BigInt(region.start + region.size);
      if (start < 0n) return `${what}: reaches ${distance(after)} past the end of ${named(region)}`;
      return `${what}: begins ${distance(start)} past the end of ${named(region)}`;
    }
    if (write && !region.writable) return `${what}: ${named(region)} is read-only`;
    return this.#explainWindow(what, region, Number(address), size);
  }

  /** Whether the access would be fine if it were a read. */
  isReadOnly(address: bigint, size: number): boolean {
    return address < BigInt(this.u8.length) && this.find(Number(address), size, false);
  }

  #explainWindow(what: string, region: Region, address: number, size: number): string {
    const window = region.window?.(address);
    if (window === undefined) return `${what}: ${named(region)} holds nothing there (any more)`;
    if (address < window.start)
      return `${what}: ${distance(BigInt(window.start - address))} before the valid part of ${named(region)}`;
    const past = address + size - (window.start + window.size);
    return `${what}: reaches ${distance(BigInt(past))} past the valid ${distance(BigInt(window.size))} of ${named(region)}`;
  }

  #nearest(address: bigint, size: bigint): { region: Region; before: bigint; after: bigint } | undefined {
    let best: { region: Region; before: bigint; after: bigint } | undefined;
    for (const region of this.#regions) {
      const start = BigInt(region.start);
      const end = start + BigInt(region.size);
      const before = address < start ? start - address : 0n;
      const after = before === 0n && address + size > end ? address + size - end : 0n;
      if (best === undefined || before + after < best.before + best.after) best = { region, before, after };
    }
    return best;
  }

  /** Position of the first region that starts above `address`. */
  #indexAfter(address: number): number {
    let low = 0;
    let high = this.#regions.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#regions[middle] as Region).start <= address) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #growTo(bytes: number): void {
    if (bytes <= this.u8.length) return;
    const maximum = Math.max(4, Math.floor(this.maxBytes / PAGE));
    const needed = Math.ceil(bytes / PAGE);
    const have = this.u8.length / PAGE;
    const pages = Math.min(maximum, Math.max(needed, have * 2));
    try {
      if (needed > maximum) throw new RangeError(`${bytes} bytes`);
      this.#memory.grow(pages - have);
    } catch {
      throw new MachineError("vm/no-memory", `the machine's memory of ${this.maxBytes} bytes is full`);
    }
    const buffer = this.#memory.buffer as ArrayBuffer;
    this.u8 = new Uint8Array(buffer);
    this.i32 = new Int32Array(buffer);
    this.u64 = new BigUint64Array(buffer);
    this.view = new DataView(buffer);
  }
}

/** r10 of the first function of a run; `run` counts the runs that are active below it. Frames grow down from there. */
export function stackTop(run: number): number {
  return PAGE + (run + 1) * STACK_STEP;
}

/** Whether a function whose frame begins at `frameStart` can call no other: its frame is the eighth. */
export function isLastFrame(frameStart: number): boolean {
  return (frameStart & STACK_MASK) <= LAST_FRAME;
}

function roundUp(bytes: number): number {
  return Math.ceil(bytes / 16) * 16;
}

export function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}

function distance(bytes: bigint): string {
  return `${bytes} ${bytes === 1n ? "byte" : "bytes"}`;
}

function named(region: Region): string {
  return `the ${region.name} (${region.size} bytes at ${hex(BigInt(region.start))})`;
}
