import type { ProgramType } from "../abi/attach-spec.ts";
import type { MapSpec } from "../abi/map-spec.ts";
import { parseSection, SECTION_RULES } from "../abi/section-names.ts";
import { BYTES, checkInput, checkOptions, FUNCTION, TEXT } from "../base/check-input.ts";
import { didYouMean } from "../base/suggest.ts";
import { findSection } from "../elf/elf.ts";
import { ObjectError } from "./error.ts";
import { linkProgram } from "./link-program.ts";
import type { ObjectSpec, ProgramSpec } from "./object.ts";
import { inSection, type OpenObject, openObject } from "./open-object.ts";
import { readArena } from "./read-arena.ts";
import { readData } from "./read-data.ts";
import { readExterns } from "./read-externs.ts";
import { readExtraSections } from "./read-extra-sections.ts";
import { type CodeUnit, readFunctions } from "./read-functions.ts";
import { readLegacyMaps, withTailCalls } from "./read-legacy-maps.ts";
import { readMaps } from "./read-maps.ts";
import { readStructOps } from "./read-struct-ops.ts";
import { referenceFinder } from "./references.ts";

export type FromElfOptions = Readonly<{
  /** What the object is called: the kernel's names of its data sections begin with it. */
  name?: string;
  /** The type of programs whose section name says none; "leaveOut" for those that the object is read without. */
  programType?: (section: string, program: string) => ProgramType | "leaveOut" | undefined;
}>;

const MOST_LINKED = 1 << 21; // instructions of all programs together; the largest known objects have a quarter
const MOST_TEXT = 128; // bytes of a licence; the kernel reads as many

/**
 * Reads an object file as clang writes it by libbpf's conventions. Pure: the same file gives the same object on every
 * machine. Throws ElfError, or ObjectError naming section and offset.
 */
export function fromElf(bytes: Uint8Array, options: FromElfOptions = {}): ObjectSpec {
  checkInput("fromElf: the file", bytes, BYTES);
  checkOptions("fromElf", options, { name: TEXT, programType: FUNCTION });
  const open = openObject(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)); // of a Buffer, too
  return inSection(".BTF", () => readObject(open, options));
}

function readObject(open: OpenObject, options: FromElfOptions): ObjectSpec {
  const { units, maps, legacy, externs } = readContent(open);
  const version = readVersion(open);
  const programs = readPrograms(units, options);
  const extraSections = readExtraSections(open);
  return {
    programs,
    maps: withTailCalls(maps, legacy.byId, programs),
    license: readText(open, "license"),
    ...(open.btfBytes && { btf: open.btfBytes }),
    ...(options.name !== undefined && { name: options.name }),
    ...(version !== undefined && { version }),
    ...(externs.length > 0 && { externs }),
    ...(extraSections.length > 0 && { extraSections }),
  };
}

/** All functions of an object file, those that no program calls too. Throws ObjectError. */
export function readAllFunctions(open: OpenObject): readonly CodeUnit[] {
  return readContent(open).units;
}

function readContent(open: OpenObject) {
  const declared = readMaps(open);
  const legacy = readLegacyMaps(open);
  const data = readData(open);
  const { externs, kconfig } = readExterns(open);
  const arena = readArena(open, declared.maps);
  const maps = [
    ...legacy.maps,
    ...arena.maps,
    ...data.maps,
    ...(kconfig ? [kconfig] : []),
    ...readStructOps(open),
  ];
  checkNames(maps);
  const units = readFunctions(
    open,
    referenceFinder(open, {
      maps: new Map([...legacy.places, ...declared.places]),
      dataMaps: new Map([...data.places, ...arena.places]),
      externs: new Map(externs.map((extern) => [extern.name, extern])),
    }),
  );
  return { units, maps, legacy, externs };
}

function readPrograms(units: readonly CodeUnit[], options: FromElfOptions): ProgramSpec[] {
  const programs: ProgramSpec[] = [];
  const names = new Set<string>();
  let linked = 0;
  for (const unit of units) {
    if (unit.section.name === ".text") continue;
    const program = readProgram(unit, options);
    if (program === undefined) continue;
    if (names.has(program.name))
      throw new ObjectError("object/bad-function", `two programs are called ${program.name}`, {
        section: unit.section.name,
      });
    names.add(program.name);
    linked += program.insns.length;
    if (linked > MOST_LINKED)
      throw new ObjectError("object/too-large", "its programs have more than 2 million instructions", {
        remedy: "split the object",
      });
    programs.push(program);
  }
  return programs;
}

function readProgram(unit: CodeUnit, options: FromElfOptions): ProgramSpec | undefined {
  const text = unit.section.name;
  const parsed = parseSection(text);
  const autoload = !text.startsWith("?");
  const section = autoload ? text : text.slice(1);
  const type = parsed?.rule.program ?? options.programType?.(section, unit.name);
  if (type === undefined) throw unknownSection(unit, section);
  if (type === "leaveOut") return undefined;
  const { rule, target } = parsed ?? {};
  return {
    name: unit.name,
    type,
    section,
    ...linkProgram(unit),
    ...(parsed?.sleepable && { sleepable: true }),
    ...(parsed?.frags && { frags: true }),
    ...(!autoload && { autoload: false }),
    ...(rule?.attach && type !== "structOps" && { attachType: rule.attach }),
    ...(target !== undefined && target !== "" && { attachTo: target }),
  };
}

const GIVEN_TYPE =
  '`--type xdp` on the command line, `Collection.read(file, { programType: "xdp" })` in a program';

function unknownSection(unit: CodeUnit, section: string): ObjectError {
  const names = SECTION_RULES.map((rule) => rule.name);
  const [word = ""] = section.split(/[/_]/);
  const near = didYouMean(section, names) ?? (word.length > 3 ? didYouMean(word, names) : undefined);
  return new ObjectError("object/unknown-section", `the section of program ${unit.name} says no program type`, {
    section,
    offset: Number(unit.symbol.value),
    remedy: `${near ?? 'name it after the program type, such as SEC("tracepoint/CATEGORY/NAME").'} Or give the type: ${GIVEN_TYPE}`,
  });
}

function checkNames(maps: readonly MapSpec[]): void {
  const names = new Set<string>();
  for (const { name } of maps) {
    if (names.has(name))
      throw new ObjectError("object/bad-map", `two maps are called \`${name}\``, {
        remedy: "give one of them another name",
      });
    names.add(name);
  }
}

function readText(open: OpenObject, name: string): string {
  const section = findSection(open.elf, name);
  if (section === undefined) return "";
  const bytes = open.data(section).subarray(0, MOST_TEXT);
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end === -1 ? bytes : bytes.subarray(0, end));
}

function readVersion(open: OpenObject): number | undefined {
  const section = findSection(open.elf, "version");
  if (section === undefined) return undefined;
  const bytes = open.data(section);
  if (bytes.length !== 4)
    throw new ObjectError("object/bad-section", `${bytes.length} bytes instead of 4`, {
      section: "version",
      offset: 0,
    });
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
}
