import type { AsmCursor } from "./asm-cursor.ts";
import { jumpTarget, type Statement } from "./asm-jump-target.ts";
import { immediate, integer, integerIn, tryInteger } from "./asm-operand.ts";
import type { AluOp, AtomicOp, InsnBody, JumpOp, MemSize, Operand, Reg } from "./insn.ts";

const SIZES: Readonly<Record<string, MemSize>> = { b: 1, h: 2, w: 4, dw: 8 };
const REGISTER = /%?r(10|\d)\b/y;
const NAME = /[a-z][a-z0-9_]*\b/y;

type Read = (cursor: AsmCursor) => Statement;

/**
 * Reads an instruction that starts with its name, as ubpf, rbpf and RFC 9669's own tables call them: `mov r0, 5`,
 * `add32 r1, r2`, `ldxw r0, [r1+4]`, `stxdw [r10-8], r1`, `jeq r1, 0, +2`, `lddw r1, 0x1122334455667788`, `be16 r0`,
 * `lock fetch_add [r1], r2`. Registers may have a percent sign. Undefined, and nothing consumed, for other text.
 * Throws AsmSyntaxError.
 */
export function tryMnemonic(cursor: AsmCursor): Statement | undefined {
  const start = cursor.position;
  const name = cursor.match(NAME)?.[0];
  const read = name === undefined ? undefined : readerOf(name);
  if (read === undefined) {
    cursor.rewind(start);
    return undefined;
  }
  return read(cursor);
}

function readerOf(name: string): Read | undefined {
  return FIXED.get(name) ?? aluReader(name) ?? jumpReader(name) ?? memoryReader(name) ?? widthReader(name);
}

const plain = (read: (cursor: AsmCursor) => InsnBody): Read => {
  return (cursor) => ({ insn: read(cursor) });
};

const FIXED: ReadonlyMap<string, Read> = new Map([
  ["ja", jumpAlways(false)],
  ["ja32", jumpAlways(true)],
  ["jal", jumpAlways(true)],
  ["lddw", plain(loadImmediate)],
  ["lock", plain(atomic(8))],
  ["lock64", plain(atomic(8))],
  ["lock32", plain(atomic(4))],
]);

function jumpAlways(wide: boolean): Read {
  return (cursor) => ({ insn: { kind: "ja", off: 0, wide }, target: jumpTarget(cursor) });
}

// biome-ignore format: two lines each
const ALU: ReadonlySet<AluOp> = new Set<AluOp>([
  "add", "sub", "mul", "div", "sdiv", "mod", "smod",
  "or", "and", "xor", "lsh", "rsh", "arsh", "mov",
]);
// biome-ignore format: two lines each
const JUMPS: ReadonlySet<JumpOp> = new Set<JumpOp>([
  "eq", "ne", "gt", "ge", "lt", "le",
  "sgt", "sge", "slt", "sle", "set",
]);

function aluReader(name: string): Read | undefined {
  const [, op = "", width = "64"] = /^([a-z]+?)(32|64)?$/.exec(name) ?? [];
  const bits = width === "32" ? 32 : 64;
  if (op === "neg") return plain((cursor) => ({ kind: "neg", bits, dst: register(cursor) }));
  if (!isIn(ALU, op)) return undefined;
  return plain((cursor) => {
    const dst = register(cursor);
    comma(cursor);
    return { kind: "alu", op, bits, dst, src: source(cursor, bits) };
  });
}

function jumpReader(name: string): Read | undefined {
  const [, op = "", width = "64"] = /^j([a-z]+?)(32|64)?$/.exec(name) ?? [];
  if (!isIn(JUMPS, op)) return undefined;
  const bits = width === "32" ? 32 : 64;
  return (cursor) => {
    const dst = register(cursor);
    comma(cursor);
    const src = source(cursor, bits);
    comma(cursor);
    return { insn: { kind: "jump", op, bits, dst, src, off: 0 }, target: jumpTarget(cursor) };
  };
}

