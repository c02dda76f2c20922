// Pieces in which what is known of numbers decides: halves of registers, signs, linked copies, narrow spills, indexes.
import type { MemSize } from "../../src/isa/insn.ts";
import { type Code, imm, reg } from "./verify-programs.ts";
import type { Snippet } from "./verify-snippets.ts";

const JUMPS = ["eq", "ne", "gt", "ge", "lt", "le", "sgt", "sge", "slt", "sle", "set"] as const;
const LIMITS = [0, 1, 2, 7, 8, 15, 16, 31, 32, 40, 56, 63, 64, 255, -1, -2, -64, 0x7fffffff, -0x80000000];

/** A copy of a number, perhaps of its lower half or moved by a constant, is tested; the number is used as an index. */
export const linked: Snippet = (code) => {
  const { dice } = code;
  const [kept, tested] = dice.once(2) ? [7, 8] : [8, 7];
  if (dice.once(2)) freshNumber(code, kept);
  const half = dice.once(3);
  if (dice.once(6))
    code.add({
      kind: "movsx",
      bits: 64,
      from: dice.pick([8, 16, 32] as const),
      dst: tested as 7,
      src: kept as 8,
    });
  else code.mov(tested, reg(kept), half ? 32 : 64);
  if (dice.once(3))
    code.alu(dice.pick(["add", "sub"] as const), tested, imm(dice.pick([1, 4, -4, 16])), half ? 32 : 64);
  if (dice.once(6)) code.alu("add", kept, imm(dice.pick([1, 8])), dice.pick([32, 64, 64] as const));
  const bits = half || dice.once(3) ? 32 : 64;
  const use = () => index(code, dice.once(4) ? tested : kept);
  const guard = (inside: () => void) =>
    code.when(dice.pick(UPPER), tested, imm(dice.pick([8, 16, 32, 56])), inside, bits);
  if (dice.once(3)) code.when("sge", tested, imm(dice.pick([0, 0, 4, -8])), () => guard(use), bits);
  else if (dice.below(3) === 0)
    code.when(dice.pick(JUMPS.slice(0, 10) as ["eq"]), tested, imm(dice.pick(LIMITS)), use, bits);
  else guard(use);
};

const UPPER = ["lt", "le", "slt", "sle"] as const;

function freshNumber(code: Code, dst: number): void {
  const { dice } = code;
  code.call(dice.pick(["bpf_get_prandom_u32", "bpf_ktime_get_ns"]));
  code.mov(dst, reg(0), dice.pick([64, 64, 32] as const));
  if (dice.once(4))
    code.alu(dice.pick(["and", "mod", "rsh", "arsh"] as const), dst, imm(dice.pick([3, 15, 31])));
  if (dice.once(8)) code.add({ kind: "neg", bits: dice.pick([32, 64] as const), dst: dst as 7 });
  if (dice.once(8))
    code.add({
      kind: "endian",
      op: dice.pick(["be", "le", "bswap"] as const),
      width: dice.pick([16, 32, 64] as const),
      dst: dst as 7,
    });
  if (dice.once(8))
    code.add({
      kind: "alu",
      op: dice.pick(["sdiv", "smod"] as const),
      bits: dice.pick([32, 64] as const),
      dst: dst as 7,
      src: imm(dice.pick([2, -2, 7, -1])),
    });
}

/** The number is an index into the stack, a map value or a packet. */
function index(code: Code, r: number): void {
  const { dice } = code;
  const size = dice.pick([1, 2, 4, 8] as MemSize[]);
  const where = dice.below(3);
  if (where === 0) {
    for (let at = -128; at < -64; at += 8) code.store(8, 10, at, imm(0));
    code.mov(9, reg(10));
    code.alu("add", 9, imm(-128));
  } else code.add({ kind: "loadImm64", dst: 9, imm: 0n, ref: { kind: "mapValue", map: "one", off: 0 } });
  code.mov(1, reg(r), dice.pick([64, 64, 64, 32] as const));
  if (dice.once(4)) code.alu(dice.pick(["rsh", "and", "arsh"] as const), 1, imm(dice.pick([1, 2, 3])));
  code.alu(dice.once(10) ? "sub" : "add", 9, reg(1));
  const off = dice.pick([0, 0, 0, -4, 4, 8, 24]);
  if (dice.once(2)) code.load(size, dice.pick([7, 8]), 9, off, dice.once(3));
  else code.store(size, 9, off, dice.once(2) ? reg(8) : imm(1));
}

