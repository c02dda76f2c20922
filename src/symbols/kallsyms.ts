import { globMatcher } from "../base/glob.ts";

/** A kernel symbol. `type` is nm's letter: T and t are code, D d B b R r data. */
export type KernelSymbol = Readonly<{ name: string; address: bigint; type: string; module?: string }>;

/** Where an address lies: `offset` bytes behind the start of `name`. */
export type KernelLocation = Readonly<{ name: string; offset: bigint; module?: string }>;

const MAX_OFFSET = 1n << 24n; // no symbol is larger; an address farther behind one belongs to nothing
const KERNEL_HALF = 0x8000_0000; // top word of the lowest kernel address; symbols below are per-CPU offsets
const SPACE = 32;
const NAME_AT = 19; // of a line, behind 16 digits, a letter and the blanks around it
const CODE = /^[tTwW]$/;
const SEARCHES_BEFORE_INDEX = 16;

/**
 * The text of /proc/kallsyms. Names are searched in the text; addresses are parsed into sorted arrays when the first
 * one is asked for.
 */
export class Kallsyms {
  readonly #text: string;
  #table: Table | undefined;
  #searches = 0;
  #names: ReadonlyMap<string, bigint> | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /**
   * Whether the kernel shows addresses as 0 to this process: it needs CAP_SYSLOG, or the sysctl kernel.kptr_restrict
   * to be 0 and kernel.perf_event_paranoid to be at most 1. Every lookup fails then.
   */
  get hidden(): boolean {
    return this.#text !== "" && !/^0*[1-9a-f]/m.test(this.#text);
  }

  /** The symbol that holds a kernel address, or undefined. Of several at the same place, the first in the text. */
  find(address: bigint): KernelLocation | undefined {
    this.#table ??= parse(this.#text);
    const { high, low, order } = this.#table;
    const [wantedHigh, wantedLow] = [Number(address >> 32n), Number(address & 0xffff_ffffn)];
    const isAbove = (index: number) => {
      const h = high[index] as number;
      return h > wantedHigh || (h === wantedHigh && (low[index] as number) > wantedLow);
    };
    let first = 0;
    let end = order.length;
    while (first < end) {
      const middle = (first + end) >>> 1;
      if (isAbove(order[middle] as number)) end = middle;
      else first = middle + 1;
    }
    if (first === 0) return undefined;
    let at = first - 1;
    const start = this.#addressOf(order[at] as number);
    while (at > 0 && this.#addressOf(order[at - 1] as number) === start) at--;
    const offset = address - start;
    if (offset > MAX_OFFSET) return undefined;
    const { name, module } = this.#lineOf(order[at] as number);
    return { name, offset, ...(module !== undefined && { module }) };
  }

  /** The address of the first symbol of that name, or undefined when there is none or its address is hidden. */
  address(name: string): bigint | undefined {
    if (name === "" || /\s/.test(name)) return undefined;
    if (this.#searches++ >= SEARCHES_BEFORE_INDEX) {
      this.#names ??= this.#index();
      return this.#names.get(name);
    }
    const text = this.#text;
    for (let at = text.indexOf(` ${name}`); at !== -1; at = text.indexOf(` ${name}`, at + 1)) {
      const behind = text[at + 1 + name.length];
      if (behind !== undefined && behind !== "\n" && behind !== "\t" && behind !== " ") continue;
      const symbol = parseLine(text, text.lastIndexOf("\n", at) + 1);
      if (symbol !== undefined && symbol.name === name && symbol.address !== 0n) return symbol.address;
    }
    return undefined;
  }

  /** Symbols whose name matches the pattern (see `globMatcher`), in the order of the text; hidden ones too, at 0. */
  matching(pattern: string): KernelSymbol[] {
    const matches = globMatcher(pattern);
    const found: KernelSymbol[] = [];
    for (let at = 0; at < this.#text.length; at = nextLine(this.#text, at)) {
      const symbol = parseLine(this.#text, at);
      if (symbol !== undefined && matches(symbol.name)) found.push(symbol);
    }
    return found;
  }

  /**
   * Addresses of the kernel's own functions of these names, in one pass. Left out are those that are hidden, and names
   * that another symbol has as well.
   */
  functions(names: ReadonlySet<string>): ReadonlyMap<string, bigint> {
    const text = this.#text;
    const prefix = sharedStart(names);
    const found = new Map<string, bigint>();
    const several = new Set<string>();
    for (let at = 0; at < text.length; at = nextLine(text, at)) {
      if (!text.startsWith(prefix, at + NAME_AT)) continue;
      const symbol = parseLine(text, at);
      if (symbol === undefined || !names.has(symbol.name)) continue;
      const isFunction = CODE.test(symbol.type) && symbol.module === undefined && symbol.address !== 0n;
      if (!isFunction || found.has(symbol.name)) several.add(symbol.name);
      else found.set(symbol.name, symbol.address);
    }
    for (const name of several) found.delete(name);
    return found;
  }

  #index(): ReadonlyMap<string, bigint> {
    const names = new Map<string, bigint>();
    for (const { name, address } of this.matching("*"))
      if (address !== 0n && !names.has(name)) names.set(name, address);
    return names;
  }

  #addressOf(index: number): bigint {
    const table = this.#table as Table;
    return (BigInt(table.high[index] as number) << 32n) | BigInt(table.low[index] as number);
  }

