import { SECTION_INDEX } from "../elf/elf.ts";
import type { ElfSymbol } from "../elf/symbols.ts";
import { ObjectError } from "./error.ts";
import type { OpenObject } from "./open-object.ts";

/** One of the files that are linked. */
export type LinkInput = Readonly<{ name: string; open: OpenObject }>;

/** A symbol that all files share. `input` and `symbol` are the definition, or a declaration where no file defines it. */
export type SharedSymbol = {
  readonly name: string;
  input: number;
  symbol: ElfSymbol;
  isDefined: boolean;
  isWeak: boolean;
  isHidden: boolean;
};

/**
 * Decides which file defines each shared symbol: a strong definition rather than a weak one, the first of several weak
 * ones. `isSkipped` tells sections whose symbols do not count. Throws ObjectError for two strong definitions.
 */
export function resolveSymbols(
  inputs: readonly LinkInput[],
  isSkipped: (input: number, section: number) => boolean,
): ReadonlyMap<string, SharedSymbol> {
  const shared = new Map<string, SharedSymbol>();
  for (const [input, { open }] of inputs.entries())
    for (const symbol of open.symbols) {
      if (symbol.binding === "local" || symbol.name === "" || isSkipped(input, symbol.section)) continue;
      const known = shared.get(symbol.name);
      if (known === undefined) shared.set(symbol.name, makeShared(input, symbol));
      else merge(known, input, symbol, inputs);
    }
  return shared;
}

function makeShared(input: number, symbol: ElfSymbol): SharedSymbol {
  return {
    name: symbol.name,
    input,
    symbol,
    isDefined: symbol.section !== SECTION_INDEX.undefined,
    isWeak: symbol.binding === "weak",
    isHidden: symbol.visibility === "hidden" || symbol.visibility === "internal",
  };
}

function merge(known: SharedSymbol, input: number, symbol: ElfSymbol, inputs: readonly LinkInput[]): void {
  const other = makeShared(input, symbol);
  known.isHidden ||= other.isHidden;
  if (!other.isDefined) {
    if (!known.isDefined) known.isWeak &&= other.isWeak;
    return;
  }
  if (known.isDefined && !known.isWeak && !other.isWeak)
    throw new ObjectError(
      "object/duplicate-symbol",
      `\`${known.name}\` is defined in ${inputs[known.input]?.name} and in ${inputs[input]?.name}`,
      { remedy: "make one of the two static or __weak, or give it another name" },
    );
  if (known.isDefined && (!known.isWeak || other.isWeak)) return;
  known.input = input;
  known.symbol = symbol;
  known.isDefined = true;
  known.isWeak = other.isWeak;
}
