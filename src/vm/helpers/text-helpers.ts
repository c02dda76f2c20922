import { ERRNO } from "../errno.ts";
import { binaryBytes, binaryText } from "./binary-text.ts";
import { type FormatSource, formatKernel } from "./format-kernel.ts";
import type { HelperRecord } from "./helper.ts";
import type { HelperCall } from "./helper-call.ts";

const MAX_PRINT_ARGS = 12; // MAX_BPRINTF_VARARGS, include/linux/bpf.h, v6.18

/** Arguments of a format, and the memory that they point to. */
export function formatSource(call: HelperCall, args: readonly bigint[]): FormatSource {
  return {
    args,
    text(address, from, most) {
      const bytes = new Uint8Array(most + 1);
      const length = call.readText(address, bytes, from);
      return length < 0 ? undefined : binaryText(bytes.subarray(0, Math.max(0, length - 1)));
    },
    bytes(address, size) {
      const bytes = new Uint8Array(size);
      call.probe(address, bytes, "kernel");
      return bytes;
    },
    symbol: (address) => call.env.symbolAt?.(address),
  };
}

/** 64-bit words at an argument, `size` bytes of them; undefined when that is no list of arguments. */
export function argumentsAt(call: HelperCall, arg: number, size: number): bigint[] | undefined {
  if (size % 8 !== 0 || size > MAX_PRINT_ARGS * 8) return undefined;
  const bytes = call.read(arg, size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, size);
  return Array.from({ length: size / 8 }, (_, i) => view.getBigUint64(i * 8, true));
}

function print(call: HelperCall, format: string | undefined, args: readonly bigint[]): number {
  if (format === undefined) return -ERRNO.EINVAL;
  const text = formatKernel(format, formatSource(call, args));
  if (typeof text === "number") return text;
  call.env.trace(new TextDecoder().decode(binaryBytes(text)));
  return text.length;
}

/** The format at an address, which ends within `size` bytes; undefined when it does not. */
export function formatAt(call: HelperCall, arg: number, size: number): string | undefined {
  const bytes = call.read(arg, size);
  const end = bytes.indexOf(0);
  return end === -1 ? undefined : binaryText(bytes.subarray(0, end));
}

/** bpf_strtol, bpf_strtoul (text, size, flags, result): characters read, or -errno. */
function parse(call: HelperCall, signed: boolean): number {
  const text = binaryText(call.read(1, call.size(2)));
  const flags = call.u64(3);
  const base = Number(flags & 0x1fn);
  if (flags !== BigInt(base) || ![0, 8, 10, 16].includes(base)) return -ERRNO.EINVAL;
  const [, space = "", minus = "", rest = ""] = /^(\s*)(-?)(.*)/s.exec(text.slice(0, 64)) ?? [];
  const isHex = /^0[xX][0-9a-fA-F]/.test(rest);
  const radix = base || (isHex ? 16 : rest.startsWith("0") ? 8 : 10);
  const prefix = radix === 16 && /^0[xX]/.test(rest) ? rest.slice(0, 2) : "";
  const digits = leading(rest.slice(prefix.length), radix);
  const used = digits === "" ? "" : prefix + digits;
  if (used === "" || (minus !== "" && !signed)) return -ERRNO.EINVAL;
  const magnitude = toNumber(digits, radix);
  const value = minus === "" ? magnitude : -magnitude;
  if (signed ? BigInt.asIntN(64, value) !== value : magnitude > 0xffff_ffff_ffff_ffffn) return -ERRNO.ERANGE;
  const into = call.write(4, 8);
  new DataView(into.buffer, into.byteOffset, 8).setBigInt64(0, BigInt.asIntN(64, value), true);
  return space.length + minus.length + used.length;
}

function leading(text: string, radix: number): string {
  const pattern = radix === 16 ? /^[0-9a-fA-F]*/ : radix === 10 ? /^[0-9]*/ : /^[0-7]*/;
  return pattern.exec(text)?.[0] ?? "";
}

function toNumber(digits: string, radix: number): bigint {
  let value = 0n;
  for (const digit of digits) value = value * BigInt(radix) + BigInt(Number.parseInt(digit, radix));
  return value;
}

/** Texts: printing, formatting, comparing, reading numbers. */
export const TEXT_RECORDS: readonly HelperRecord[] = [
  {
    name: "bpf_trace_printk",
    run: (call) => print(call, formatAt(call, 1, call.size(2)), [call.u64(3), call.u64(4), call.u64(5)]),
  },
  {
    name: "bpf_trace_vprintk",
    run(call) {
      const args = argumentsAt(call, 3, call.size(4));
      return args === undefined ? -ERRNO.EINVAL : print(call, formatAt(call, 1, call.size(2)), args);
    },
  },
  {
    name: "bpf_snprintf",
    run(call) {
      const size = call.size(2);
      const args = argumentsAt(call, 4, call.size(5));
      if (args === undefined) return -ERRNO.EINVAL;
      const text = formatKernel(call.binary(3), formatSource(call, args));
      if (typeof text === "number") return text;
      const bytes = binaryBytes(text);
      if (size > 0) {
        const into = call.write(1, size);
        into.set(bytes.subarray(0, size - 1));
        into[Math.min(bytes.length, size - 1)] = 0;
      }
      return bytes.length + 1;
    },
  },
  {
    name: "bpf_strncmp",
    run(call) {
      const size = call.size(2);
      const one = call.read(1, size);
      const other = call.u64(3);
      for (let i = 0; i < size; i++) {
        const a = one[i] as number;
        const [b = 0] = call.state.bytesAt(other + BigInt(i), 1, false);
        if (a !== b) return a < b ? -1 : 1;
        if (a === 0) break;
      }
      return 0;
    },
  },
  { name: "bpf_strtol", run: (call) => parse(call, true) },
  { name: "bpf_strtoul", run: (call) => parse(call, false) },
];
