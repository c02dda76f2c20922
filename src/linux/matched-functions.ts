import { isPattern } from "../base/glob.ts";
import { keepText, readKept } from "./kept-text.ts";
import type { PlacedFunction } from "./traceable-symbols.ts";

const MOST_PATTERNS = 16; // the latest ones
const WORD = /^[!-~]+$/;
const MOST_FUNCTIONS = 4_096; // of a pattern; looking through the whole list takes little more than reading so many

/** Where what patterns match is kept, and the key of what it depends on (function-list-key.ts), as it is now. */
export type MatchPlaces = Readonly<{ folder: string | undefined; key: () => string | undefined }>;

/** `isListed`: those that the kernel lists as what it can trace, and not just any of its symbols. */
export type Matched = Readonly<{ functions: readonly PlacedFunction[]; isListed: boolean }>;

type Kept = Readonly<{ pattern: string; functions: readonly PlacedFunction[] }>;

/**
 * What `match` finds for a pattern of functions, kept from run to run as long as the kernel's list of functions stays what
 * it is: a few lines are read then in place of 40,000. Addresses are kept with them: the key changes when a module comes
 * or goes. Throws what `match` throws.
 */
export function matchedFunctions(
  { folder, key: keyNow }: MatchPlaces,
  pattern: string,
  match: () => Matched,
): readonly PlacedFunction[] {
  const key = folder !== undefined && isPattern(pattern) && WORD.test(pattern) ? keyNow() : undefined;
  if (folder === undefined || key === undefined) return match().functions;
  const entry = { name: "kernel-functions-found", key };
  const all = parse(readKept(folder, entry));
  const known = all.find((kept) => kept.pattern === pattern);
  if (known !== undefined) return known.functions;
  const { functions, isListed } = match();
  // A module that came meanwhile may be in what was looked through.
  if (isListed && canBeKept(functions) && keyNow() === key)
    keepText(folder, entry, textOf([{ pattern, functions }, ...all].slice(0, MOST_PATTERNS)));
  return functions;
}

function canBeKept(functions: readonly PlacedFunction[]): boolean {
  const { length } = functions;
  if (length === 0 || length > MOST_FUNCTIONS) return false;
  return functions.every(({ name, module = name }) => isPlain(name) && isPlain(module));
}

function isPlain(name: string): boolean {
  return WORD.test(name) && !name.includes(",");
}

// Per pattern a line: the pattern, then each function with, behind commas, its module and its address; either is empty
// where there is none.
function textOf(all: readonly Kept[]): string {
  const lines = all.map(({ pattern, functions }) => {
    const words = functions.map(
      ({ name, module = "", address }) => `${name},${module},${address?.toString(16) ?? ""}`,
    );
    return `${[pattern, ...words].join(" ")}\n`;
  });
  return lines.join("");
}

function parse(text = ""): Kept[] {
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.map((line) => {
    const [pattern = "", ...names] = line.split(" ");
    const functions = names.map((word) => {
      const [name = "", module = "", address = ""] = word.split(",");
      return {
        name,
        ...(module !== "" && { module }),
        ...(/^[0-9a-f]{1,16}$/.test(address) && { address: BigInt(`0x${address}`) }),
      };
    });
    return { pattern, functions };
  });
}
