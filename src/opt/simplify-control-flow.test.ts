import { expect, test } from "vitest";
import { runPass } from "../../test/support/run-pass.ts";
import { simplifyControlFlow } from "./simplify-control-flow.ts";

const X =
  'b0:\nv0:i64 = call helper "bpf_ktime_get_ns"()\nv1:i64 = const 5\nv2:i64 = const 0\nv3:i64 = const 1\n';
const after = (body: string) => runPass(simplifyControlFlow, body).lines.slice(4);

// biome-ignore format: one case per line
test.each([
  { rule: "blocks in a row are one",                body: `${X}jump b1(v0)\nb1(v4:i64):\nv5:i64 = add v4, v1\njump b2\nb2:\nreturn v5`,                    gives: ["v5:i64 = add v0, v1", "return v5"] },
  { rule: "unreachable blocks go",                  body: `${X}return v0\nb1:\nreturn v1`,                                                               gives: ["return v0"] },
  { rule: "a block that only jumps is passed by",   body: `${X}branch.64 lt v0, v1 ? b1 : b2\nb1:\njump b3(v1)\nb2:\njump b3(v2)\nb3(v4:i64):\nstore.64 ctx v9, 0, v4\nreturn v4`.replace("v2:i64", "v9:ptr = ctx\nv2:i64"), gives: ["v3:i64 = const 1", "branch.64 lt v0, v1 ? b3(v1) : b3(v2)", "b3(v4:i64):", "store.64 ctx v9, 0, v4", "return v4"] },
  { rule: "a jump to a return returns",             body: `${X}branch.64 lt v0, v1 ? b1 : b2\nb1:\nv6:i64 = add v0, v1\njump b3(v6)\nb2:\nv7:i64 = mul v0, v0\njump b3(v7)\nb3(v4:i64):\nreturn v4`, gives: ["branch.64 lt v0, v1 ? b1 : b2", "b1:", "v6:i64 = add v0, v1", "return v6", "b2:", "v7:i64 = mul v0, v0", "return v7"] },
  { rule: "what is known is not asked again",       body: `${X}branch.64 lt v0, v1 ? b1(v3) : b1(v2)\nb1(v4:i64):\nbranch.64 ne v4, v2 ? b2 : b3\nb2:\nreturn v0\nb3:\nreturn v1`, gives: ["branch.64 lt v0, v1 ? b2 : b3", "b2:", "return v0", "b3:", "return v1"] },
  { rule: "a branch to one place is a jump",        body: `${X}branch.64 lt v0, v1 ? b1 : b1\nb1:\nv6:i64 = add v0, v0\nreturn v6`,                          gives: ["v6:i64 = add v0, v0", "return v6"] },
])("$rule", ({ body, gives }) => {
  expect(after(body)).toEqual(gives);
});

test("a block whose parameter is read elsewhere is not passed by", () => {
  const body = `${X}branch.64 lt v0, v1 ? b1(v3) : b1(v2)
b1(v4:i64):
branch.64 ne v4, v2 ? b2 : b3
b2:
return v4
b3:
return v1`;
  expect(after(body)).toContain("branch.64 ne v4, v2 ? b2 : b3");
});

test("an endless loop of empty blocks stays one", () => {
  const body = `${X}branch.64 lt v0, v1 ? b1 : b3\nb1:\njump b2\nb2:\njump b1\nb3:\nreturn`;
  expect(() => after(body)).not.toThrow();
});
