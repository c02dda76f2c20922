import fc from "fast-check";
import { expect, test } from "vitest";
import { interestingNumber } from "../../test/support/arbitrary-module.ts";
import { FakeKernel } from "../../test/support/fake-kernel.ts";
import { runPass } from "../../test/support/run-pass.ts";
import { Graphs } from "../ir/graphs.ts";
import { interpret } from "../ir/interpret.ts";
import type { BinaryOp, Func } from "../ir/ir.ts";
import { parseModule } from "../ir/parse.ts";
import { reduceStrength } from "./reduce-strength.ts";
import { simplify } from "./simplify.ts";

const X = 'v0:i64 = call helper "bpf_ktime_get_ns"()\n';
const N = "v1:i32 = truncate v0\n";

/** The instruction that the returned value comes from, after the pass. */
function returned(body: string): string {
  const { lines } = runPass(simplify, body);
  const value = lines.at(-1)?.replace("return ", "");
  return lines.find((line) => line.startsWith(`${value}:`)) ?? "";
}

// biome-ignore format: one case per line
test.each([
  { rule: "x + 0 = x",                          body: `${X}v2:i64 = const 0\nv3:i64 = add v0, v2\nreturn v3`,                       gives: 'v0:i64 = call helper "bpf_ktime_get_ns"()' },
  { rule: "1 * x = x",                          body: `${X}v2:i64 = const 1\nv3:i64 = mul v2, v0\nreturn v3`,                       gives: 'v0:i64 = call helper "bpf_ktime_get_ns"()' },
  { rule: "x & 0 = 0",                          body: `${X}v2:i64 = const 0\nv3:i64 = and v0, v2\nreturn v3`,                       gives: "v3:i64 = const 0" },
  { rule: "x - x = 0",                          body: `${X}v3:i64 = sub v0, v0\nreturn v3`,                                         gives: "v3:i64 = const 0" },
  { rule: "x * -1 = -x",                        body: `${X}v2:i64 = const 18446744073709551615\nv3:i64 = mul v0, v2\nreturn v3`,    gives: "v3:i64 = neg v0" },
  { rule: "0 - x = -x",                         body: `${X}v2:i64 = const 0\nv3:i64 = sub v2, v0\nreturn v3`,                       gives: "v3:i64 = neg v0" },
  { rule: "x % 1 = 0",                          body: `${X}v2:i64 = const 1\nv3:i64 = mod v0, v2\nreturn v3`,                       gives: "v3:i64 = const 0" },
  { rule: "(x + 3) - 5 = x - 2",                body: `${X}v2:i64 = const 3\nv3:i64 = const 5\nv4:i64 = add v0, v2\nv5:i64 = sub v4, v3\nreturn v5`, gives: "v5:i64 = sub v0, v6" },
  { rule: "(x >> 40) >> 30 = 0",                body: `${X}v2:i64 = const 40\nv3:i64 = const 30\nv4:i64 = rsh v0, v2\nv5:i64 = rsh v4, v3\nreturn v5`, gives: "v5:i64 = const 0" },
  { rule: "a mask that covers what there is",   body: `${X}v2:i64 = const 255\nv3:i64 = extend.u8 v0\nv4:i64 = and v3, v2\nreturn v4`, gives: "v3:i64 = extend.u8 v0" },
  { rule: "a comparison is not 0 when it holds", body: `${X}v2:i64 = const 9\nv3:i32 = const 0\nv4:i32 = compare.64 lt v0, v2\nv5:i32 = compare.32 ne v4, v3\nreturn v5`, gives: "v4:i32 = compare.64 lt v0, v2" },
  { rule: "not a comparison: its opposite",     body: `${X}v2:i64 = const 9\nv3:i32 = const 0\nv4:i32 = compare.64 lt v0, v2\nv5:i32 = compare.32 eq v4, v3\nreturn v5`, gives: "v5:i32 = compare.64 ge v0, v2" },
  { rule: "nothing is below 0",                 body: `${X}v2:i64 = const 0\nv3:i32 = compare.64 lt v0, v2\nreturn v3`,              gives: "v3:i32 = const 0" },
  { rule: "select of 1 and 0",                  body: `${X}v2:i32 = const 1\nv3:i32 = const 0\nv4:i32 = compare.64 eq v0, v0\nv6:i64 = const 8\nv7:i32 = compare.64 gt v0, v6\nv5:i32 = select v7 ? v2 : v3\nreturn v5`, gives: "v7:i32 = compare.64 gt v0, v6" },
  { rule: "select of the same",                 body: `${X}${N}v5:i64 = select v1 ? v0 : v0\nreturn v5`,                             gives: 'v0:i64 = call helper "bpf_ktime_get_ns"()' },
  { rule: "widening what was widened",          body: `${X}v2:i32 = extend.u8 v0\nv3:i64 = extend.u32 v2\nreturn v3`,                gives: "v3:i64 = extend.u8 v0" },
  { rule: "cutting what was widened",           body: `${X}${N}v2:i64 = extend.s32 v1\nv3:i32 = truncate v2\nreturn v3`,             gives: "v3:i32 = truncate v0" },
  { rule: "a sign that cannot be set",          body: `${X}v2:i32 = extend.u16 v0\nv3:i64 = extend.s32 v2\nreturn v3`,               gives: "v3:i64 = extend.u16 v0" },
  { rule: "swapping twice",                     body: `${X}v2:i64 = byteswap.64 v0\nv3:i64 = byteswap.64 v2\nreturn v3`,             gives: 'v0:i64 = call helper "bpf_ktime_get_ns"()' },
])("$rule", ({ body, gives }) => {
  expect(returned(body)).toBe(gives);
});

