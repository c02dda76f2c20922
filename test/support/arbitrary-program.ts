import fc from "fast-check";
import type { AtomicOp, InsnBody, MemSize, Operand, Reg } from "../../src/isa/insn.ts";
import { aluOps, jumpOps } from "../arbitrary-insn.ts";

// Programs that a kernel's verifier accepts, and that still do everything: r6 holds the address of 64 bytes of memory,
// r7 a second pointer to it, r0 … r5, r8 and r9 numbers. Jumps go forward, or back in loops with a counter.

const VALUE_REGS: readonly Reg[] = [0, 1, 2, 3, 4, 5, 8];
const COUNTER: Reg = 9;
export const MEMORY_BYTES = 64;
const FRAME = 64; // bytes of stack that are used, from r10 - 64

const reg = fc.constantFrom(...VALUE_REGS);
const bits = fc.constantFrom<(32 | 64)[]>(32, 64);
const size = fc.constantFrom<MemSize[]>(1, 2, 4, 8);
const interesting = fc.constantFrom(0, 1, -1, 2, 7, 31, 63, 255, 0x7fff, 0x7fffffff, -0x80000000);
const imm = fc.oneof(interesting, fc.integer({ min: -0x80000000, max: 0x7fffffff }));
const operand: fc.Arbitrary<Operand> = fc.oneof(
  reg.map((r): Operand => ({ kind: "reg", reg: r })),
  imm.map((value): Operand => ({ kind: "imm", imm: value })),
);
const just = <T extends string>(kind: T) => fc.constant(kind);

/** What the verifier refuses for constants: division by 0, shifts by the width or more. */
function tame(insn: InsnBody): InsnBody {
  if (insn.kind !== "alu" || insn.src.kind !== "imm") return insn;
  const { op, src, bits: width } = insn;
  if ((op === "div" || op === "mod" || op === "sdiv" || op === "smod") && src.imm === 0)
    return { ...insn, src: { kind: "imm", imm: 3 } };
  if (op === "lsh" || op === "rsh" || op === "arsh")
    return { ...insn, src: { kind: "imm", imm: src.imm & (width - 1) } };
  return insn;
}

const place = fc.record({ size, base: fc.constantFrom<Reg[]>(6, 7, 10), slot: fc.nat(MEMORY_BYTES - 8) });
type Place = { size: MemSize; base: Reg; slot: number };

/** An aligned offset, as the verifier demands of the stack. */
function offset({ size: bytes, base, slot }: Place): number {
  const aligned = slot - (slot % bytes);
  return base === 10 ? aligned - FRAME : aligned;
}

const memory: fc.Arbitrary<InsnBody> = fc.oneof(
  fc.tuple(place, reg, fc.boolean()).map(([p, dst, signed]): InsnBody => {
    return { kind: "load", size: p.size, signed: signed && p.size !== 8, dst, base: p.base, off: offset(p) };
  }),
  fc.tuple(place, operand).map(([p, src]): InsnBody => {
    return { kind: "store", size: p.size, base: p.base, off: offset(p), src };
  }),
  fc
    .tuple(place, reg, fc.constantFrom<AtomicOp[]>("add", "or", "and", "xor", "xchg", "cmpxchg"), fc.boolean())
    .map(([p, src, op, fetch]): InsnBody => {
      const wide: Place = { ...p, size: p.size === 4 ? 4 : 8 };
      const always = op === "xchg" || op === "cmpxchg";
      return {
        kind: "atomic",
        op,
        fetch: fetch || always,
        size: wide.size as 4 | 8,
        base: wide.base,
        off: offset(wide),
        src,
      };
    }),
);

const acquire: fc.Arbitrary<InsnBody> = fc.oneof(
  fc
    .tuple(place, reg)
    .map(([p, dst]): InsnBody => ({ kind: "loadAcquire", size: p.size, dst, base: p.base, off: offset(p) })),
  fc
    .tuple(place, reg)
    .map(([p, src]): InsnBody => ({ kind: "storeRelease", size: p.size, base: p.base, off: offset(p), src })),
);

const arithmetic: fc.Arbitrary<InsnBody> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .record({ kind: just("alu"), op: fc.constantFrom(...aluOps), bits, dst: reg, src: operand })
      .map(tame),
  },
  { weight: 1, arbitrary: fc.record({ kind: just("neg"), bits, dst: reg }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: just("movsx"),
      bits,
      from: fc.constantFrom<(8 | 16)[]>(8, 16),
      dst: reg,
      src: reg,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: just("movsx"),
      bits: fc.constant(64 as const),
      from: fc.constant(32 as const),
      dst: reg,
      src: reg,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: just("endian"),
      op: fc.constantFrom<("le" | "be" | "bswap")[]>("le", "be", "bswap"),
      width: fc.constantFrom<(16 | 32 | 64)[]>(16, 32, 64),
      dst: reg,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: just("loadImm64"),
      dst: reg,
      imm: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
    }),
  },
);

/** A part of a program: jumps stay inside of it. */
type Part = readonly InsnBody[];

const straight = (withAcquire: boolean): fc.Arbitrary<Part> =>
  fc
    .oneof(
      { weight: 4, arbitrary: arithmetic },
      { weight: 3, arbitrary: withAcquire ? fc.oneof(memory, acquire) : memory },
    )
    .map((insn) => [insn]);

function slots(part: Part): number {
  return part.reduce((sum, insn) => sum + (insn.kind === "loadImm64" ? 2 : 1), 0);
}

const condition = fc.record({ op: fc.constantFrom(...jumpOps), bits, dst: reg, src: operand });

