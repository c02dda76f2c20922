import { expect, test } from "vitest";
import { runPass } from "../../test/support/run-pass.ts";
import { shareValues } from "./share-values.ts";

const X = 'v0:i64 = call helper "bpf_ktime_get_ns"()\nv1:i64 = call helper "bpf_get_prandom_u32"()\n';

// biome-ignore format: one case per line
test.each([
  { rule: "arithmetic",               body: `${X}v2:i64 = add v0, v1\nv3:i64 = add v0, v1\nreturn v3`,   gives: "return v2" },
  { rule: "operands in either order", body: `${X}v2:i64 = add v0, v1\nv3:i64 = add v1, v0\nreturn v3`,   gives: "return v2" },
  { rule: "not where order counts",   body: `${X}v2:i64 = sub v0, v1\nv3:i64 = sub v1, v0\nreturn v3`,   gives: "return v3" },
  { rule: "who is running",           body: 'v0:i64 = call helper "bpf_get_current_pid_tgid"()\nv1:i64 = call helper "bpf_get_current_pid_tgid"()\nreturn v1', gives: "return v0" },
  { rule: "not the time",             body: 'v0:i64 = call helper "bpf_ktime_get_ns"()\nv1:i64 = call helper "bpf_ktime_get_ns"()\nreturn v1', gives: "return v1" },
  { rule: "the context of a tracepoint", body: "v0:ptr = ctx\nv1:i64 = load.u64 ctx v0, 8\nv2:i64 = load.u64 ctx v0, 8\nreturn v2", gives: "return v1" },
  { rule: "not what a map holds",     body: 'v0:ptr = mapValueAddr "m", 0\nv1:i64 = load.u64 map v0, 8\nv2:i64 = load.u64 map v0, 8\nreturn v2', gives: "return v2" },
  { rule: "a null pointer is no 0",   body: "v0:i64 = const 0\nv1:ptr = const 0\nv2:i64 = toInt v1\nreturn v2", gives: "return v2" },
])("shares $rule", ({ body, gives }) => {
  expect(runPass(shareValues, body).lines.at(-1)).toBe(gives);
});

const BRANCH = (then: string, otherwise: string) => `b0:\n${X}v2:i64 = const 5
v3:i64 = lsh v0, v2
branch.64 lt v0, v2 ? b1 : b2
b1:\n${then}
b2:\n${otherwise}`;

test("what dominates is known", () => {
  const { lines } = runPass(shareValues, BRANCH("v4:i64 = lsh v0, v2\nreturn v4", "return v3"));
  expect(lines.at(-3)).toBe("return v3");
});

test("what one side computed is not known on the other", () => {
  const { lines } = runPass(
    shareValues,
    BRANCH("v4:i64 = mul v0, v1\nreturn v4", "v5:i64 = mul v0, v1\nreturn v5"),
  );
  expect(lines.at(-1)).toBe("return v5");
});

test("an offset is computed anew after its index was checked: only then has it bounds", () => {
  const use =
    'v4:i64 = lsh v0, v2\nv6:ptr = mapValueAddr "m", 0\nv7:ptr = offset v6, v4\nv8:i64 = load.u64 map v7, 0\nreturn v8';
  expect(runPass(shareValues, BRANCH(use, "return v3")).lines).toContain("v4:i64 = lsh v0, v2");
});

test("a context that the program can change is read again", () => {
  const body = "v0:ptr = ctx\nv1:i64 = load.u32 ctx v0, 8\nv2:i64 = load.u32 ctx v0, 8\nreturn v2";
  expect(runPass(shareValues, body, "", 'xdp "xdp"').lines.at(-1)).toBe("return v2");
});
