import { addressOf } from "../memory/address.ts";
import type { KernelMemory } from "../memory/kernel-memory.ts";

/** What pages of memory belong to: a file, or what a process wrote. */
export interface PageOwner {
  readonly kind: "file" | "anon";
  /** What page.mapping holds. */
  readonly mappingAddress: bigint;
  /** The page is taken away; the owner must not free it. */
  forget(index: number, pfn: number): void;
}

/** States of a page. */
export const PAGE = { referenced: 1, dirty: 2, writeback: 4, active: 8, uptodate: 16, readahead: 32 } as const;

/** Bits of page.flags. Source: include/linux/page-flags.h, v6.12. */
const PG = { writeback: 1, referenced: 2, uptodate: 3, dirty: 4, lru: 5, active: 8, readahead: 18, swapbacked: 19 } as const; // biome-ignore format: one table

/** LRU lists as enum lru_list numbers them. */
export const LRU = { inactiveAnon: 0, activeAnon: 1, inactiveFile: 2, activeFile: 3 } as const;

const NONE = -1;
const FIRST_PFN = 0x10_0000; // below lie the kernel, its tables and devices
const START = 4096;
const MAPPING_ANON = 1n; // PAGE_MAPPING_ANON, include/linux/page-flags.h, v6.12

/** The machine's pages of memory: which are free, whose the others are, and in which order they were used. */
export class Frames {
  readonly #memory: KernelMemory;
  readonly #totalPages: () => number;
  readonly #owners: (PageOwner | undefined)[] = [undefined];
  readonly #ownerIds = new Map<PageOwner, number>();
  readonly #freeOwnerIds: number[] = [];
  #owner = new Int32Array(START);
  #index = new Float64Array(START);
  #flags = new Uint8Array(START);
  #next = new Int32Array(START);
  #previous = new Int32Array(START);
  readonly #heads = new Int32Array(4).fill(NONE);
  readonly #tails = new Int32Array(4).fill(NONE);
  readonly #counts = new Int32Array(4);
  readonly #free: number[] = [];
  #top = 0;
  #used = 0;
  readonly #structs = new Map<number, number>();

  constructor(memory: KernelMemory, totalPages: () => number) {
    this.#memory = memory;
    this.#totalPages = totalPages;
  }

  get totalPages(): number {
    return this.#totalPages();
  }

  get usedPages(): number {
    return this.#used;
  }

  get freePages(): number {
    return this.totalPages - this.#used;
  }

  /** Pages in an LRU list. */
  count(lru: number): number {
    return this.#counts[lru] as number;
  }

