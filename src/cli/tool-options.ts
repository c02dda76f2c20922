import { execFileSync } from "node:child_process";
import { unreachable } from "../base/errors.ts";
import { didYouMean } from "../base/suggest.ts";
import type { Tool, ToolOption, ToolSettings } from "../tools/define-tool.ts";
import { MACHINE_OPTIONS } from "./choose-machine.ts";
import { numberOf, type OptionSpec, type ParsedOptions } from "./options.ts";
import { UsageError } from "./report-error.ts";

/** Options that every tool has. */
// biome-ignore format: one option per line
const COMMON: readonly OptionSpec[] = [
  { name: "command", short: "c", value: "COMMAND", help: "start COMMAND, trace it and what it starts, and end with it" },
  { name: "duration", short: "d", value: "TIME", help: "end after TIME: 10 (seconds), 500ms, 2m" },
  { name: "max-events", value: "N", help: "end after N rows" },
  { name: "json", help: "one JSON object per row" },
  { name: "csv", help: "comma-separated values with a header" },
  ...MACHINE_OPTIONS,
  { name: "verbose", short: "v", help: "say at the end how many rows were shown and how many events were lost" },
  { name: "help", short: "h", help: "print this help" },
];

const SUMMARY: OptionSpec = { name: "summary", help: "at the end, print totals with bars" };

/** The options of a tool as its command line has them: its own, then those that all tools have. */
export function toolOptionSpecs(tool: Tool): readonly OptionSpec[] {
  const own = Object.entries(tool.options).map(
    ([name, { short, value, help, type }]): OptionSpec => ({
      name,
      help,
      ...(short !== undefined && { short }),
      ...(value !== undefined && { value }),
      ...(type === "mask" && { many: true as const }),
    }),
  );
  return [...own, ...(tool.counts ? [SUMMARY] : []), ...COMMON];
}

/** The tool's own options that were given, as its program reads them. Throws UsageError. */
export function toolSettings(tool: Tool, options: ParsedOptions): ToolSettings {
  const settings = new Map<string, string>();
  for (const [name, option] of Object.entries(tool.options)) {
    if (options.switches.has(name)) settings.set(name, "true");
    const values = options.values.get(name);
    if (values) settings.set(name, settingOf(`--${name}`, option, values));
  }
  return settings;
}

function settingOf(name: string, option: ToolOption, values: readonly string[]): string {
  const last = values.at(-1) ?? "";
  switch (option.type) {
    case "switch":
      return "true";
    case "int":
      return intOf(name, option, last);
    case "text":
      return last;
    case "pattern":
      return patternOf(name, last);
    case "user":
      return userId(name, last);
    case "mask":
      return String(
        values.reduce(
          (mask, value) =>
            mask | maskOf(name, option.bits?.[process.arch === "arm64" ? "aarch64" : "x86_64"] ?? {}, value),
          0,
        ),
      );
    default:
      return unreachable(option.type);
  }
}

function intOf(name: string, { min = 0, max = 0xffff_ffff }: ToolOption, text: string): string {
  const value = numberOf(text, name, min);
  if (value > max) throw new UsageError(`${name} takes at most ${max}`, `write ${name} ${max}`);
  return String(value);
}

function patternOf(name: string, text: string): string {
  try {
    new RegExp(text);
    return text;
  } catch {
    throw new UsageError(
      `${name} takes a regular expression, not \`${text}\``,
      "write \\ before ( [ { + * ? to mean the character itself",
    );
  }
}

/** Bits by their names, several joined by `|` or `,`, or as a number. */
function maskOf(name: string, bits: Readonly<Record<string, number>>, text: string): number {
  let mask = 0;
  for (const word of text.split(/[|,]/)) {
    const key = word.trim().toUpperCase();
    const bit = Object.hasOwn(bits, key)
      ? bits[key]
      : /^(0X[0-9A-F]+|\d+)$/.test(key)
        ? Number(key)
        : undefined;
    if (bit === undefined || bit > 0x7fff_ffff)
      throw new UsageError(
        `${name} does not know \`${word}\``,
        didYouMean(word, Object.keys(bits)) ?? `it knows ${Object.keys(bits).join(", ")}`,
      );
    mask |= bit;
  }
  return mask;
}

/** A user's id; names are looked up as `id` does, in whatever directory the machine uses. */
function userId(name: string, text: string): string {
  if (/^\d+$/.test(text)) return intOf(name, { type: "int", help: "" }, text);
  if (/^[\w.][\w.@$-]*$/.test(text)) {
    try {
      return execFileSync("id", ["-u", text], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
    } catch {
      // said below
    }
  }
  throw new UsageError(
    `there is no user \`${text}\``,
    `give ${name} an id such as 1000, or a name that \`getent passwd\` lists`,
  );
}
