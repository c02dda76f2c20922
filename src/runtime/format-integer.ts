/** Flags, width and precision of one printf conversion, with every `*` already resolved. */
export type NumberStyle = Readonly<{ flags: string; width: number; precision?: number; conversion: string }>;

/**
 * Applies C's flags, width and precision to the bare digits of an integer, `-` in front when negative. `'` groups by
 * thousands with commas. Source: printf(3), "Flag characters" and what follows.
 */
export function styleInteger(bare: string, style: NumberStyle): string {
  const { flags, width, precision, conversion } = style;
  const negative = bare.startsWith("-");
  let digits = negative ? bare.slice(1) : bare;
  const isZero = digits === "0";
  if (precision === 0 && isZero) digits = "";
  if (precision !== undefined) digits = digits.padStart(precision, "0");
  if (conversion === "o" && flags.includes("#") && !digits.startsWith("0")) digits = `0${digits}`;
  if (flags.includes("'") && "diu".includes(conversion)) digits = digits.replace(/\B(?=(\d{3})+$)/g, ",");
  const prefix = signOf(negative, flags, conversion) + (isZero ? "" : basePrefix(flags, conversion));
  if (flags.includes("-")) return (prefix + digits).padEnd(width);
  if (flags.includes("0") && precision === undefined)
    return prefix + digits.padStart(width - prefix.length, "0");
  return (prefix + digits).padStart(width);
}

function signOf(negative: boolean, flags: string, conversion: string): string {
  if (negative) return "-";
  if (conversion !== "d" && conversion !== "i") return "";
  return flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
}

function basePrefix(flags: string, conversion: string): string {
  if (conversion === "p") return "0x";
  return flags.includes("#") && (conversion === "x" || conversion === "X") ? `0${conversion}` : "";
}

/** Bare digits of a value for a conversion: what the bits mean as that conversion's type. */
export function integerDigits(value: bigint, conversion: string, bits: number): string {
  switch (conversion) {
    case "d":
    case "i":
      return String(BigInt.asIntN(bits, value));
    case "x":
    case "p":
      return BigInt.asUintN(bits, value).toString(16);
    case "X":
      return BigInt.asUintN(bits, value).toString(16).toUpperCase();
    case "o":
      return BigInt.asUintN(bits, value).toString(8);
    default:
      return String(BigInt.asUintN(bits, value));
  }
}

/** Decimal text of the signed 64-bit integer at `at`, without a bigint where 53 bits are enough. */
export function signed64Text(view: DataView, at: number): string {
  const high = view.getInt32(at + 4, true);
  if (high < SAFE_HIGH && high >= -SAFE_HIGH) return String(high * WORD + view.getUint32(at, true));
  return String(view.getBigInt64(at, true));
}

/** Decimal text of the unsigned 64-bit integer at `at`. */
export function unsigned64Text(view: DataView, at: number): string {
  const high = view.getUint32(at + 4, true);
  if (high < SAFE_HIGH) return String(high * WORD + view.getUint32(at, true));
  return String(view.getBigUint64(at, true));
}

/** Hexadecimal text of the unsigned 64-bit integer at `at`. */
export function hex64Text(view: DataView, at: number): string {
  const high = view.getUint32(at + 4, true);
  const low = view.getUint32(at, true).toString(16);
  return high === 0 ? low : high.toString(16) + low.padStart(8, "0");
}

const WORD = 2 ** 32;
const SAFE_HIGH = 2 ** 20; // high words below this keep the whole number under 2^52, exact in a double
