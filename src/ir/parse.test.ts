import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryCase } from "../../test/support/arbitrary-module.ts";
import type { Module } from "./ir.ts";
import { parseModule } from "./parse.ts";
import { printModule } from "./print.ts";

test("what was printed reads back as the same module", () => {
  fc.assert(
    fc.property(arbitraryCase({ size: 40 }), ({ module }) => {
      const text = printModule(module);
      const again = parseModule(text);
      expect(printModule(again)).toBe(text);
      expect(withoutUnused(again)).toEqual(withoutUnused(module));
    }),
    { numRuns: 200 },
  );
});

/** Types of numbers that no instruction defines do not travel. */
function withoutUnused(module: Module): unknown {
  return { ...module, funcs: module.funcs.map((func) => ({ ...func, types: [] })) };
}

const EVERY_KIND = `source "x.c" "a \\"quoted\\" text\\n"
license "Dual MIT/GPL"
map {"name":"m","type":"hash","keySize":4,"valueSize":8,"maxEntries":10,"flags":0,"mapExtra":"18446744073709551615"}
map {"name":"n","type":"arrayOfMaps","keySize":4,"valueSize":4,"maxEntries":1,"flags":0,"inner":{"name":"i","type":"array","keySize":4,"valueSize":2,"maxEntries":1,"flags":0,"initial":"00ff"}}

program "p" tracepoint "tracepoint/a/b" sleepable @0..9 {
  slot 0 "key" 16 align 4 stack
b0:
  v0:ptr = ctx
  v1:i64 = const 18446744073709551615
  v2:ptr = slotAddr 0 @3..4
  slotStart 0
  v3:ptr = loadPtr ctx v0, 8
  v4:i32 = load.s16 btf v3, -6
  store.32 stack v2, 0, v4
  v5:i64 = toInt v3
  v6:i32 = atomic.32 cmpxchg v2, 4, v4, v4
  atomic.64 add v2, 8, v5
  v7:ptr = mapAddr "m"
  v8:ptr = call helper "bpf_map_lookup_elem"(v7, v2)
  branch.64 set v5, v1 ? b1(v4, v8) : b2
b1(v9:i32, v10:ptr):
  v11:i64 = extend.s8 v9
  v12:i32 = byteswap.16 v11
  v13:i32 = select v12 ? v9 : v4
  v14:i64 = neg v11
  v15:i32 = compare.64 sle v14, v11
  v16:ptr = offset v10, v14
  v17:ptr = mapValueAddr "m", 12
  v18:ptr = funcAddr "callback"
  v19:i32 = truncate v14
  v20:i32 = xor v19, v15
  call func "callback"(v14, v16)
  slotEnd 0
  jump b2
b2:
  return v1 @1..2
}

callback "callback" (v0:i64, v1:ptr) {
b0:
  return
}
`;

test("every kind of instruction has its line", () => {
  expect(printModule(parseModule(EVERY_KIND))).toBe(EVERY_KIND);
});

// biome-ignore format: one case per line
test.each([
  { rule: "an unknown word",       text: 'program "p" xdp "xdp" { b0: v0:i64 = florp v1 return }', says: "no instruction is called florp" },
  { rule: "a bad character",       text: 'program "p" xdp "xdp" { b0: ; }',                        says: "this character has no meaning here" },
  { rule: "an unfinished block",   text: 'program "p" xdp "xdp" { b0: v0:i64 = const 1',           says: "expected a word" },
  { rule: "an id out of range",    text: 'program "p" xdp "xdp" { b0: return v99999999999 }',      says: "expected v and a number" },
  { rule: "a result of a store",   text: 'program "p" xdp "xdp" { b0: v0:i64 = store.8 map v1, 0, v1 return }', says: "store has no result" },
  { rule: "a missing result",      text: 'program "p" xdp "xdp" { b0: const 1 return }',           says: "a result is needed for const" },
  { rule: "a map that is no JSON", text: "map {]",                                                 says: "expected JSON" },
])("refuses $rule", ({ text, says }) => {
  expect(() => parseModule(`source "a" ""\nlicense "GPL"\n${text}`)).toThrow(says);
});
