import { SkepError } from "../base/errors.ts";
import { offsetToAddress } from "../elf/elf.ts";
import { buildId } from "../elf/notes.ts";
import { parseElf } from "../elf/read.ts";
import { type OpenFile, withDebugFile } from "./debug-file.ts";
import { ElfSymbols } from "./elf-symbols.ts";
import { fileOffset, findMapping, type Mapping, parseMaps } from "./maps.ts";
import { PerfMap } from "./perf-map.ts";

/** The files of a process, read by whoever may touch the machine. Undefined: not there, or not to be read. */
export interface ProcessFiles {
  /** The text of /proc/PID/maps. */
  readMaps(pid: number): string | undefined;
  /** The text of the perf map that the process's just-in-time compiler writes, /tmp/perf-PID.map in its root. */
  readPerfMap(pid: number): string | undefined;
  /**
   * A file as the process sees it, so from /proc/PID/root; where `mapping` is given, the mapped file itself, which
   * /proc/PID/map_files holds even when its name is gone.
   */
  open(pid: number, path: string, mapping?: Mapping): OpenFile | undefined;
  /** Whether a mapped file may be out of reach once the process has ended. */
  mayVanish?(pid: number, mapping: Mapping): boolean;
}

/** What is at an address of a process. `file`: path of the mapped file, or "[vdso]" and the like. */
export type UserLocation = Readonly<
  /** `place`: of functions in files, the mapping and the address that the file has for it. */
  | { kind: "function"; name: string; offset: bigint; file?: string; place?: FilePlace }
  /** `text` is the address in hex; with a file, `fileOffset` is the byte of it that lies there. */
  | { kind: "unknown"; text: string; file?: string; fileOffset?: bigint }
>;

/** Where an address lies in a mapped ELF file. */
export type FilePlace = Readonly<{ mapping: Mapping; address: bigint }>;

const MAX_PROCESSES = 1024;
const MAX_FILES = 512;
const MISSES_PER_REFRESH = 64; // lookups outside of every known mapping before the maps are read once more

type Process = {
  mappings: readonly Mapping[];
  /** Those before it became another program, or changed its libraries. */
  earlier: readonly Mapping[];
  misses: number;
  jit: PerfMap | undefined;
  jitMisses: number;
};

/** Names for addresses of processes. Maps are kept per process, symbols per file; a file known by two paths is read once. */
export class UserSymbolizer {
  readonly #files: ProcessFiles;
  readonly #processes = new Map<number, Process>();
  readonly #byFile = new Map<string, ElfSymbols | undefined>();
  readonly #byBuildId = new Map<string, ElfSymbols>();
  readonly #buildIds = new Map<string, string>();

  constructor(files: ProcessFiles) {
    this.#files = files;
  }

  /** Never throws for what a process or file holds: what cannot be read has no name. */
  find(pid: number, address: bigint): UserLocation {
    const process = this.#process(pid);
    const mapping = this.#mapping(pid, process, address);
    if (mapping === undefined) return { kind: "unknown", text: `0x${address.toString(16)}` };
    const named = mapping.kind === "file" ? this.#inFile(pid, mapping, address) : undefined;
    return named ?? this.#inJit(pid, process, address) ?? unknown(mapping, address);
  }

  /** The byte of a mapped file that lies at an address, and the file's build id where it has one. */
  filePlace(pid: number, address: bigint): { file: string; offset: bigint; buildId?: string } | undefined {
    const mapping = this.#mapping(pid, this.#process(pid), address);
    if (mapping?.kind !== "file") return undefined;
    this.#symbols(pid, mapping);
    const id = this.#buildIds.get(keyOf(mapping));
    const offset = fileOffset(mapping, address);
    return { file: mapping.name, offset, ...(id !== undefined && { buildId: id }) };
  }

