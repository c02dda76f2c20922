import { expect, test } from "vitest";
import { findSection, MACHINE, SECTION_INDEX, SECTION_TYPE } from "./elf.ts";
import { parseElf } from "./read.ts";
import { readRelocations, relocationSections } from "./relocations.ts";
import { sectionData } from "./section-data.ts";
import { readSymbols } from "./symbols.ts";
import { CODE_FLAGS, DATA_FLAGS, ElfWriter, UNDEFINED } from "./write.ts";

function sample(): Uint8Array {
  const elf = new ElfWriter(MACHINE.bpf);
  const code = elf.addSection({
    name: "xdp",
    type: SECTION_TYPE.progbits,
    flags: CODE_FLAGS,
    data: new Uint8Array(24).fill(7),
    align: 8,
  });
  const bss = elf.addSection({
    name: ".bss",
    type: SECTION_TYPE.nobits,
    flags: DATA_FLAGS,
    size: 1 << 20,
    align: 16,
  });
  const global = elf.addSymbol({ name: "main", type: "func", binding: "global", section: code, size: 24 });
  elf.addSymbol({ name: ".bss", type: "section", binding: "local", section: bss });
  const extern = elf.addSymbol({ name: "elsewhere", type: "none", binding: "weak", section: UNDEFINED });
  elf.addSymbol({
    name: "here",
    type: "object",
    binding: "local",
    section: bss,
    value: 8,
    size: 4,
    visibility: "hidden",
  });
  elf.addRelocation(code, 8, extern, 1);
  elf.addRelocation(code, 16, global, 10);
  return elf.finish();
}

test("sections come back as they were given", () => {
  const elf = parseElf(sample());
  expect(elf).toMatchObject({ bits: 64, littleEndian: true, type: "relocatable", machine: MACHINE.bpf });
  const code = findSection(elf, "xdp");
  if (code === undefined) throw new Error("no section xdp");
  expect(sectionData(elf, code)).toEqual(new Uint8Array(24).fill(7));
  expect(code.offset % 8).toBe(0);
  expect(findSection(elf, ".bss")).toMatchObject({
    size: 1 << 20,
    type: SECTION_TYPE.nobits,
    align: 16,
    flags: DATA_FLAGS,
  });
  expect(sample().length).toBeLessThan(2000);
});

test("local symbols come first, and relocations follow their symbols", () => {
  const elf = parseElf(sample());
  const symbols = [...(readSymbols(elf, "symtab") ?? [])];
  expect(
    symbols.map((s) => `${s.name} ${s.binding} ${s.type} ${s.visibility} ${s.section} ${s.value} ${s.size}`),
  ).toEqual([
    " local none default 0 0 0",
    " local section default 2 0 0",
    "here local object hidden 2 8 4",
    "main global func default 1 0 24",
    "elsewhere weak none default 0 0 0",
  ]);
  expect(findSection(elf, ".symtab")).toMatchObject({ info: 3 });
  const code = findSection(elf, "xdp");
  const [table] = code ? relocationSections(elf, code) : [];
  if (table === undefined) throw new Error("no relocations");
  expect(table.name).toBe(".relxdp");
  expect(readRelocations(elf, table)).toEqual([
    { offset: 8, symbol: 4, type: 1 },
    { offset: 16, symbol: 3, type: 10 },
  ]);
  expect(SECTION_INDEX.undefined).toBe(UNDEFINED);
});

test("more sections than numbers are an error", () => {
  const elf = new ElfWriter(MACHINE.bpf);
  for (let i = 0; i < 0xff00; i++)
    elf.addSection({ name: "x", type: SECTION_TYPE.progbits, data: new Uint8Array(0) });
  expect(() => elf.finish()).toThrow(expect.objectContaining({ code: "elf/too-many-sections" }));
});
