import fc from "fast-check";
import type {
  AluOp,
  AtomicOp,
  CallTarget,
  ImmRef,
  InsnBody,
  JumpOp,
  MemSize,
  Operand,
  Reg,
} from "../src/isa/insn.ts";

export const aluOps: readonly AluOp[] = [
  "add", "sub", "mul", "div", "sdiv", "mod", "smod", "or", "and", "xor", "lsh", "rsh", "arsh", "mov",
]; // biome-ignore format: one line
export const jumpOps: readonly JumpOp[] = [
  "eq",
  "ne",
  "gt",
  "ge",
  "lt",
  "le",
  "sgt",
  "sge",
  "slt",
  "sle",
  "set",
];
export const atomicOps: readonly AtomicOp[] = ["add", "or", "and", "xor", "xchg", "cmpxchg"];

const reg = fc.integer({ min: 0, max: 10 }).map((r) => r as Reg);
const i16 = fc.oneof(fc.constantFrom(0, 1, -1, 32767, -32768), fc.integer({ min: -32768, max: 32767 }));
const i32 = fc.oneof(
  fc.constantFrom(0, 1, -1, 255, 2147483647, -2147483648),
  fc.integer({ min: -2147483648, max: 2147483647 }),
);
const bits = fc.constantFrom<(32 | 64)[]>(32, 64);
const size = fc.constantFrom<MemSize[]>(1, 2, 4, 8);
const name = fc.stringMatching(/^[A-Za-z_.][A-Za-z0-9_.$@]{0,14}$/);
const operand: fc.Arbitrary<Operand> = fc.oneof(
  reg.map((r): Operand => ({ kind: "reg", reg: r })),
  i32.map((imm): Operand => ({ kind: "imm", imm })),
);
const just = <T extends string>(kind: T) => fc.constant(kind);

const boundRef: fc.Arbitrary<ImmRef> = fc.oneof(
  fc.record({ kind: just("mapFd"), fd: i32 }),
  fc.record({ kind: just("mapValueFd"), fd: i32, off: i32 }),
  fc.record({ kind: just("mapIdx"), index: i32 }),
  fc.record({ kind: just("mapValueIdx"), index: i32, off: i32 }),
  fc.record({ kind: just("btfVar"), btfId: i32, btfFd: i32 }),
  fc.record({ kind: just("funcOff"), off: i32 }),
);
const namedRef: fc.Arbitrary<ImmRef> = fc.oneof(
  fc.record({ kind: just("map"), map: name }),
  fc.record({ kind: just("mapValue"), map: name, off: i32 }),
  fc.record({ kind: just("func"), name }),
  fc.record({ kind: just("ksym"), name, weak: fc.boolean() }),
);
const boundTarget: fc.Arbitrary<CallTarget> = fc.oneof(
  fc.record({ kind: just("helper"), id: i32 }),
  fc.record({ kind: just("local"), off: i32 }),
  fc.record({ kind: just("kfunc"), btfId: i32, btfFd: i16 }),
  fc.record({ kind: just("reg"), reg }),
);
const namedTarget: fc.Arbitrary<CallTarget> = fc.oneof(
  fc.record({ kind: just("func"), name }),
  fc.record({ kind: just("ksym"), name, weak: fc.boolean() }),
);

const u64 = fc.bigInt({ min: 0n, max: 0xffffffffffffffffn });

/** Every instruction that has bytes, each in the form that the decoder gives. */
export const arbitraryInsn: fc.Arbitrary<InsnBody> = fc.oneof(
  fc.record({ kind: just("alu"), op: fc.constantFrom(...aluOps), bits, dst: reg, src: operand }),
  fc.record({ kind: just("neg"), bits, dst: reg }),
  fc.record({ kind: just("movsx"), bits, from: fc.constantFrom<(8 | 16)[]>(8, 16), dst: reg, src: reg }),
  fc.record({
    kind: just("movsx"),
    bits: fc.constant(64 as const),
    from: fc.constant(32 as const),
    dst: reg,
    src: reg,
  }),
  fc.record({
    kind: just("endian"),
    op: fc.constantFrom<("le" | "be" | "bswap")[]>("le", "be", "bswap"),
    width: fc.constantFrom<(16 | 32 | 64)[]>(16, 32, 64),
    dst: reg,
  }),
  fc.record({
    kind: just("addrSpaceCast"),
    dst: reg,
    src: reg,
    toSpace: fc.integer({ min: 0, max: 65535 }),
    fromSpace: fc.integer({ min: 0, max: 65535 }),
  }),
  fc.record({ kind: just("load"), size, signed: fc.constant(false), dst: reg, base: reg, off: i16 }),
  fc.record({
    kind: just("load"),
    size: fc.constantFrom<(1 | 2 | 4)[]>(1, 2, 4),
    signed: fc.constant(true),
    dst: reg,
    base: reg,
    off: i16,
  }),
  fc.record({ kind: just("store"), size, base: reg, off: i16, src: operand }),
  fc.record({
    kind: just("atomic"),
    op: fc.constantFrom<AtomicOp[]>("add", "or", "and", "xor"),
    fetch: fc.boolean(),
    size: fc.constantFrom<(4 | 8)[]>(4, 8),
    base: reg,
    off: i16,
    src: reg,
  }),
  fc.record({
    kind: just("atomic"),
    op: fc.constantFrom<AtomicOp[]>("xchg", "cmpxchg"),
    fetch: fc.constant(true),
    size: fc.constantFrom<(4 | 8)[]>(4, 8),
    base: reg,
    off: i16,
    src: reg,
  }),
  fc.record({ kind: just("loadAcquire"), size, dst: reg, base: reg, off: i16 }),
  fc.record({ kind: just("storeRelease"), size, base: reg, off: i16, src: reg }),
  fc.record({ kind: just("loadImm64"), dst: reg, imm: u64 }),
  fc.record({ kind: just("loadImm64"), dst: reg, imm: fc.constant(0n), ref: boundRef }),
  fc.record({
    kind: just("loadPacket"),
    mode: just("abs"),
    size: fc.constantFrom<(1 | 2 | 4)[]>(1, 2, 4),
    src: fc.constant(0 as Reg),
    imm: i32,
  }),
  fc.record({
    kind: just("loadPacket"),
    mode: just("ind"),
    size: fc.constantFrom<(1 | 2 | 4)[]>(1, 2, 4),
    src: reg,
    imm: i32,
  }),
  fc.record({ kind: just("ja"), off: i16, wide: fc.constant(false) }),
  fc.record({ kind: just("ja"), off: i32, wide: fc.constant(true) }),
  fc.record({ kind: just("jump"), op: fc.constantFrom(...jumpOps), bits, dst: reg, src: operand, off: i16 }),
  fc.record({ kind: just("mayGoto"), off: i16 }),
  fc.record({ kind: just("call"), target: boundTarget }),
  fc.record({ kind: just("exit") }),
);

/** Also instructions that refer to something by a name and so have no bytes yet. */
export const arbitrarySymbolicInsn: fc.Arbitrary<InsnBody> = fc.oneof(
  { weight: 3, arbitrary: arbitraryInsn },
  {
    weight: 1,
    arbitrary: fc.oneof(
      fc.record({ kind: just("loadImm64"), dst: reg, imm: fc.constant(0n), ref: namedRef }),
      fc.record({ kind: just("call"), target: namedTarget }),
    ),
  },
);
