import type { FormatPart } from "../../plan/plan.ts";
import type { Type } from "./types.ts";
import { isInteger, typeName } from "./types.ts";

export type FormatResult =
  | { ok: true; parts: readonly FormatPart[] }
  | { ok: false; at: number; length: number; message: string; help: string };

const CONVERSIONS = "diuxXopcsr";
const LENGTHS: Readonly<Record<string, 1 | 2 | 4 | 8>> = { hh: 1, h: 2, l: 8, ll: 8, q: 8, j: 8, z: 8, t: 8 };

/** Splits a printf format into texts and conversions. `at` of an error counts characters of the unescaped text. */
export function parseFormat(format: string): FormatResult {
  const parts: FormatPart[] = [];
  let text = "";
  const flush = () => {
    if (text !== "") parts.push({ kind: "text", text });
    text = "";
  };
  for (let at = 0; at < format.length; ) {
    const percent = format.indexOf("%", at);
    if (percent === -1) {
      text += format.slice(at);
      break;
    }
    text += format.slice(at, percent);
    if (format[percent + 1] === "%") {
      text += "%";
      at = percent + 2;
      continue;
    }
    const match = /^%([-+ 0#']*)(\*|\d+)?(?:\.(\*|\d*))?(hh|h|ll|l|q|j|z|t)?([a-zA-Z]?)/.exec(
      format.slice(percent),
    );
    const [whole = "%", flags = "", width, precision, length, conversion = ""] = match ?? [];
    const letter = conversion || length; // `q` alone is a length without a conversion
    if (conversion === "g" && format[percent + whole.length] === "r") {
      flush();
      const padding = width === undefined ? {} : { width: number(width) };
      parts.push({ kind: "arg", flags, ...padding, conversion: "gr" });
      at = percent + whole.length + 1;
      continue;
    }
    if (conversion !== "" && "fFeEgGaA".includes(conversion))
      return {
        ok: false,
        at: percent,
        length: whole.length,
        message: `\`${whole}\` prints a fraction, but BPF has whole numbers only`,
        help: 'use `%d` and a smaller unit, or print the parts: `printf("%d.%03d", $us / 1000, $us % 1000)`',
      };
    if (conversion === "" || !CONVERSIONS.includes(conversion)) {
      const shown = letter ? `\`%${letter}\` is not one` : "it ends there";
      return {
        ok: false,
        at: percent,
        length: whole.length,
        message: `a conversion must follow \`%\` in a format, but ${shown}`,
        help: "write `%%` for a percent sign, or one of %d %u %x %s %c %p %r",
      };
    }
    flush();
    const hex = conversion === "r" ? /^[xh]/.exec(format.slice(percent + whole.length))?.[0] : undefined;
    parts.push({
      kind: "arg",
      flags,
      ...(width !== undefined && { width: number(width) }),
      ...(precision !== undefined && { precision: number(precision === "" ? "0" : precision) }),
      ...(length !== undefined && { lengthBytes: LENGTHS[length] ?? 8 }),
      conversion: hex ? `r${hex}` : conversion,
    });
    at = percent + whole.length + (hex ? 1 : 0);
  }
  flush();
  return { ok: true, parts };
}

function number(text: string): number | "*" {
  return text === "*" ? "*" : Math.min(Number(text), 65_535);
}

/** The format with the names that `%gr` prints, which are the kernel's. */
export function withFlagNames(
  parts: readonly FormatPart[],
  names: () => readonly (readonly [string, bigint])[],
): readonly FormatPart[] {
  return parts.map((part) =>
    part.kind === "arg" && part.conversion === "gr" ? { ...part, names: names() } : part,
  );
}

/** How many arguments the format takes. */
export function countArguments(parts: readonly FormatPart[]): number {
  let count = 0;
  for (const part of parts)
    if (part.kind === "arg") count += 1 + (part.width === "*" ? 1 : 0) + (part.precision === "*" ? 1 : 0);
  return count;
}

/** The conversion for each argument in order; a `*` takes an integer. */
export function conversionsOf(parts: readonly FormatPart[]): string[] {
  const conversions: string[] = [];
  for (const part of parts) {
    if (part.kind !== "arg") continue;
    if (part.width === "*") conversions.push("d");
    if (part.precision === "*") conversions.push("d");
    conversions.push(part.conversion);
  }
  return conversions;
}

/** Why a value of this type cannot be printed by the conversion, or undefined when it can. */
export function conversionMismatch(
  conversion: string,
  type: Type,
): { message: string; help: string } | undefined {
  const name = typeName(type);
  if (conversion === "s") {
    if (type.kind === "int")
      return {
        message: `\`%s\` prints text, but this is a number (${name})`,
        help: "use `%d` for numbers, or str() to read the text that a pointer points to",
      };
    if (type.kind === "pointer")
      return {
        message: `\`%s\` prints text, but this is a pointer (${name})`,
        help: "read the text with str(...), or print the address with `%p`",
      };
    return undefined;
  }
  if (conversion.startsWith("r")) {
    if (type.kind === "buffer") return undefined;
    return {
      message: `\`%r\` prints bytes, but this is ${name}`,
      help: "make it bytes with buf(address, length)",
    };
  }
  if (isInteger(type) || isNumeric(type)) return undefined;
  return {
    message: `\`%${conversion}\` prints a number, but this is ${name}`,
    help: type.kind === "buffer" ? "use `%r`" : "use `%s`",
  };
}

function isNumeric(type: Type): boolean {
  switch (type.kind) {
    case "pointer":
    case "ksym":
    case "usym":
    case "username":
    case "strerror":
    case "cgroupPath":
    case "timestamp":
    case "count":
    case "sum":
    case "min":
    case "max":
    case "avg":
      return true;
    default:
      return false;
  }
}
