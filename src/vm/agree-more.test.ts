// Both engines agree on what came to the instruction set later: casts of arena pointers, exceptions, calls of kernel
// functions, callbacks.
import fc from "fast-check";
import { expect, test } from "vitest";
import { MAP_FLAGS } from "../abi/map-flags.ts";
import { SkepError } from "../base/errors.ts";
import type { Insn, InsnBody, MemSize, Reg } from "../isa/insn.ts";
import { Machine } from "./machine.ts";
import { asm, mapSpec } from "./test-program.ts";

const USER = 0x1234_0000_3000n;
const ARENA = mapSpec({
  type: "arena",
  name: "arena",
  keySize: 0,
  valueSize: 0,
  maxEntries: 4,
  flags: MAP_FLAGS.mmapable,
  mapExtra: USER,
  initial: Uint8Array.from({ length: 4096 }, (_, i) => i * 7),
});

const machines = (["jit", "interpreter"] as const).map((engine) => {
  const machine = new Machine({ engine, maxSteps: 500 });
  machine.createMap(ARENA);
  return machine;
});

function outcome(machine: Machine, insns: readonly Insn[]): string {
  try {
    machine.load({ name: "p", insns });
    const { r0, steps } = machine.run("p", { ctx: new Uint8Array(64).fill(3) });
    return `${r0} after ${steps}`;
  } catch (error) {
    if (error instanceof SkepError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

const reg = fc.constantFrom<Reg[]>(0, 1, 2, 3, 4, 5, 8, 9);
const size = fc.constantFrom<MemSize[]>(1, 2, 4, 8);
const off = fc.oneof(fc.integer({ min: -16, max: 64 }), fc.constantFrom(4090, 4096, 12_288, -4096));
const callOf = (text: string): readonly InsnBody[] => asm(text).map(({ meta: _, ...body }) => body);
const throwIf = (key: number): readonly InsnBody[] => [
  { kind: "jump", op: "ne", bits: 64, dst: 0, src: { kind: "imm", imm: key }, off: 2 },
  ...callOf("r1 = 99\ncall ksym[bpf_throw]\nexit").slice(0, 2),
];
const part: fc.Arbitrary<readonly InsnBody[]> = fc.oneof(
  fc
    .tuple(reg, reg, fc.boolean())
    .map(([dst, src, out]): InsnBody[] => [
      { kind: "addrSpaceCast", dst, src, toSpace: out ? 1 : 0, fromSpace: out ? 0 : 1 },
    ]),
  fc.tuple(reg, reg, size, off).map(([dst, base, bytes, at]): InsnBody[] => [
    { kind: "addrSpaceCast", dst: 7, src: base, toSpace: 0, fromSpace: 1 },
    { kind: "load", size: bytes, signed: false, dst, base: 7, off: at },
  ]),
  fc.tuple(reg, reg, size, off).map(([src, base, bytes, at]): InsnBody[] => [
    { kind: "addrSpaceCast", dst: 7, src: base, toSpace: 0, fromSpace: 1 },
    { kind: "store", size: bytes, base: 7, off: at, src: { kind: "reg", reg: src } },
  ]),
  fc
    .tuple(reg, fc.bigInt({ min: -64n, max: 20_000n }))
    .map(([dst, by]): InsnBody[] => [{ kind: "loadImm64", dst, imm: BigInt.asUintN(64, USER + by) }]),
  fc
    .tuple(reg, fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }))
    .map(([dst, imm]): InsnBody[] => [{ kind: "loadImm64", dst, imm }]),
  fc
    .tuple(reg, reg)
    .map(([dst, src]): InsnBody[] => [
      { kind: "alu", op: "add", bits: 64, dst, src: { kind: "reg", reg: src } },
    ]),
  fc.constantFrom(0, 3, 77).map(throwIf),
  fc.constant(callOf("call f\nexit\nf: exit").slice(0, 1)), // aimed below
  fc.constant([{ kind: "alu", op: "and", bits: 64, dst: 0, src: { kind: "imm", imm: 127 } } as const]),
);

/** The parts, then a function that they call, which may throw, and with `handled` one that handles exceptions. */
function program(parts: readonly (readonly InsnBody[])[], inner: readonly (readonly InsnBody[])[]): InsnBody[] {
  const start = callOf("r9 = map[arena][0]\nexit").slice(0, 1);
  const isCall = (insn: InsnBody) => insn.kind === "call" && insn.target.kind === "local";
  const body = [...start, ...parts.flat(), { kind: "exit" } as const];
  const callee = [...inner.flat().filter((insn) => !isCall(insn)), ...callOf("r0 += 1\nexit")];
  const slots = (list: readonly InsnBody[]) =>
    list.reduce((sum, insn) => sum + (insn.kind === "loadImm64" ? 2 : 1), 0);
  const total = slots(body);
  const aimed = body.map((insn, i): InsnBody => {
    if (!isCall(insn)) return insn;
    return { kind: "call", target: { kind: "local", off: total - slots(body.slice(0, i + 1)) } };
  });
  return [...aimed, ...callee];
}

test("casts, exceptions and kernel functions", () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(
      fc.array(part, { minLength: 1, maxLength: 10 }),
      fc.array(part, { maxLength: 3 }),
      (parts, inner) => {
        const insns = program(parts, inner);
        const [jit, interpreter] = machines.map((machine) => outcome(machine, insns));
        expect(jit).toBe(interpreter);
        const kind = jit?.startsWith("99 ") ? "thrown" : (jit?.match(/^vm\/[a-z-]+/)?.[0] ?? "fine");
        seen.set(kind, (seen.get(kind) ?? 0) + 1);
      },
    ),
    { numRuns: 3_000 },
  );
  expect(seen.get("thrown")).toBeGreaterThan(50);
  expect(seen.get("fine")).toBeGreaterThan(1_000);
});

// Nested callbacks: bpf_loop in bpf_loop, with bodies that count, stop early, throw, or call further.
const body = fc.record({
  count: fc.integer({ min: 0, max: 5 }),
  stopAt: fc.integer({ min: 0, max: 6 }),
  throwAt: fc.integer({ min: 0, max: 40 }),
  depth: fc.integer({ min: 1, max: 5 }),
});

test("callbacks in callbacks", () => {
  let finished = 0;
  fc.assert(
    fc.property(body, ({ count, stopAt, throwAt, depth }) => {
      const level = (n: number) => `
        level${n}:
        r6 = r1
        r7 = r2
        r1 = *(u64 *)(r7 + 0)
        r1 += ${n}
        *(u64 *)(r7 + 0) = r1
        if r1 != ${throwAt} goto +1
        call ksym[bpf_throw]
        ${n < depth ? `r1 = ${count}\nr2 = subprog[level${n + 1}] ll\nr3 = r7\nr4 = 0\ncall bpf_loop` : "r0 = 0"}
        r0 = 0
        if r6 != ${stopAt} goto +1
        r0 = 1
        exit`;
      const text = `
        *(u64 *)(r10 - 8) = 0
        r1 = ${count}
        r2 = subprog[level1] ll
        r3 = r10
        r3 += -8
        r4 = 0
        call bpf_loop
        r1 = *(u64 *)(r10 - 8)
        r0 <<= 32
        r0 += r1
        exit
        ${Array.from({ length: depth }, (_, i) => level(i + 1)).join("\n")}`;
      const insns = asm(text);
      const [jit, interpreter] = machines.map((machine) => outcome(machine, insns));
      expect(jit).toBe(interpreter);
      if (/^\d+ after/.test(jit ?? "")) finished++;
    }),
    { numRuns: 400 },
  );
  expect(finished).toBeGreaterThan(200);
});
