import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryCase, interestingNumber } from "../../test/support/arbitrary-module.ts";
import { runIr } from "../../test/support/differential.ts";
import { FakeKernel } from "../../test/support/fake-kernel.ts";
import { checkModule } from "../ir/check.ts";
import { interpret } from "../ir/interpret.ts";
import type { Module } from "../ir/ir.ts";
import { parseModule } from "../ir/parse.ts";
import { evalAlu } from "../isa/eval.ts";
import { legalize } from "./legalize.ts";

test.each([3, 4] as const)("cpu v%i: the function means the same and keeps the IR's rules", (cpu) => {
  fc.assert(
    fc.property(arbitraryCase({ size: 40 }), ({ module, inputs }) => {
      const legal: Module = { ...module, funcs: module.funcs.map((func) => legalize(func, cpu)) };
      expect(checkModule(legal)).toEqual([]);
      expect(runIr(legal, inputs)).toEqual(runIr(module, inputs));
    }),
    { numRuns: 100 },
  );
});

test.each(["sdiv", "smod"] as const)("%s without the instruction gives what the instruction gives", (op) => {
  fc.assert(
    fc.property(
      interestingNumber(),
      interestingNumber(),
      fc.constantFrom(32, 64),
      fc.boolean(),
      (a, b, bits, known) => {
        const [x, y] = [BigInt.asUintN(bits, a), BigInt.asUintN(bits, b)];
        const rhs = known ? `v1:i${bits} = const ${y}` : `v1:i${bits} = load.u${bits} ctx v9, 8`;
        const module = parseModule(`source "t" ""\nlicense "GPL"\nprogram "main" xdp "xdp" {
b0:
  v9:ptr = ctx
  v0:i${bits} = load.u${bits} ctx v9, 0
  ${rhs}
  v2:i${bits} = ${op} v0, v1
  return v2
}`);
        const legal = { ...module, funcs: module.funcs.map((func) => legalize(func, 3)) };
        const kernel = new FakeKernel([], { ctx: [x, y], pidTgid: 0n });
        const ops = legal.funcs[0]?.blocks[0]?.insts.map((inst) => (inst.kind === "binary" ? inst.op : ""));
        expect(ops).not.toContain(op);
        expect(interpret(legal, "main", kernel.world())).toBe(evalAlu(op, bits as 32 | 64, x, y));
      },
    ),
    { numRuns: 500 },
  );
});

test("nothing to do gives the same function back", () => {
  const module = parseModule('source "t" ""\nlicense "GPL"\nprogram "p" xdp "xdp" {\nb0:\n return\n}');
  const [func] = module.funcs;
  expect(func && legalize(func, 3)).toBe(func);
});
