import type { LocalTime } from "./calendar.ts";
import { isoWeek, localTime, zoneName, zoneOffset } from "./calendar.ts";

/** Formats Unix time in nanoseconds. */
export type TimeFormatter = (unixNs: bigint) => string;

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** A number: `digits` wide, filled with `pad`. Text. Or another format. */
type Conversion = Readonly<
  | { digits: number; pad: "0" | " "; number(time: LocalTime): number }
  | { text(time: LocalTime): string }
  | { format: string }
>;

const number = (digits: number, pad: "0" | " ", of: (time: LocalTime) => number): Conversion => {
  return { digits, pad, number: of };
};
const hour12 = (time: LocalTime): number => time.hour % 12 || 12;
const modulo = (n: number, by: number): number => ((n % by) + by) % by;

// strftime(3) in the C locale. The fractions of a second (%f %L %N) are in FRACTIONS.
// biome-ignore format: one conversion per line
const CONVERSIONS: Readonly<Record<string, Conversion>> = {
  a: { text: (t) => (DAYS[t.weekday] as string).slice(0, 3) },
  A: { text: (t) => DAYS[t.weekday] as string },
  b: { text: (t) => (MONTHS[t.month] as string).slice(0, 3) },
  B: { text: (t) => MONTHS[t.month] as string },
  c: { format: "%a %b %e %H:%M:%S %Y" },
  C: number(2, "0", (t) => Math.floor(t.year / 100)),
  d: number(2, "0", (t) => t.day),
  D: { format: "%m/%d/%y" },
  e: number(2, " ", (t) => t.day),
  F: { format: "%Y-%m-%d" },
  g: number(2, "0", (t) => modulo(isoWeek(t).year, 100)),
  G: number(1, "0", (t) => isoWeek(t).year),
  h: { text: (t) => (MONTHS[t.month] as string).slice(0, 3) },
  H: number(2, "0", (t) => t.hour),
  I: number(2, "0", hour12),
  j: number(3, "0", (t) => t.yearDay + 1),
  k: number(2, " ", (t) => t.hour),
  l: number(2, " ", hour12),
  m: number(2, "0", (t) => t.month + 1),
  M: number(2, "0", (t) => t.minute),
  n: { text: () => "\n" },
  p: { text: (t) => (t.hour < 12 ? "AM" : "PM") },
  P: { text: (t) => (t.hour < 12 ? "am" : "pm") },
  r: { format: "%I:%M:%S %p" },
  R: { format: "%H:%M" },
  s: number(1, "0", (t) => t.unixSeconds),
  S: number(2, "0", (t) => t.second),
  t: { text: () => "\t" },
  T: { format: "%H:%M:%S" },
  u: number(1, "0", (t) => t.weekday || 7),
  U: number(2, "0", (t) => Math.floor((t.yearDay + 7 - t.weekday) / 7)),
  V: number(2, "0", (t) => isoWeek(t).week),
  w: number(1, "0", (t) => t.weekday),
  W: number(2, "0", (t) => Math.floor((t.yearDay + 7 - ((t.weekday + 6) % 7)) / 7)),
  x: { format: "%m/%d/%y" },
  X: { format: "%H:%M:%S" },
  y: number(2, "0", (t) => modulo(t.year, 100)),
  Y: number(1, "0", (t) => t.year),
  z: { text: zoneOffset },
  Z: { text: zoneName },
  "%": { text: () => "%" },
};

/** Digits of the second's fraction: microseconds as in bpftrace, and milli- and nanoseconds. */
const FRACTIONS: Readonly<Record<string, number>> = { f: 6, L: 3, N: 9 };

// What glibc allows between % and the letter: flags, a width, and the modifiers E and O, which the C locale ignores.
const DIRECTIVE = /%([-_0^#]*)(\d{0,3})[EO]?([A-Za-z%+])/g;

type Part = (time: LocalTime, ns: number) => string;

/** Compiles a strftime(3) format. What is no conversion stays as written. Keeps the last second's fields between calls. */
export function compileStrftime(format: string): TimeFormatter {
  const parts = compileParts(format);
  let second: bigint | undefined;
  let time = localTime(0);
  return (unixNs) => {
    let now = unixNs / 1_000_000_000n;
    let ns = Number(unixNs % 1_000_000_000n);
    if (ns < 0) {
      ns += 1_000_000_000;
      now -= 1n;
    }
    if (now !== second) {
      second = now;
      time = localTime(Number(now));
    }
    let text = "";
    for (const part of parts) text += part(time, ns);
    return text;
  };
}

function compileParts(format: string): Part[] {
  const parts: Part[] = [];
  let end = 0;
  const literal = (text: string): void => {
    if (text !== "") parts.push(() => text);
  };
  for (const match of format.matchAll(DIRECTIVE)) {
    literal(format.slice(end, match.index));
    const [all, flags = "", width = "", letter = ""] = match;
    parts.push(compilePart(letter, flags, width === "" ? undefined : Number(width)) ?? (() => all));
    end = match.index + all.length;
  }
  literal(format.slice(end));
  return parts;
}

function compilePart(letter: string, flags: string, width: number | undefined): Part | undefined {
  const digits = FRACTIONS[letter];
  if (digits !== undefined)
    return (_, ns) =>
      String(Math.floor(ns / 10 ** (9 - digits)))
        .padStart(digits, "0")
        .padStart(width ?? 0, "0");
  const conversion = Object.hasOwn(CONVERSIONS, letter) ? CONVERSIONS[letter] : undefined;
  if (conversion === undefined) return undefined;
  const fill = flags.includes("_") ? " " : flags.includes("0") ? "0" : undefined;
  if ("digits" in conversion) {
    const least = width ?? (flags.includes("-") ? 0 : conversion.digits);
    return (time) => padNumber(conversion.number(time), least, fill ?? conversion.pad);
  }
  const text = "text" in conversion ? conversion.text : joinParts(compileParts(conversion.format));
  return (time) => changeCase(text(time), flags, letter).padStart(width ?? 0, fill ?? " ");
}

function joinParts(parts: readonly Part[]): (time: LocalTime) => string {
  return (time) => parts.map((part) => part(time, 0)).join("");
}

function padNumber(value: number, width: number, pad: string): string {
  if (value >= 0) return String(value).padStart(width, pad);
  return pad === "0" ? `-${String(-value).padStart(width - 1, pad)}` : String(value).padStart(width, pad);
}

function changeCase(text: string, flags: string, letter: string): string {
  if (flags.includes("#") && (letter === "p" || letter === "Z")) return text.toLowerCase();
  return flags.includes("^") || flags.includes("#") ? text.toUpperCase() : text;
}
