import { expect, test } from "vitest";
import { compileModule } from "../../test/support/differential.ts";
import { parseModule } from "../ir/parse.ts";
import { disassemble } from "../isa/disassemble.ts";

const MAP = 'map {"name":"m","type":"array","keySize":4,"valueSize":64,"maxEntries":1,"flags":0}';

/** The instructions for a raw tracepoint program with this body; `c` is its context. */
function compile(body: string, cpu: 3 | 4 = 4): string[] {
  const text = `source "t" ""\nlicense "GPL"\n${MAP}\nprogram "p" rawTracepoint "raw_tp/x" {\n${body}\n}`;
  const [program] = compileModule(parseModule(text), cpu).programs;
  return disassemble(program?.insns ?? [])
    .trim()
    .split("\n")
    .slice(1);
}

const X = "b0:\n v0:ptr = ctx\n v1:i64 = load.u64 ctx v0, 0\n";

// biome-ignore format: one case per line
test.each<{ rule: string; body: string; gives: string[] }>([
  { rule: "small constants are immediates", body: `${X} v2:i64 = const 5\n v3:i64 = add v2, v1\n return v3`, gives: ["r0 = *(u64 *)(r1 +0)", "r0 += 5", "exit"] },
  { rule: "large constants are loaded", body: `${X} v2:i64 = const 81985529216486895\n v3:i64 = add v1, v2\n return v3`, gives: ["r0 = *(u64 *)(r1 +0)", "r5 = 0x123456789abcdef ll", "r0 += r5", "exit"] },
  { rule: "32 unsigned bits need one slot", body: "b0:\n v0:i64 = const 4294967295\n return v0", gives: ["w0 = -1", "exit"] },
  { rule: "a constant minus a value", body: `${X} v2:i64 = const 5\n v3:i64 = sub v2, v1\n return v3`, gives: ["r5 = *(u64 *)(r1 +0)", "r0 = 5", "r0 -= r5", "exit"] },
  { rule: "fixed offsets go into the load", body: `${X} v2:i64 = const 8\n v3:ptr = offset v0, v2\n v4:i64 = load.u32 ctx v3, 4\n return v4`, gives: ["r5 = *(u64 *)(r1 +0)", "r0 = *(u32 *)(r1 +12)", "exit"] },
  { rule: "widening a short load costs nothing", body: `${X} v2:i32 = load.u8 ctx v0, 8\n v3:i64 = extend.u32 v2\n return v3`, gives: ["r5 = *(u64 *)(r1 +0)", "r0 = *(u8 *)(r1 +8)", "exit"] },
  { rule: "widening a cut value costs one", body: `${X} v2:i32 = truncate v1\n v3:i64 = extend.u32 v2\n return v3`, gives: ["r0 = *(u64 *)(r1 +0)", "w0 = w0", "exit"] },
  { rule: "map values share one address per block", body: `${X} v2:ptr = mapValueAddr "m", 0\n v3:ptr = mapValueAddr "m", 8\n store.64 map v2, 0, v1\n store.64 map v3, 8, v1\n return`, gives: ["r5 = *(u64 *)(r1 +0)", "r4 = map[name:m][0]+0 ll", "*(u64 *)(r4 +0) = r5", "*(u64 *)(r4 +16) = r5", "r0 = 0", "exit"] },
  { rule: "stores hold small constants", body: 'b0:\n v2:ptr = mapValueAddr "m", 0\n v3:i64 = const 7\n store.64 map v2, 0, v3\n return v3', gives: ["r5 = map[name:m][0]+0 ll", "*(u64 *)(r5 +0) = 7", "r0 = 7", "exit"] },
  { rule: "a shift by more than the width wraps", body: `${X} v2:i64 = const 65\n v3:i64 = lsh v1, v2\n return v3`, gives: ["r0 = *(u64 *)(r1 +0)", "r0 <<= 1", "exit"] },
  { rule: "a division by zero keeps off immediates", body: `${X} v2:i64 = const 0\n v3:i64 = div v1, v2\n return v3`, gives: ["r0 = *(u64 *)(r1 +0)", "r5 = 0", "r0 /= r5", "exit"] },
  { rule: "a select is one jump", body: `${X} v2:i64 = const 1\n v3:i32 = compare.64 slt v1, v2\n v4:i64 = select v3 ? v1 : v2\n return v4`, gives: ["r5 = *(u64 *)(r1 +0)", "r0 = r5", "if r5 s< 0x1 goto pc+1", "r0 = 1", "exit"] },
  { rule: "a comparison as a value", body: `${X} v2:i32 = compare.64 gt v1, v1\n return v2`, gives: ["r5 = *(u64 *)(r1 +0)", "r0 = 1", "if r5 > r5 goto pc+1", "r0 = 0", "exit"] },
  { rule: "comparisons turn round for immediates", body: `${X} v2:i64 = const 9\n branch.64 gt v2, v1 ? b1 : b2\nb1:\n return v1\nb2:\n return`, gives: ["r0 = *(u64 *)(r1 +0)", "if r0 >= 0x9 goto pc+1", "exit", "r0 = 0", "exit"] },
  { rule: "arguments are computed where they go", body: `${X} v2:i64 = const 3\n v3:i64 = add v1, v2\n v4:ptr = mapAddr "m"\n v5:i64 = call helper "bpf_map_push_elem"(v4, v3, v2)\n return v5`, gives: ["r2 = *(u64 *)(r1 +0)", "r2 += 3", "r1 = map[name:m] ll", "r3 = 3", "call helper#87", "exit"] },
  { rule: "the context survives calls in r6", body: `${X} v2:i64 = call helper "bpf_ktime_get_ns"()\n v3:i64 = load.u64 ctx v0, 8\n v4:i64 = add v2, v3\n return v4`, gives: ["r6 = r1", "r5 = *(u64 *)(r6 +0)", "call helper#5", "r5 = *(u64 *)(r6 +8)", "r0 += r5", "exit"] },
  { rule: "32-bit arguments have a clean upper half", body: `${X} v2:i32 = truncate v1\n v3:i64 = call helper "bpf_ktime_get_ns"(v2)\n return v3`, gives: ["r1 = *(u64 *)(r1 +0)", "w1 = w1", "call helper#5", "exit"] },
  { rule: "an atomic without a reader does not fetch", body: `${X} v2:ptr = mapValueAddr "m", 0\n atomic.64 add v2, 8, v1\n return`, gives: ["r5 = *(u64 *)(r1 +0)", "r4 = map[name:m][0]+0 ll", "lock *(u64 *)(r4 +8) += r5", "r0 = 0", "exit"] },
  { rule: "compare and exchange works in r0", body: `${X} v2:ptr = mapValueAddr "m", 0\n v3:i64 = const 1\n v4:i64 = atomic.64 cmpxchg v2, 0, v1, v3\n return v4`, gives: ["r5 = *(u64 *)(r1 +0)", "r4 = map[name:m][0]+0 ll", "r0 = 1", "r0 = atomic64_cmpxchg((u64 *)(r4 +0), r0, r5)", "exit"] },
  { rule: "sign extension by a move", body: `${X} v2:i64 = extend.s8 v1\n return v2`, gives: ["r0 = *(u64 *)(r1 +0)", "r0 = (s8)r0", "exit"] },
])("cpu v4: $rule", ({ body, gives }) => {
  expect(compile(body)).toEqual(gives);
});

