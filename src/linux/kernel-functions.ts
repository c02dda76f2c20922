import { checkInput, FUNCTION, TEXT } from "../base/check-input.ts";
import { globMatcher, isPattern } from "../base/glob.ts";
import type { Kallsyms } from "../symbols/kallsyms.ts";

/** A function of the kernel that can be probed. */
export type KernelFunction = Readonly<{ name: string; module?: string }>;

/**
 * Functions by pattern, sorted by name, each name once per module. `list` is tracefs' own list; without it every
 * function symbol is given, of which the kernel may refuse some.
 */
export function kernelFunctions(
  pattern: string,
  list: string | undefined,
  kallsyms: () => Kallsyms,
): readonly KernelFunction[] {
  checkInput("kernelFunctions: the pattern", pattern, TEXT);
  if (list !== undefined) checkInput("kernelFunctions: the list", list, TEXT);
  else checkInput("kernelFunctions: the symbols", kallsyms, FUNCTION);
  const matches = globMatcher(pattern);
  return inOrder(list === undefined ? fromSymbols(pattern, kallsyms()) : fromList(pattern, list, matches));
}

/** Sorted by name, each name once per module: the first of them. */
export function inOrder<Fn extends KernelFunction>(found: readonly Fn[]): readonly Fn[] {
  const seen = new Set<string>();
  const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return found
    .filter(({ name, module }) => {
      const key = `${module ?? ""} ${name}`;
      return !seen.has(key) && seen.add(key);
    })
    .sort((a, b) => order(a.name, b.name) || order(a.module ?? "", b.module ?? ""));
}

// The list has 40,000 lines and more, of which a pattern wants few: lines that hold the longest text which the pattern
// demands are found in one search through all of it, and only those are looked at.
function fromList(pattern: string, list: string, matches: (name: string) => boolean): KernelFunction[] {
  const needle = literalPart(pattern);
  const found: KernelFunction[] = [];
  for (let at = list.indexOf(needle); at !== -1 && at < list.length; ) {
    const newline = list.indexOf("\n", at);
    const end = newline === -1 ? list.length : newline;
    const line = list.slice(list.lastIndexOf("\n", at - 1) + 1, end);
    const [, name, module] = /^(\S+)(?: \[(.+)\])?/.exec(line) ?? [];
    // Functions that the linker threw away are listed under made-up names.
    if (name !== undefined && !name.startsWith("__ftrace_invalid_address__") && matches(name))
      found.push({ name, ...(module !== undefined && { module }) });
    at = list.indexOf(needle, end + 1);
  }
  return found;
}

/** The longest text that every name matching `pattern` holds; it may be empty. */
function literalPart(pattern: string): string {
  // A `[` may begin a set or stand for itself: what is behind one counts for nothing.
  const certain = pattern.split("[", 1)[0] ?? "";
  const parts = isPattern(pattern) ? certain.split(/[*?]/) : [pattern];
  return parts.reduce((longest, part) => (part.length > longest.length ? part : longest), "");
}

function fromSymbols(pattern: string, kallsyms: Kallsyms): KernelFunction[] {
  return kallsyms
    .matching(pattern)
    .filter((symbol) => /^[tTwW]$/.test(symbol.type) && symbol.module !== "bpf")
    .map(({ name, module }) => ({ name, ...(module !== undefined && { module }) }));
}
