import fc from "fast-check";
import { expect, test } from "vitest";
import { globMatcher } from "../base/glob.ts";
import { traceableSymbols } from "./traceable-symbols.ts";

type Symbol = {
  name?: string;
  type?: string;
  module?: string;
  called?: string;
  behind?: string;
  address?: string;
};

/** A line of a walk. */
function line(symbol: Symbol = {}): string {
  const { name = "vfs_read", type = "T", module = "", address = "ffffffff81000010" } = symbol;
  const { called = module === "" ? name : `${name} [${module}]` } = symbol;
  const { behind = called } = symbol;
  return `${[address, type.charCodeAt(0).toString(16), name, module, called, behind].join("\t")}\n`;
}

/** Records of these places. */
function recordsOf(...places: readonly bigint[]) {
  return {
    placesAmong: (addresses: Iterable<bigint>) => new Set([...addresses].filter((at) => places.includes(at))),
  };
}

const ADDRESS = 0xffffffff81000010n;
const VFS_READ = { name: "vfs_read", address: ADDRESS };
const isVfs = globMatcher("vfs_*");

const RECORDS = recordsOf(0xffffffff80000000n, ADDRESS, 0xffffffff82000004n, 0xfffffffe83000000n);

// biome-ignore format: one case per line
test.each<{ rule: string; symbol: Symbol; found: readonly object[] }>([
  { rule: "ftrace's place is its start",           symbol: {},                                        found: [VFS_READ] },
  { rule: "behind the mark of indirect calls",     symbol: { address: "ffffffff82000000" },           found: [{ name: "vfs_read", address: 0xffffffff82000000n }] },
  { rule: "of its file alone",                     symbol: { type: "t" },                             found: [VFS_READ] },
  { rule: "weak",                                  symbol: { type: "W" },                             found: [VFS_READ] },
  { rule: "of a module",                           symbol: { module: "fuse" },                        found: [{ ...VFS_READ, module: "fuse" }] },
  { rule: "with a part's name",                    symbol: { name: "vfs_a.part.0" },                  found: [{ name: "vfs_a.part.0", address: ADDRESS }] },
  { rule: "whose name the kernel shortens",        symbol: { name: "vfs_a.llvm.12", called: "vfs_a" }, found: [{ name: "vfs_a", address: ADDRESS }] },
  { rule: "the same in a module",                  symbol: { name: "vfs_a.llvm.12", called: "vfs_a [b]", module: "b" }, found: [{ name: "vfs_a", module: "b", address: ADDRESS }] },
  { rule: "not without a place",                   symbol: { address: "ffffffff81000020" },           found: [] },
  { rule: "not when the place is in its middle",   symbol: { address: "ffffffff81000008" },           found: [] },
  { rule: "not when the place is another's start", symbol: { address: "ffffffff82000000", behind: "vfs_b" }, found: [] },
  { rule: "not when only the low words agree",     symbol: { address: "ffffffff83000000" },           found: [] },
  { rule: "not what has no name",                  symbol: { name: "" },                              found: [] },
  { rule: "not data",                              symbol: { type: "d" },                             found: [] },
  { rule: "not another name of the place",         symbol: { called: "vfs_other" },                   found: [] },
  { rule: "not another module's name of it",       symbol: { module: "fuse", called: "vfs_read [b]" }, found: [] },
  { rule: "not a BPF program",                     symbol: { module: "bpf" },                         found: [] },
  { rule: "not generated code",                    symbol: { module: "__builtin__ftrace" },           found: [] },
  { rule: "not what the pattern leaves out",       symbol: { name: "vfx_read" },                      found: [] },
])("a function that can be traced: $rule", ({ symbol, found }) => {
  expect(traceableSymbols(line(symbol), isVfs, RECORDS)).toEqual(found);
});

test("a damaged text settles nothing", () => {
  expect(traceableSymbols(`${line()}what\tis this\n`, isVfs, RECORDS)).toBeUndefined();
  expect(traceableSymbols("", isVfs, RECORDS)).toEqual([]);
});

test("any text gives functions or undefined", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme-ascii" }), fc.string(), (a, b) => {
      const found = traceableSymbols(`${a}\t${line()}${b}`, () => true, RECORDS);
      expect(found === undefined || Array.isArray(found)).toBe(true);
    }),
  );
});
