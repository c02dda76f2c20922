import { isPattern } from "../base/glob.ts";
import { keepText, readKept } from "./kept-text.ts";
import type { KernelFunction } from "./kernel-functions.ts";

const MOST_PATTERNS = 16; // the latest ones
const WORD = /^[!-~]+$/;
const MOST_FUNCTIONS = 4_096; // of a pattern; looking through the whole list takes little more than reading so many

/** Where what patterns match is kept, and the key of what it depends on (function-list-key.ts), as it is now. */
export type MatchPlaces = Readonly<{ folder: string | undefined; key: () => string | undefined }>;

/** `isListed`: found in the kernel's own list of what it can trace, and not among its symbols. */
export type Matched = Readonly<{ functions: readonly KernelFunction[]; isListed: boolean }>;

type Kept = Readonly<{ pattern: string; functions: readonly KernelFunction[] }>;

/**
 * What `match` finds for a pattern of functions, kept from run to run as long as the list that it looks through would
 * be: a few lines are read then in place of 40,000. Throws what `match` throws.
 */
export function matchedFunctions(
  { folder, key: keyNow }: MatchPlaces,
  pattern: string,
  match: () => Matched,
): readonly KernelFunction[] {
  const key = folder !== undefined && isPattern(pattern) && WORD.test(pattern) ? keyNow() : undefined;
  if (folder === undefined || key === undefined) return match().functions;
  const entry = { name: "kernel-functions-matched", key };
  const all = parse(readKept(folder, entry));
  const known = all.find((kept) => kept.pattern === pattern);
  if (known !== undefined) return known.functions;
  const { functions, isListed } = match();
  // A module that came meanwhile may be in what was looked through.
  if (isListed && canBeKept(functions) && keyNow() === key)
    keepText(folder, entry, textOf([{ pattern, functions }, ...all].slice(0, MOST_PATTERNS)));
  return functions;
}

function canBeKept(functions: readonly KernelFunction[]): boolean {
  const { length } = functions;
  if (length === 0 || length > MOST_FUNCTIONS) return false;
  return functions.every(({ name, module = name }) => isPlain(name) && isPlain(module));
}

function isPlain(name: string): boolean {
  return WORD.test(name) && !name.includes(",");
}

// Per pattern a line: the pattern, then each function and, behind a comma, its module.
function textOf(all: readonly Kept[]): string {
  const lines = all.map(({ pattern, functions }) => {
    const names = functions.map(({ name, module }) => (module === undefined ? name : `${name},${module}`));
    return `${[pattern, ...names].join(" ")}\n`;
  });
  return lines.join("");
}

function parse(text = ""): Kept[] {
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.map((line) => {
    const [pattern = "", ...names] = line.split(" ");
    const functions = names.map((word) => {
      const [name = "", module] = word.split(",");
      return { name, ...(module !== undefined && { module }) };
    });
    return { pattern, functions };
  });
}
