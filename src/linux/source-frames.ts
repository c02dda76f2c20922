import { inflateSync } from "node:zlib";
import { demangle } from "../base/demangle.ts";
import { SkepError } from "../base/errors.ts";
import { DwarfProgram } from "../dwarf/program.ts";
import { type SourceFrame, sourceFrames } from "../dwarf/source-lines.ts";
import type { Elf } from "../elf/elf.ts";
import { parseElf } from "../elf/read.ts";
import { withDebugFile } from "../symbols/debug-file.ts";
import type { Mapping } from "../symbols/maps.ts";
import type { ProcessFiles } from "../symbols/symbolize.ts";

const MOST_PROGRAMS = 64;
const MOST_KEPT = 16_384; // addresses whose functions were found; stacks show the same ones over and over
const MOST_BYTES = 2 ** 29; // of debug information: more takes too long to read while a trace runs

/** Source lines and inlined functions of what processes have mapped. Debug information is read once for each file. */
export class SourceFrames {
  readonly #files: ProcessFiles;
  readonly #programs = new Map<string, DwarfProgram | undefined>();
  readonly #found = new Map<DwarfProgram, Map<bigint, readonly SourceFrame[]>>();
  #kept = 0;

  constructor(files: ProcessFiles) {
    this.#files = files;
  }

  /** The functions at an address of the file, the innermost first; none where there is no debug information. */
  find(pid: number, mapping: Mapping, address: bigint): readonly SourceFrame[] {
    const program = this.#program(pid, mapping);
    if (program === undefined) return [];
    const known = this.#found.get(program)?.get(address);
    if (known !== undefined) return known;
    const frames = framesAt(program, address);
    this.#keep(program, address, frames);
    return frames;
  }

  #keep(program: DwarfProgram, address: bigint, frames: readonly SourceFrame[]): void {
    if (++this.#kept > MOST_KEPT) {
      this.#found.clear();
      this.#kept = 1;
    }
    const ofProgram = this.#found.get(program);
    if (ofProgram) ofProgram.set(address, frames);
    else this.#found.set(program, new Map([[address, frames]]));
  }

  #program(pid: number, mapping: Mapping): DwarfProgram | undefined {
    const key = `${mapping.device} ${mapping.inode} ${mapping.name}`;
    if (this.#programs.has(key)) return this.#programs.get(key);
    if (this.#programs.size >= MOST_PROGRAMS) {
      this.#programs.clear();
      this.#found.clear();
      this.#kept = 0;
    }
    const program = this.#read(pid, mapping);
    this.#programs.set(key, program);
    return program;
  }

  #read(pid: number, mapping: Mapping): DwarfProgram | undefined {
    const source = this.#files.open(pid, mapping.name, mapping);
    if (source === undefined) return undefined;
    try {
      const elf = parseElf(source);
      const open = (path: string) => this.#files.open(pid, path);
      return readProgram(elf) ?? withDebugFile(mapping.name, elf, open, readProgram);
    } catch (error) {
      if (!(error instanceof SkepError)) throw error;
      return undefined;
    } finally {
      source[Symbol.dispose]?.();
    }
  }
}

function framesAt(program: DwarfProgram, address: bigint): readonly SourceFrame[] {
  try {
    return sourceFrames(program, address);
  } catch (error) {
    if (!(error instanceof SkepError)) throw error; // damaged: symbols still name it
    return [];
  }
}

function readProgram(elf: Elf): DwarfProgram | undefined {
  const bytes = elf.sections.reduce((sum, s) => sum + (s.name.startsWith(".debug_") ? s.size : 0), 0);
  return bytes > MOST_BYTES ? undefined : DwarfProgram.read(elf, (data) => inflateSync(data));
}

/** What a function is called: with its namespace and types where the linker's name tells them. */
export function sourceName({ name, linkageName }: SourceFrame): string | undefined {
  return (linkageName === undefined ? undefined : demangle(linkageName)) ?? name;
}