  /** Takes a page for an owner, on the inactive list: its frame, or undefined when none is free. */
  take(owner: PageOwner, index: number): number | undefined {
    if (this.#used >= this.totalPages) return undefined;
    const at = this.#free.pop() ?? this.#top++;
    if (at >= this.#flags.length) this.#grow();
    this.#used++;
    this.#owner[at] = this.#idOf(owner);
    this.#index[at] = index;
    this.#flags[at] = 0;
    this.#link(at, owner.kind === "file" ? LRU.inactiveFile : LRU.inactiveAnon);
    return at + FIRST_PFN;
  }

  /** Gives a page back. */
  give(pfn: number): void {
    const at = pfn - FIRST_PFN;
    this.#unlink(at, this.#lruOf(at));
    this.#owner[at] = 0;
    this.#flags[at] = 0;
    this.#used--;
    this.#free.push(at);
  }

  /** The owner has no pages any more, and will not get new ones. */
  dropOwner(owner: PageOwner): void {
    const id = this.#ownerIds.get(owner);
    if (id === undefined) return;
    this.#ownerIds.delete(owner);
    this.#owners[id] = undefined;
    this.#freeOwnerIds.push(id);
  }

  ownerOf(pfn: number): PageOwner | undefined {
    return this.#owners[this.#owner[pfn - FIRST_PFN] as number];
  }

  indexOf(pfn: number): number {
    return this.#index[pfn - FIRST_PFN] as number;
  }

  has(pfn: number, flag: number): boolean {
    return ((this.#flags[pfn - FIRST_PFN] as number) & flag) !== 0;
  }

  set(pfn: number, flag: number): void {
    const at = pfn - FIRST_PFN;
    this.#flags[at] = (this.#flags[at] as number) | flag;
  }

  clear(pfn: number, flag: number): void {
    const at = pfn - FIRST_PFN;
    this.#flags[at] = (this.#flags[at] as number) & ~flag;
  }

  /** It was used: the second time it becomes active. Whether it did. */
  touch(pfn: number): boolean {
    const at = pfn - FIRST_PFN;
    const flags = this.#flags[at] as number;
    if ((flags & PAGE.referenced) === 0) {
      this.#flags[at] = flags | PAGE.referenced;
      return false;
    }
    if ((flags & PAGE.active) !== 0) return false;
    this.#move(at, true);
    return true;
  }

  /** The one that was not used for the longest time; undefined when the list is empty. */
  oldest(lru: number): number | undefined {
    const at = this.#tails[lru] as number;
    return at === NONE ? undefined : at + FIRST_PFN;
  }

  /** Back to the start of its list, or to the inactive one. */
  rotate(pfn: number, deactivate = false): void {
    const at = pfn - FIRST_PFN;
    const isActive = ((this.#flags[at] as number) & PAGE.active) !== 0;
    this.#move(at, isActive && !deactivate);
    this.#flags[at] = (this.#flags[at] as number) & ~PAGE.referenced;
  }

  /** Address of its struct page, which is a struct folio, too, as it is now. */
  pageAddress(pfn: number): bigint {
    const layout = this.#memory.layouts.named("page");
    const known = this.#structs.get(pfn);
    const offset = known ?? this.#memory.allocate(layout.bytes);
    if (known === undefined) this.#structs.set(pfn, offset);
    const owner = this.ownerOf(pfn);
    const mapping = owner?.mappingAddress ?? 0n;
    const page = this.#memory.cast("page", addressOf(offset)).fill({
      flags: this.#pageFlags(pfn),
      mapping: owner?.kind === "anon" ? mapping | MAPPING_ANON : mapping,
      index: this.indexOf(pfn),
      "_refcount.counter": owner === undefined ? 0 : 2,
      "_mapcount.counter": owner?.kind === "anon" ? 0 : -1,
    });
    return page.address;
  }

  #pageFlags(pfn: number): bigint {
    const flags = this.#flags[pfn - FIRST_PFN] as number;
    let bits = 1 << PG.lru;
    const add = (flag: number, bit: number) => {
      if ((flags & flag) !== 0) bits |= 1 << bit;
    };
    add(PAGE.referenced, PG.referenced);
    add(PAGE.dirty, PG.dirty);
    add(PAGE.writeback, PG.writeback);
    add(PAGE.active, PG.active);
    add(PAGE.uptodate, PG.uptodate);
    add(PAGE.readahead, PG.readahead);
    if (this.ownerOf(pfn)?.kind === "anon") bits |= 1 << PG.swapbacked;
    return BigInt(bits);
  }

  #idOf(owner: PageOwner): number {
    const known = this.#ownerIds.get(owner);
    if (known !== undefined) return known;
    const id = this.#freeOwnerIds.pop() ?? this.#owners.length;
    this.#owners[id] = owner;
    this.#ownerIds.set(owner, id);
    return id;
  }

  #lruOf(at: number): number {
    const kind = this.#owners[this.#owner[at] as number]?.kind;
    return (kind === "file" ? LRU.inactiveFile : LRU.inactiveAnon) + this.#isActive(at);
  }

  #isActive(at: number): 0 | 1 {
    return ((this.#flags[at] as number) & PAGE.active) !== 0 ? 1 : 0;
  }

  #move(at: number, active: boolean): void {
    this.#unlink(at, this.#lruOf(at));
    const flags = this.#flags[at] as number;
    this.#flags[at] = active ? flags | PAGE.active : flags & ~PAGE.active;
    this.#link(at, this.#lruOf(at));
  }

  #link(at: number, lru: number): void {
    const head = this.#heads[lru] as number;
    this.#next[at] = head;
    this.#previous[at] = NONE;
    if (head !== NONE) this.#previous[head] = at;
    else this.#tails[lru] = at;
    this.#heads[lru] = at;
    this.#counts[lru] = (this.#counts[lru] as number) + 1;
  }

  #unlink(at: number, lru: number): void {
    const next = this.#next[at] as number;
    const previous = this.#previous[at] as number;
    if (previous === NONE) this.#heads[lru] = next;
    else this.#next[previous] = next;
    if (next === NONE) this.#tails[lru] = previous;
    else this.#previous[next] = previous;
    this.#counts[lru] = (this.#counts[lru] as number) - 1;
  }

  #grow(): void {
    const length = this.#flags.length * 2;
    this.#owner = grown(new Int32Array(length), this.#owner);
    this.#index = grown(new Float64Array(length), this.#index);
    this.#flags = grown(new Uint8Array(length), this.#flags);
    this.#next = grown(new Int32Array(length), this.#next);
    this.#previous = grown(new Int32Array(length), this.#previous);
  }
}

function grown<T extends Int32Array | Float64Array | Uint8Array>(into: T, from: T): T {
  into.set(from);
  return into;
}
