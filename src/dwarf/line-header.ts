import { type Attribute, readAttribute } from "./attribute.ts";
import { ByteReader } from "./byte-reader.ts";
import { DwarfError } from "./error.ts";
import type { DwarfSections } from "./sections.ts";

export type LineHeader = Readonly<{
  /** Where the opcodes begin and end in .debug_line. */
  programAt: number;
  end: number;
  minInstructionBytes: number;
  defaultIsStatement: boolean;
  lineBase: number;
  lineRange: number;
  opcodeBase: number;
  /** How many numbers follow each standard opcode. */
  operands: readonly number[];
  /** Paths by the numbers that the program uses. */
  files: readonly string[];
}>;

const LNCT = { path: 1, directory: 2 } as const; // DWARF 5, 6.2.4.1
const MOST_FILES = 1 << 16;

/** Reads the header of one line table, of DWARF 2 to 5. Throws DwarfError. */
export function readLineHeader(sections: DwarfSections, at: number, folder: string): LineHeader {
  const reader = new ByteReader(sections.line, ".debug_line", sections.littleEndian, at);
  const { length, offsetSize } = reader.unitLength();
  const end = reader.at + length;
  const version = reader.u16();
  if (version < 2 || version > 5 || end > sections.line.length)
    throw new DwarfError(`a line table of version ${version}`, ".debug_line", at);
  let addressSize = 8;
  if (version >= 5) {
    addressSize = reader.u8();
    reader.u8(); // segment selectors are not used
  }
  const headerLength = reader.sized(offsetSize);
  const programAt = reader.at + headerLength;
  const minInstructionBytes = reader.u8();
  if (version >= 4) reader.u8(); // operations per instruction: 1 but for VLIW machines
  const defaultIsStatement = reader.u8() !== 0;
  const lineBase = reader.i8();
  const lineRange = reader.u8();
  const opcodeBase = reader.u8();
  if (lineRange === 0) throw new DwarfError("a line table has line range 0", ".debug_line", at);
  const operands = Array.from({ length: Math.max(0, opcodeBase - 1) }, () => reader.u8());
  const shape = { start: 0, version, offsetSize, addressSize };
  const files = version >= 5 ? readFiles5(reader, sections, shape, folder) : readFiles4(reader, folder);
  return {
    programAt,
    end,
    minInstructionBytes,
    defaultIsStatement,
    lineBase,
    lineRange,
    opcodeBase,
    operands,
    files,
  };
}

/** Up to version 4: folders, then files; both are counted from 1, and folder 0 is where the compiler ran. */
function readFiles4(reader: ByteReader, folder: string): string[] {
  const folders = [folder];
  for (let name = reader.text(); name !== "" && folders.length < MOST_FILES; name = reader.text())
    folders.push(below(folder, name));
  const files = [""];
  for (let name = reader.text(); name !== "" && files.length < MOST_FILES; name = reader.text()) {
    files.push(below(folders[reader.uleb()] ?? folder, name));
    reader.uleb(); // when it was changed
    reader.uleb(); // its size
  }
  return files;
}

/** Version 5: both lists tell first which fields their entries have. */
function readFiles5(
  reader: ByteReader,
  sections: DwarfSections,
  shape: Parameters<typeof readAttribute>[3],
  folder: string,
): string[] {
  const folders = readList(reader, sections, shape).map(({ path }) => below(folder, path));
  return readList(reader, sections, shape).map(({ path, directory }) =>
    below(folders[directory] ?? folder, path),
  );
}

function readList(
  reader: ByteReader,
  sections: DwarfSections,
  shape: Parameters<typeof readAttribute>[3],
): { path: string; directory: number }[] {
  const formats = Array.from({ length: reader.u8() }, () => ({ type: reader.uleb(), form: reader.uleb() }));
  const count = reader.uleb();
  if (count > MOST_FILES) throw new DwarfError(`${count} files`, ".debug_line", reader.at);
  return Array.from({ length: formats.length === 0 ? 0 : count }, () => {
    const entry = { path: "", directory: 0 };
    for (const { type, form } of formats) {
      const value = readAttribute(reader, form, 0n, shape);
      if (type === LNCT.path) entry.path = textOf(value, sections);
      else if (type === LNCT.directory && value.kind === "number") entry.directory = Number(value.value);
    }
    return entry;
  });
}

function textOf(value: Attribute, sections: DwarfSections): string {
  if (value.kind === "string") return value.value;
  if (value.kind !== "text") return "";
  const bytes = value.section === "str" ? sections.str : sections.lineStr;
  return new ByteReader(bytes, ".debug_str", sections.littleEndian, value.offset).text();
}

function below(folder: string, path: string): string {
  return path.startsWith("/") || folder === "" ? path : `${folder}/${path}`;
}