  #lineOf(index: number): KernelSymbol {
    const at = (this.#table as Table).lines[index] as number;
    return parseLine(this.#text, at) ?? { name: "", address: this.#addressOf(index), type: "" };
  }
}

/** Of the symbols in the kernel's half: address words, start of the line in the text, and their order by address. */
type Table = Readonly<{ high: Uint32Array; low: Uint32Array; lines: Uint32Array; order: readonly number[] }>;

function parse(text: string): Table {
  const capacity = Math.ceil(text.length / 8) + 1; // no line is shorter than "0 T n\n" by much
  const high = new Uint32Array(capacity);
  const low = new Uint32Array(capacity);
  const lines = new Uint32Array(capacity);
  let count = 0;
  for (let at = 0; at < text.length; at = nextLine(text, at)) {
    const space = text.indexOf(" ", at);
    if (space - at !== 16) continue; // kernels of 64 bits print all 16 digits
    const h = hex(text, at, 8);
    if (Number.isNaN(h) || h < KERNEL_HALF) continue;
    const l = hex(text, at + 8, 8);
    const hasName = text.charCodeAt(at + 18) === SPACE && text.charCodeAt(at + 19) > SPACE;
    if (Number.isNaN(l) || !hasName) continue;
    high[count] = h;
    low[count] = l;
    lines[count++] = at;
  }
  // Nearly sorted already (modules come behind), and the sort of plain arrays is linear then.
  const order = Array.from({ length: count }, (_, index) => index);
  order.sort(
    (a, b) => (high[a] as number) - (high[b] as number) || (low[a] as number) - (low[b] as number) || a - b,
  );
  return { high, low, lines: lines.subarray(0, count), order };
}

function sharedStart(names: ReadonlySet<string>): string {
  let shared: string | undefined;
  for (const name of names) {
    shared ??= name;
    while (!name.startsWith(shared)) shared = shared.slice(0, -1);
  }
  return shared ?? "";
}

function nextLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end === -1 ? text.length : end + 1;
}

function hex(text: string, at: number, digits: number): number {
  let value = 0;
  for (let i = at; i < at + digits; i++) {
    const code = text.charCodeAt(i);
    const digit = code >= 48 && code <= 57 ? code - 48 : code >= 97 && code <= 102 ? code - 87 : Number.NaN;
    value = value * 16 + digit;
  }
  return value;
}

const LINE = /^([0-9a-f]{1,16}) (\S) (\S+)(?:\s+\[([^\]]*)\])?\s*$/;

/** The line that starts at `at`, such as "ffffffffc0000000 t nf_hook\t[nf_tables]". */
function parseLine(text: string, at: number): KernelSymbol | undefined {
  const end = text.indexOf("\n", at);
  const [, address, type, name, module] = LINE.exec(text.slice(at, end === -1 ? text.length : end)) ?? [];
  if (address === undefined || type === undefined || name === undefined) return undefined;
  return { name, address: BigInt(`0x${address}`), type, ...(module !== undefined && { module }) };
}