// biome-ignore format: one case per line
test.each<{ rule: string; body: string; gives: string[] }>([
  { rule: "sign extension by shifts", body: `${X} v2:i64 = extend.s8 v1\n return v2`, gives: ["r0 = *(u64 *)(r1 +0)", "r0 <<= 56", "r0 s>>= 56", "exit"] },
  { rule: "a signed load by shifts", body: `${X} v2:i64 = load.s32 ctx v0, 8\n return v2`, gives: ["r5 = *(u64 *)(r1 +0)", "r0 = *(u32 *)(r1 +8)", "r0 <<= 32", "r0 s>>= 32", "exit"] },
  { rule: "a byte swap", body: `${X} v2:i64 = byteswap.64 v1\n return v2`, gives: ["r0 = *(u64 *)(r1 +0)", "r0 = be64 r0", "exit"] },
  { rule: "signed division by a constant", body: `${X} v2:i64 = const 3\n v3:i64 = sdiv v1, v2\n return v3`, gives: ["r0 = *(u64 *)(r1 +0)", "r5 = r0", "r5 s>>= 63", "r0 ^= r5", "r0 -= r5", "r0 /= 3", "r0 ^= r5", "r0 -= r5", "exit"] },
])("cpu v3: $rule", ({ body, gives }) => {
  expect(compile(body, 3)).toEqual(gives);
});

test("a pointer that is computed with goes through memory", () => {
  const text = compile(`${X} v2:i64 = toInt v0\n v3:i64 = const 255\n v4:i64 = and v2, v3\n return v4`);
  expect(text).toContain("lock *(u64 *)(r10 -8) += r1");
});

test("a pointer that is only stored and compared stays what it is", () => {
  const body = `${X} v2:i64 = toInt v0\n v3:ptr = mapValueAddr "m", 0\n store.64 map v3, 0, v2\n branch.64 eq v2, v1 ? b1 : b2
b1:
 return v1
b2:
 return`;
  expect(compile(body).join("\n")).not.toContain("lock");
});
