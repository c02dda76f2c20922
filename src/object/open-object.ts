import { SkepError } from "../base/errors.ts";
import { type BtfBlob, parseBtf } from "../btf/decode.ts";
import { placeVariables, type SectionLayout } from "../btf/place-variables.ts";
import {
  type Elf,
  type ElfSection,
  findSection,
  MACHINE,
  SECTION_FLAG,
  SECTION_INDEX,
  SECTION_TYPE,
} from "../elf/elf.ts";
import { parseElf } from "../elf/read.ts";
import { type ElfRelocation, readRelocations } from "../elf/relocations.ts";
import { sectionData } from "../elf/section-data.ts";
import { type ElfSymbol, readSymbols } from "../elf/symbols.ts";
import { type BtfExt, readBtfExt } from "./btf-ext.ts";
import { ObjectError } from "./error.ts";

/** An object file whose tables are read. Section numbers are those of the file. */
export type OpenObject = Readonly<{
  elf: Elf;
  symbols: readonly ElfSymbol[];
  /** Defined symbols by section, in the order of the table. */
  symbolsOf: (section: ElfSection) => readonly ElfSymbol[];
  data: (section: ElfSection) => Uint8Array;
  relocations: (section: ElfSection) => readonly ElfRelocation[];
  /** With sizes and offsets of variables filled in. */
  btf: BtfBlob | undefined;
  btfBytes: Uint8Array | undefined;
  ext: BtfExt;
}>;

const MOST_SYMBOLS = 1 << 20;

/** Opens an eBPF object file. Throws ElfError, BtfError or ObjectError. */
export function openObject(bytes: Uint8Array): OpenObject {
  const elf = parseElf(bytes);
  checkKind(elf);
  checkOverlap(elf, bytes.length);
  const symbols = readSymbolTable(elf);
  const bySection = new Map<number, ElfSymbol[]>();
  for (const symbol of symbols) {
    if (symbol.section === SECTION_INDEX.undefined || symbol.type === "section" || symbol.type === "file")
      continue;
    const list = bySection.get(symbol.section);
    if (list) list.push(symbol);
    else bySection.set(symbol.section, [symbol]);
  }
  const symbolsOf = (section: ElfSection) => bySection.get(section.index) ?? [];
  const btf = readBtf(elf, symbolsOf);
  return {
    elf,
    symbols,
    symbolsOf,
    data: (section) => sectionData(elf, section),
    relocations: relocationReader(elf),
    btf: btf?.blob,
    btfBytes: btf?.bytes,
    ext: readExt(elf, btf?.blob),
  };
}

function checkKind(elf: Elf): void {
  const wrong = (what: string, remedy: string) => new ObjectError("object/not-bpf", what, { remedy });
  if (elf.machine !== MACHINE.bpf && elf.machine !== 0)
    throw wrong("this ELF file is for another machine than eBPF", "compile with `clang -target bpf -g -O2 -c`");
  if (elf.bits !== 64 || !elf.littleEndian)
    throw wrong("this object is not for little-endian machines", "compile with `clang -target bpfel`");
  if (elf.type !== "relocatable")
    throw wrong(
      "this eBPF file is linked, or is no object file",
      "give the .o file that `clang -target bpf -c` writes",
    );
}

function relocationReader(elf: Elf): OpenObject["relocations"] {
  const byTarget = new Map<number, ElfSection[]>();
  for (const section of elf.sections) {
    if (section.type !== SECTION_TYPE.rel && section.type !== SECTION_TYPE.rela) continue;
    const list = byTarget.get(section.info);
    if (list) list.push(section);
    else byTarget.set(section.info, [section]);
  }
  return (section) =>
    (byTarget.get(section.index) ?? []).flatMap((table) => {
      if (table.type !== SECTION_TYPE.rela) return readRelocations(elf, table);
      throw new ObjectError(
        "object/bad-relocation",
        "the relocations hold what clang leaves in the instructions",
        {
          section: table.name,
          offset: 0,
          remedy: "compile with clang, whose objects libbpf loads, too",
        },
      );
    });
}

