/** Where a format's arguments come from. */
export type FormatSource = Readonly<{
  /** The next argument, or undefined when there is none left. */
  next(): bigint | undefined;
  /** Text at an address, or undefined for a bad one. */
  text(address: bigint, from: "kernel" | "user"): string | undefined;
  /** The name of the function at an address, or undefined. */
  symbol?(address: bigint): string | undefined;
}>;

const CONVERSION = /%([-+ 0]*)(\d*)(ll|l)?(pks|pus|pK|px|pB|pS|ps|p|[diuxXsc%])/gy;

/**
 * Formats as the kernel's bpf_bprintf_prepare and vsnprintf do: %d %i %u %x %X also with l and ll, %c %s %p %px %pK %pks %pus
 * %ps %pS %pB %%. Undefined for a format that it refuses, or that has too few arguments.
 */
export function formatKernel(format: string, source: FormatSource): string | undefined {
  let result = "";
  let at = 0;
  while (at < format.length) {
    const percent = format.indexOf("%", at);
    if (percent === -1) return result + format.slice(at);
    result += format.slice(at, percent);
    CONVERSION.lastIndex = percent;
    const found = CONVERSION.exec(format);
    if (found === null) return undefined;
    const [whole, flags = "", width = "", length = "", conversion = ""] = found;
    at = percent + whole.length;
    if (conversion === "%") {
      result += "%";
      continue;
    }
    const value = source.next();
    const text = value === undefined ? undefined : convert(conversion, { length, flags }, value, source);
    if (text === undefined) return undefined;
    result += pad(text, flags, Math.min(Number(width || "0"), 4096), conversion);
  }
  return result;
}

type Style = Readonly<{ length: string; flags: string }>;

function convert(conversion: string, style: Style, value: bigint, source: FormatSource): string | undefined {
  const bits = style.length === "" ? 32 : 64;
  switch (conversion) {
    case "d":
    case "i": {
      const text = BigInt.asIntN(bits, value).toString();
      return style.flags.includes("+") && !text.startsWith("-") ? `+${text}` : text;
    }
    case "u":
      return BigInt.asUintN(bits, value).toString();
    case "x":
    case "X": {
      const digits = BigInt.asUintN(bits, value).toString(16);
      return conversion === "X" ? digits.toUpperCase() : digits;
    }
    case "c":
      return String.fromCharCode(Number(value & 0xffn));
    case "s":
    case "pks":
      return source.text(value, "kernel");
    case "pus":
      return source.text(value, "user");
    case "pS":
    case "ps":
    case "pB":
      return source.symbol?.(value) ?? `0x${value.toString(16)}`;
    default:
      return value.toString(16).padStart(16, "0"); // p, px, pK: addresses of this machine are no secret
  }
}

function pad(text: string, flags: string, width: number, conversion: string): string {
  if (flags.includes("-")) return text.padEnd(width);
  if (!flags.includes("0") || !/[diuxX]/.test(conversion)) return text.padStart(width);
  const sign = /^[-+]/.exec(text)?.[0] ?? "";
  return sign + text.slice(sign.length).padStart(width - sign.length, "0");
}
