import { inflateSync } from "node:zlib";
import { SkepError } from "../base/errors.ts";
import { globMatcher, isPattern } from "../base/glob.ts";
import { readFrameEntries } from "../dwarf/frame-entries.ts";
import { DwarfProgram } from "../dwarf/program.ts";
import { ProgramTypes } from "../dwarf/program-types.ts";
import type { Elf } from "../elf/elf.ts";
import { addressToOffset, findSection, SECTION_INDEX } from "../elf/elf.ts";
import { buildId } from "../elf/notes.ts";
import { parseElf } from "../elf/read.ts";
import { functionSymbols, readSymbols } from "../elf/symbols.ts";
import type { UsdtProbe, UserFunction } from "../plan/target.ts";
import { checksum, withDebugFile } from "../symbols/debug-file.ts";
import { readUsdtProbes } from "../symbols/usdt.ts";
import { FileSource } from "./file-source.ts";
import { withOperands } from "./usdt-arguments.ts";
import { fileOfPath, partOf, splitArchivePath, zipMember } from "./zip-member.ts";

/** Programs and libraries on this machine, each read once as long as this object lives. */
export class Binaries {
  readonly #functions = new Map<string, readonly UserFunction[]>();
  readonly #allFunctions = new Map<string, readonly UserFunction[]>();
  readonly #probes = new Map<string, readonly UsdtProbe[]>();
  readonly #types = new Map<string, ProgramTypes | undefined>();

  /**
   * Functions of a file, by pattern, sorted by address. Where they were stripped off, those of its debug file as well,
   * which is opened only for what the file itself does not have. Throws SkepError when it cannot be read or is no ELF file.
   */
  functions(path: string, pattern: string): readonly UserFunction[] {
    const matches = globMatcher(pattern);
    const own = this.#listed(this.#functions, path, (elf, base) => readFunctions(elf, elf, base));
    const found = own.filter((f) => matches(f.name));
    if (found.length > 0 && !isPattern(pattern)) return found;
    const all = this.#listed(this.#allFunctions, path, (elf, base) => allFunctions(path, elf, base, own));
    return all === own ? found : all.filter((f) => matches(f.name));
  }

  #listed(
    known: Map<string, readonly UserFunction[]>,
    path: string,
    read: (elf: Elf, base: number) => readonly UserFunction[],
  ): readonly UserFunction[] {
    let list = known.get(path);
    if (list === undefined) {
      list = withElf(path, read);
      known.set(path, list);
    }
    return list;
  }

  /** See `Target.userCode`. */
  code(path: string, address: bigint): UserFunction | undefined {
    return withElf(path, (elf, base) => codeAround(elf, base, Number(address)));
  }

  /** See `Target.userBuild`. */
  build(path: string): string {
    return withElf(path, (elf) => buildId(elf) ?? `crc32:${checksum(elf.source).toString(16)}`);
  }

  /**
   * The first symbol of that name with a place in the file: of the full table, else of the dynamic linker's, else of the
   * debug file.
   */
  symbol(path: string, name: string): Readonly<{ address: bigint; size: number }> | undefined {
    return withElf(path, (elf) => {
      const own = findSymbol(elf, name);
      return own ?? inDebugFile(path, elf, (debug) => findSymbol(debug, name));
    });
  }

  /** A file's debug information, its own or that of its debug file; undefined where there is none that can be read. */
  types(path: string): ProgramTypes | undefined {
    if (!this.#types.has(path))
      this.#types.set(
        path,
        withElf(path, (elf) => readTypes(path, elf)),
      );
    return this.#types.get(path);
  }

  /** USDT probes of a file. Throws SkepError when it cannot be read or is no ELF file. */
  usdtProbes(path: string, arch: "x86_64" | "aarch64"): readonly UsdtProbe[] {
    let probes = this.#probes.get(path);
    if (probes === undefined) {
      probes = withElf(path, (elf, base) =>
        readUsdtProbes(elf).map((probe) => movedBy(base, withOperands(probe, arch))),
      );
      this.#probes.set(path, probes);
    }
    return probes;
  }
}

/**
 * Reads an ELF file and closes it. `base`: where it begins in its archive, for a path such as `/x/app.apk!/lib/x.so`.
 * Throws SkepError.
 */
export function withElf<T>(path: string, read: (elf: Elf, base: number) => T): T {
  const packed = splitArchivePath(path);
  try {
    using source = new FileSource(packed?.archive ?? path);
    if (packed === undefined) return read(parseElf(source), 0);
    const member = zipMember(source, packed.archive, packed.member);
    return read(parseElf(partOf(source, member, packed.archive)), member.offset);
  } catch (cause) {
    if (cause instanceof SkepError) throw cause;
    throw unreadable(path, cause);
  }
}

