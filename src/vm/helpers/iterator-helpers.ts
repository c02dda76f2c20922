import { BtfError } from "../../btf/error.ts";
import { sizeOf } from "../../btf/layout.ts";
import type { BtfId } from "../../btf/types.ts";
import { ERRNO } from "../errno.ts";
import { binaryBytes } from "./binary-text.ts";
import { formatObject, SHOW } from "./format-btf.ts";
import { formatKernel } from "./format-kernel.ts";
import type { HelperRecord } from "./helper.ts";
import type { HelperCall } from "./helper-call.ts";
import { argumentsAt, formatAt, formatSource } from "./text-helpers.ts";

const MAX_OUTPUT = 1 << 24; // bytes of one run
const POINTER_BYTES = 16; // struct btf_ptr: address, type, flags
const MAX_OBJECT_BYTES = 1 << 20;

/** Adds bytes to what the iterator printed: 0, or -EOVERFLOW. */
function print(call: HelperCall, bytes: Uint8Array): number {
  const effects = call.state.effect();
  const old = effects.output ?? new Uint8Array(0);
  if (old.length + bytes.length > MAX_OUTPUT) return -ERRNO.EOVERFLOW;
  call.state.charge((old.length + bytes.length) >>> 6);
  const all = new Uint8Array(old.length + bytes.length);
  all.set(old);
  all.set(bytes, old.length);
  effects.output = all;
  return 0;
}

/** bpf_seq_printf(file, format, size, arguments, size). */
function printFormatted(call: HelperCall): number {
  const args = argumentsAt(call, 4, call.size(5));
  const format = formatAt(call, 2, call.size(3));
  if (args === undefined || format === undefined) return -ERRNO.EINVAL;
  const text = formatKernel(format, formatSource(call, args));
  return typeof text === "number" ? text : print(call, binaryBytes(text));
}

/** The object that a `struct btf_ptr` in the argument points to, as text; or -errno. */
function objectText(call: HelperCall, arg: number, size: number, flags: bigint): string | number {
  if ((flags & ~BigInt(SHOW.all)) !== 0n || size !== POINTER_BYTES) return -ERRNO.EINVAL;
  const at = call.readable(arg, POINTER_BYTES);
  const { view } = call.state.space;
  const address = view.getBigUint64(at, true);
  const id = view.getUint32(at + 8, true) as BtfId;
  const btf = call.env.kernelBtf?.();
  if (btf === undefined || id === 0) return -ERRNO.EINVAL;
  if (id >= btf.count) return -ERRNO.ENOENT;
  try {
    const length = sizeOf(btf, id);
    if (length > MAX_OBJECT_BYTES) return -ERRNO.E2BIG;
    const bytes = new Uint8Array(length);
    call.state.charge(length);
    if (!call.readMemory(address, bytes, "kernel")) return -ERRNO.EFAULT;
    return formatObject(btf, id, bytes, Number(flags));
  } catch (error) {
    if (error instanceof BtfError) return -ERRNO.EINVAL;
    throw error;
  }
}

/** bpf_snprintf_btf(text, size, pointer, size, flags): bytes of the whole text. */
function printObject(call: HelperCall): number {
  const size = call.u32(2);
  const text = objectText(call, 3, call.u32(4), call.u64(5));
  if (typeof text === "number") return text;
  const bytes = binaryBytes(text);
  if (size > 0) {
    const into = call.write(1, size);
    into.set(bytes.subarray(0, size - 1));
    into[Math.min(bytes.length, size - 1)] = 0;
  }
  return bytes.length;
}

/** What iterators print, and objects as text. */
export const ITERATOR_RECORDS: readonly HelperRecord[] = [
  { name: "bpf_seq_printf", run: printFormatted },
  { name: "bpf_seq_write", run: (call) => print(call, call.read(2, call.size(3)).slice()) },
  {
    name: "bpf_seq_printf_btf",
    run(call) {
      const text = objectText(call, 2, call.u32(3), call.u64(4));
      return typeof text === "number" ? text : print(call, binaryBytes(text));
    },
    differs: "addresses are not hashed",
  },
  { name: "bpf_snprintf_btf", run: printObject, differs: "addresses are not hashed" },
];