test("an offset of an offset is one offset", () => {
  const { lines } = runPass(
    simplify,
    'v0:ptr = mapValueAddr "m", 0\nv1:i64 = const 8\nv2:ptr = offset v0, v1\nv3:ptr = offset v2, v1\nv4:i64 = load.u64 map v3, 0\nreturn v4',
  );
  expect(lines).toContain("v5:i64 = const 16");
  expect(lines).toContain("v3:ptr = offset v0, v5");
});

test("a sum that is read twice stays: the verifier may know its bounds", () => {
  const body = `${X}v2:i64 = const 3\nv4:i64 = add v0, v2\nv5:i64 = add v4, v2\nv6:i64 = xor v4, v5\nreturn v6`;
  expect(runPass(simplify, body).lines).toContain("v5:i64 = add v4, v2");
});

test("a loop that never runs is not called: kernels fail to load one", () => {
  const zero = "v0:i64 = const 0\nv1:ptr = slotAddr 0\n";
  const body = `${zero}v2:i64 = call helper "bpf_loop"(v0, v1, v1, v0)\nreturn v2`;
  expect(runPass(simplify, body, 'slot 0 "s" 8 align 8 auto').lines.at(-2)).toBe("v2:i64 = const 0");
});

const OPS: readonly BinaryOp[] = [
  "add",
  "sub",
  "mul",
  "div",
  "sdiv",
  "mod",
  "smod",
  "or",
  "and",
  "xor",
  "lsh",
  "rsh",
  "arsh",
];

test.each([simplify, reduceStrength])("$name: any operation with any constants gives the same", (pass) => {
  fc.assert(
    fc.property(
      ...[interestingNumber(), interestingNumber(), interestingNumber()],
      ...[fc.constantFrom(...OPS), fc.constantFrom(...OPS), fc.constantFrom(32, 64), fc.boolean()],
      (x, a, b, first, second, bits, swap) => {
        const cut = (value: bigint) => BigInt.asUintN(bits, value);
        const text = `source "t" ""\nlicense "GPL"\nprogram "main" xdp "xdp" {
b0:
  v0:ptr = ctx
  v1:i${bits} = load.u${bits} ctx v0, 0
  v2:i${bits} = const ${cut(a)}
  v3:i${bits} = const ${cut(b)}
  v4:i${bits} = ${first} ${swap ? "v2, v1" : "v1, v2"}
  v5:i${bits} = ${second} v4, v3
  return v5
}`;
        const run = (module: ReturnType<typeof parseModule>) =>
          interpret(module, "main", new FakeKernel([], { ctx: [x], pidTgid: 0n }).world());
        const module = parseModule(text);
        const before = run(module);
        const [func] = module.funcs as [Func];
        pass.run(func, module, new Graphs(func));
        expect(run(module)).toBe(before);
      },
    ),
    { numRuns: 2000 },
  );
});
