const PAGE_BITS = 12;
/** Bytes of a page. */
export const PAGE_BYTES = 1 << PAGE_BITS;
const OFFSET_MASK = PAGE_BYTES - 1;

/** Addresses of one mapping: `start` and `end` are multiples of the page size. `pageOffset` counts pages of the file. */
export type UserRegion = Readonly<{
  start: number;
  end: number;
  /** "r", "w", "x" in that order, "-" for what is not allowed, then "p" (private) or "s" (shared). */
  access: string;
  /** Path of the mapped file, "[heap]", "[stack]", "" for anonymous memory. */
  name: string;
  pageOffset: number;
}>;

// Where the parts of a process lie without address randomization, x86_64.
const TEXT = 0x5555_5555_4000;
const HEAP = 0x5555_5580_0000;
const MMAP_TOP = 0x7fff_f7ff_f000;
const STACK_TOP = 0x7fff_ffff_f000;
const STACK_BYTES = 0x2_1000;
const SCRATCH_BYTES = 0x4_0000;
const MOST_TEXTS = 4096;

const encoder = new TextEncoder();

/** The memory of one process: sparse pages in regions. Addresses are below 2⁴⁷, so they are numbers. */
export class UserMemory {
  #pages = new Map<number, Uint8Array>();
  /** Pages that a fork shares with its parent; copied before they are written. */
  #shared = new Set<number>();
  #lastNumber = -1;
  #lastPage: Uint8Array | undefined;
  #regions: UserRegion[] = [];
  readonly #texts = new Map<string, number>();
  #scratch = 0;
  #scratchAt = 0;
  #textAt = 0;
  #textEnd = 0;
  #mmapTop = MMAP_TOP;
  /** End of the heap. */
  brk = HEAP;

  constructor() {
    this.map({
      start: STACK_TOP - STACK_BYTES,
      end: STACK_TOP,
      access: "rw-p",
      name: "[stack]",
      pageOffset: 0,
    });
  }

  /** Where a program's file is mapped. */
  static readonly textStart = TEXT;
  static readonly heapStart = HEAP;
  static readonly stackTop = STACK_TOP;

  get regions(): readonly UserRegion[] {
    return this.#regions;
  }

  /** Adds a region; it must not overlap another. */
  map(region: UserRegion): UserRegion {
    const at = this.#regions.findIndex((other) => other.start > region.start);
    this.#regions.splice(at === -1 ? this.#regions.length : at, 0, region);
    return region;
  }

