import { globMatcher } from "../base/glob.ts";
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
  const matches = globMatcher(pattern);
  const found = list === undefined ? fromSymbols(pattern, kallsyms()) : fromList(list, matches);
  const seen = new Set<string>();
  const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return found
    .filter(({ name, module }) => {
      const key = `${module ?? ""} ${name}`;
      return !seen.has(key) && seen.add(key);
    })
    .sort((a, b) => order(a.name, b.name) || order(a.module ?? "", b.module ?? ""));
}

function fromList(list: string, matches: (name: string) => boolean): KernelFunction[] {
  const found: KernelFunction[] = [];
  for (const line of list.split("\n")) {
    const [, name, module] = /^(\S+)(?: \[(.+)\])?/.exec(line) ?? [];
    // Functions that the linker threw away are listed under made-up names.
    if (name === undefined || name.startsWith("__ftrace_invalid_address__") || !matches(name)) continue;
    found.push({ name, ...(module !== undefined && { module }) });
  }
  return found;
}

function fromSymbols(pattern: string, kallsyms: Kallsyms): KernelFunction[] {
  return kallsyms
    .matching(pattern)
    .filter((symbol) => /^[tTwW]$/.test(symbol.type) && symbol.module !== "bpf")
    .map(({ name, module }) => ({ name, ...(module !== undefined && { module }) }));
}
