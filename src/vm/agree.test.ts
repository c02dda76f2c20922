// Both engines give the same results, memory and errors for generated programs: well-formed ones and arbitrary ones.
import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryInsn } from "../../test/arbitrary-insn.ts";
import { arbitraryProgram, MEMORY_BYTES } from "../../test/support/arbitrary-program.ts";
import { SkepError } from "../base/errors.ts";
import type { AluOp, InsnBody, MemSize, Reg } from "../isa/insn.ts";
import { Machine } from "./machine.ts";
import type { CompileLimits } from "./wasm/parts.ts";

type Outcome = Readonly<{ r0: bigint; steps: number; ctx: string }> | string;

function limits(partBlocks: number, partInsns: number): CompileLimits {
  return { functionInsns: 0, graphBlocks: 0, partBlocks, partInsns };
}

/** Machines are used again: WebAssembly memories are not free. */
const machines = {
  jit: new Machine({ maxSteps: 5_000 }),
  /** Compiles everything in small parts. */
  parts: new Machine({ maxSteps: 5_000, compileLimits: limits(3, 6) }),
  dispatched: new Machine({ maxSteps: 5_000, compileLimits: limits(1, 2) }),
  interpreter: new Machine({ engine: "interpreter", maxSteps: 5_000 }),
};