  /** Maps anonymous or file memory below what was mapped before; the kernel chooses the place as for mmap(NULL). */
  mapAnywhere(
    bytes: number,
    options: { access?: string; name?: string; pageOffset?: number } = {},
  ): UserRegion {
    const size = Math.ceil(Math.max(bytes, 1) / PAGE_BYTES) * PAGE_BYTES;
    this.#mmapTop -= size;
    const { access = "rw-p", name = "", pageOffset = 0 } = options;
    return this.map({ start: this.#mmapTop, end: this.#mmapTop + size, access, name, pageOffset });
  }

  /** Removes the regions that lie in the range wholly, with their pages; how many. */
  unmap(start: number, bytes: number): number {
    const end = start + bytes;
    const inside = (region: UserRegion) => region.start >= start && region.end <= end;
    const gone = this.#regions.filter(inside);
    this.#regions = this.#regions.filter((region) => !inside(region));
    this.#lastPage = undefined;
    for (const region of gone)
      for (let at = region.start; at < region.end; at += PAGE_BYTES) this.#pages.delete(at / PAGE_BYTES);
    return gone.length;
  }

  /** Splits the regions that reach over one of two addresses, so that what lies between them can be treated alone. */
  carve(start: number, end: number): void {
    for (const at of [start, end]) {
      const region = this.regionAt(at);
      if (region === undefined || region.start === at) continue;
      const pageOffset = region.pageOffset + (at - region.start) / PAGE_BYTES;
      const parts = [
        { ...region, end: at },
        { ...region, start: at, pageOffset },
      ];
      this.#regions.splice(this.#regions.indexOf(region), 1, ...parts);
    }
  }

  /** Replaces regions by others at the same addresses. */
  changeRegions(change: (region: UserRegion) => UserRegion): void {
    this.#regions = this.#regions.map(change);
  }

  /** Moves the end of the heap; the new end. */
  setBrk(to: number): number {
    if (to < HEAP) return this.brk;
    const end = Math.ceil(to / PAGE_BYTES) * PAGE_BYTES;
    this.#regions = this.#regions.filter((region) => region.name !== "[heap]");
    if (end > HEAP) this.map({ start: HEAP, end, access: "rw-p", name: "[heap]", pageOffset: 0 });
    this.brk = to;
    return to;
  }

  regionAt(address: number): UserRegion | undefined {
    let low = 0;
    let high = this.#regions.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#regions[middle] as UserRegion).start <= address) low = middle + 1;
      else high = middle;
    }
    const region = this.#regions[low - 1];
    return region !== undefined && address < region.end ? region : undefined;
  }

  /** Copies memory; false when some of it is not mapped. Pages that were never written hold zeros. */
  read(address: number, into: Uint8Array): boolean {
    if (!this.#isMapped(address, into.length)) return false;
    for (let done = 0; done < into.length; ) {
      const at = address + done;
      const start = at & OFFSET_MASK;
      const length = Math.min(PAGE_BYTES - start, into.length - done);
      const page = this.#pages.get(Math.floor(at / PAGE_BYTES));
      if (page === undefined) into.fill(0, done, done + length);
      else if (length < 64) for (let i = 0; i < length; i++) into[done + i] = page[start + i] as number;
      else into.set(page.subarray(start, start + length), done);
      done += length;
    }
    return true;
  }

  /** Copies the text at an address, NUL included, and cuts it to `size` bytes: how many, or -1 for a bad address. */
  copyText(address: number, into: Uint8Array, to: number, size: number): number {
    for (let done = 0; done < size; ) {
      const at = address + done;
      if (this.regionAt(at) === undefined) return -1;
      const page = this.#pageToRead(Math.floor(at / PAGE_BYTES));
      const start = at & OFFSET_MASK;
      const end = Math.min(PAGE_BYTES, start + size - done);
      for (let i = start; i < end; i++) {
        const byte = page === undefined ? 0 : (page[i] as number);
        into[to + done++] = byte;
        if (byte === 0) return done;
      }
    }
    return size;
  }

  /** Writes memory whatever its access; false when some of it is not mapped. */
  write(address: number, bytes: Uint8Array): boolean {
    if (!this.#isMapped(address, bytes.length)) return false;
    for (let done = 0; done < bytes.length; ) {
      const at = address + done;
      const start = at & OFFSET_MASK;
      const length = Math.min(PAGE_BYTES - start, bytes.length - done);
      this.#writablePage(Math.floor(at / PAGE_BYTES)).set(bytes.subarray(done, done + length), start);
      done += length;
    }
    return true;
  }

  /**
   * Address of a NUL-terminated text, as programs hold their constants: equal texts share memory. A program with very
   * many different texts gets those of its scratch memory.
   */
  text(text: string): number {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    const bytes = encoder.encode(`${text}\0`);
    if (this.#texts.size >= MOST_TEXTS) return this.bytes(bytes);
    const address = this.reserve(bytes.length);
    this.write(address, bytes);
    this.#texts.set(text, address);
    return address;
  }

  /** Address of zeroed memory that nothing else uses; it is never given back. */
  reserve(bytes: number): number {
    if (this.#textAt + bytes > this.#textEnd) {
      const region = this.mapAnywhere(Math.max(bytes, 16 * PAGE_BYTES));
      this.#textAt = region.start;
      this.#textEnd = region.end;
    }
    const address = this.#textAt;
    this.#textAt += Math.ceil(bytes / 8) * 8;
    return address;
  }

  /** Address of a copy of `bytes` that stays until the scratch memory of 256 KiB was used up. */
  bytes(bytes: Uint8Array): number {
    const address = this.scratch(bytes.length);
    this.write(address, bytes);
    return address;
  }

  /** Address of room for arguments and buffers, reused in turn; what it holds is what was there before. */
  scratch(bytes: number): number {
    if (bytes > SCRATCH_BYTES) return this.mapAnywhere(bytes).start;
    if (this.#scratch === 0) this.#scratch = this.mapAnywhere(SCRATCH_BYTES).start;
    if (this.#scratchAt + bytes > SCRATCH_BYTES) this.#scratchAt = 0;
    const address = this.#scratch + this.#scratchAt;
    this.#scratchAt += Math.ceil(Math.max(bytes, 1) / 16) * 16;
    return address;
  }

  /** The text at an address up to its NUL, of at most `most` bytes; undefined for a bad address. */
  readText(address: number, most = PAGE_BYTES): string | undefined {
    const bytes: number[] = [];
    const byte = new Uint8Array(1);
    for (let i = 0; i < most; i++) {
      if (!this.read(address + i, byte)) return undefined;
      if (byte[0] === 0) break;
      bytes.push(byte[0] as number);
    }
    return new TextDecoder().decode(new Uint8Array(bytes));
  }

  /** A copy for a forked process; pages are shared until one of the two writes. */
  fork(): UserMemory {
    const copy = new UserMemory();
    copy.#pages = new Map(this.#pages);
    copy.#shared = new Set(this.#pages.keys());
    this.#shared = new Set(this.#pages.keys());
    copy.#regions = [...this.#regions];
    for (const [text, address] of this.#texts) copy.#texts.set(text, address);
    copy.#scratch = this.#scratch;
    copy.#scratchAt = this.#scratchAt;
    copy.#textAt = this.#textAt;
    copy.#textEnd = this.#textEnd;
    copy.#mmapTop = this.#mmapTop;
    copy.brk = this.brk;
    return copy;
  }

  #isMapped(address: number, length: number): boolean {
    if (!(address >= 0)) return false;
    const end = address + length;
    for (let at = address; at < end; ) {
      const region = this.regionAt(at);
      if (region === undefined) return false;
      at = region.end;
    }
    return true;
  }

  /** A page as it is; the one that was asked for last is found at once. */
  #pageToRead(number: number): Uint8Array | undefined {
    if (number === this.#lastNumber && this.#lastPage !== undefined) return this.#lastPage;
    this.#lastNumber = number;
    this.#lastPage = this.#pages.get(number);
    return this.#lastPage;
  }

  #writablePage(number: number): Uint8Array {
    const page = this.#pages.get(number);
    if (page !== undefined && !this.#shared.has(number)) return page;
    const own = page === undefined ? new Uint8Array(PAGE_BYTES) : page.slice();
    this.#pages.set(number, own);
    this.#lastPage = undefined;
    this.#shared.delete(number);
    return own;
  }
}