  #mapping(pid: number, process: Process, address: bigint): Mapping | undefined {
    return (
      findMapping(process.mappings, address) ??
      this.#afterRefresh(pid, process, address) ??
      findMapping(process.earlier, address)
    );
  }

  /**
   * Reads a process's maps before it ends, and the symbols of files that may be gone then; what `find` says afterwards
   * comes from them, or from earlier ones. False: it has ended.
   */
  remember(pid: number): boolean {
    const known = this.#processes.has(pid);
    const process = this.#process(pid);
    if (known) this.#refresh(pid, process);
    for (const mapping of process.mappings)
      if (mapping.kind === "file" && mapping.executable && !this.#byFile.has(keyOf(mapping)))
        if (this.#files.mayVanish?.(pid, mapping)) this.#symbols(pid, mapping);
    return process.mappings.length > 0;
  }

  /** Says where a process had what, for one whose maps could not be read in time; else it is not needed. */
  adopt(pid: number, mappings: readonly Mapping[]): void {
    const process = this.#process(pid);
    if (process.mappings.length === 0) process.mappings = mappings;
  }

  /** Adds a mapping that a process had, and of which nothing is known. */
  add(pid: number, mapping: Mapping): void {
    const process = this.#process(pid);
    if (findMapping(process.mappings, mapping.start) !== undefined) return;
    process.mappings = [...process.mappings, mapping].sort((a, b) => (a.start < b.start ? -1 : 1));
  }

  /** What a process is known to have mapped. */
  mappings(pid: number): readonly Mapping[] {
    return this.#process(pid).mappings;
  }

  /** Forgets a process; its number may belong to another one later. */
  forget(pid: number): void {
    this.#processes.delete(pid);
  }

  #process(pid: number): Process {
    const known = this.#processes.get(pid);
    if (known !== undefined) return known;
    const [oldest] = this.#processes.keys();
    if (oldest !== undefined && this.#processes.size >= MAX_PROCESSES) this.#processes.delete(oldest);
    const mappings = parseMaps(this.#files.readMaps(pid) ?? "");
    const process: Process = { mappings, earlier: [], misses: 0, jit: undefined, jitMisses: 0 };
    this.#processes.set(pid, process);
    return process;
  }

  /** The process may have mapped a library since; it may also be gone, then the old maps stay. */
  #afterRefresh(pid: number, process: Process, address: bigint): Mapping | undefined {
    if (process.misses++ % MISSES_PER_REFRESH !== 0) return undefined;
    this.#refresh(pid, process);
    return findMapping(process.mappings, address);
  }

  #refresh(pid: number, process: Process): void {
    const fresh = parseMaps(this.#files.readMaps(pid) ?? "");
    if (fresh.length === 0) return;
    process.earlier = process.mappings;
    process.mappings = fresh;
  }

  #inFile(pid: number, mapping: Mapping, address: bigint): UserLocation | undefined {
    const symbols = this.#symbols(pid, mapping);
    if (symbols === undefined) return undefined;
    const inElf = offsetToAddress(symbols.elf, Number(fileOffset(mapping, address)));
    const found = inElf === undefined ? undefined : symbols.find(inElf);
    if (inElf === undefined || found === undefined) return undefined;
    const place: FilePlace = { mapping, address: inElf };
    return { kind: "function", name: found.name, offset: BigInt(found.offset), file: mapping.name, place };
  }

  #inJit(pid: number, process: Process, address: bigint): UserLocation | undefined {
    const known = process.jit?.find(address);
    if (known !== undefined) return { kind: "function", ...known };
    if (process.jitMisses++ % MISSES_PER_REFRESH !== 0) return undefined;
    const text = this.#files.readPerfMap(pid);
    if (text === undefined) return undefined;
    process.jit = new PerfMap(text);
    const found = process.jit.find(address);
    return found && { kind: "function", ...found };
  }

  #symbols(pid: number, mapping: Mapping): ElfSymbols | undefined {
    const key = keyOf(mapping);
    if (this.#byFile.has(key)) return this.#byFile.get(key);
    if (this.#byFile.size >= MAX_FILES) {
      this.#byFile.clear();
      this.#byBuildId.clear();
      this.#buildIds.clear();
    }
    const symbols = this.#read(pid, mapping);
    this.#byFile.set(key, symbols);
    return symbols;
  }

  #read(pid: number, mapping: Mapping): ElfSymbols | undefined {
    const source = this.#files.open(pid, mapping.name, mapping);
    if (source === undefined) return undefined;
    try {
      const elf = parseElf(source);
      const id = buildId(elf);
      if (id !== undefined) this.#buildIds.set(keyOf(mapping), id);
      const known = id === undefined ? undefined : this.#byBuildId.get(id);
      if (known !== undefined) return known;
      const open = (path: string) => this.#files.open(pid, path);
      const stripped = !elf.sections.some((section) => section.name === ".symtab");
      const full = stripped
        ? withDebugFile(mapping.name, elf, open, (debugFile) => new ElfSymbols(elf, debugFile))
        : undefined;
      const symbols = full ?? new ElfSymbols(elf);
      if (id !== undefined) this.#byBuildId.set(id, symbols);
      return symbols;
    } catch (error) {
      if (!(error instanceof SkepError)) throw error; // no ELF file, or a damaged one: its addresses stay numbers
      return undefined;
    } finally {
      source[Symbol.dispose]?.();
    }
  }
}

function keyOf({ device, inode, name }: Mapping): string {
  return `${device} ${inode} ${name}`;
}

function unknown(mapping: Mapping, address: bigint): UserLocation {
  const text = `0x${address.toString(16)}`;
  if (mapping.kind === "anonymous") return { kind: "unknown", text };
  if (mapping.kind === "special") return { kind: "unknown", text, file: mapping.name };
  return { kind: "unknown", text, file: mapping.name, fileOffset: fileOffset(mapping, address) };
}
