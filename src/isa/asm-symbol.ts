import type { AsmCursor } from "./asm-cursor.ts";

/** Symbols and what they mean, the longest first, so that `>=` is not read as `>`. */
export type SymbolTable<K extends string> = readonly (readonly [symbol: string, meaning: K])[];

/** Turns a table of spellings around. */
export function longestFirst<K extends string>(symbols: Readonly<Partial<Record<K, string>>>): SymbolTable<K> {
  const pairs = (Object.entries(symbols) as [K, string][]).map(([op, symbol]) => [symbol, op] as const);
  return pairs.sort((a, b) => b[0].length - a[0].length);
}

/** Consumes the symbol that stands here; undefined when none does. */
export function symbolOf<K extends string>(cursor: AsmCursor, symbols: SymbolTable<K>): K | undefined {
  for (const [symbol, op] of symbols) if (cursor.eat(symbol)) return op;
  return undefined;
}
