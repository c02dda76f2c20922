import { deflateSync, inflateSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { SkepError } from "../base/errors.ts";
import { addressToOffset, type Elf, findSection, offsetToAddress, SECTION_TYPE } from "./elf.ts";
import { buildId, debugLink, readNotes } from "./notes.ts";
import { parseElf } from "./read.ts";
import { readRelocations, relocationSections } from "./relocations.ts";
import { sectionData } from "./section-data.ts";
import type { ByteSource } from "./source.ts";
import { functionSymbols, readSymbols } from "./symbols.ts";
import { ByteWriter, makeElf, makeNote, makeSymbols } from "./testing.ts";

const inflate = (bytes: Uint8Array) => new Uint8Array(inflateSync(bytes));
const text = (s: string) => new TextEncoder().encode(s);

/** A file with a bit of everything, in one class and byte order. */
function sample(bits: 32 | 64, littleEndian: boolean): Uint8Array {
  const { symbols, strings } = makeSymbols(
    [
      { name: "main", value: 0x1010, size: 16 },
      { name: "helper", value: 0x1000, size: 8, info: 0x02 },
      { name: "pick", value: 0x1020, info: 0x1a },
      { name: "data", value: 0x2000, size: 4, info: 0x11 },
      { name: "undefined", value: 0, section: 0 },
    ],
    bits,
    littleEndian,
  );
  const rela = new ByteWriter(bits, littleEndian).word(4).word(bits === 64 ? (2n << 32n) | 10n : (2 << 8) | 10);
  rela.word(bits === 64 ? 0xffff_ffff_ffff_fffcn : 0xfffffffc);
  const note = new ByteWriter(bits, littleEndian)
    .u32(4)
    .u32(3)
    .u32(3)
    .bytes(text("GNU\0"))
    .bytes([0xab, 0, 0x12])
    .pad(4);
  return makeElf({
    bits,
    littleEndian,
    segments: [
      { type: 1, offset: 0x100, address: 0x1000, size: 0x40 },
      { type: 1, offset: 0x200, address: 0x2000, size: 0x10 },
    ],
    sections: [
      { name: ".text", type: 1, data: new Uint8Array(64).fill(0x90), flags: 6, address: 0x1000, align: 16 },
      { name: ".symtab", type: 2, data: symbols, link: 3, entrySize: bits === 64 ? 24 : 16 },
      { name: ".strtab", type: 3, data: strings },
      { name: ".rela.text", type: 4, data: rela.finish(), link: 2, info: 1 },
      { name: ".note.gnu.build-id", type: 7, data: note.finish(), align: 4 },
      {
        name: ".gnu_debuglink",
        type: 1,
        data: new ByteWriter(bits, littleEndian).bytes(text("ls.debug")).pad(4).u32(0).u32(0xdeadbeef).finish(),
      },
      { name: ".bss", type: 8, data: new Uint8Array(0), size: 1 << 30 },
    ],
  });
}

// biome-ignore format: one case per line
test.each([
  { rule: "64 bits, little-endian", bits: 64, little: true },
  { rule: "64 bits, big-endian", bits: 64, little: false },
  { rule: "32 bits, little-endian", bits: 32, little: true },
  { rule: "32 bits, big-endian", bits: 32, little: false },
] as const)("a file of $rule is read", ({ bits, little }) => {
  const elf = parseElf(sample(bits, little));
  expect(elf).toMatchObject({ bits, littleEndian: little, type: "shared", machine: 62, entry: 0x1234n });
  expect(elf.sections.map((s) => s.name)).toEqual(
    ["", ".text", ".symtab", ".strtab", ".rela.text", ".note.gnu.build-id", ".gnu_debuglink", ".bss", ".shstrtab"],
  );
  const code = findSection(elf, ".text");
  expect(code).toMatchObject({ index: 1, address: 0x1000n, size: 64, flags: 6, align: 16 });
  if (code === undefined) return;
  expect(sectionData(elf, code)).toEqual(new Uint8Array(64).fill(0x90));
  expect(relocationSections(elf, code).map((s) => readRelocations(elf, s))).toEqual(
    [[{ offset: 4, symbol: 2, type: 10, addend: -4n }]],
  );
  const table = readSymbols(elf, "symtab");
  expect([...(table ?? [])].map((s) => [s.name, s.type, s.binding])).toEqual([
    ["", "none", "local"], ["main", "func", "global"], ["helper", "func", "local"], ["pick", "ifunc", "global"],
    ["data", "object", "global"], ["undefined", "func", "global"],
  ]);
  expect(functionSymbols(elf).map((s) => [s.name, s.value, s.size])).toEqual(
    [["helper", 0x1000n, 8], ["main", 0x1010n, 16], ["pick", 0x1020n, 0]],
  );
  expect(readSymbols(elf, "dynsym")).toBeUndefined();
  expect(buildId(elf)).toBe("ab0012");
  expect(debugLink(elf)).toEqual({ file: "ls.debug", crc: 0xdeadbeef });
  const bss = findSection(elf, ".bss");
  expect(bss && sectionData(elf, bss)).toHaveLength(0);
});

test("addresses and file offsets are told from the segments", () => {
  const elf = parseElf(sample(64, true));
  expect(addressToOffset(elf, 0x1010n)).toBe(0x110);
  expect(addressToOffset(elf, 0x200fn)).toBe(0x20f);
  expect(addressToOffset(elf, 0x2010n)).toBeUndefined();
  expect(addressToOffset(elf, 0n)).toBeUndefined();
  expect(offsetToAddress(elf, 0x110)).toBe(0x1010n);
  expect(offsetToAddress(elf, 0x140)).toBeUndefined();
});

test("a section count too large for the header stands in the first section", () => {
  expect(
    parseElf(makeElf({ extendedCount: true, sections: [{ name: ".a", type: 1, data: text("x") }] })).sections,
  ).toHaveLength(3);
});

test("a compressed section is unpacked by the caller's decompressor", () => {
  const plain = text("DWARF ".repeat(50));
  const packed = deflateSync(plain);
  const data = new ByteWriter(64, true).u32(1).u32(0).word(plain.length).word(1).bytes(packed).finish();
  const elf = parseElf(makeElf({ sections: [{ name: ".debug_info", type: 1, data, flags: 0x800 }] }));
  const section = findSection(elf, ".debug_info");
  if (section === undefined) throw new Error("bug: no section");
  expect(sectionData(elf, section, inflate)).toEqual(Uint8Array.from(plain));
  const code = (decompress?: (bytes: Uint8Array) => Uint8Array) => {
    try {
      return sectionData(elf, section, decompress);
    } catch (error) {
      return error instanceof SkepError ? error.code : error;
    }
  };
  expect(code()).toBe("elf/compressed");
  expect(code(() => new Uint8Array(3))).toBe("elf/bad-compression");
  expect(code(() => inflate(text("no zlib")))).toBe("elf/bad-compression");
});

test("headers are read without reading the whole file", () => {
  const bytes = sample(64, true);
  let read = 0;
  const source: ByteSource = {
    size: bytes.length + 2 ** 40,
    read(offset, length) {
      read += length;
      return bytes.subarray(offset, offset + length);
    },
  };
  expect(parseElf(source).sections).toHaveLength(9);
  expect(read).toBeLessThan(1200);
});

const note = (align: number) => {
  const data = Uint8Array.from([...makeNote("GNU", 1, text("abcde")), ...makeNote("stapsdt", 3, text("xyz"))]);
  return parseElf(makeElf({ sections: [{ name: ".note.x", type: 7, data, align }] }));
};

test("notes are read one after the other", () => {
  expect(readNotes(note(4)).map((n) => [n.name, n.type, n.desc.length])).toEqual([
    ["GNU", 1, 5],
    ["stapsdt", 3, 3],
  ]);
  expect(readNotes(note(4), ".note.y")).toEqual([]);
});

const without = (change: (bytes: Uint8Array) => Uint8Array) => change(sample(64, true));

// biome-ignore format: one case per line
test.each<{ rule: string; bytes: Uint8Array; code: string }>([
  { rule: "no bytes", bytes: new Uint8Array(0), code: "elf/bad-magic" },
  { rule: "a script", bytes: text("#!/bin/sh\nexit 0\n"), code: "elf/bad-magic" },
  { rule: "an unknown class", bytes: without((b) => b.fill(7, 4, 5)), code: "elf/bad-header" },
  { rule: "an unknown byte order", bytes: without((b) => b.fill(0, 5, 6)), code: "elf/bad-header" },
  { rule: "half a header", bytes: without((b) => b.subarray(0, 40)), code: "elf/truncated" },
  { rule: "a section table beyond the end", bytes: without((b) => b.subarray(0, b.length - 64)), code: "elf/truncated" },
  { rule: "odd section entries", bytes: without((b) => b.fill(3, 58, 59)), code: "elf/bad-header" },
  { rule: "odd segment entries", bytes: without((b) => b.fill(3, 54, 55)), code: "elf/bad-header" },
])("$rule is $code", ({ bytes, code }) => {
  let thrown: unknown;
  try {
    parseElf(bytes);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toMatchObject({ code });
});

function exercise(elf: Elf): void {
  const allow = (ask: () => unknown) => {
    try {
      ask();
    } catch (error) {
      if (!(error instanceof SkepError) || !error.code.startsWith("elf/")) throw error;
    }
  };
  for (const section of elf.sections) {
    allow(() => sectionData(elf, section, inflate));
    if (section.type === SECTION_TYPE.rela || section.type === SECTION_TYPE.rel)
      allow(() => readRelocations(elf, section));
  }
  allow(() => [...(readSymbols(elf, "symtab") ?? [])]);
  allow(() => functionSymbols(elf));
  allow(() => readNotes(elf));
  allow(() => buildId(elf));
  allow(() => debugLink(elf));
  allow(() => addressToOffset(elf, 0x1010n));
  allow(() => offsetToAddress(elf, 0x110));
}

test("any change to a file gives another file or an ElfError, never a crash", () => {
  const files = [sample(64, true), sample(32, false)];
  const change = fc.tuple(fc.nat(), fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 0x7f, 0x80, 0xff)));
  fc.assert(
    fc.property(
      fc.nat(1),
      fc.array(change, { minLength: 1, maxLength: 6 }),
      fc.option(fc.nat(2000)),
      (which, changes, cut) => {
        const good = files[which] ?? new Uint8Array(0);
        const bytes = good.slice(0, cut ?? good.length);
        // Half of the changes hit the headers, where they hurt most.
        for (const [at, value] of changes)
          if (bytes.length > 0)
            bytes[at % 2 === 0 ? at % bytes.length : bytes.length - 1 - (at % Math.min(640, bytes.length))] =
              value;
        let elf: Elf;
        try {
          elf = parseElf(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(SkepError);
          return;
        }
        exercise(elf);
      },
    ),
    { numRuns: 3000 },
  );
});