function outcome(machine: Machine, insns: readonly InsnBody[]): Outcome {
  try {
    machine.load({ name: "p", type: "socketFilter", insns });
    const { r0, steps, ctx } = machine.run("p", {
      ctx: new Uint8Array(MEMORY_BYTES + 8).fill(0x5a),
      packet: PACKET,
    });
    return { r0, steps, ctx: ctx.join() };
  } catch (error) {
    if (error instanceof SkepError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

const PACKET = Uint8Array.from({ length: 64 }, (_, i) => i);

let turn = 0;

/** Some are also compiled in parts. */
function agree(insns: readonly InsnBody[]): void {
  const expected = outcome(machines.interpreter, insns);
  expect(outcome(machines.jit, insns)).toEqual(expected);
  if (turn++ % 6 === 0) expect(outcome(machines.parts, insns)).toEqual(expected);
  else if (turn % 6 === 3) expect(outcome(machines.dispatched, insns)).toEqual(expected);
}

test("well-formed programs", () => {
  let failed = 0;
  fc.assert(
    fc.property(arbitraryProgram({ acquire: true, calls: true }), (insns) => {
      agree(insns);
      if (typeof outcome(machines.jit, insns) === "string") failed++;
    }),
    { numRuns: 4_000 },
  );
  expect(failed).toBe(0);
});

// Jumps, offsets and registers of all kinds: most of these are refused or stopped, both in the same way.
const anyProgram = fc.array(arbitraryInsn, { maxLength: 12 }).map((insns): InsnBody[] => {
  const near = insns.map((insn): InsnBody => {
    if (insn.kind === "ja" || insn.kind === "mayGoto") return { ...insn, off: (insn.off % 8) + 2 };
    if (insn.kind === "jump") return { ...insn, off: (insn.off % 6) + 2 };
    if (insn.kind === "load" || insn.kind === "store" || insn.kind === "atomic")
      return { ...insn, off: insn.off % 80 };
    if (insn.kind === "call" && insn.target.kind === "local")
      return { ...insn, target: { kind: "local", off: insn.target.off % 8 } };
    if (insn.kind === "loadImm64" && insn.ref !== undefined)
      return { kind: "loadImm64", dst: insn.dst, imm: 64n };
    return insn;
  });
  return [...near, { kind: "exit" }, { kind: "exit" }];
});

test("arbitrary instructions", () => {
  fc.assert(fc.property(anyProgram, agree), { numRuns: 4_000 });
});

// Any graph of blocks, irreducible ones too: each block adds to r0 and jumps somewhere.
const arbitraryGraph = fc
  .array(fc.tuple(fc.nat(15), fc.nat(15), fc.constantFrom("cond", "ja", "exit", "fall", "may")), {
    minLength: 2,
    maxLength: 16,
  })
  .map((blocks): InsnBody[] => {
    const at = (block: number) => (block % blocks.length) * 3;
    const insns = blocks.flatMap(([to, weight, kind], i): InsnBody[] => {
      const off = at(to) - (i * 3 + 3);
      const work: InsnBody[] = [
        { kind: "alu", op: "mul", bits: 64, dst: 0, src: { kind: "imm", imm: 7 } },
        { kind: "alu", op: "add", bits: 64, dst: 0, src: { kind: "imm", imm: weight + i } },
      ];
      if (kind === "cond")
        return [
          ...work,
          { kind: "jump", op: "set", bits: 32, dst: 0, src: { kind: "imm", imm: 1 << (weight % 5) }, off },
        ];
      if (kind === "ja") return [...work, { kind: "ja", off, wide: false }];
      if (kind === "may") return [...work, { kind: "mayGoto", off }];
      return [...work, kind === "exit" ? { kind: "exit" } : { kind: "neg", bits: 64, dst: 0 }];
    });
    return [...insns, { kind: "exit" }];
  });

test("arbitrary control flow", () => {
  fc.assert(fc.property(arbitraryGraph, agree), { numRuns: 2_500 });
});

// Loops of one block that walk through the context, with steps of all kinds: most leave it at some point, or run out of
// steps. The compiler checks the memory of several turns at once here.
const imm = fc.integer({ min: -24, max: 24 });
const pointer = fc.constantFrom<Reg[]>(5, 6, 7, 8);
const number = fc.constantFrom<Reg[]>(2, 3, 4);
const steps = fc.oneof(
  { weight: 3, arbitrary: fc.bigInt({ min: -16n, max: 16n }) },
  fc.constantFrom(
    1n << 32n,
    1n << 31n,
    (1n << 64n) / 3n,
    (1n << 62n) + 1n,
    (1n << 64n) / 7n + 1n,
    -(1n << 31n),
  ),
);
const alu = (op: AluOp, dst: Reg, src: Reg | { imm: number }): InsnBody => {
  const operand =
    typeof src === "number" ? { kind: "reg" as const, reg: src } : { kind: "imm" as const, ...src };
  return { kind: "alu", op, bits: 64, dst, src: operand };
};
const walk: fc.Arbitrary<InsnBody> = fc.oneof(
  fc.tuple(fc.constantFrom<AluOp[]>("add", "sub"), pointer, number).map(([op, dst, src]) => alu(op, dst, src)),
  fc.tuple(pointer, pointer).map(([dst, src]) => alu("mov", dst, src)),
  fc.tuple(pointer, imm).map(([dst, by]) => alu("add", dst, { imm: by })),
  fc.tuple(number, imm).map(([dst, by]) => alu("add", dst, { imm: by })),
  fc
    .tuple(fc.constantFrom<AluOp[]>("lsh", "mul", "and", "mov"), number, imm)
    .map(([op, dst, by]) => alu(op, dst, { imm: op === "lsh" ? by & 3 : by })),
);
const size = fc.constantFrom<MemSize[]>(1, 2, 4, 8);
const touch: fc.Arbitrary<InsnBody> = fc.oneof(
  fc.tuple(size, pointer, fc.constantFrom<Reg[]>(0, 0, 3), imm).map(([bytes, base, dst, off]): InsnBody => {
    return { kind: "load", size: bytes, signed: false, dst, base, off };
  }),
  fc.tuple(size, pointer, number, imm).map(([bytes, base, src, off]): InsnBody => {
    return { kind: "store", size: bytes, base, off, src: { kind: "reg", reg: src } };
  }),
);
const arbitraryLoop = fc
  .record({
    places: fc.tuple(...[5, 6, 7, 8].map(() => fc.integer({ min: 100, max: 900 }))),
    numbers: fc.tuple(steps, steps, steps),
    body: fc.array(fc.oneof(walk, touch), { minLength: 1, maxLength: 7 }),
    last: fc.tuple(touch, imm),
    count: fc.integer({ min: 1, max: 60 }),
  })
  .map(({ places, numbers, body, last, count }): InsnBody[] => {
    const [end, off] = last;
    const all: InsnBody[] = [...body, end, { ...end, off } as InsnBody];
    return [
      ...numbers.map((value, i): InsnBody => {
        return { kind: "loadImm64", dst: (2 + i) as Reg, imm: BigInt.asUintN(64, value) };
      }),
      ...places.flatMap((off, i) => [alu("mov", (5 + i) as Reg, 1), alu("add", (5 + i) as Reg, { imm: off })]),
      // What a register met before the loop is remembered in it.
      ...places.map(
        (_, i): InsnBody => ({ kind: "load", size: 1, signed: false, dst: 0, base: (5 + i) as Reg, off: 0 }),
      ),
      alu("mov", 9, { imm: count }),
      ...all,
      alu("sub", 9, { imm: 1 }),
      { kind: "jump", op: "ne", bits: 64, dst: 9, src: { kind: "imm", imm: 0 }, off: -(all.length + 2) },
      { kind: "exit" },
    ];
  });

test("loops through memory", () => {
  let finished = 0;
  const far = {
    jit: new Machine({ maxSteps: 300 }),
    interpreter: new Machine({ engine: "interpreter", maxSteps: 300 }),
  };
  const ran = (machine: Machine, insns: readonly InsnBody[]): string => {
    machine.load({ name: "p", insns });
    using runner = machine.runner("p", { ctxBytes: 1024 });
    for (let i = 0; i < 1024; i++) runner.ctx[i] = i;
    let end: string;
    try {
      runner.run();
      end = `${runner.r0} after ${runner.steps}`;
      finished++;
    } catch (error) {
      end = error instanceof SkepError ? error.message : String(error);
    }
    return `${end}: ${runner.ctx.join()}`;
  };
  fc.assert(
    fc.property(arbitraryLoop, (insns) => {
      expect(ran(far.jit, insns)).toBe(ran(far.interpreter, insns));
    }),
    { numRuns: 4_000 },
  );
  expect(finished).toBeGreaterThan(1_000);
});
