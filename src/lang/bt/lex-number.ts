import type { Faults } from "./faults.ts";
import type { Token } from "./tokens.ts";

const MAX = (1n << 64n) - 1n;
const MAX_SHOWN = 40;

/** Nanoseconds in one unit. */
const DURATIONS: ReadonlyMap<string, bigint> = new Map([
  ["ns", 1n],
  ["us", 1_000n],
  ["ms", 1_000_000n],
  ["s", 1_000_000_000n],
  ["m", 60_000_000_000n],
  ["h", 3_600_000_000_000n],
  ["d", 86_400_000_000_000n],
]);

const WORD = /[0-9a-zA-Z_]*/y;
const DECIMAL = /^([0-9][0-9_]*)(?:[eE]([0-9]+))?([a-zA-Z]*)$/;
const HEX = /^0[xX]([0-9a-fA-F][0-9a-fA-F_]*)([uUlL]*)$/;
const BINARY = /^0[bB]([01][01_]*)([uUlL]*)$/;
const INTEGER_SUFFIX = /^(?:[uU](?:ll?|LL?)?|(?:ll?|LL?)[uU]?)?$/;

/**
 * The number at `at`, which is a digit. `afterDot`: it is a tuple index, so that `$t.0.1` is two indexes and not a
 * fraction.
 */
export function lexNumber(text: string, at: number, afterDot: boolean, faults: Faults): Token {
  WORD.lastIndex = at;
  const word = WORD.exec(text)?.[0] ?? "";
  const end = at + word.length;
  if (afterDot) return tupleIndex(text, at);
  const fraction = /^(?:\.[0-9][0-9a-zA-Z_]*|[-+][0-9]+)/.exec(text.slice(end, end + MAX_SHOWN))?.[0];
  const isExponent = /^[0-9][0-9_]*[eE]$/.test(word);
  if (fraction !== undefined && (fraction[0] === "." || isExponent))
    return broken(text, at, end + fraction.length, faults, "syntax/fraction", [
      "fractions do not exist here: BPF computes with integers only",
      "scale the number, for example count microseconds instead of seconds",
    ]);
  const read = readNumber(word);
  if (typeof read === "string")
    return broken(text, at, end, faults, "syntax/bad-number", [
      read,
      "write 42, 1_000_000, 1e6, 0x2a, 052 or 0b101, with u, l, ul, ll or ull behind it if you like, or a duration: 10ms",
    ]);
  if (read.value > MAX)
    return broken(text, at, end, faults, "syntax/number-range", [
      `${shown(word)} does not fit into 64 bits`,
      `use at most ${MAX} (0xffffffffffffffff)`,
    ]);
  return { kind: "integer", value: read.value, suffix: read.suffix, start: at, end, text: word };
}

function tupleIndex(text: string, at: number): Token {
  const word = /^[0-9]{1,15}/.exec(text.slice(at, at + 15))?.[0] ?? "0";
  return { kind: "integer", value: BigInt(word), suffix: "", start: at, end: at + word.length, text: word };
}

function broken(
  text: string,
  at: number,
  end: number,
  faults: Faults,
  code: string,
  words: [string, string],
): Token {
  faults.add(code, { start: at, end }, words[0], words[1]);
  return { kind: "integer", value: 0n, suffix: "", start: at, end, text: text.slice(at, end) };
}

function shown(word: string): string {
  return word.length > MAX_SHOWN ? `${word.slice(0, MAX_SHOWN)}…` : word;
}

/** The value, which may be too large, or what is wrong with the spelling. */
function readNumber(word: string): { value: bigint; suffix: string } | string {
  const radix = HEX.exec(word) ?? BINARY.exec(word);
  if (radix) {
    const [whole, digits = "", suffix = ""] = radix;
    if (!INTEGER_SUFFIX.test(suffix)) return `\`${suffix}\` is not a suffix of a number`;
    return {
      value: digitsToBigint(whole.slice(0, 2) + digits.replaceAll("_", "")),
      suffix: suffix.toLowerCase(),
    };
  }
  if (/^0[xXbB]/.test(word)) return `${shown(word)} is not a number of base ${/^0[xX]/.test(word) ? 16 : 2}`;
  const decimal = DECIMAL.exec(word);
  if (!decimal) return `${shown(word)} is not a number`;
  const [, digits = "", exponent, suffix = ""] = decimal;
  const unit = DURATIONS.get(suffix);
  if (unit === undefined && !INTEGER_SUFFIX.test(suffix))
    return `\`${shown(suffix)}\` is not a suffix of a number`;
  const plain = digits.replaceAll("_", "");
  if (isOctal(plain, exponent, unit)) {
    if (/[89]/.test(plain))
      return `${shown(word)} starts with 0, so it is octal, and octal has no digits 8 and 9`;
    return { value: digitsToBigint(`0o${plain}`), suffix: suffix.toLowerCase() };
  }
  const power = exponent === undefined ? 1n : powerOfTen(exponent);
  return { value: digitsToBigint(plain) * power * (unit ?? 1n), suffix: unit ? suffix : suffix.toLowerCase() };
}

function isOctal(digits: string, exponent: string | undefined, unit: bigint | undefined): boolean {
  return digits.length > 1 && digits.startsWith("0") && exponent === undefined && unit === undefined;
}

/** Exact up to 64 digits; longer ones are too large anyway, unless they are zeros. */
function digitsToBigint(digits: string): bigint {
  const short = digits.replace(/^(0[xXoObB])?0*(?=.)/, "$1");
  if (short.length > 80) return MAX + 1n;
  return BigInt(short);
}

function powerOfTen(exponent: string): bigint {
  const power = Number(exponent);
  return power > 30 ? MAX + 1n : 10n ** BigInt(power);
}
