import fc from "fast-check";
import { expect, test } from "vitest";
import { SkepError } from "../base/errors.ts";
import { parseElf } from "../elf/read.ts";
import { ByteWriter, makeElf, makeNote, makeSymbols } from "../elf/testing.ts";
import { readUsdtProbes, splitUsdtArguments } from "./usdt.ts";

type Note = {
  location: number;
  base?: number;
  semaphore?: number;
  provider?: string;
  name?: string;
  args?: string;
};

function desc(
  { location, base = 0x3000, semaphore = 0, provider = "app", name = "start", args = "" }: Note,
  bits: 32 | 64,
) {
  const text = new TextEncoder().encode(`${provider}\0${name}\0${args}\0`);
  return new ByteWriter(bits, true).word(location).word(base).word(semaphore).bytes(text).finish();
}

/** .text at 0x1000, .probes at 0x2000, .stapsdt.base at `base`. */
function file(notes: readonly Note[], base = 0x3000, bits: 32 | 64 = 64): Uint8Array {
  const { symbols, strings } = makeSymbols(
    [{ name: "total", value: 0x2010, size: 8, info: 0x01, section: 2 }],
    bits,
  );
  return makeElf({
    bits,
    segments: [
      { type: 1, offset: 0x100, address: 0x1000, size: 0x100 },
      { type: 1, offset: 0x200, address: 0x2000, size: 0x100 },
    ],
    sections: [
      { name: ".text", type: 1, data: new Uint8Array(0x100), flags: 6, address: 0x1000 },
      { name: ".probes", type: 1, data: new Uint8Array(0x100), flags: 3, address: 0x2000 },
      { name: ".stapsdt.base", type: 1, data: new Uint8Array(1), flags: 2, address: base },
      {
        name: ".note.stapsdt",
        type: 7,
        align: 4,
        data: Uint8Array.from(notes.flatMap((n) => [...makeNote("stapsdt", 3, desc(n, bits))])),
      },
      { name: ".symtab", type: 2, data: symbols, link: 6, entrySize: bits === 64 ? 24 : 16 },
      { name: ".strtab", type: 3, data: strings },
    ],
  });
}

// biome-ignore format: one case per line
test.each<{ rule: string; notes: Note[]; base?: number; gives: object[] }>([
  { rule: "without arguments", notes: [{ location: 0x1010 }], gives: [{ provider: "app", name: "start", offset: 0x110, args: [] }] },
  { rule: "with arguments", notes: [{ location: 0x1010, args: "-4@%edi 8@-16(%rbp)" }], gives: [{ offset: 0x110, args: ["-4@%edi", "8@-16(%rbp)"] }] },
  { rule: "with a semaphore", notes: [{ location: 0x1010, semaphore: 0x2004 }], gives: [{ offset: 0x110, semaphoreOffset: 0x204 }] },
  { rule: "that was prelinked", notes: [{ location: 0x10, base: 0x2000, semaphore: 0x1004 }], gives: [{ offset: 0x110, semaphoreOffset: 0x204 }] },
  { rule: "of two places, in order", notes: [{ location: 0x1020 }, { location: 0x1010 }], gives: [{ offset: 0x110 }, { offset: 0x120 }] },
  { rule: "whose code was dropped", notes: [{ location: 0 }, { location: 0x1010 }], gives: [{ offset: 0x110 }] },
  { rule: "beside a variable", notes: [{ location: 0x1010, args: "8@total(%rip) 4@total+4(%rip) 4@total-8+16(%rip) 8@other(%rip)" }], gives: [{ args: ["8@4096(%rip)", "4@4100(%rip)", "4@4104(%rip)", "8@other(%rip)"] }] },
])("a probe $rule", ({ notes, gives }) => {
  for (const bits of [64, 32] as const) expect(readUsdtProbes(parseElf(file(notes, 0x3000, bits)))).toMatchObject(gives);
});

test("a file without notes has no probes", () => {
  expect(readUsdtProbes(parseElf(makeElf({})))).toEqual([]);
});

// biome-ignore format: one case per line
test.each([
  { rule: "blanks", text: "-4@%edi 8@$5\t1@%al", gives: ["-4@%edi", "8@$5", "1@%al"] },
  { rule: "none", text: "", gives: [] },
  { rule: "blanks in brackets", text: "-4@[sp, 12] 8@x0 8@[x0, x1, lsl 3]", gives: ["-4@[sp, 12]", "8@x0", "8@[x0, x1, lsl 3]"] },
  { rule: "blanks in parentheses", text: "1@(%rax, %rbx, 2) 4@%eax", gives: ["1@(%rax, %rbx, 2)", "4@%eax"] },
  { rule: "a bracket that stays open", text: "8@[x0 8@x1", gives: ["8@[x0 8@x1"] },
])("arguments are parted by $rule", ({ text, gives }) => {
  expect(splitUsdtArguments(text)).toEqual(gives);
});

test("damaged notes give probes or an ElfError", () => {
  const good = file([
    { location: 0x1010, args: "8@total(%rip)" },
    { location: 0x1020, semaphore: 0x2000 },
  ]);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 5 }),
      (changes) => {
        const bytes = good.slice();
        for (const [at, value] of changes) bytes[at] = value;
        try {
          readUsdtProbes(parseElf(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(SkepError);
        }
      },
    ),
    { numRuns: 2000 },
  );
  const nameless = file([{ location: 0x1010, provider: "", name: "x" }]);
  expect(() => readUsdtProbes(parseElf(nameless))).toThrow("lacks its names");
});
