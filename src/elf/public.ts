export {
  addressToOffset,
  type Elf,
  type ElfSection,
  type ElfSegment,
  type ElfType,
  findSection,
  MACHINE,
  offsetToAddress,
  SECTION_FLAG,
  SECTION_INDEX,
  SECTION_TYPE,
  SEGMENT_TYPE,
} from "./elf.ts";
export { ElfError } from "./error.ts";
export { buildId, debugLink, type ElfNote, readNotes } from "./notes.ts";
export { parseElf } from "./read.ts";
export { type ElfRelocation, readRelocations, relocationSections } from "./relocations.ts";
export { type Decompress, sectionData } from "./section-data.ts";
export { type ByteSource, bytesSource } from "./source.ts";
export {
  type ElfSymbol,
  functionSymbols,
  readSymbols,
  type SymbolBinding,
  SymbolTable,
  type SymbolType,
} from "./symbols.ts";
