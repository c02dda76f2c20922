import { statSync } from "node:fs";
import { inflateSync } from "node:zlib";
import type { MapSpec } from "../abi/map-spec.ts";
import { SkepError } from "../base/errors.ts";
import { unwindChunks } from "../dwarf/unwind-chunks.ts";
import type { Elf } from "../elf/elf.ts";
import { neededLibraries } from "../elf/needed.ts";
import { parseElf } from "../elf/read.ts";
import { UNWIND_CHUNK, UNWIND_FILE_KEY_BYTES, UNWIND_FILES } from "../plan/unwind-tables.ts";
import type { MissingTables, SeenRegion, UnwindTables } from "../runtime/backend.ts";
import type { OpenFile } from "../symbols/debug-file.ts";
import { findMapping, type Mapping, parseMaps } from "../symbols/maps.ts";
import { FileSource } from "./file-source.ts";
import { findBinary } from "./find-binary.ts";
import { type KernelFileKeys, mayDiffer } from "./kernel-file-keys.ts";
import type { LinuxMap } from "./maps.ts";
import { openProcessFiles } from "./process-files.ts";
import { UnwindRegions } from "./unwind-regions.ts";

/** A file as the kernel knows it: device as it counts them, and inode. */
type FileKey = MissingTables["file"];

export type UnwindMaps = Readonly<{
  files: LinuxMap;
  regions: LinuxMap;
  seen: LinuxMap;
  /** Makes an array for one file. The caller closes it. Throws SkepError. */
  create(spec: MapSpec): LinuxMap;
}>;

const NO_FILE: FileKey = { device: 0n, inode: 0n };

/** Reads call frame information of this machine's files and hands it to programs that walk user stacks. */
export class LinuxUnwindTables implements UnwindTables {
  readonly #maps: UnwindMaps;
  readonly #openKeys: () => KernelFileKeys | undefined;
  readonly #files = openProcessFiles();
  readonly #regions: UnwindRegions;
  /** Paths of the files that have tables, by key. */
  readonly #known = new Map<string, string>();

  /** `openKeys`: for files of which stat(2) does not tell what the kernel calls them. */
  constructor(maps: UnwindMaps, openKeys: () => KernelFileKeys | undefined) {
    this.#maps = maps;
    this.#openKeys = openKeys;
    this.#regions = new UnwindRegions(maps.regions);
  }

