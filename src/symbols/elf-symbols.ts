import { globMatcher } from "../base/glob.ts";
import { addressToOffset, type Elf, SECTION_FLAG, SECTION_INDEX } from "../elf/elf.ts";
import { readSymbols, type SymbolTable } from "../elf/symbols.ts";
import { RangeMap } from "./range-map.ts";

/** Where an address of an ELF file lies; `offset` counts bytes from the symbol's start. */
export type ElfLocation = Readonly<{ name: string; offset: number }>;

/** A function that a uprobe can be put on: `offset` is in the file, `address` as the symbol table has it. */
export type ElfFunction = Readonly<{
  name: string;
  offset: number;
  address: bigint;
  size: number; // 0: the table does not say
  /** The function only chooses the implementation, once, when the program is loaded (STT_GNU_IFUNC). */
  isResolver: boolean;
}>;

const MAX_ADDRESS = 2 ** 53; // numbers are exact below; no program has addresses above
const NO_END = 1 << 24; // bytes that a symbol without size reaches at most

/**
 * The symbols of one ELF file, of both tables, and those of its debug file if there is one. Everything is read at
 * once, so the files may be closed afterwards.
 */
export class ElfSymbols {
  readonly elf: Elf;
  readonly #entries: readonly Entry[];
  #ranges: RangeMap | undefined;
  #byName: ReadonlyMap<string, Entry> | undefined;

  constructor(elf: Elf, debugFile?: Elf) {
    this.elf = elf;
    this.#entries = readFile(elf).concat(debugFile ? readFile(debugFile) : []);
  }

  /** Whether the file has any symbol of code. */
  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  /**
   * The function that holds an address of the file (not of a process), else the object. Of several at one place:
   * sized before unsized, global and weak before local, then the one with fewer leading underscores.
   */
  find(address: bigint): ElfLocation | undefined {
    this.#ranges ??= this.#build();
    const index = this.#ranges.find(Number(address));
    const entry = index === undefined ? undefined : this.#entries[index];
    return entry && { name: nameOf(entry), offset: Number(address) - entry.address };
  }

  /** Address of the symbol of that name that is defined here; a global one before a local one. */
  address(name: string): bigint | undefined {
    this.#byName ??= indexNames(this.#entries);
    const entry = this.#byName.get(name);
    return entry && BigInt(entry.address);
  }

  /** Functions whose name matches the pattern (see `globMatcher`), each name and place once, by address. */
  functions(pattern: string): ElfFunction[] {
    const matches = globMatcher(pattern);
    const found = new Map<string, ElfFunction>();
    for (const entry of this.#entries) {
      if (entry.kind !== "function" && entry.kind !== "resolver") continue;
      const name = nameOf(entry);
      if (name === "" || !matches(name)) continue;
      const address = BigInt(entry.address);
      const offset = addressToOffset(this.elf, address);
      if (offset === undefined) continue;
      const key = `${name} ${offset}`;
      const known = found.get(key);
      if (known !== undefined && known.size >= entry.size) continue;
      found.set(key, { name, offset, address, size: entry.size, isResolver: entry.kind === "resolver" });
    }
    return [...found.values()].sort(
      (a, b) => a.offset - b.offset || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
    );
  }

  /** A symbol without size reaches to the next one, but not out of its section. */
  #build(): RangeMap {
    const entries = this.#entries;
    const starts = Float64Array.from(entries, (entry) => entry.address);
    const sorted = Float64Array.from(starts).sort();
    const ends = Float64Array.from(entries, (entry) => {
      if (entry.size > 0) return entry.address + entry.size;
      return Math.min(entry.sectionEnd, entry.address + NO_END, firstAbove(sorted, entry.address));
    });
    return new RangeMap(starts, ends, (a, b) => isBetter(entries[a] as Entry, entries[b] as Entry, a < b));
  }
}

type Entry = Readonly<{
  table: SymbolTable;
  index: number;
  address: number;
  size: number;
  kind: "function" | "resolver" | "label" | "object";
  isLocal: boolean;
  /** End of the section that it lies in. */
  sectionEnd: number;
}>;

/** Both tables of a file; what the dynamic one repeats is left out. */
function readFile(elf: Elf): Entry[] {
  const entries = readEntries(elf, "symtab");
  const dynamic = readEntries(elf, "dynsym");
  if (entries.length === 0) return dynamic;
  const known = new Map(entries.map((entry) => [nameOf(entry), entry.address]));
  return entries.concat(dynamic.filter((entry) => known.get(nameOf(entry)) !== entry.address));
}

function readEntries(elf: Elf, which: "symtab" | "dynsym"): Entry[] {
  const table = readSymbols(elf, which);
  if (table === undefined) return [];
  if (table.count > 0) table.name(0); // reads the names now, while the file is open
  const entries: Entry[] = [];
  for (let index = 0; index < table.count; index++) {
    const kind = KINDS[table.type(index) as keyof typeof KINDS];
    const section = elf.sections[table.sectionIndex(index)];
    if (kind === undefined || section === undefined || section.index === SECTION_INDEX.undefined) continue;
    if (kind === "label" && (section.flags & SECTION_FLAG.exec) === 0) continue;
    const address = Number(table.value(index));
    const size = table.size(index);
    if (address + size >= MAX_ADDRESS) continue;
    const sectionEnd = Number(section.address) + section.size;
    entries.push({ table, index, address, size, kind, isLocal: table.binding(index) === "local", sectionEnd });
  }
  return entries;
}

function indexNames(entries: readonly Entry[]): ReadonlyMap<string, Entry> {
  const names = new Map<string, Entry>();
  for (const entry of entries) {
    const name = nameOf(entry);
    const known = names.get(name);
    if (known === undefined || (known.isLocal && !entry.isLocal)) names.set(name, entry);
  }
  return names;
}

const KINDS = { func: "function", ifunc: "resolver", none: "label", object: "object" } as const;
const RANK = { function: 0, resolver: 1, object: 2, label: 3 } as const;

/** "memcpy@@GLIBC_2.14" is memcpy. */
function nameOf(entry: Entry): string {
  const name = entry.table.name(entry.index);
  const at = name.indexOf("@");
  return at > 0 ? name.slice(0, at) : name;
}

function isBetter(a: Entry, b: Entry, isFirst: boolean): boolean {
  if (a.size > 0 !== b.size > 0) return a.size > 0;
  if (a.address !== b.address) return a.address > b.address; // the inner one
  if (a.kind !== b.kind) return RANK[a.kind] < RANK[b.kind];
  if (a.isLocal !== b.isLocal) return b.isLocal;
  const [nameA, nameB] = [nameOf(a), nameOf(b)];
  const difference = underscores(nameA) - underscores(nameB);
  if (difference !== 0) return difference < 0;
  return nameA === nameB ? isFirst : nameA < nameB;
}

function underscores(name: string): number {
  let count = 0;
  while (name[count] === "_") count++;
  return name === "" ? Number.POSITIVE_INFINITY : count;
}

function firstAbove(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return sorted[low] ?? Number.POSITIVE_INFINITY;
}
