import fc from "fast-check";
import { expect, test } from "vitest";
import "../../../test/support/fixed-seed.ts";
import { simKernelTables } from "../btf/types.ts";
import { KernelMemory } from "./kernel-memory.ts";
import type { KernelObject } from "./kernel-object.ts";
import { XArray } from "./xarray.ts";

const { btf } = simKernelTables();

/** What the kernel's xa_load() finds: written down anew from its rules. */
function load(memory: KernelMemory, head: bigint, index: number): bigint {
  let entry = head;
  for (let isTop = true; (entry & 3n) === 2n; isTop = false) {
    const node = memory.cast("xa_node", entry - 2n);
    const at = Math.floor(index / 2 ** node.num("shift"));
    if (isTop && at > 63) return 0n;
    entry = node.get(`slots[${at % 64}]`);
  }
  return entry;
}

test("any stores and erasures leave what a map holds, and no node that is empty", () => {
  const index = fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 1 << 22 }));
  const step = fc.record({ index, store: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const memory = new KernelMemory(btf);
      const owner = memory.make("pid_namespace");
      const tree = new XArray(owner, "idr.idr_rt");
      const model = new Map<number, KernelObject>();
      for (const one of steps) {
        if (one.store) {
          const item = memory.make("pid");
          model.set(one.index, item);
          tree.store(one.index, item);
        } else {
          model.delete(one.index);
          tree.erase(one.index);
        }
      }
      const head = owner.get("idr.idr_rt.xa_head");
      for (const { index: at } of steps) {
        const held = model.get(at)?.address ?? 0n;
        expect(load(memory, head, at)).toBe(held);
      }
      const counted = (entry: bigint): number => {
        if ((entry & 3n) !== 2n) return entry === 0n ? 0 : 1;
        const node = memory.cast("xa_node", entry - 2n);
        const held = Array.from({ length: 64 }, (_, i) => node.get(`slots[${i}]`)).filter((e) => e !== 0n);
        expect(node.num("count")).toBe(held.length);
        expect(held.length).toBeGreaterThan(0);
        return held.reduce((sum, e) => sum + counted(e), 0);
      };
      expect(counted(head)).toBe(model.size);
    }),
    { numRuns: 100 },
  );
});
