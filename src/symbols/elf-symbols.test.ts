import fc from "fast-check";
import { expect, test } from "vitest";
import { SkepError } from "../base/errors.ts";
import { parseElf } from "../elf/read.ts";
import { makeElf, makeSymbols, type SampleSymbol } from "../elf/testing.ts";
import { crc32 } from "./crc32.ts";
import { ElfSymbols } from "./elf-symbols.ts";

const LOCAL_FUNC = 0x02;
const GLOBAL_FUNC = 0x12;
const WEAK_FUNC = 0x22;
const GLOBAL_IFUNC = 0x1a;
const LOCAL_LABEL = 0x00;
const GLOBAL_OBJECT = 0x11;

/** .text at 0x1000 (file offset 0x80), .data at 0x2000. */
function file(symtab: readonly SampleSymbol[], dynsym: readonly SampleSymbol[] = []): Uint8Array {
  const [full, dynamic] = [makeSymbols(symtab), makeSymbols(dynsym)];
  return makeElf({
    segments: [{ type: 1, offset: 0x80, address: 0x1000, size: 0x400 }],
    sections: [
      { name: ".text", type: 1, data: new Uint8Array(0x400), flags: 6, address: 0x1000 },
      { name: ".data", type: 1, data: new Uint8Array(0x100), flags: 3, address: 0x2000 },
      { name: ".symtab", type: 2, data: full.symbols, link: 4, entrySize: 24 },
      { name: ".strtab", type: 3, data: full.strings },
      { name: ".dynsym", type: 11, data: dynamic.symbols, link: 6, entrySize: 24 },
      { name: ".dynstr", type: 3, data: dynamic.strings },
    ],
  });
}

const SYMBOLS: SampleSymbol[] = [
  { name: "first", value: 0x1000, size: 0x10, info: GLOBAL_FUNC },
  { name: "__libc_malloc", value: 0x1020, size: 0x20, info: GLOBAL_FUNC },
  { name: "__GI___libc_malloc", value: 0x1020, size: 0x20, info: LOCAL_FUNC },
  { name: "malloc", value: 0x1020, size: 0x20, info: WEAK_FUNC },
  { name: "outer", value: 0x1080, size: 0x80, info: LOCAL_FUNC },
  { name: "inner", value: 0x10a0, size: 0x10, info: LOCAL_FUNC },
  { name: "retry", value: 0x10c0, info: LOCAL_LABEL },
  { name: "asm_entry", value: 0x1200, info: GLOBAL_FUNC },
  { name: "after", value: 0x1240, size: 8, info: GLOBAL_FUNC },
  { name: "pick", value: 0x1300, size: 4, info: GLOBAL_IFUNC },
  { name: "table", value: 0x2000, size: 0x40, info: GLOBAL_OBJECT, section: 2 },
  { name: "memcpy@@GLIBC_2.14", value: 0x1380, size: 8, info: GLOBAL_FUNC },
  { name: "elsewhere", value: 0, info: GLOBAL_FUNC, section: 0 },
  { name: "last", value: 0x13f0, info: GLOBAL_FUNC },
];
const DYNAMIC: SampleSymbol[] = [{ name: "first", value: 0x1000, size: 0x10, info: GLOBAL_FUNC }];

