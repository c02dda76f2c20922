import { encodeText } from "../../base/lossless-text.ts";
import type { FuncBuilder } from "../../ir/build.ts";
import type { SlotId, Value } from "../../ir/ir.ts";
import type { DirectPlace } from "./lowering.ts";
import type { PointerSpace } from "./types.ts";

/** Above so many bytes a helper clears and copies memory; below it is done by stores. */
const INLINE_BYTES = 128;

/** The largest naturally aligned pieces of `bytes` bytes from `off` on. Bases are aligned to 8 bytes. */
export function* pieces(off: number, bytes: number): Iterable<{ at: number; size: 1 | 2 | 4 | 8 }> {
  for (let at = 0; at < bytes; ) {
    const here = off + at;
    const left = bytes - at;
    const size =
      here % 8 === 0 && left >= 8 ? 8 : here % 4 === 0 && left >= 4 ? 4 : here % 2 === 0 && left >= 2 ? 2 : 1;
    yield { at, size };
    at += size;
  }
}

/** As `pieces`, aligned in two places that start at `a` and `c`. */
export function* sharedPieces(
  a: number,
  c: number,
  bytes: number,
): Iterable<{ at: number; size: 1 | 2 | 4 | 8 }> {
  const apart = a ^ c;
  const most = apart % 2 !== 0 ? 1 : apart % 4 !== 0 ? 2 : apart % 8 !== 0 ? 4 : 8;
  for (const { at, size } of pieces(a, bytes))
    for (let part = 0; part < size; part += most)
      yield { at: at + part, size: Math.min(size, most) as 1 | 2 | 4 | 8 };
}

/** The address of a place. */
export function addressOf(b: FuncBuilder, place: DirectPlace): Value {
  return b.offsetBy(place.base, place.off);
}

/** Sets `bytes` bytes to zero. */
export function zeroBytes(b: FuncBuilder, to: DirectPlace, bytes: number): void {
  if (bytes <= 0) return;
  if (bytes > INLINE_BYTES) {
    // Reading address 0 fails, and a failed read leaves zeros behind: the cheapest way to clear much memory.
    b.helper("bpf_probe_read_kernel", [addressOf(b, to), b.const(bytes), b.const(0)]);
    return;
  }
  for (const { at, size } of pieces(to.off, bytes)) b.store(to.space, size, to.base, to.off + at, b.const(0));
}

/** Copies between two places that code reaches directly. */
export function copyBytes(b: FuncBuilder, from: DirectPlace, to: DirectPlace, bytes: number): void {
  if (bytes <= 0) return;
  if (bytes > INLINE_BYTES) {
    b.helper("bpf_probe_read_kernel", [addressOf(b, to), b.const(bytes), addressOf(b, from)]);
    return;
  }
  for (const { at, size } of sharedPieces(from.off, to.off, bytes)) {
    const value = b.load(from.space, size, from.base, from.off + at);
    b.store(to.space, size, to.base, to.off + at, value);
  }
}

/** A text (base/lossless-text.ts) as a C string: its bytes up to the first NUL, which is there always. */
export function literalBytes(text: string): Uint8Array {
  const bytes = encodeText(text);
  const nul = bytes.indexOf(0);
  const length = nul === -1 ? bytes.length : nul;
  const out = new Uint8Array(length + 1);
  out.set(bytes.subarray(0, length));
  return out;
}

/** Stores constant bytes. */
export function storeConstant(b: FuncBuilder, bytes: Uint8Array, to: DirectPlace): void {
  for (const { at, size } of pieces(to.off, bytes.length))
    b.store(to.space, size, to.base, to.off + at, b.const(word(bytes, at, size)));
}

/** `size` bytes from `at` as a little-endian number. */
export function word(bytes: Uint8Array, at: number, size: number): bigint {
  let value = 0n;
  for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[at + i] ?? 0);
  return value;
}

const READ = { kernel: "bpf_probe_read_kernel", user: "bpf_probe_read_user" } as const;
const READ_STRING = { kernel: "bpf_probe_read_kernel_str", user: "bpf_probe_read_user_str" } as const;

/** Copies from an address that the verifier does not follow; what cannot be read is zero. Gives 0 or an error (negative). */
export function probeRead(b: FuncBuilder, space: PointerSpace, to: Value, bytes: Value, address: Value): Value {
  return bySpace(b, space, address, (which) => b.helper(READ[which], [to, bytes, address]));
}

/** Copies a NUL-terminated string of at most `limit` bytes, the NUL counted; gives its length or an error (negative). */
export function probeReadString(
  b: FuncBuilder,
  space: PointerSpace,
  to: Value,
  limit: Value,
  address: Value,
): Value {
  return bySpace(b, space, address, (which) => b.helper(READ_STRING[which], [to, limit, address]));
}

/** An address whose space is not known is the kernel's when its highest bit is set. */
function bySpace(
  b: FuncBuilder,
  space: PointerSpace,
  address: Value,
  read: (which: "kernel" | "user") => Value,
): Value {
  if (space !== "auto") return read(space);
  const kernel = b.block();
  const user = b.block();
  const done = b.block("i64");
  b.branch("slt", 64, address, b.const(0), kernel, user);
  b.enter(kernel);
  b.jump(done, read("kernel"));
  b.enter(user);
  b.jump(done, read("user"));
  b.enter(done);
  return blockParam(done);
}

/** The first parameter of a block. */
export function blockParam(block: { params: readonly { value: Value }[] }): Value {
  const param = block.params[0];
  if (!param) throw new Error("bug: the block has no parameter");
  return param.value;
}

/** Slots of the current statement; they end with it. */
export class Temporaries {
  private readonly b: FuncBuilder;
  private slots: SlotId[] = [];

  constructor(b: FuncBuilder) {
    this.b = b;
  }

  /** `onStack`: what the verifier must follow, or what helpers take from the stack only. */
  take(name: string, bytes: number, onStack = false): DirectPlace {
    const size = Math.max(8, Math.ceil(bytes / 8) * 8);
    const slot = this.b.slot(name, size, onStack ? { place: "stack" } : {});
    this.b.slotStart(slot);
    this.slots.push(slot);
    return { space: "stack", base: this.b.slotAddr(slot), off: 0 };
  }

  /** Runs `body`; the slots that it takes end behind it. */
  within(body: () => void): void {
    this.untilEnd(body)();
  }

  /**
   * Runs `body`, which branches away. What it returns ends the slots that it took: to be called at the head of each
   * block that the branches lead to.
   */
  untilEnd(body: () => void): () => void {
    const outer = this.slots;
    const own: SlotId[] = [];
    this.slots = own;
    body();
    this.slots = outer;
    return () => {
      for (const slot of own) this.b.slotEnd(slot);
    };
  }
}
