import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryCase } from "../../test/support/arbitrary-module.ts";
import { runIr } from "../../test/support/differential.ts";
import { checkModule } from "../ir/check.ts";
import type { Func, Module, Value } from "../ir/ir.ts";
import { parseModule } from "../ir/parse.ts";
import { printFunc } from "../ir/print.ts";
import { demoteValues } from "./demote.ts";
import { moveToScratch, scratchMapSpec } from "./scratch.ts";

/** Where the calls of the lookup helper stand: block ids. */
function lookupBlocks(func: Func): number[] {
  return func.blocks.flatMap((block) =>
    block.insts.flatMap((inst) =>
      inst.kind === "call" && inst.target.name === "bpf_map_lookup_elem" ? [block.id as number] : [],
    ),
  );
}

function moveAll(module: Module): Module {
  let offset = 0;
  const funcs = module.funcs.map((func) => {
    const offsets = new Map(
      func.slots.map((slot) => {
        offset += 512;
        return [slot.id, offset - 512] as const;
      }),
    );
    return func.slots.length > 0 ? moveToScratch(func, { key: 0, offsets }) : func;
  });
  return { ...module, funcs, maps: [...module.maps, scratchMapSpec(offset + 8, 1)] };
}

test("slots in the scratch map hold what slots in the frame hold", () => {
  fc.assert(
    fc.property(arbitraryCase({ size: 40, subprograms: 1 }), ({ module, inputs }) => {
      const moved = moveAll(module);
      expect(checkModule(moved)).toEqual([]);
      expect(runIr(moved, inputs)).toEqual(runIr(module, inputs));
    }),
    { numRuns: 100 },
  );
});

test("demoted values are the same values", () => {
  fc.assert(
    fc.property(arbitraryCase({ size: 40 }), fc.array(fc.nat(200)), ({ module, inputs }, picks) => {
      const funcs = module.funcs.map((func) => {
        const isInt = (v: number) => func.types[v] !== "ptr" && v < func.types.length;
        return demoteValues(func, [...new Set(picks)].filter(isInt) as Value[]).func;
      });
      const demoted = { ...module, funcs };
      expect(checkModule(demoted)).toEqual([]);
      expect(runIr(demoted, inputs)).toEqual(runIr(module, inputs));
    }),
    { numRuns: 100 },
  );
});

const HEAD = 'source "t" ""\nlicense "GPL"\n';

// biome-ignore format: one case per line
test.each([
  { rule: "on the side that needs it",         body: "b0:\n v0:ptr = ctx\n v9:ptr = slotAddr 0\n v1:i64 = const 1\n branch.64 eq v1, v1 ? b1 : b2\nb1:\n store.64 stack v9, 0, v1\n return\nb2:\n return", at: [1] },
  { rule: "above both sides that need it",     body: "b0:\n v1:i64 = const 1\n v9:ptr = slotAddr 0\n branch.64 eq v1, v1 ? b1 : b2\nb1:\n store.64 stack v9, 0, v1\n return\nb2:\n store.64 stack v9, 0, v1\n return", at: [0] },
  { rule: "outside of the loop that needs it", body: "b0:\n v1:i64 = const 1\n branch.64 eq v1, v1 ? b3 : b4\nb3:\n jump b1\nb1:\n v9:ptr = slotAddr 0\n store.64 stack v9, 0, v1\n branch.64 eq v1, v1 ? b1 : b2\nb2:\n return\nb4:\n return", at: [3] },
  { rule: "before anything that must be undone", body: 'b0:\n v1:i64 = const 1\n branch.64 eq v1, v1 ? b1 : b2\nb1:\n v3:ptr = call helper "bpf_ringbuf_reserve"(v1, v1, v1)\n jump b3\nb3:\n v9:ptr = slotAddr 0\n store.64 stack v9, 0, v1\n return\nb2:\n return', at: [0] },
])("the lookup stands $rule", ({ body, at }) => {
  const module = parseModule(`${HEAD}program "p" xdp "xdp" {\nslot 0 "s" 8 align 8 auto\n${body}\n}`);
  const func = moveToScratch(module.funcs[0] as Func, { key: 0, offsets: new Map([[0 as never, 0]]) });
  expect(lookupBlocks(func), printFunc(func)).toEqual(at);
});