// biome-ignore format: one case per line
test.each<{ rule: string; address: bigint; gives: [string, number] | undefined }>([
  { rule: "inside a function", address: 0x1008n, gives: ["first", 8] },
  { rule: "between functions", address: 0x1010n, gives: undefined },
  { rule: "an alias without underscores", address: 0x1024n, gives: ["malloc", 4] },
  { rule: "around an inner function", address: 0x1090n, gives: ["outer", 0x10] },
  { rule: "an inner function", address: 0x10a4n, gives: ["inner", 4] },
  { rule: "behind an inner function", address: 0x10b0n, gives: ["outer", 0x30] },
  { rule: "a label in a function", address: 0x10c0n, gives: ["outer", 0x40] },
  { rule: "a function without size, up to the next", address: 0x123fn, gives: ["asm_entry", 0x3f] },
  { rule: "the next one", address: 0x1240n, gives: ["after", 0] },
  { rule: "a resolver", address: 0x1302n, gives: ["pick", 2] },
  { rule: "a name without its version", address: 0x1380n, gives: ["memcpy", 0] },
  { rule: "a function without size, up to its section's end", address: 0x13ffn, gives: ["last", 0xf] },
  { rule: "behind the section", address: 0x1400n, gives: undefined },
  { rule: "an object", address: 0x2010n, gives: ["table", 0x10] },
  { rule: "address 0", address: 0n, gives: undefined },
  { rule: "an address too large to be one", address: (1n << 64n) - 1n, gives: undefined },
])("the symbol of $rule", ({ address, gives }) => {
  const found = new ElfSymbols(parseElf(file(SYMBOLS, DYNAMIC))).find(address);
  expect(found && [found.name, found.offset]).toEqual(gives);
});

test("functions by pattern have their place in the file", () => {
  const symbols = new ElfSymbols(parseElf(file(SYMBOLS, DYNAMIC)));
  expect(symbols.functions("first")).toEqual([
    { name: "first", offset: 0x80, address: 0x1000n, size: 0x10, isResolver: false },
  ]);
  expect(symbols.functions("pick")).toEqual([
    { name: "pick", offset: 0x380, address: 0x1300n, size: 4, isResolver: true },
  ]);
  expect(symbols.functions("*malloc").map((f) => f.name)).toEqual([
    "__GI___libc_malloc",
    "__libc_malloc",
    "malloc",
  ]);
  expect(symbols.functions("memcpy")).toHaveLength(1);
  expect(symbols.functions("table")).toEqual([]);
  expect(symbols.functions("elsewhere")).toEqual([]);
  expect(symbols.functions("*")).toHaveLength(11);
});

test("addresses by name", () => {
  const symbols = new ElfSymbols(parseElf(file(SYMBOLS)));
  expect([symbols.address("table"), symbols.address("malloc"), symbols.address("none")]).toEqual([
    0x2000n,
    0x1020n,
    undefined,
  ]);
});

test("a debug file adds what the stripped file lacks", () => {
  const stripped = parseElf(file([], DYNAMIC));
  expect(new ElfSymbols(stripped).find(0x10a4n)).toBeUndefined();
  expect(new ElfSymbols(stripped, parseElf(file(SYMBOLS))).find(0x10a4n)).toEqual({ name: "inner", offset: 4 });
});

test("symbols of all kinds of values are taken", () => {
  const symbol = fc.record({
    name: fc.constantFrom("", "a", "__b", "c@V", "@"),
    value: fc.oneof(fc.nat(0x3000), fc.constantFrom(2 ** 31, 2 ** 52, Number.MAX_SAFE_INTEGER)),
    size: fc.oneof(fc.nat(64), fc.constantFrom(2 ** 31, 2 ** 53 - 1)),
    info: fc.nat(255),
    section: fc.constantFrom(0, 1, 2, 99, 0xfff1, 0xffff),
  });
  fc.assert(
    fc.property(fc.array(symbol, { maxLength: 20 }), fc.nat(0x3000), (list, address) => {
      try {
        const symbols = new ElfSymbols(parseElf(file(list, list)));
        symbols.find(BigInt(address));
        symbols.functions("*");
        symbols.address("a");
      } catch (error) {
        expect(error).toBeInstanceOf(SkepError);
      }
    }),
  );
});

test("the checksum is that of .gnu_debuglink", () => {
  const text = new TextEncoder().encode("123456789");
  expect(crc32(text)).toBe(0xcbf43926); // the check value of CRC-32
  expect(crc32(text.subarray(4), crc32(text.subarray(0, 4)))).toBe(0xcbf43926);
});
