import { SkepError } from "./errors.ts";
import { didYouMean } from "./suggest.ts";

/** What an argument must be. `expected` finishes the sentence "give …". */
export type InputRule = Readonly<{ expected: string; accepts: (value: unknown) => boolean }>;

/** Options of a call by name; those that are left out are not looked at. */
export type OptionRules = Readonly<Record<string, InputRule>>;

const MOST_U32 = 0xffff_ffff;
const MOST_U64 = (1n << 64n) - 1n;

export const TEXT: InputRule = { expected: "a text", accepts: (value) => typeof value === "string" };
export const NAME: InputRule = {
  expected: "a text that is not empty and has no NUL character",
  accepts: (value) => typeof value === "string" && value !== "" && !value.includes("\0"),
};
export const BYTES: InputRule = {
  expected: "a Uint8Array",
  accepts: (value) => value instanceof Uint8Array,
};
export const FLAG: InputRule = {
  expected: "true or false",
  accepts: (value) => typeof value === "boolean",
};
export const FUNCTION: InputRule = {
  expected: "a function",
  accepts: (value) => typeof value === "function",
};
export const OBJECT: InputRule = { expected: "an object", accepts: isObject };
export const SIGNAL: InputRule = {
  expected: "an AbortSignal",
  accepts: (value) => isObject(value) && "aborted" in value && "addEventListener" in value,
};
/** Numbers of 32 bits: sizes, ids, indexes, flags. */
export const U32 = integer(0, MOST_U32);
/** File descriptors. */
export const DESCRIPTOR = integer(0, 0x7fff_ffff);
/** Numbers of 64 bits, which may be given as numbers where those are exact. */
export const U64: InputRule = {
  expected: `a bigint or a safe integer from 0 to ${MOST_U64}`,
  accepts: (value) => isU64(value) || (Number.isSafeInteger(value) && Number(value) >= 0),
};
/** As `U64`, for interfaces that take bigint alone. */
export const U64_BIGINT: InputRule = {
  expected: `a bigint from 0n to ${MOST_U64}n`,
  accepts: isU64,
};

export function integer(least: number, most: number): InputRule {
  return {
    expected: `an integer from ${least} to ${most}`,
    accepts: (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
  };
}

export function word(...words: readonly string[]): InputRule {
  const named = words.map((one) => `"${one}"`);
  return {
    expected: named.length > 1 ? `${named.slice(0, -1).join(", ")} or ${named.at(-1)}` : named.join(),
    accepts: (value) => typeof value === "string" && words.includes(value),
  };
}

/** `many` names the items: "an array of texts". */
export function listOf(rule: InputRule, many: string): InputRule {
  return {
    expected: `an array of ${many}`,
    accepts: (value) => Array.isArray(value) && value.every((item) => rule.accepts(item)),
  };
}

export function either(...rules: readonly InputRule[]): InputRule {
  return {
    expected: rules.map((rule) => rule.expected).join(", or "),
    accepts: (value) => rules.some((rule) => rule.accepts(value)),
  };
}

/** An instance of a class of ours: `expected` says how one is come by. */
export function madeBy(type: abstract new (...args: never[]) => unknown, expected: string): InputRule {
  return { expected, accepts: (value) => value instanceof type };
}

/** Gives the argument back when it is what it must be. `what` names it in the error. Throws SkepError. */
export function checkInput<T>(what: string, value: T, rule: InputRule): T {
  if (rule.accepts(value)) return value;
  throw new SkepError(`${what}: ${shownInput(value)} does not fit`, {
    code: "library/bad-argument",
    remedy: `give ${rule.expected}`,
  });
}

/** As `checkInput`, for what may be left out. */
export function checkOptional(what: string, value: unknown, rule: InputRule): void {
  if (value !== undefined) checkInput(what, value, rule);
}

/**
 * Looks at the options of a call: an object whose fields are as the rules say, or undefined. A field that no rule names
 * is mistyped, and must not be passed over. Throws SkepError.
 */
export function checkOptions(what: string, given: unknown, rules: OptionRules): void {
  if (given === undefined) return;
  checkInput(`${what}: its options`, given, OBJECT);
  const fields = given as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(fields)) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (rule === undefined) throw unknownOption(what, name, Object.keys(rules));
    checkOptional(`${what}: ${name}`, fields[name], rule);
  }
}

/** As `checkOptions`, for options of which other calls have more: only fields that a rule names are looked at. */
export function checkSome(what: string, given: unknown, rules: OptionRules): void {
  checkInput(`${what}: its options`, given, OBJECT);
  for (const [name, rule] of Object.entries(rules))
    checkOptional(`${what}: ${name}`, (given as Readonly<Record<string, unknown>>)[name], rule);
}

function unknownOption(what: string, name: string, known: readonly string[]): SkepError {
  return new SkepError(`${what}: there is no option \`${name}\``, {
    code: "library/unknown-option",
    remedy: didYouMean(name, known) ?? (known.length > 0 ? `give one of: ${known.join(", ")}` : "leave it out"),
  });
}

const MOST_SHOWN = 40;

/** How errors show what was given in place of what was asked for. */
export function shownInput(value: unknown): string {
  if (typeof value === "string") return quotedInput(value);
  if (typeof value === "symbol" || value === null || typeof value !== "object")
    return typeof value === "function" ? "a function" : String(value);
  if (Array.isArray(value) || ArrayBuffer.isView(value))
    return `an array of ${(value as Readonly<{ length?: number; byteLength?: number }>).length ?? 0}`;
  return "an object";
}

/** A text in quotes, cut where it is long. */
export function quotedInput(text: string): string {
  return JSON.stringify(text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text);
}

function isU64(value: unknown): boolean {
  return typeof value === "bigint" && value >= 0n && value <= MOST_U64;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}