/** Conditional jumps of every kind, on both numbers, whose outcome other code depends on. */
export const decisions: Snippet = (code) => {
  const { dice } = code;
  for (let i = 1 + dice.below(4); i > 0; i--) {
    const end = { insn: { kind: "alu", op: "mov", bits: 64, dst: 0, src: imm(0) } } as const;
    const other = dice.once(3) ? reg(dice.pick([7, 8])) : imm(dice.pick(LIMITS));
    code.jump(dice.pick(JUMPS), dice.pick([7, 8]), other, end, dice.pick([32, 64] as const));
    if (dice.once(2))
      code.alu(
        dice.pick(["add", "and", "or", "xor", "mul"] as const),
        dice.pick([7, 8]),
        imm(dice.pick(LIMITS)),
      );
    else if (dice.once(6)) index(code, dice.pick([7, 8]));
    else if (dice.below(2) === 0) code.mov(dice.pick([7, 8]), imm(dice.pick(LIMITS)));
    code.drafts.push(end);
  }
};

/** Spills of every width, overlapping, read back in any other. */
export const narrowSpills: Snippet = (code) => {
  const { dice } = code;
  const at = -136;
  const sizes: readonly MemSize[] = [1, 2, 4, 8];
  if (dice.once(2)) code.store(8, 10, at, dice.once(2) ? imm(0) : reg(7));
  for (let i = 1 + dice.below(3); i > 0; i--) {
    const size = dice.pick(sizes);
    const off = at + dice.below(8 / size) * size;
    code.store(size, 10, off, dice.pick([imm(0), imm(5), reg(7), reg(8), reg(7)]));
  }
  if (dice.once(3)) code.when("lt", 7, imm(16), () => index(code, 7));
  const size = dice.pick(sizes);
  code.load(size, 8, 10, at + (dice.once(2) ? 0 : dice.below(8 / size) * size), dice.once(3));
  if (dice.once(2)) code.when("lt", 8, imm(32), () => index(code, 8));
};

/** Loops whose end is a condition, may_goto, or a counter in a half register. */
export const loops: Snippet = (code) => {
  const { dice } = code;
  const kind = dice.below(4);
  if (kind === 0) {
    // A number is at most 16, and counts down to nothing.
    code.alu("and", 7, imm(dice.pick([3, 15])));
    const start = code.place();
    const end = { insn: { kind: "alu", op: "mov", bits: 64, dst: 0, src: imm(0) } } as const;
    code.jump("eq", 7, imm(0), end, dice.pick([32, 64] as const));
    code.alu("sub", 7, imm(1), dice.pick([32, 64] as const));
    if (dice.once(2)) code.alu("add", 8, reg(7));
    code.goto(start);
    code.drafts.push(end);
  } else if (kind === 1) {
    const start = code.place();
    const end = { insn: { kind: "alu", op: "mov", bits: 64, dst: 0, src: imm(0) } } as const;
    code.add({ kind: "mayGoto", off: 0 }, end);
    if (dice.once(2)) code.alu("add", 7, imm(1));
    if (dice.once(3)) code.when("lt", 7, imm(dice.pick([10, 32])), () => index(code, 7));
    if (dice.once(4)) code.store(8, 10, -144, reg(7));
    code.goto(start);
    code.drafts.push(end);
  } else if (kind === 2) {
    // for (i = 0; i < n && i < limit; i++) array[i]
    code.mov(7, imm(0));
    const start = code.place();
    const end = { insn: { kind: "alu", op: "mov", bits: 64, dst: 0, src: imm(0) } } as const;
    if (dice.once(2)) code.jump("ge", 7, reg(8), end, dice.pick([32, 64] as const));
    index(code, 7);
    code.alu("add", 7, imm(dice.pick([1, 1, 2])), dice.pick([32, 64] as const));
    code.jump(
      dice.pick(["lt", "ne", "slt"] as const),
      7,
      imm(dice.pick([4, 8, 16, 24])),
      start,
      dice.pick([32, 64] as const),
    );
    code.drafts.push(end);
  } else {
    // Two loops, one in the other.
    code.mov(7, imm(0));
    const outer = code.place();
    code.mov(8, imm(0));
    const inner = code.place();
    code.alu("add", 8, imm(1));
    if (dice.once(3)) code.store(8, 10, -144, reg(8));
    code.jump("lt", 8, imm(dice.pick([2, 5])), inner);
    code.alu("add", 7, imm(1));
    code.jump(dice.pick(["lt", "ne"] as const), 7, imm(dice.pick([2, 5])), outer);
  }
};

export const NUMBER_SNIPPETS: readonly Snippet[] = [
  linked,
  linked,
  linked,
  decisions,
  narrowSpills,
  narrowSpills,
  loops,
];
