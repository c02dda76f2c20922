import { ERRNO } from "../errno.ts";

/** A symbol and where in it an address lies. */
export type SymbolAt = Readonly<{ name: string; offset: number; size: number }>;

/** Where a format's arguments come from. Texts have one character for each byte. */
export type FormatSource = Readonly<{
  /** Values of the arguments. */
  args: readonly bigint[];
  /** Text at an address, of at most `most` bytes, or undefined for a bad address. */
  text(address: bigint, from: "kernel" | "user", most: number): string | undefined;
  /** Bytes at an address; zeros for a bad one. */
  bytes(address: bigint, size: number): Uint8Array;
  symbol(address: bigint): SymbolAt | undefined;
}>;

const BUFFER_BYTES = 512; // MAX_BPRINTF_BIN_ARGS, include/linux/bpf.h, v6.18
const CONVERSION = /%([0+\- ]*)([1-9]\d*)?(p(?:[ku]s|[KxsSB]|[iI][46])?|s|c|(?:l|ll)?[iduxX])/y;
const BREAKS = /[\s!-/:-@[-`{-~]/;

/**
 * Formats as the kernel's bpf_bprintf_prepare and bstr_printf do: %d %i %u %x %X, also with l and ll, %c %s %p %px %pK
 * %pks %pus %ps %pS %pB %pI4 %pi4 %pI6 %pi6 %%, with widths. -errno for a format that it refuses, or that has too few
 * arguments. Source: kernel/bpf/helpers.c, v6.18.
 */
export function formatKernel(format: string, source: FormatSource): string | number {
  let result = "";
  let used = 0; // arguments
  let room = BUFFER_BYTES;
  for (let at = 0; at < format.length; ) {
    const character = format[at] as string;
    if (!isPrintable(character)) return -ERRNO.EINVAL;
    if (character !== "%") {
      result += character;
      at++;
      continue;
    }
    if (format[at + 1] === "%") {
      result += "%";
      at += 2;
      continue;
    }
    const value = source.args[used++];
    CONVERSION.lastIndex = at;
    const found = CONVERSION.exec(format);
    if (value === undefined || found === null) return -ERRNO.EINVAL;
    const [whole, flags = "", width = "", conversion = ""] = found;
    at += whole.length;
    if (needsBreak(conversion) && at < format.length && !BREAKS.test(format[at] as string))
      return -ERRNO.EINVAL;
    const converted = convert(conversion, flags, value, source, room);
    if (typeof converted === "number") return converted;
    room -= converted.cost;
    if (room < 0) return -ERRNO.ENOSPC;
    result += pad(converted.text, flags, Math.min(Number(width || "0"), 4096), conversion);
  }
  return result;
}

function isPrintable(character: string): boolean {
  const code = character.charCodeAt(0);
  return (code >= 0x20 && code !== 0x7f) || (code >= 9 && code <= 13);
}

/** After these the kernel wants a blank, a sign or the end, so that no further letter is taken for a part of them. */
function needsBreak(conversion: string): boolean {
  return conversion === "p" || conversion === "s" || conversion === "pks" || conversion === "pus";
}

/** The text, and how much of the kernel's buffer for arguments it takes. */
type Converted = Readonly<{ text: string; cost: number }>;

function convert(
  conversion: string,
  flags: string,
  value: bigint,
  source: FormatSource,
  room: number,
): Converted | number {
  switch (conversion) {
    case "s":
    case "pks":
    case "pus": {
      if (room === 0) return -ERRNO.ENOSPC;
      const text = source.text(value, conversion === "pus" ? "user" : "kernel", room - 1) ?? "";
      return { text, cost: text.length + 1 };
    }
    case "c":
      return { text: String.fromCharCode(Number(value & 0xffn)), cost: 1 };
    case "p":
    case "px":
    case "pK":
      return { text: value.toString(16).padStart(16, "0"), cost: 8 }; // addresses of this machine are no secret
    case "ps":
    case "pS":
    case "pB":
      return { text: symbolText(conversion, value, source), cost: 8 };
    default:
      if (conversion.startsWith("p")) {
        const text = addressText(conversion, source.bytes(value, conversion.endsWith("4") ? 4 : 16));
        return text.length + 1 > room ? -ERRNO.ENOSPC : { text, cost: text.length + 1 };
      }
      return { text: numberText(conversion, flags, value), cost: conversion.startsWith("l") ? 8 : 4 };
  }
}

function numberText(conversion: string, flags: string, value: bigint): string {
  const bits = conversion.startsWith("l") ? 64 : 32;
  const kind = conversion.at(-1);
  if (kind === "u") return BigInt.asUintN(bits, value).toString();
  if (kind === "x") return BigInt.asUintN(bits, value).toString(16);
  if (kind === "X") return BigInt.asUintN(bits, value).toString(16).toUpperCase();
  const text = BigInt.asIntN(bits, value).toString();
  if (text.startsWith("-")) return text;
  return flags.includes("+") ? `+${text}` : flags.includes(" ") ? ` ${text}` : text;
}

/** "name" for %ps, "name+0x1/0x20" for the others; the number where no symbol is. */
function symbolText(conversion: string, value: bigint, source: FormatSource): string {
  const found = source.symbol(value);
  if (found === undefined) return `0x${value.toString(16)}`;
  if (conversion === "ps") return found.name;
  return `${found.name}+0x${found.offset.toString(16)}/0x${found.size.toString(16)}`;
}

/** IP addresses: with leading zeros for %pi4, without colons for %pi6. */
function addressText(conversion: string, bytes: Uint8Array): string {
  if (conversion.endsWith("4"))
    return Array.from(bytes, (byte) => String(byte).padStart(conversion === "pi4" ? 3 : 1, "0")).join(".");
  const words = Array.from({ length: 8 }, (_, i) =>
    (((bytes[i * 2] as number) << 8) | (bytes[i * 2 + 1] as number)).toString(16).padStart(4, "0"),
  );
  return words.join(conversion === "pI6" ? ":" : "");
}

function pad(text: string, flags: string, width: number, conversion: string): string {
  if (flags.includes("-")) return text.padEnd(width);
  if (!flags.includes("0") || !/[diuxX]$/.test(conversion)) return text.padStart(width);
  const sign = /^[-+ ]/.exec(text)?.[0] ?? "";
  return sign + text.slice(sign.length).padStart(width - sign.length, "0");
}