  preload(files: readonly string[]): void {
    using keys = new FileKeys(this.#openKeys);
    const waiting = [...files];
    const seen = new Set<string>();
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      const key = seen.has(path) ? undefined : keys.of(path);
      seen.add(path);
      if (key === undefined || this.#isKnown(key)) continue;
      waiting.push(...this.#readPath(path, key));
    }
  }

  learnProcess(pid: number): void {
    const mappings = this.#mappings(pid).filter((mapping) => mapping.executable);
    using files = new FileKeys(this.#openKeys);
    const keys = mappings.map((mapping) =>
      mapping.kind === "file" ? (files.ofMapping(pid, mapping) ?? keyOfMapping(mapping)) : NO_FILE,
    );
    for (const [index, mapping] of mappings.entries())
      if (mapping.kind === "file") this.#readMapped(pid, mapping, keys[index] ?? NO_FILE);
    this.#regions.set(
      pid,
      mappings.map((mapping, index) => ({ mapping, file: keys[index] ?? NO_FILE })),
    );
  }

  learn({ process, address, file }: MissingTables): void {
    if (file.inode === 0n && file.device === 0n) return this.learnProcess(process);
    if (this.#isKnown(file)) return;
    const mapping = findMapping(this.#mappings(process), address);
    if (mapping?.kind === "file") this.#readMapped(process, mapping, file);
    this.#learnRest(process);
  }

  seen(pid: number): readonly SeenRegion[] {
    const regions: SeenRegion[] = [];
    for (const [key, value] of this.#maps.seen.entries()) {
      const [process, start] = [wordAt(key, 0), wordAt(key, 8)];
      const path = this.#known.get(textOf({ device: wordAt(value, 16), inode: wordAt(value, 24) }));
      if (process !== BigInt(pid) || path === undefined) continue;
      const [end, bias, inode] = [wordAt(value, 0), wordAt(value, 8), wordAt(value, 24)];
      regions.push({ start, end, offset: start - bias, path, inode });
    }
    return regions;
  }

  /** The files around the one that was asked for will be met next. */
  #learnRest(pid: number): void {
    for (const mapping of this.#mappings(pid))
      if (mapping.executable && mapping.kind === "file") this.#readMapped(pid, mapping, keyOfMapping(mapping));
  }

  #mappings(pid: number): readonly Mapping[] {
    return parseMaps(this.#files.readMaps(pid) ?? "");
  }

  #readMapped(pid: number, mapping: Mapping, key: FileKey): void {
    if (this.#isKnown(key)) return;
    const source = this.#files.open(pid, mapping.name, mapping);
    if (source !== undefined) withElf(source, (elf) => this.#add(key, mapping.name, elf));
  }

  /** Reads a file; gives the paths of the libraries that it needs. */
  #readPath(path: string, key: FileKey): readonly string[] {
    const source = openFile(path);
    const read = (elf: Elf) => {
      this.#add(key, path, elf);
      return neededLibraries(elf).flatMap((name) => findBinary(name) ?? []);
    };
    return (source && withElf(source, read)) ?? [];
  }

  #add(key: FileKey, path: string, elf: Elf): void {
    this.#known.set(textOf(key), path);
    const bytes = unwindChunks(elf, UNWIND_CHUNK, (data) => inflateSync(data));
    const { inner } = this.#maps.files.spec;
    if (inner === undefined) throw new Error("bug: a map of maps without its inner map");
    const count = bytes.length / UNWIND_CHUNK.bytes;
    using rows = this.#maps.create({ ...inner, maxEntries: count });
    rows.updateAll(new Uint8Array(Uint32Array.from({ length: count }, (_, i) => i).buffer), bytes);
    this.#maps.files.update(keyBytes(key), new Uint8Array(Uint32Array.of(rows.fd.number).buffer));
  }

  #isKnown(key: FileKey): boolean {
    return this.#known.has(textOf(key)) || this.#known.size >= UNWIND_FILES;
  }
}

function textOf({ device, inode }: FileKey): string {
  return `${device}:${inode}`;
}

function keyBytes({ device, inode }: FileKey): Uint8Array {
  const bytes = new Uint8Array(UNWIND_FILE_KEY_BYTES);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, device, true);
  view.setBigUint64(8, inode, true);
  return bytes;
}

function wordAt(bytes: Uint8Array, at: number): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(at, true);
}

function keyOfMapping({ device, inode }: Mapping): FileKey {
  const [major = "0", minor = "0"] = device.split(":");
  return { device: (BigInt(`0x${major}`) << 20n) | BigInt(`0x${minor}`), inode };
}

/** What the kernel calls files, by their paths; it is asked where stat(2) tells something else. */
class FileKeys implements Disposable {
  readonly #open: () => KernelFileKeys | undefined;
  #kernels: { keys: KernelFileKeys | undefined } | undefined;

  constructor(open: () => KernelFileKeys | undefined) {
    this.#open = open;
  }

  of(path: string): FileKey | undefined {
    if (!mayDiffer(path)) return keyOfPath(path);
    this.#kernels ??= { keys: this.#open() };
    return this.#kernels.keys?.keyOf(path) ?? keyOfPath(path);
  }

  /** Undefined where the mapping's own words are right, or its file is no longer there. */
  ofMapping(pid: number, { name, inode }: Mapping): FileKey | undefined {
    const path = `/proc/${pid}/root${name}`;
    if (!mayDiffer(path)) return undefined;
    const key = this.of(path);
    return key?.inode === inode || keyOfPath(path)?.inode === inode ? key : undefined;
  }

  [Symbol.dispose](): void {
    this.#kernels?.keys?.[Symbol.dispose]();
  }
}

/** What the kernel calls the device that stat(2) names: new_decode_dev, include/linux/kdev_t.h, v6.12. */
function keyOfPath(path: string): FileKey | undefined {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    const major = (dev >> 8n) & 0xfffn;
    const minor = (dev & 0xffn) | ((dev >> 12n) & 0xfff00n);
    return { device: (major << 20n) | minor, inode: ino };
  } catch {
    return undefined;
  }
}

function openFile(path: string): OpenFile | undefined {
  try {
    return new FileSource(path);
  } catch {
    return undefined; // gone, or not ours to read
  }
}

/** Reads an ELF file and closes it; undefined for what is none, or is damaged, or what the kernel has no room for. */
function withElf<T>(source: OpenFile, read: (elf: Elf) => T): T | undefined {
  try {
    return read(parseElf(source));
  } catch (error) {
    if (!(error instanceof SkepError)) throw error;
    return undefined;
  } finally {
    source[Symbol.dispose]?.();
  }
}