function branch([test, then, otherwise]: [
  Omit<InsnBody & { kind: "jump" }, "kind" | "off">,
  Part[],
  Part[],
]): Part {
  const [a, b] = [then.flat(), otherwise.flat()];
  return [{ kind: "jump", ...test, off: slots(b) + 1 }, ...b, { kind: "ja", off: slots(a), wide: false }, ...a];
}

/** Counts in r9, so loops do not nest; an early exit is a jump out. */
function loop([times, body, leave]: [number, Part[], Omit<InsnBody & { kind: "jump" }, "kind" | "off">]): Part {
  const inner = body.flat();
  return [
    { kind: "alu", op: "mov", bits: 64, dst: COUNTER, src: { kind: "imm", imm: times } },
    ...inner,
    { kind: "jump", ...leave, off: 2 },
    { kind: "alu", op: "sub", bits: 64, dst: COUNTER, src: { kind: "imm", imm: 1 } },
    { kind: "jump", op: "ne", bits: 64, dst: COUNTER, src: { kind: "imm", imm: 0 }, off: -(slots(inner) + 3) },
  ];
}

export type ProgramOptions = Readonly<{
  acquire: boolean;
  calls: boolean;
  maxParts?: number;
  /** Where the memory is: in the context, or in the value of map "mem". */
  memory?: "ctx" | "map";
}>;

/** A whole program; its result mixes all registers. `calls`: some parts call a function that lies behind the program. */
export function arbitraryProgram(options: ProgramOptions): fc.Arbitrary<readonly InsnBody[]> {
  const flat = straight(options.acquire);
  const few = (most: number) => fc.array(flat, { maxLength: most });
  const branches = fc.tuple(condition, few(4), few(4)).map(branch);
  const nested = fc.tuple(condition, fc.array(fc.oneof(flat, branches), { maxLength: 3 }), few(3)).map(branch);
  const loops = fc
    .tuple(fc.integer({ min: 1, max: 4 }), fc.array(fc.oneof(flat, branches), { maxLength: 4 }), condition)
    .map(loop);
  const call: fc.Arbitrary<Part> = fc.constant([
    { kind: "call", target: { kind: "local", off: 0 } },
    ...afterCall(),
  ]);
  const parts = fc.array(
    fc.oneof(
      { weight: 6, arbitrary: flat },
      { weight: 3, arbitrary: branches },
      { weight: 2, arbitrary: nested },
      { weight: 2, arbitrary: loops },
      { weight: options.calls ? 1 : 0, arbitrary: call },
    ),
    { minLength: 1, maxLength: options.maxParts ?? 12 },
  );
  const seeds = fc.array(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), { minLength: 8, maxLength: 8 });
  const callee = fc.array(flat, { maxLength: 4 });
  return fc.tuple(seeds, parts, callee).map(([values, body, fn]) => assembleProgram(options, values, body, fn));
}

/** r1 … r5 are lost after a call. */
function afterCall(): InsnBody[] {
  return ([1, 2, 3, 4, 5] as const).map((dst) => ({
    kind: "alu",
    op: "mov",
    bits: 64,
    dst,
    src: { kind: "reg", reg: 0 },
  }));
}

function assembleProgram(
  options: ProgramOptions,
  values: readonly bigint[],
  body: readonly Part[],
  callee: readonly Part[],
): readonly InsnBody[] {
  const move = (dst: Reg, src: Reg): InsnBody => ({
    kind: "alu",
    op: "mov",
    bits: 64,
    dst,
    src: { kind: "reg", reg: src },
  });
  const address: InsnBody =
    options.memory === "map"
      ? { kind: "loadImm64", dst: 6, imm: 0n, ref: { kind: "mapValue", map: "mem", off: 0 } }
      : move(6, 1);
  const insns: InsnBody[] = [address, move(7, 6)];
  const regs: readonly Reg[] = [...VALUE_REGS, COUNTER];
  for (const [i, dst] of regs.entries()) insns.push({ kind: "loadImm64", dst, imm: values[i] ?? 0n });
  insns.push(...fillFrame(), ...body.flat());
  for (const other of [1, 2, 3, 4, 5, 8, 9] as const)
    insns.push(
      { kind: "alu", op: "mul", bits: 64, dst: 0, src: { kind: "imm", imm: 31 } },
      { kind: "alu", op: "add", bits: 64, dst: 0, src: { kind: "reg", reg: other } },
    );
  insns.push(
    { kind: "store", size: 8, base: 6, off: MEMORY_BYTES, src: { kind: "reg", reg: 0 } },
    { kind: "exit" },
  );
  if (!insns.some((insn) => insn.kind === "call")) return insns;
  return aimCalls(insns, [
    ...fillFrame(),
    move(6, 10),
    { kind: "alu", op: "add", bits: 64, dst: 6, src: { kind: "imm", imm: -FRAME } },
    move(7, 6),
    move(0, 1),
    move(8, 2),
    ...callee.flat(),
    { kind: "exit" },
  ]);
}

/** Every byte of the frame that may be read is written first. */
function fillFrame(): InsnBody[] {
  return Array.from({ length: FRAME / 8 }, (_, i) => ({
    kind: "store" as const,
    size: 8 as const,
    base: 10 as const,
    off: -8 * (i + 1),
    src: { kind: "imm" as const, imm: 0x01020304 * (i + 1) },
  }));
}

function aimCalls(main: readonly InsnBody[], callee: readonly InsnBody[]): readonly InsnBody[] {
  const total = slots(main);
  let slot = 0;
  const aimed = main.map((insn): InsnBody => {
    slot += slots([insn]);
    return insn.kind === "call" ? { kind: "call", target: { kind: "local", off: total - slot } } : insn;
  });
  return [...aimed, ...callee];
}
