import { globMatcher, isPattern } from "../base/glob.ts";
import type { Btf } from "../btf/types.ts";
import { FtraceRecords } from "./ftrace-records.ts";
import { inOrder, type KernelFunction } from "./kernel-functions.ts";
import { walkSymbols } from "./symbol-walk.ts";
import type { Kernel } from "./syscall.ts";
import { type PlacedFunction, traceableSymbols } from "./traceable-symbols.ts";

/** The symbols that begin so (see walkSymbols), and what ftrace can trace; undefined where that cannot be learnt. */
export type SymbolWalk = (
  prefix: string,
) => Readonly<{ text: string; records: Pick<FtraceRecords, "placesAmong"> & Disposable }> | undefined;

const SHORTEST_START = 2; // of a pattern: shorter ones match so much that the list is the better way
const MOST_WALKS = 1; // of a run: the list, which is kept, answers every pattern then

/** The functions of patterns, found by walks through the kernel's symbols, and where they are. */
export class FoundFunctions {
  readonly #walk: SymbolWalk;
  readonly #byPattern = new Map<string, readonly PlacedFunction[]>();
  readonly #addresses = new Map<string, bigint>();
  #walks = 0;

  constructor(walk: SymbolWalk) {
    this.#walk = walk;
  }

  /** As the kernel's list has them, by name; undefined where only the list can tell. */
  matching(pattern: string): readonly PlacedFunction[] | undefined {
    const known = this.#byPattern.get(pattern);
    if (known !== undefined) return known;
    const start = startOf(pattern);
    if (start.length < SHORTEST_START || this.#walks >= MOST_WALKS) return undefined;
    this.#walks++;
    const walked = this.#walk(start);
    using records = walked?.records;
    const functions = walked && records && traceableSymbols(walked.text, globMatcher(pattern), records);
    if (functions === undefined) return undefined;
    const found = inOrder(withoutNamesakes(functions));
    this.#byPattern.set(pattern, found);
    return found;
  }

  /** Learns where functions are, as far as that is known of them. */
  learn(functions: readonly PlacedFunction[]): void {
    for (const fn of functions) if (fn.address !== undefined) this.#addresses.set(keyOf(fn), fn.address);
  }

  /** Where the function is, of the kernel itself or of the module given; undefined where it was not learnt. */
  addressOf(fn: KernelFunction): bigint | undefined {
    return this.#addresses.get(keyOf(fn));
  }
}

function keyOf({ name, module = "" }: KernelFunction): string {
  return `${name} ${module}`;
}

/** An address stands for its function only where no other has that name: those that share one are probed alike. */
function withoutNamesakes(functions: readonly PlacedFunction[]): readonly PlacedFunction[] {
  const seen = new Set<string>();
  const shared = new Set(functions.map(keyOf).filter((key) => seen.has(key) || !seen.add(key)));
  return functions.map((fn) => {
    const { address, ...rest } = fn;
    return address === undefined || shared.has(keyOf(fn)) ? rest : fn;
  });
}

/** What all names begin with that a pattern matches; empty for what is no pattern, since a name is no work for a walk. */
function startOf(pattern: string): string {
  return isPattern(pattern) ? (/^[^*?[]*/.exec(pattern)?.[0] ?? "") : "";
}

/** What a walk asks of the machine; `total` is how many functions ftrace counts, if it tells. */
export type WalkedMachine = Readonly<{
  arch: "x86_64" | "aarch64";
  kernel: () => Kernel;
  btf: () => Btf | undefined;
  total: () => number | undefined;
}>;

/** The walk of the running kernel: on x86-64, where a function's place for ftrace is known to be at its start. */
export function symbolWalk({ arch, kernel, btf, total }: WalkedMachine): SymbolWalk {
  return (prefix) => {
    const types = arch === "x86_64" ? btf() : undefined;
    const counted = types === undefined ? undefined : total();
    if (types === undefined || counted === undefined) return undefined;
    const records = FtraceRecords.open(kernel(), types, counted);
    const text = records && walkSymbols(kernel(), types, prefix);
    if (text) return { text, records };
    records?.[Symbol.dispose]();
    return undefined;
  };
}
