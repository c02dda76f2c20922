import { didYouMean } from "../base/suggest.ts";
import { UsageError } from "./report-error.ts";

/** One option of a command. `value` names what it takes; without it the option is a switch. */
export type OptionSpec = Readonly<{
  name: string; // long name, without dashes
  short?: string; // one letter
  value?: string;
  /** The value may be left out, and is "" then; it only stands behind a "=". */
  optional?: true;
  help: string;
  /** May stand several times; values are then a list. */
  many?: true;
  /** Another name of that option. */
  as?: string;
  /** An option of others that is not here: what to do in its place. */
  instead?: string;
}>;

export type ParsedOptions = Readonly<{
  switches: ReadonlySet<string>;
  values: ReadonlyMap<string, readonly string[]>;
  /** What is no option, in order. */
  rest: readonly string[];
}>;

/**
 * Reads options up to the first word that is none (or `--`): the rest is left alone. With `anywhere` options may also
 * follow such words; "known": what is none of these belongs to the rest there, if it is a long name or a number. Throws UsageError.
 */
export function parseOptions(
  argv: readonly string[],
  specs: readonly OptionSpec[],
  anywhere: boolean | "known" = false,
): ParsedOptions {
  const switches = new Set<string>();
  const values = new Map<string, string[]>();
  const rest: string[] = [];
  const set = (spec: OptionSpec, value: string | undefined) => {
    const name = spec.as ?? spec.name;
    if (spec.instead !== undefined)
      throw new UsageError(`there is no option ${spec.short ? `-${spec.short}` : `--${name}`}`, spec.instead);
    if (!spec.value) switches.add(name);
    else values.set(name, [...(spec.many ? (values.get(name) ?? []) : []), value ?? ""]);
  };
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? "";
    if (word === "--") {
      rest.push(...argv.slice(at + 1));
      break;
    }
    if (word === "-" || !word.startsWith("-")) {
      if (!anywhere) {
        rest.push(...argv.slice(at));
        break;
      }
      rest.push(word);
      continue;
    }
    if (anywhere === "known" && isForeign(word, specs)) {
      rest.push(word);
      continue;
    }
    at += word.startsWith("--") ? long(word, argv[at + 1], specs, set) : short(word, argv[at + 1], specs, set);
  }
  return { switches, values, rest };
}

/** Whether a word looks like an option and is not one of these: a longer name, or a negative number. */
function isForeign(word: string, specs: readonly OptionSpec[]): boolean {
  if (!word.startsWith("--")) return /^-\d/.test(word);
  const [name] = word.slice(2).split("=");
  return specs.every((spec) => spec.name !== name);
}

/**
 * Options that stand behind the first word that is none, up to `--`: they count as if they stood before it. Longer names
 * that are none of these are left to what that word names.
 */
export function withLaterOptions(
  first: ParsedOptions,
  argv: readonly string[],
  specs: readonly OptionSpec[],
): ParsedOptions {
  if (argv[argv.length - first.rest.length - 1] === "--") return first;
  const later = parseOptions(first.rest, specs, "known");
  const values = new Map(first.values);
  for (const [name, given] of later.values) values.set(name, [...(first.values.get(name) ?? []), ...given]);
  return { switches: new Set([...first.switches, ...later.switches]), values, rest: later.rest };
}

type SetOption = (spec: OptionSpec, value: string | undefined) => void;

/** `--name`, `--name=value`, `--name value`; gives how many more words it took. */
function long(word: string, next: string | undefined, specs: readonly OptionSpec[], set: SetOption): number {
  const equals = word.indexOf("=");
  const name = word.slice(2, equals === -1 ? undefined : equals);
  const spec = specs.find((s) => s.name === name);
  if (!spec) throw unknown(`--${name}`, specs);
  if (!spec.value && equals !== -1) throw new UsageError(`--${name} takes no value`, `write --${name}`);
  if (!spec.value || spec.optional || equals !== -1) {
    set(spec, equals === -1 ? undefined : word.slice(equals + 1));
    return 0;
  }
  if (next === undefined) throw missing(`--${name}`, spec);
  set(spec, next);
  return 1;
}

/** `-x`, `-xyz`, `-xVALUE`, `-x VALUE`. */
function short(word: string, next: string | undefined, specs: readonly OptionSpec[], set: SetOption): number {
  for (let at = 1; at < word.length; at++) {
    const letter = word[at] ?? "";
    const spec = specs.find((s) => s.short === letter);
    if (!spec) throw unknown(`-${letter}`, specs);
    if (!spec.value) {
      set(spec, undefined);
      continue;
    }
    const attached = word.slice(at + 1);
    if (attached !== "") {
      set(spec, attached);
      return 0;
    }
    if (next === undefined) throw missing(`-${letter}`, spec);
    set(spec, next);
    return 1;
  }
  return 0;
}

function unknown(option: string, specs: readonly OptionSpec[]): UsageError {
  const near = didYouMean(
    option,
    specs.filter((s) => s.as === undefined && s.instead === undefined).map((s) => `--${s.name}`),
  );
  return new UsageError(
    `there is no option ${option}`,
    near ?? "`--help` behind the command lists its options",
  );
}

function missing(option: string, spec: OptionSpec): UsageError {
  return new UsageError(`${option} needs a value`, `write ${option} ${spec.value ?? "VALUE"}`);
}

/** The value of an option that was given once or more; the last one counts. */
export function valueOf(options: ParsedOptions, name: string): string | undefined {
  return options.values.get(name)?.at(-1);
}

/** A whole number from `min`. Throws UsageError. */
export function numberOf(text: string, option: string, min = 0): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= min) return value;
  throw new UsageError(
    `${option} takes a whole number from ${min}, not \`${text}\``,
    `write for example ${option} ${Math.max(min, 10)}`,
  );
}

const SECONDS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 };

/** A time such as `5`, `2.5s`, `100ms`, `1m`, in milliseconds. Throws UsageError. */
export function durationMs(text: string, option: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text);
  const seconds = Number(match?.[1] ?? 0) * (SECONDS[match?.[2] ?? "s"] ?? 1);
  if (match && seconds > 0) return Math.min(seconds * 1000, 2 ** 31 - 1);
  throw new UsageError(
    `${option} takes a time, not \`${text}\``,
    `write for example ${option} 10 (seconds), ${option} 500ms or ${option} 2m`,
  );
}
