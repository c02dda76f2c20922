import { expect, test } from "vitest";
import { runPass } from "../../test/support/run-pass.ts";
import { shareLookups } from "./share-lookups.ts";

const SLOTS = 'slot 0 "key" 4 align 4 stack\nslot 1 "again" 4 align 4 stack';
const HEAD = `b0:
v0:ptr = const 0
v1:i64 = const 7
v2:i64 = const 8
v3:ptr = mapAddr "m"
v4:ptr = slotAddr 0
v5:ptr = slotAddr 1
slotStart 0
store.32 stack v4, 0, v1
v6:ptr = call helper "bpf_map_lookup_elem"(v3, v4)
branch.64 ne v6, v0 ? b1 : b2
b1:
`;
const again = (between: string, key = "v1") => `${HEAD}${between}
slotStart 1
store.32 stack v5, 0, ${key}
v7:ptr = call helper "bpf_map_lookup_elem"(v3, v5)
branch.64 eq v7, v0 ? b2 : b3
b3:
v8:i64 = load.u64 map v7, 0
return v8
b2:
return v1`;

const lookups = (body: string) =>
  runPass(shareLookups, body, SLOTS).lines.filter((line) => line.includes("bpf_map_lookup_elem")).length;

test("a map is asked once for a key, and the second test goes", () => {
  const { lines, changed } = runPass(shareLookups, again(""), SLOTS);
  expect(changed).toBe(true);
  expect(lines.filter((line) => line.includes("lookup"))).toEqual([
    'v6:ptr = call helper "bpf_map_lookup_elem"(v3, v4)',
  ]);
  expect(lines).toContain("jump b3");
  expect(lines).toContain("v8:i64 = load.u64 map v6, 0");
});

// biome-ignore format: one case per line
test.each([
  { rule: "pure helpers between",        body: again('v9:i64 = call helper "bpf_get_current_pid_tgid"()'),          asks: 1 },
  { rule: "the clock between",           body: again('v9:i64 = call helper "bpf_ktime_get_ns"()'),                  asks: 1 },
  { rule: "another key",                 body: again("", "v2"),                                                    asks: 2 },
  { rule: "an element deleted between",  body: again('v9:i64 = call helper "bpf_map_delete_elem"(v3, v4)'),         asks: 2 },
  { rule: "an element stored between",   body: again('v9:i64 = call helper "bpf_map_update_elem"(v3, v4, v4, v1)'), asks: 2 },
  { rule: "a call that may take long",   body: again('v9:i64 = call helper "bpf_probe_read_user"(v4, v1, v1)'),     asks: 2 },
  { rule: "a key that was stored over",  body: again("").replace("v5, 0, v1\n", "v5, 0, v1\nstore.8 stack v5, 1, v2\n"), asks: 2 },
  { rule: "a store to who knows where",  body: again("").replace("v5, 0, v1\n", "v5, 0, v1\nv9:ptr = offset v5, v1\nstore.8 stack v9, 0, v2\n"), asks: 2 },
  { rule: "a key that another block wrote", body: again("slotStart 1\nstore.32 stack v5, 0, v1\njump b4\nb4:").replace(/b4:\nslotStart 1\n/, "b4:\n"), asks: 2 },
])("$rule: asks $asks times", ({ body, asks }) => {
  expect(lookups(body)).toBe(asks);
});

test("where ways meet, nothing is known", () => {
  const body = again("").replace(
    "b1:\n",
    "b1:\nbranch.64 eq v1, v2 ? b4 : b5\nb4:\njump b6\nb5:\njump b6\nb6:\n",
  );
  expect(lookups(body)).toBe(2);
});

test("a pointer that was null stays null", () => {
  const body = `${HEAD}return v2\nb2:\nbranch.64 eq v6, v0 ? b3 : b4\nb3:\nreturn v1\nb4:\nv9:ptr = call helper "bpf_map_lookup_elem"(v3, v4)\nv8:i64 = load.u64 map v6, 0\nreturn v8`;
  expect(runPass(shareLookups, body, SLOTS).lines).toContain("jump b3");
});