/** Bytes of a file, or of the archive that it is in, from `offset` on. Throws SkepError. */
export function readFileBytes(path: string, offset: number, length: number): Uint8Array {
  try {
    using source = new FileSource(fileOfPath(path));
    return source.read(offset, Math.max(0, Math.min(length, source.size - offset)));
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function unreadable(path: string, cause: unknown): SkepError {
  return new SkepError(`cannot read ${path}`, {
    code: "linux/unreadable-file",
    remedy: "check the path, and that you may read the file",
    cause,
  });
}

function movedBy(base: number, probe: UsdtProbe): UsdtProbe {
  if (base === 0) return probe;
  const { offset, semaphoreOffset } = probe;
  return {
    ...probe,
    offset: offset + base,
    ...(semaphoreOffset !== undefined && { semaphoreOffset: semaphoreOffset + base }),
  };
}

function findSymbol(elf: Elf, name: string): Readonly<{ address: bigint; size: number }> | undefined {
  for (const which of ["symtab", "dynsym"] as const) {
    const table = readSymbols(elf, which);
    for (let i = 0; i < (table?.count ?? 0); i++) {
      if (table === undefined || table.sectionIndex(i) === SECTION_INDEX.undefined) continue;
      const type = table.type(i);
      if (type === "section" || type === "file" || table.name(i).replace(/@.*/, "") !== name) continue;
      return { address: table.value(i), size: table.size(i) };
    }
  }
  return undefined;
}

function readTypes(path: string, elf: Elf): ProgramTypes | undefined {
  try {
    const own = DwarfProgram.read(elf, unpack);
    const program = own ?? inDebugFile(path, elf, (debug) => DwarfProgram.read(debug, unpack));
    return program && new ProgramTypes(program);
  } catch (error) {
    if (error instanceof SkepError) return undefined; // damaged debug information is as good as none
    throw error;
  }
}

/** See `withDebugFile`; of a file in a container, in the container's file tree first. */
function inDebugFile<T>(path: string, elf: Elf, use: (debug: Elf) => T): T | undefined {
  const root = /^\/proc\/\d+\/root(?=\/)/.exec(path)?.[0] ?? "";
  const open = (candidate: string) => (root && openFile(`${root}${candidate}`)) || openFile(candidate);
  return withDebugFile(path.slice(root.length), elf, open, use);
}

function openFile(path: string): FileSource | undefined {
  try {
    return new FileSource(path);
  } catch {
    return undefined; // not there, or not for us
  }
}

function unpack(data: Uint8Array, format: "zlib" | "zstd", size: number): Uint8Array {
  if (format === "zlib") return new Uint8Array(inflateSync(data, { maxOutputLength: Math.max(1, size) }));
  throw new SkepError("the debug information is compressed with zstd, which Node 20 cannot unpack", {
    code: "linux/zstd",
    remedy: "unpack it: objcopy --decompress-debug-sections FILE",
  });
}

/** Those of the file and, if it has no full table, of its debug file; `own` where that tells no more. */
function allFunctions(
  path: string,
  elf: Elf,
  base: number,
  own: readonly UserFunction[],
): readonly UserFunction[] {
  if (findSection(elf, ".symtab") !== undefined) return own;
  const more = inDebugFile(path, elf, (debug) => readFunctions(debug, elf, base));
  if (more === undefined || more.length === 0) return own;
  const known = new Set(own.map((f) => `${f.name} ${f.offset}`));
  const all = [...own, ...more.filter((f) => !known.has(`${f.name} ${f.offset}`))];
  return all.sort((a, b) => a.offset - b.offset || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** The code between two entries of call frame information, called by its first address. */
function codeAround(elf: Elf, base: number, address: number): UserFunction | undefined {
  const entry = readFrameEntries(elf)?.entries.find(({ low, high }) => low <= address && address < high);
  const offset = entry && addressToOffset(elf, BigInt(entry.low));
  if (entry === undefined || offset === undefined) return undefined;
  const name = `0x${entry.low.toString(16)}`;
  return { name, offset: base + offset, address: BigInt(entry.low), size: entry.high - entry.low };
}

/** The functions that the symbols of one file name, where their code lies in another. */
function readFunctions(symbols: Elf, elf: Elf, base: number): UserFunction[] {
  const functions: UserFunction[] = [];
  const seen = new Set<string>();
  for (const symbol of functionSymbols(symbols)) {
    const offset = addressToOffset(elf, symbol.value);
    const name = symbol.name.replace(/@.*/, ""); // "memcpy@@GLIBC_2.14"
    const key = `${name} ${offset}`;
    if (offset === undefined || name === "" || seen.has(key)) continue;
    seen.add(key);
    functions.push({ name, offset: base + offset, address: symbol.value, size: symbol.size });
  }
  return functions;
}
