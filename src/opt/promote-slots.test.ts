import { expect, test } from "vitest";
import { runPass } from "../../test/support/run-pass.ts";
import { promoteSlots } from "./promote-slots.ts";

const SLOT = 'slot 0 "s" 16 align 8 auto';
const touches = (lines: readonly string[]) => lines.filter((line) => / stack /.test(line));

test("a variable becomes a value", () => {
  const body =
    "v0:ptr = slotAddr 0\nv1:i64 = const 3\nstore.64 stack v0, 0, v1\nv2:i64 = load.u64 stack v0, 0\nreturn v2";
  expect(runPass(promoteSlots, body, SLOT).lines).toEqual([
    "v0:ptr = slotAddr 0",
    "v1:i64 = const 3",
    "return v1",
  ]);
});

test("a variable that a loop changes becomes a parameter", () => {
  const body = `b0:
v0:ptr = slotAddr 0
v1:i64 = const 0
v2:i64 = const 1
store.64 stack v0, 0, v1
jump b1
b1:
v3:i64 = load.u64 stack v0, 0
v4:i64 = add v3, v2
store.64 stack v0, 0, v4
branch.64 lt v4, v2 ? b1 : b2
b2:
v5:i64 = load.u64 stack v0, 0
return v5`;
  const { lines } = runPass(promoteSlots, body, SLOT);
  expect(touches(lines)).toEqual([]);
  expect(lines).toContain("b1(v6:i64):");
  expect(lines.at(-1)).toBe("return v4");
});

// biome-ignore format: one case per line
test.each([
  { rule: "short fields are cut and extended",   access: "store.8 stack v0, 3, v1\nv2:i64 = load.s8 stack v0, 3",               gives: "v2:i64 = extend.s8 v3" },
  { rule: "a short load of a wide field stays",  access: "store.64 stack v0, 0, v1\nv2:i64 = load.u8 stack v0, 0",              gives: "v2:i64 = load.u8 stack v0, 0" },
  { rule: "a field beside one that escapes stays", access: 'store.64 stack v0, 8, v1\nv2:i64 = load.u64 stack v0, 8\nv9:i64 = call helper "bpf_ktime_get_ns"(v0)', gives: "v2:i64 = load.u64 stack v0, 8" },
  { rule: "an unknown offset keeps all",         access: "v8:ptr = offset v0, v1\nstore.64 stack v0, 0, v1\nv2:i64 = load.u64 stack v8, 0", gives: "v2:i64 = load.u64 stack v8, 0" },
])("$rule", ({ access, gives }) => {
  const body = `v7:i64 = call helper "bpf_ktime_get_ns"()\nv0:ptr = slotAddr 0\nv1:i64 = add v7, v7\n${access}\nreturn v2`;
  const { lines } = runPass(promoteSlots, body, SLOT);
  expect(lines.map((line) => line.replace(/extend\.s8 v\d+/, "extend.s8 v3"))).toContain(gives);
});

test("two fields of one slot are two values", () => {
  const body = `v0:ptr = slotAddr 0\nv1:i64 = const 1\nv2:i64 = const 2
store.64 stack v0, 0, v1\nstore.64 stack v0, 8, v2
v3:i64 = load.u64 stack v0, 0\nv4:i64 = load.u64 stack v0, 8\nv5:i64 = add v3, v4\nreturn v5`;
  expect(runPass(promoteSlots, body, SLOT).lines).toContain("v5:i64 = add v1, v2");
});

test("pointers stay pointers; one that may not be written stays in memory", () => {
  const stored =
    "v0:ptr = slotAddr 0\nv1:ptr = ctx\nstore.64 stack v0, 0, v1\nv2:ptr = loadPtr stack v0, 0\nv3:i64 = load.u64 ctx v2, 8\nreturn v3";
  expect(runPass(promoteSlots, stored, SLOT).lines).toContain("v3:i64 = load.u64 ctx v1, 8");
  const unwritten = "v0:ptr = slotAddr 0\nv2:ptr = loadPtr stack v0, 0\nv3:i64 = load.u64 ctx v2, 8\nreturn v3";
  expect(runPass(promoteSlots, unwritten, SLOT).changed).toBe(false);
});

test("what starts its life again has lost what it held", () => {
  const body = `v0:ptr = slotAddr 0\nv1:i64 = const 3\nslotStart 0\nstore.64 stack v0, 0, v1\nslotEnd 0
slotStart 0\nv2:i64 = load.u64 stack v0, 0\nreturn v2`;
  const { lines } = runPass(promoteSlots, body, SLOT);
  expect(lines).toContain("v3:i64 = const 0");
  expect(lines.at(-1)).toBe("return v3");
});
