// Both engines give the same results, memory and errors for generated programs: well-formed ones and arbitrary ones.
import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryInsn } from "../../test/arbitrary-insn.ts";
import { arbitraryProgram, MEMORY_BYTES } from "../../test/support/arbitrary-program.ts";
import { SkepError } from "../base/errors.ts";
import type { InsnBody } from "../isa/insn.ts";
import { Machine } from "./machine.ts";

type Outcome = Readonly<{ r0: bigint; steps: number; ctx: string }> | string;

/** Machines are used again: WebAssembly memories are not free. */
const machines = {
  jit: new Machine({ maxSteps: 5_000 }),
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

function agree(insns: readonly InsnBody[]): void {
  expect(outcome(machines.jit, insns)).toEqual(outcome(machines.interpreter, insns));
}

test("well-formed programs", { timeout: 60_000 }, () => {
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

test("arbitrary instructions", { timeout: 60_000 }, () => {
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

test("arbitrary control flow", { timeout: 60_000 }, () => {
  fc.assert(fc.property(arbitraryGraph, agree), { numRuns: 2_500 });
});
