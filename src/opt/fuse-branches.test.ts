import { expect, test } from "vitest";
import { runPass } from "../../test/support/run-pass.ts";
import { fuseBranches } from "./fuse-branches.ts";

const X =
  'b0:\nv0:i64 = call helper "bpf_ktime_get_ns"()\nv1:i64 = const 5\nv2:i32 = const 0\nv3:i64 = const 0\n';
const END = "\nb1:\nreturn\nb2:\nreturn v0";

// biome-ignore format: one case per line
test.each([
  { rule: "a comparison that holds",        body: `${X}v4:i32 = compare.64 slt v0, v1\nbranch.32 ne v4, v2 ? b1 : b2${END}`,  gives: "branch.64 slt v0, v1 ? b1 : b2" },
  { rule: "a comparison that does not",     body: `${X}v4:i32 = compare.64 slt v0, v1\nbranch.32 eq v4, v2 ? b1 : b2${END}`,  gives: "branch.64 slt v0, v1 ? b2 : b1" },
  { rule: "common bits",                    body: `${X}v4:i32 = compare.64 set v0, v1\nbranch.32 eq v4, v2 ? b1 : b2${END}`,  gives: "branch.64 set v0, v1 ? b2 : b1" },
  { rule: "a mask",                         body: `${X}v4:i64 = and v0, v1\nbranch.64 ne v4, v3 ? b1 : b2${END}`,             gives: "branch.64 set v0, v1 ? b1 : b2" },
  { rule: "a difference",                   body: `${X}v4:i64 = sub v0, v1\nbranch.64 eq v4, v3 ? b1 : b2${END}`,             gives: "branch.64 ne v0, v1 ? b2 : b1" },
  { rule: "a constant goes to the right",   body: `${X}branch.64 gt v1, v0 ? b1 : b2${END}`,                                  gives: "branch.64 lt v0, v1 ? b1 : b2" },
])("$rule", ({ body, gives }) => {
  expect(runPass(fuseBranches, body).lines).toContain(gives);
});

test("a mask that is read elsewhere keeps its test: the verifier learns from it", () => {
  const body = `${X}v4:i64 = and v0, v1\nbranch.64 ne v4, v3 ? b1 : b2\nb1:\nreturn v4\nb2:\nreturn v0`;
  expect(runPass(fuseBranches, body).changed).toBe(false);
});