function memoryReader(name: string): Read | undefined {
  const [, what = "", extended = "", letters = "", sign = ""] =
    /^(ldx|stx|st|ldabs|ldind)(s?)(b|h|w|dw)(sx)?$/.exec(name) ?? [];
  const size = SIZES[letters];
  const signed = extended === "s" || sign === "sx";
  if (size === undefined || (signed && (what !== "ldx" || size === 8))) return undefined;
  switch (what) {
    case "ldx":
      return plain((cursor) => {
        const dst = register(cursor);
        comma(cursor);
        return { kind: "load", size, signed, dst, ...place(cursor) };
      });
    case "stx":
    case "st":
      return plain((cursor) => {
        const { base, off } = place(cursor);
        comma(cursor);
        const src: Operand =
          what === "st"
            ? { kind: "imm", imm: immediate(cursor, integer(cursor), size === 8 ? "hexWraps" : "wraps") }
            : { kind: "reg", reg: register(cursor) };
        return { kind: "store", size, base, off, src };
      });
    default:
      return size === 8 ? undefined : packetReader(what === "ldind", size);
  }
}

function packetReader(indirect: boolean, size: 1 | 2 | 4): Read {
  return plain((cursor) => {
    const src = indirect ? register(cursor) : 0;
    if (indirect) comma(cursor);
    const imm = immediate(cursor, integer(cursor), "wraps");
    return { kind: "loadPacket", mode: indirect ? "ind" : "abs", size, src, imm };
  });
}

function widthReader(name: string): Read | undefined {
  const [, order, bits] = /^(le|be|bswap|swap)(16|32|64)$/.exec(name) ?? [];
  if (order !== undefined) {
    const op = order === "swap" ? "bswap" : (order as "le" | "be" | "bswap");
    return plain((cursor) => ({
      kind: "endian",
      op,
      width: Number(bits) as 16 | 32 | 64,
      dst: register(cursor),
    }));
  }
  const [, from, to] = /^movsx(8|16|32)(32|64)?$/.exec(name) ?? [];
  if (from === undefined || from === to) return undefined;
  return plain((cursor) => {
    const dst = register(cursor);
    comma(cursor);
    const src = register(cursor);
    return { kind: "movsx", bits: to === "32" ? 32 : 64, from: Number(from) as 8 | 16 | 32, dst, src };
  });
}

function loadImmediate(cursor: AsmCursor): InsnBody {
  const dst = register(cursor);
  comma(cursor);
  const { value, start } = integer(cursor);
  if (value < -(2n ** 63n) || value >= 2n ** 64n)
    cursor.fail(`${value} has more than 64 bits`, "use a constant of 64 bits", start, "asm/range");
  return { kind: "loadImm64", dst, imm: BigInt.asUintN(64, value) };
}

const ATOMIC: ReadonlySet<AtomicOp> = new Set<AtomicOp>(["add", "or", "and", "xor", "xchg", "cmpxchg"]);

function atomic(size: 4 | 8): (cursor: AsmCursor) => InsnBody {
  return (cursor) => {
    const fetches = cursor.match(/fetch_|fetch[ \t]+/y) !== undefined;
    const start = cursor.position;
    const op = cursor.match(NAME)?.[0] ?? "";
    if (!isIn(ATOMIC, op))
      return cursor.fail("expected an operation", "use add, or, and, xor, xchg or cmpxchg", start);
    const { base, off } = place(cursor);
    comma(cursor);
    const fetch = fetches || op === "xchg" || op === "cmpxchg";
    return { kind: "atomic", op, fetch, size, base, off, src: register(cursor) };
  };
}

/** `[r1+8]`: an address. */
function place(cursor: AsmCursor): { base: Reg; off: number } {
  cursor.expect("[", "write an address, such as [r1+8]");
  const base = register(cursor);
  const off = cursor.next === "]" ? 0 : integerIn(cursor, "offset", -0x8000, 0x7fff);
  cursor.expect("]", "close the bracket");
  return { base, off };
}

function source(cursor: AsmCursor, bits: 32 | 64): Operand {
  const number = tryInteger(cursor);
  if (number === undefined) return { kind: "reg", reg: register(cursor) };
  return { kind: "imm", imm: immediate(cursor, number, bits === 32 ? "wraps" : "hexWraps") };
}

function register(cursor: AsmCursor): Reg {
  const found = cursor.match(REGISTER);
  if (found === undefined) cursor.fail(`expected a register, found ${cursor.found()}`, "write r0 to r10");
  return Number(found[1]) as Reg;
}

function comma(cursor: AsmCursor): void {
  cursor.expect(",", "put a comma between operands");
}

function isIn<T extends string>(set: ReadonlySet<T>, word: string): word is T {
  return set.has(word as T);
}
