import { expect, test } from "vitest";
import { runPass } from "../../test/support/run-pass.ts";
import { sink } from "./sink.ts";

/** The block that holds the instruction, as "b1"; the entry is "b0". */
function blockOf(lines: readonly string[], start: string): string {
  let block = "b0";
  for (const line of lines) {
    if (/^b\d+(\(.*\))?:$/.test(line)) block = line.replace(/\W.*/, "");
    if (line.startsWith(start)) return block;
  }
  return "nowhere";
}

const HEAD = `b0:
v0:i64 = call helper "bpf_ktime_get_ns"()
v1:i64 = const 5
v2:i64 = call helper "bpf_get_current_pid_tgid"()
v3:i64 = mul v2, v1
branch.64 lt v0, v1 ? b1 : b2
`;

// biome-ignore format: one case per line
test.each([
  { rule: "what one side needs goes there, with what feeds it", body: `${HEAD}b1:\nreturn v3\nb2:\nreturn`,      at: { v3: "b1", v2: "b1", v0: "b0" } },
  { rule: "what both sides need stays",                         body: `${HEAD}b1:\nreturn v3\nb2:\nreturn v3`,   at: { v3: "b0", v2: "b0", v0: "b0" } },
  { rule: "what feeds both sides stays",                        body: `${HEAD}b1:\nreturn v3\nb2:\nreturn v2`,   at: { v3: "b1", v2: "b0", v0: "b0" } },
])("$rule", ({ body, at }) => {
  const { lines } = runPass(sink, body);
  const found = Object.fromEntries(Object.keys(at).map((value) => [value, blockOf(lines, `${value}:`)]));
  expect(found).toEqual(at);
});

test("nothing goes into a loop", () => {
  const body = `b0:
v0:i64 = call helper "bpf_ktime_get_ns"()
v1:i64 = const 5
v2:i64 = mul v0, v1
branch.64 lt v0, v1 ? b1(v0) : b3
b1(v3:i64):
v4:i64 = add v3, v2
branch.64 lt v4, v1 ? b1(v4) : b2
b2:
return v2
b3:
return`;
  const { lines } = runPass(sink, body);
  expect(blockOf(lines, "v2:")).toBe("b0");
});

test("loads from memory that may change stay where they are", () => {
  const body = `b0:
v0:ptr = mapValueAddr "m", 0
v1:i64 = load.u64 map v0, 0
v2:i64 = const 5
branch.64 lt v2, v2 ? b1 : b2
b1:
return v1
b2:
return`;
  expect(runPass(sink, body).changed).toBe(false);
});
