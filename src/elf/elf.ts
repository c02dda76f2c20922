import type { ByteSource } from "./source.ts";

/** Kinds of ELF files; others by number. */
export type ElfType = "none" | "relocatable" | "executable" | "shared" | "core" | "other";

/**
 * An ELF file whose headers are read. Section data, symbols and so on are read from `source` when asked for.
 * Source of the format: System V ABI, chapter "Object Files" (gabi 4.1).
 */
export type Elf = Readonly<{
  source: ByteSource;
  bits: 32 | 64;
  littleEndian: boolean;
  /** Position-independent executables are "shared" too. */
  type: ElfType;
  /** EM_ number: see `MACHINE`. */
  machine: number;
  flags: number;
  entry: bigint;
  sections: readonly ElfSection[];
  segments: readonly ElfSegment[];
}>;

/** One row of the section header table. `type` is an SHT_ number (see `SECTION_TYPE`), `flags` SHF_ bits. */
export type ElfSection = Readonly<{
  index: number;
  name: string;
  type: number;
  flags: number;
  address: bigint;
  offset: number; // in the file
  size: number; // bytes
  link: number;
  info: number;
  align: number;
  entrySize: number;
}>;

/** One row of the program header table. `type` is a PT_ number (see `SEGMENT_TYPE`). */
export type ElfSegment = Readonly<{
  type: number;
  flags: number; // 1 execute, 2 write, 4 read
  offset: number;
  address: bigint;
  fileSize: number;
  memorySize: bigint;
  align: bigint;
}>;

export const MACHINE = { i386: 3, arm: 40, x86_64: 62, aarch64: 183, riscv: 243, bpf: 247 } as const;

export const SECTION_TYPE = {
  null: 0,
  progbits: 1,
  symtab: 2,
  strtab: 3,
  rela: 4,
  note: 7,
  dynamic: 6,
  nobits: 8,
  rel: 9,
  dynsym: 11,
  symtabIndex: 18, // section numbers of symbols that do not fit in 16 bits
} as const;

export const SECTION_FLAG = {
  write: 1,
  alloc: 2,
  exec: 4,
  merge: 0x10,
  strings: 0x20,
  compressed: 0x800,
} as const;

export const SEGMENT_TYPE = { load: 1, dynamic: 2, interp: 3, note: 4, tls: 7 } as const;

/** Section numbers that stand for no section. */
export const SECTION_INDEX = { undefined: 0, absolute: 0xfff1, common: 0xfff2, extended: 0xffff } as const;

export function findSection(elf: Elf, name: string): ElfSection | undefined {
  return elf.sections.find((section) => section.name === name);
}

/** The file offset of an address that a PT_LOAD segment brings in from the file, or undefined. */
export function addressToOffset(elf: Elf, address: bigint): number | undefined {
  for (const segment of elf.segments) {
    if (segment.type !== SEGMENT_TYPE.load || address < segment.address) continue;
    const into = address - segment.address;
    if (into < BigInt(segment.fileSize)) return segment.offset + Number(into);
  }
  return undefined;
}

/** The address at which a PT_LOAD segment puts a byte of the file, or undefined. */
export function offsetToAddress(elf: Elf, offset: number): bigint | undefined {
  for (const segment of elf.segments) {
    if (segment.type !== SEGMENT_TYPE.load) continue;
    const into = offset - segment.offset;
    if (into >= 0 && into < segment.fileSize) return segment.address + BigInt(into);
  }
  return undefined;
}
