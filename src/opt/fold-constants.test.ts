import { expect, test } from "vitest";
import { runPass } from "../../test/support/run-pass.ts";
import { simplify } from "./simplify.ts";

const TWO = "v0:i64 = const 7\nv1:i64 = const 18446744073709551614\n";

// biome-ignore format: one case per line
test.each([
  { rule: "wraps at 64 bits",           body: `${TWO}v2:i64 = mul v0, v1\nreturn v2`,                                  gives: "v2:i64 = const 18446744073709551602" },
  { rule: "divides without a sign",     body: `${TWO}v2:i64 = div v1, v0\nreturn v2`,                                  gives: "v2:i64 = const 2635249153387078802" },
  { rule: "divides with a sign",        body: `${TWO}v2:i64 = sdiv v0, v1\nreturn v2`,                                 gives: "v2:i64 = const 18446744073709551613" },
  { rule: "division by zero is zero",   body: "v0:i64 = const 7\nv1:i64 = const 0\nv2:i64 = div v0, v1\nreturn v2",    gives: "v2:i64 = const 0" },
  { rule: "remainder by zero is lhs",   body: "v0:i64 = const 7\nv1:i64 = const 0\nv2:i64 = mod v0, v1\nreturn v2",    gives: "v2:i64 = const 7" },
  { rule: "shifts wrap their count",    body: "v0:i32 = const 1\nv1:i32 = const 33\nv2:i32 = lsh v0, v1\nreturn v2",   gives: "v2:i32 = const 2" },
  { rule: "compares with a sign",       body: `${TWO}v2:i32 = compare.64 slt v1, v0\nreturn v2`,                       gives: "v2:i32 = const 1" },
  { rule: "extends a sign to 32 bits",  body: "v0:i32 = const 128\nv2:i32 = extend.s8 v0\nreturn v2",                  gives: "v2:i32 = const 4294967168" },
  { rule: "truncates",                  body: `${TWO}v2:i32 = truncate v1\nreturn v2`,                                 gives: "v2:i32 = const 4294967294" },
  { rule: "swaps bytes",                body: "v0:i32 = const 258\nv2:i32 = byteswap.16 v0\nreturn v2",                gives: "v2:i32 = const 513" },
  { rule: "negates",                    body: "v0:i32 = const 1\nv2:i32 = neg v0\nreturn v2",                          gives: "v2:i32 = const 4294967295" },
])("$rule", ({ body, gives }) => {
  expect(runPass(simplify, body).lines).toContain(gives);
});

test("a select with a known condition is one of its values", () => {
  const { lines } = runPass(simplify, `${TWO}v2:i32 = const 0\nv3:i64 = select v2 ? v0 : v1\nreturn v3`);
  expect(lines.at(-1)).toBe("return v1");
});

test("a branch with a known condition is a jump, and the other side goes", () => {
  const body = `b0:\n${TWO}branch.64 gt v0, v1 ? b1 : b2\nb1:\nreturn v0\nb2:\nreturn v1`;
  expect(runPass(simplify, body).lines.slice(2)).toEqual(["jump b2", "b2:", "return v1"]);
});

test("a value is equal to itself", () => {
  const body =
    'b0:\nv0:i64 = call helper "bpf_ktime_get_ns"()\nbranch.64 ge v0, v0 ? b1 : b2\nb1:\nreturn\nb2:\nreturn v0';
  expect(runPass(simplify, body).lines).toContain("jump b1");
});

test("nothing known, nothing done", () => {
  const body = 'v0:i64 = call helper "bpf_ktime_get_ns"()\nv1:i64 = add v0, v0\nreturn v1';
  expect(runPass(simplify, body).changed).toBe(false);
});