/** Sections of a sound file take different bytes of it; else a small file could make unbounded work. */
function checkOverlap(elf: Elf, fileBytes: number): void {
  let total = 0;
  const names = new Set<string>();
  for (const section of elf.sections) {
    const isData = (section.flags & (SECTION_FLAG.alloc | SECTION_FLAG.exec)) === SECTION_FLAG.alloc;
    if (isData && section.size > 0 && names.has(section.name))
      throw new ObjectError("object/bad-section", "there are two sections of that name", {
        section: section.name,
        offset: 0,
      });
    if (isData) names.add(section.name);
    if (section.type === SECTION_TYPE.nobits || section.type === SECTION_TYPE.null) continue;
    if (section.offset + section.size > fileBytes)
      throw new ObjectError("object/bad-section", `${section.size} bytes reach beyond the end of the file`, {
        section: section.name,
        offset: 0,
      });
    total += section.size;
    if (total > 2 * fileBytes)
      throw new ObjectError("object/bad-section", "sections share bytes of the file", {
        section: section.name,
        offset: 0,
      });
  }
}

function readSymbolTable(elf: Elf): readonly ElfSymbol[] {
  const table = readSymbols(elf, "symtab");
  if (table === undefined)
    throw new ObjectError("object/stripped", "the object has no symbol table", {
      remedy: "compile it anew and strip it with `llvm-strip -g` at most",
    });
  if (table.count > MOST_SYMBOLS)
    throw new ObjectError("object/too-large", `${table.count} symbols`, { section: table.section.name });
  return [...table];
}

function readBtf(
  elf: Elf,
  symbolsOf: OpenObject["symbolsOf"],
): { bytes: Uint8Array; blob: BtfBlob } | undefined {
  const section = findSection(elf, ".BTF");
  if (section === undefined || section.size === 0) return undefined;
  const raw = sectionData(elf, section);
  const named = new Map(elf.sections.map((s) => [s.name, s]).reverse() as [string, ElfSection][]);
  const layouts = new Map<string, SectionLayout>();
  return inSection(".BTF", () => {
    const bytes = placeVariables(raw, (name) => {
      const found = named.get(name);
      const known = layouts.get(name);
      if (found === undefined || known !== undefined) return known;
      const offsets = new Map(symbolsOf(found).map((symbol) => [symbol.name, Number(symbol.value)]));
      const layout = { bytes: checkedSize(found), offsetOf: (variable: string) => offsets.get(variable) };
      layouts.set(name, layout);
      return layout;
    });
    return { bytes, blob: parseBtf(bytes) };
  });
}

/** Sizes of sections go into 32 bits of BTF and of the kernel's interface. */
export function checkedSize(section: ElfSection): number {
  if (section.size > 0x7fffffff)
    throw new ObjectError("object/too-large", `${section.size} bytes`, { section: section.name, offset: 0 });
  return section.size;
}

function readExt(elf: Elf, btf: BtfBlob | undefined): BtfExt {
  const section = findSection(elf, ".BTF.ext");
  if (section === undefined || btf === undefined || section.size === 0) return new Map();
  return inSection(".BTF.ext", () => readBtfExt(sectionData(elf, section), (offset) => btf.string(offset)));
}

/** Names the section in errors that only know BTF or instructions; `cause` is what went wrong. */
export function inSection<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof SkepError) || !cause.code.startsWith("btf/")) throw cause;
    const offset = "offset" in cause && typeof cause.offset === "number" ? { offset: cause.offset } : {};
    throw new ObjectError("object/bad-btf", cause.message, {
      section: name,
      ...offset,
      cause,
      remedy: cause.remedy,
    });
  }
}

/** Whether the section holds instructions. */
export function isCode(section: ElfSection): boolean {
  return (
    section.type === SECTION_TYPE.progbits && (section.flags & SECTION_FLAG.exec) !== 0 && section.size > 0
  );
}
