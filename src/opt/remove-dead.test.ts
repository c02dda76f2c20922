import { expect, test } from "vitest";
import { runPass } from "../../test/support/run-pass.ts";
import { hoistConstants } from "./hoist-constants.ts";
import { mergeParams } from "./merge-params.ts";
import { removeDead } from "./remove-dead.ts";
import { removeDeadSlots } from "./remove-dead-slots.ts";

// biome-ignore format: one case per line
test.each([
  { rule: "unused values, and what fed them",  body: "v0:i64 = const 1\nv1:i64 = add v0, v0\nreturn",                            gives: ["return"] },
  { rule: "unused loads",                      body: "v0:ptr = ctx\nv1:i64 = load.u64 ctx v0, 0\nreturn",                       gives: ["return"] },
  { rule: "unused questions to the kernel",    body: 'v0:i64 = call helper "bpf_ktime_get_ns"()\nreturn',                       gives: ["return"] },
  { rule: "old values of atomics",             body: 'v0:ptr = mapValueAddr "m", 0\nv1:i64 = const 1\nv2:i64 = atomic.64 add v0, 0, v1\nreturn', gives: ['v0:ptr = mapValueAddr "m", 0', "v1:i64 = const 1", "atomic.64 add v0, 0, v1", "return"] },
  { rule: "values that only feed themselves",  body: "b0:\nv0:i64 = const 1\njump b1(v0)\nb1(v1:i64):\nv2:i64 = add v1, v0\nbranch.64 eq v0, v0 ? b1(v2) : b2\nb2:\nreturn", gives: ["v0:i64 = const 1", "jump b1", "b1:", "branch.64 eq v0, v0 ? b1 : b2", "b2:", "return"] },
])("removes $rule", ({ body, gives }) => {
  expect(runPass(removeDead, body).lines).toEqual(gives);
});

test("calls with effects stay, whether or not their result is used", () => {
  const body = 'v0:ptr = mapAddr "m"\nv1:i64 = call helper "bpf_map_delete_elem"(v0, v0)\nreturn';
  expect(runPass(removeDead, body).changed).toBe(false);
});

const SLOT = 'slot 0 "s" 16 align 8 auto';

test("stores to a slot that nobody reads go", () => {
  const body =
    "v0:ptr = slotAddr 0\nslotStart 0\nv1:i64 = const 8\nv2:ptr = offset v0, v1\nstore.64 stack v2, 0, v1\nslotEnd 0\nreturn";
  expect(
    runPass(removeDeadSlots, body, SLOT).lines.filter((line) => /store|slotStart|slotEnd/.test(line)),
  ).toEqual([]);
});

// biome-ignore format: one case per line
test.each([
  { rule: "a load",            use: "v3:i64 = load.u8 stack v0, 0" },
  { rule: "a helper",          use: 'v3:i64 = call helper "bpf_ktime_get_ns"(v0)' },
  { rule: "a stored address",  use: "v4:ptr = ctx\nstore.64 ctx v4, 0, v0" },
  { rule: "a comparison",      use: "v3:i32 = compare.64 eq v0, v0" },
])("stores stay for $rule", ({ use }) => {
  const body = `v0:ptr = slotAddr 0\nv1:i64 = const 8\nstore.64 stack v0, 0, v1\n${use}\nreturn`;
  expect(runPass(removeDeadSlots, body, SLOT).changed).toBe(false);
});

test("a parameter that always has one value is that value", () => {
  const body = `b0:
v0:i64 = call helper "bpf_ktime_get_ns"()
jump b1(v0, v0)
b1(v1:i64, v2:i64):
v3:i64 = add v1, v2
branch.64 lt v3, v0 ? b1(v1, v3) : b2
b2:
return v1`;
  const { lines } = runPass(mergeParams, body);
  expect(lines.slice(1)).toEqual([
    "jump b1(v0)",
    "b1(v2:i64):",
    "v3:i64 = add v0, v2",
    "branch.64 lt v3, v0 ? b1(v3) : b2",
    "b2:",
    "return v0",
  ]);
});

test("constants gather in the entry, each once; a null pointer is not the number 0", () => {
  const body = `b0:
v0:ptr = ctx
v1:i64 = const 0
jump b1
b1:
v2:i64 = const 0
v3:ptr = const 0
v4:i64 = add v1, v2
store.64 ctx v0, 0, v3
return v4`;
  const { lines } = runPass(hoistConstants, body);
  expect(lines).toEqual([
    "v1:i64 = const 0",
    "v3:ptr = const 0",
    "v0:ptr = ctx",
    "jump b1",
    "b1:",
    "v4:i64 = add v1, v1",
    "store.64 ctx v0, 0, v3",
    "return v4",
  ]);
  expect(runPass(hoistConstants, lines.join("\n").replace("v1", "b0:\nv1")).changed).toBe(false);
});
