import type { CodeEntry } from "./code-entry.ts";
import { CALL_CODES } from "./codes-call.ts";
import { FLOW_CODES } from "./codes-flow.ts";
import { MEMORY_CODES } from "./codes-memory.ts";
import { RESOURCE_CODES } from "./codes-resource.ts";
import { VALUE_CODES } from "./codes-value.ts";
import type { Language } from "./names.ts";

/** Every code that a finding can have: what it means, how kernels word it, and what to do. */
export const CODES = {
  ...FLOW_CODES,
  ...VALUE_CODES,
  ...MEMORY_CODES,
  ...CALL_CODES,
  ...RESOURCE_CODES,
} as const satisfies Readonly<Record<`verify/${string}`, CodeEntry>>;

export type FindingCode = keyof typeof CODES;

/**
 * The fix of a code with its places filled; a place that nothing is known for shows what it stands for. `varies`: a
 * number that is not constant has to do with it. A value called `fix` takes the place of the code's own.
 */
export function fixText(
  code: FindingCode,
  values: Readonly<Record<string, string>> = {},
  language: Language = "c",
  varies = true,
): string {
  const entry: CodeEntry = CODES[code];
  const own = language === "c" ? undefined : entry[language];
  const text =
    (language === "bt" ? (own ?? NOT_THE_AUTHORS) : values["fix"]) ??
    (!varies && (language !== "asm" || !own?.includes("{name}")) ? entry.plain : undefined) ??
    own ??
    entry.fix;
  return text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? DEFAULTS[name] ?? name);
}

/** Authors of scripts write no checks of pointers and bounds: the compiler does, so that such a fault is its own. */
const NOT_THE_AUTHORS =
  "no script should be refused for this: please report it, with the script and what `skep doctor` prints";

const DEFAULTS: Readonly<Record<string, string>> = {
  name: "the pointer",
  index: "i",
  leave: "return 0;",
  data: "data",
  end: "data_end",
  register: "the register",
  bound: "N",
  count: "N",
  last: "N",
  amount: "-8",
  helper: "the helper for this field",
  expected: "what the function's prototype names",
  types: "see `skep list`",
  release: "the function that gives it back",
  unlock: "bpf_spin_unlock(&lock);",
  type: "struct key",
  size: "N",
  since: "a newer one",
  kernel: "a kernel that has it",
  test: "bpf_core_field_exists(x->field)",
  feature: "it",
  fields: "see the context's declaration in linux/bpf.h",
  allowed: "the values that the hook allows",
  section: "fentry",
};

/** The codes that a line of a kernel's log can stand for, of any release. */
export function codesOfLog(line: string): readonly FindingCode[] {
  return (Object.keys(CODES) as FindingCode[]).filter((code) =>
    CODES[code].kernel.some((known) => known.test(line)),
  );
}
