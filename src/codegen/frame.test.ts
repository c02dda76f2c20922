import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryCase } from "../../test/support/arbitrary-module.ts";
import { buildCfg } from "../ir/cfg.ts";
import type { Func } from "../ir/ir.ts";
import { parseModule } from "../ir/parse.ts";
import { layOutSlots } from "./frame.ts";

const HEAD = 'source "t" ""\nlicense "GPL"\n';

function layOut(slots: readonly number[], body: string) {
  const declared = slots.map((bytes, i) => `slot ${i} "s${i}" ${bytes} align 8 auto`).join("\n");
  const module = parseModule(`${HEAD}program "p" xdp "xdp" {\n${declared}\n${body}\n}`);
  const func = module.funcs[0] as Func;
  return layOutSlots(func, buildCfg(func));
}

test("slots whose lives do not meet share bytes", () => {
  const frame = layOut(
    [64, 64, 8],
    `b0:
  slotStart 2
  v0:ptr = slotAddr 2
  slotStart 0
  v1:ptr = slotAddr 0
  slotEnd 0
  slotStart 1
  v2:ptr = slotAddr 1
  slotEnd 1
  return`,
  );
  expect(frame).toEqual({ bytes: 72, offsets: [-64, -64, -72] });
});

test("a slot without a start lives all the time", () => {
  const frame = layOut(
    [16, 16],
    "b0:\n v0:ptr = slotAddr 0\n slotStart 1\n v1:ptr = slotAddr 1\n slotEnd 1\n return",
  );
  expect(frame.bytes).toBe(32);
});

test("a life that goes around a loop is long", () => {
  const frame = layOut(
    [16, 16],
    `b0:
  v0:i64 = const 1
  jump b1
b1:
  slotStart 0
  v1:ptr = slotAddr 0
  slotEnd 0
  slotStart 1
  v2:ptr = slotAddr 1
  branch.64 eq v0, v0 ? b1 : b2
b2:
  slotEnd 1
  return`,
  );
  expect(frame.bytes).toBe(32); // slot 1 is still alive when slot 0 starts again
});

test("unused slots take nothing, odd sizes whole words", () => {
  const frame = layOut([100, 5, 1], "b0:\n v0:ptr = slotAddr 1\n v1:ptr = slotAddr 2\n return");
  expect(frame).toEqual({ bytes: 16, offsets: [0, -8, -16] });
});

test("slots that are alive together never overlap", () => {
  fc.assert(
    fc.property(arbitraryCase({ size: 40 }), ({ module }) => {
      for (const func of module.funcs) {
        const { offsets } = layOutSlots(func, buildCfg(func));
        for (const block of func.blocks) {
          // Within a block: a cheap, independent account of what is alive.
          const alive = new Set<number>();
          for (const inst of block.insts) {
            if (inst.kind === "slotEnd") alive.delete(inst.slot);
            if (inst.kind !== "slotAddr") continue;
            alive.add(inst.slot);
            for (const other of alive) {
              if (other === inst.slot) continue;
              const [a, b] = [offsets[other] as number, offsets[inst.slot] as number];
              const [bytesA, bytesB] = [func.slots[other]?.bytes ?? 0, func.slots[inst.slot]?.bytes ?? 0];
              expect(a + bytesA <= b || b + bytesB <= a).toBe(true);
            }
          }
        }
      }
    }),
  );
});
