// What isa/eval.ts says an instruction computes, against the kernel's JIT: thousands of cases in one program, whose
// operands and results lie in the context of a "syscall" program.
import { readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { encodeProgram } from "../../src/isa/encode.ts";
import {
  evalAlu,
  evalAtomic,
  evalEndian,
  evalJump,
  evalLoad,
  evalMovsx,
  evalNeg,
  evalStore,
  immValue,
} from "../../src/isa/eval.ts";
import type { AluOp, InsnBody, MemSize, Operand } from "../../src/isa/insn.ts";
import { loadProgram, testRun } from "../../src/linux/bpf-prog.ts";
import { openKernel } from "../../src/linux/syscall.ts";
import { aluOps, atomicOps, jumpOps } from "../arbitrary-insn.ts";
import { isOlder } from "./needs.ts";

const SYSCALL_PROGRAM = 31;
const SLEEPABLE = 16;
const kernel = openKernel();
const release = readFileSync("/proc/sys/kernel/osrelease", "utf8").trim();
const hasV4 = !isOlder(release, "6.6");
const hasAcquire = !isOlder(release, "6.15");

/** `body` works on r2, r3 (operands) and r0 (third operand), may use r4 and the stack; results: r2 and r4. */
type Case = Readonly<{
  what: string;
  body: readonly InsnBody[];
  a: bigint;
  b: bigint;
  c?: bigint;
  gives: bigint;
  also?: bigint;
}>;

const M64 = 0xffffffffffffffffn;
const VALUES: readonly bigint[] = [
  0n, 1n, 2n, 7n, 31n, 32n, 63n, 64n, 0x7fn, 0x80n, 0xffn, 0x7fffn, 0x8000n, 0x7fffffffn, 0x80000000n, 0xffffffffn,
  0x100000000n, 0x123456789abcdef0n, 0x7fffffffffffffffn, 0x8000000000000000n, 0xffffffff80000000n, M64 - 1n, M64,
]; // biome-ignore format: a list
const IMMS: readonly number[] = [0, 1, 2, 7, 31, 63, 255, 0x7fff, 0x7fffffff, -1, -2, -128, -0x80000000];

/** Values that no one chose, the same in every run. */
function* pseudoRandom(seed: bigint): Generator<bigint, never> {
  for (let x = seed; ; ) {
    x ^= (x << 13n) & M64;
    x ^= x >> 7n;
    x ^= (x << 17n) & M64;
    yield x;
  }
}

function pairs(extra: number): (readonly [bigint, bigint])[] {
  const random = pseudoRandom(0x9669n);
  const all = VALUES.flatMap((a) => VALUES.map((b) => [a, b] as const));
  for (let i = 0; i < extra; i++) all.push([random.next().value, random.next().value >> BigInt(i % 60)]);
  return all;
}

// ---- running: r6 holds the context; each case has 5 words there: a, b, c, result, second result

const WORDS = 5;
const CASES_PER_PROGRAM = Math.floor(32_760 / (WORDS * 8)); // offsets into the context reach 32,767

function contextLoad(dst: 0 | 2 | 3, word: number): InsnBody {
  return { kind: "load", size: 8, signed: false, dst, base: 6, off: word * 8 };
}

function programOf(cases: readonly Case[]): InsnBody[] {
  const insns: InsnBody[] = [{ kind: "alu", op: "mov", bits: 64, dst: 6, src: { kind: "reg", reg: 1 } }];
  for (const [i, { body }] of cases.entries()) {
    const base = i * WORDS;
    insns.push(contextLoad(2, base), contextLoad(3, base + 1), contextLoad(0, base + 2));
    insns.push({ kind: "alu", op: "mov", bits: 64, dst: 4, src: { kind: "imm", imm: 0 } }, ...body);
    insns.push({ kind: "store", size: 8, base: 6, off: (base + 3) * 8, src: { kind: "reg", reg: 2 } });
    insns.push({ kind: "store", size: 8, base: 6, off: (base + 4) * 8, src: { kind: "reg", reg: 4 } });
  }
  insns.push({ kind: "alu", op: "mov", bits: 64, dst: 0, src: { kind: "imm", imm: 0 } }, { kind: "exit" });
  return insns;
}

/** An emulated guest is some hundred times slower; it gets every eleventh case. */
const STRIDE = process.env["SKEP_GUEST_KERNEL"] === undefined ? 1 : 11;
let ran = 0;

function agree(all: readonly Case[]): void {
  const cases = all.filter((_, i) => i % STRIDE === 0);
  for (let at = 0; at < cases.length; at += CASES_PER_PROGRAM)
    runBatch(cases.slice(at, at + CASES_PER_PROGRAM));
  ran += cases.length;
}

function runBatch(cases: readonly Case[]): void {
  const context = new DataView(new ArrayBuffer(cases.length * WORDS * 8));
  for (const [i, { a, b, c = 0n }] of cases.entries())
    for (const [word, value] of [a, b, c].entries()) context.setBigUint64((i * WORDS + word) * 8, value, true);
  const insns = encodeProgram(programOf(cases));
  const loaded = loadProgram(kernel, {
    name: "isa",
    type: SYSCALL_PROGRAM,
    insns,
    license: "GPL",
    flags: SLEEPABLE,
  });
  if (loaded.kind === "refused") throw new Error(`refused with ${loaded.errno}: ${loaded.log.slice(-2000)}`);
  using program = loaded.fd;
  testRun(kernel, program, { context: new Uint8Array(context.buffer) });
  const wrong: string[] = [];
  for (const [i, { what, a, b, c = 0n, gives, also = 0n }] of cases.entries()) {
    const result = context.getBigUint64((i * WORDS + 3) * 8, true);
    const second = context.getBigUint64((i * WORDS + 4) * 8, true);
    if (result === gives && second === also) continue;
    const [operands, seen, expected] = [
      [a, b, c],
      [result, second],
      [gives, also],
    ].map((values) => values.map(hex));
    wrong.push(`${what} of ${operands}: kernel ${seen}, eval ${expected}`);
  }
  expect(wrong).toEqual([]);
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}

// ---- the cases

const isV4 = (op: AluOp) => op === "sdiv" || op === "smod";
const isShift = (op: AluOp) => op === "lsh" || op === "rsh" || op === "arsh";
const isDivision = (op: AluOp) => isV4(op) || op === "div" || op === "mod";
const WIDTHS = [32, 64] as const;

/** Constants that the verifier refuses: division by 0 and shifts by the width or more. */
function isAllowed(op: AluOp, bits: 32 | 64, imm: number): boolean {
  if (isDivision(op)) return imm !== 0;
  return !isShift(op) || (imm >= 0 && imm < bits);
}

test.each(aluOps.filter((op) => hasV4 || !isV4(op)))("arithmetic: %s", (op) => {
  const cases: Case[] = [];
  for (const bits of WIDTHS) {
    const body = (src: Operand): InsnBody[] => [{ kind: "alu", op, bits, dst: 2, src }];
    for (const [a, b] of pairs(200))
      cases.push({
        what: `${op} ${bits}`,
        body: body({ kind: "reg", reg: 3 }),
        a,
        b,
        gives: evalAlu(op, bits, a, b),
      });
    for (const a of VALUES)
      cases.push({
        what: `${op} ${bits} itself`,
        body: body({ kind: "reg", reg: 2 }),
        a,
        b: 0n,
        gives: evalAlu(op, bits, a, a),
      });
    for (const imm of IMMS.filter((value) => isAllowed(op, bits, value)))
      for (const a of VALUES)
        cases.push({
          what: `${op} ${bits} imm ${imm}`,
          body: body({ kind: "imm", imm }),
          a,
          b: 0n,
          gives: evalAlu(op, bits, a, immValue(imm)),
        });
  }
  agree(cases);
});

test("negation, sign extension, byte swaps", () => {
  const cases: Case[] = [];
  const random = pseudoRandom(7n);
  const values = [...VALUES, ...Array.from({ length: 100 }, () => random.next().value)];
  for (const a of values) {
    for (const bits of WIDTHS) {
      cases.push({
        what: `neg ${bits}`,
        body: [{ kind: "neg", bits, dst: 2 }],
        a,
        b: 0n,
        gives: evalNeg(bits, a),
      });
      for (const from of [8, 16, 32] as const)
        if (hasV4 && from < bits)
          cases.push({
            what: `movsx ${bits} from ${from}`,
            body: [{ kind: "movsx", bits, from, dst: 2, src: 3 }],
            a: 0n,
            b: a,
            gives: evalMovsx(bits, from, a),
          });
    }
    for (const op of ["le", "be", "bswap"] as const)
      for (const width of [16, 32, 64] as const)
        if (hasV4 || op !== "bswap")
          cases.push({
            what: `${op}${width}`,
            body: [{ kind: "endian", op, width, dst: 2 }],
            a,
            b: 0n,
            gives: evalEndian(op, width, a),
          });
  }
  agree(cases);
});

test.each(jumpOps)("jump: %s", (op) => {
  const cases: Case[] = [];
  const add = (what: string, bits: 32 | 64, src: Operand, a: bigint, b: bigint, value: bigint): void => {
    const taken = evalJump(op, bits, a, value);
    const body: InsnBody[] = [
      { kind: "jump", op, bits, dst: 2, src, off: 1 },
      { kind: "alu", op: "mov", bits: 64, dst: 4, src: { kind: "imm", imm: 1 } },
    ];
    cases.push({ what, body, a, b, gives: a, also: taken ? 0n : 1n });
  };
  for (const bits of WIDTHS) {
    for (const [a, b] of pairs(60)) add(`${op} ${bits}`, bits, { kind: "reg", reg: 3 }, a, b, b);
    for (const imm of IMMS)
      for (const a of VALUES) add(`${op} ${bits} imm ${imm}`, bits, { kind: "imm", imm }, a, 0n, immValue(imm));
  }
  agree(cases);
});

/** Memory at r10 - 8 holds r2 first. */
const fill: InsnBody = { kind: "store", size: 8, base: 10, off: -8, src: { kind: "reg", reg: 2 } };
const readBack: InsnBody = { kind: "load", size: 8, signed: false, dst: 2, base: 10, off: -8 };

test("loads and stores of every size and sign", () => {
  const cases: Case[] = [];
  for (const [a, b] of pairs(0))
    for (const size of [1, 2, 4, 8] as const) {
      for (const signed of size === 8 || !hasV4 ? [false] : [false, true])
        cases.push({
          what: `load ${size} ${signed}`,
          body: [fill, { kind: "load", size, signed, dst: 2, base: 10, off: -8 }],
          a,
          b,
          gives: evalLoad(size, signed, a),
        });
      cases.push({
        what: `store ${size}`,
        body: [fill, { kind: "store", size, base: 10, off: -8, src: { kind: "reg", reg: 3 } }, readBack],
        a,
        b,
        gives: overlay(a, size, b),
      });
    }
  for (const a of VALUES)
    for (const imm of IMMS)
      for (const size of [1, 2, 4, 8] as const)
        cases.push({
          what: `store ${size} imm ${imm}`,
          body: [fill, { kind: "store", size, base: 10, off: -8, src: { kind: "imm", imm } }, readBack],
          a,
          b: 0n,
          gives: overlay(a, size, immValue(imm)),
        });
  agree(cases);
});

/** `memory` with its low `size` bytes replaced. */
function overlay(memory: bigint, size: MemSize, value: bigint): bigint {
  return ((memory >> BigInt(size * 8)) << BigInt(size * 8)) | evalStore(size, value);
}

test.each(atomicOps)("atomic: %s", (op) => {
  const cases: Case[] = [];
  for (const size of [4, 8] as const)
    for (const fetch of op === "xchg" || op === "cmpxchg" ? [true] : [false, true])
      for (const [i, [a, b]] of pairs(100).entries()) {
        const c = i % 3 === 0 ? a : i % 3 === 1 ? a ^ (1n << 40n) : b; // equal, equal in 32 bits, different
        const { stored, fetched } = evalAtomic(op, size, a, b, c);
        const result = op === "cmpxchg" ? 0 : 3;
        const body: InsnBody[] = [
          fill,
          { kind: "atomic", op, fetch, size, base: 10, off: -8, src: 3 },
          readBack,
          { kind: "alu", op: "mov", bits: 64, dst: 4, src: { kind: "reg", reg: result } },
        ];
        const untouched = op === "cmpxchg" ? c : b;
        const gives = overlay(a, size, stored);
        cases.push({ what: `${op} ${size} ${fetch}`, body, a, b, c, gives, also: fetch ? fetched : untouched });
      }
  agree(cases);
});

test("load-acquire and store-release", (context) => {
  if (!hasAcquire) context.skip(`needs load-acquire: Linux 6.15 or later, this is ${release}`);
  const cases: Case[] = [];
  for (const [a, b] of pairs(0))
    for (const size of [1, 2, 4, 8] as const) {
      cases.push({
        what: `load_acquire ${size}`,
        body: [fill, { kind: "loadAcquire", size, dst: 2, base: 10, off: -8 }],
        a,
        b,
        gives: evalLoad(size, false, a),
      });
      cases.push({
        what: `store_release ${size}`,
        body: [fill, { kind: "storeRelease", size, base: 10, off: -8, src: 3 }, readBack],
        a,
        b,
        gives: overlay(a, size, b),
      });
    }
  agree(cases);
});

test("64-bit immediates, gotol and may_goto", (context) => {
  if (isOlder(release, "6.10")) context.skip(`needs may_goto: Linux 6.10 or later, this is ${release}`);
  const jumps: InsnBody[] = [
    { kind: "jump", op: "eq", bits: 64, dst: 3, src: { kind: "imm", imm: 7 }, off: 1 },
    { kind: "ja", off: 2, wide: true }, // over both slots of the load
    { kind: "loadImm64", dst: 2, imm: 5n },
    { kind: "mayGoto", off: 1 },
    { kind: "alu", op: "or", bits: 64, dst: 2, src: { kind: "imm", imm: 0 } },
  ];
  agree(
    VALUES.flatMap((a): Case[] => [
      { what: "lddw", body: [{ kind: "loadImm64", dst: 2, imm: a }], a: 0n, b: 0n, gives: a },
      { what: "gotol", body: jumps, a, b: 0n, gives: a },
      { what: "no gotol", body: jumps, a, b: 7n, gives: 5n },
    ]),
  );
});

afterAll(() => {
  expect(readFileSync("/proc/sys/net/core/bpf_jit_enable", "utf8").trim()).not.toBe("0");
  console.log(`${ran} cases agree with the JIT of ${release}`);
});
