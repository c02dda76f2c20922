import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryCase } from "../../test/support/arbitrary-module.ts";
import { FakeKernel } from "../../test/support/fake-kernel.ts";
import { interpret } from "./interpret.ts";
import { parseModule } from "./parse.ts";

test("generated programs end without touching memory that is not theirs", () => {
  fc.assert(
    fc.property(arbitraryCase({ size: 40 }), ({ module, inputs }) => {
      const result = interpret(module, "main", new FakeKernel(module.maps, inputs).world());
      expect(result).toBe(BigInt.asUintN(64, result));
    }),
    { numRuns: 200 },
  );
});

const HEAD =
  'source "t" ""\nlicense "GPL"\nmap {"name":"m","type":"array","keySize":4,"valueSize":16,"maxEntries":2,"flags":0}\n';

// biome-ignore format: one case per line
test.each([
  { rule: "i32 wraps",                      body: "v0:i32 = const 4294967295\nv1:i32 = add v0, v0\nreturn v1",                       gives: 0xfffffffen },
  { rule: "signed compare at 32 bits",      body: "v0:i32 = const 4294967295\nv1:i32 = const 0\nv2:i32 = compare.32 slt v0, v1\nreturn v2", gives: 1n },
  { rule: "sign extension to 32 stays low", body: "v0:i32 = const 128\nv1:i32 = extend.s8 v0\nreturn v1",                            gives: 0xffffff80n },
  { rule: "sign extension to 64",           body: "v0:i32 = const 128\nv1:i64 = extend.s8 v0\nreturn v1",                            gives: 0xffffffffffffff80n },
  { rule: "select by a condition",          body: "v0:i32 = const 0\nv1:i64 = const 5\nv2:i64 = const 6\nv3:i64 = select v0 ? v1 : v2\nreturn v3", gives: 6n },
  { rule: "byteswap cuts",                  body: "v0:i64 = const 66051\nv1:i32 = byteswap.16 v0\nreturn v1",                        gives: 0x0302n },
  { rule: "atomics give the old value",     body: 'v0:ptr = mapValueAddr "m", 8\nv1:i64 = const 5\nv2:i64 = atomic.64 add v0, 0, v1\nv3:i64 = atomic.64 xchg v0, 0, v2\nreturn v3', gives: 5n },
  { rule: "no value returns 0",             body: "return",                                                                         gives: 0n },
])("$rule", ({ body, gives }) => {
  const module = parseModule(`${HEAD}program "main" xdp "xdp" {\nb0:\n${body}\n}`);
  const kernel = new FakeKernel(module.maps, { ctx: [], pidTgid: 0n });
  expect(interpret(module, "main", kernel.world())).toBe(gives);
});

test("block parameters are bound all at once", () => {
  const module = parseModule(`${HEAD}program "main" xdp "xdp" {
b0:
  v0:i64 = const 0
  v1:i64 = const 1
  v2:i64 = const 2
  jump b1(v0, v1, v2)
b1(v3:i64, v4:i64, v5:i64):
  v6:i64 = add v3, v1
  branch.64 lt v3, v1 ? b1(v6, v5, v4) : b2
b2:
  return v4
}`);
  expect(interpret(module, "main", new FakeKernel([], { ctx: [], pidTgid: 0n }).world())).toBe(2n);
});

test("callbacks run through the helper that takes them", () => {
  const module = parseModule(`${HEAD}program "main" xdp "xdp" {
  slot 0 "sum" 8 align 8 auto
b0:
  v0:ptr = slotAddr 0
  v1:i64 = const 0
  store.64 stack v0, 0, v1
  v2:i64 = const 5
  v3:ptr = funcAddr "each"
  v4:i64 = call helper "bpf_loop"(v2, v3, v0, v1)
  v5:i64 = load.u64 stack v0, 0
  return v5
}
callback "each" (v0:i64, v1:ptr) {
b0:
  v2:i64 = load.u64 stack v1, 0
  v3:i64 = add v2, v0
  store.64 stack v1, 0, v3
  return
}`);
  expect(interpret(module, "main", new FakeKernel([], { ctx: [], pidTgid: 0n }).world())).toBe(10n);
});
