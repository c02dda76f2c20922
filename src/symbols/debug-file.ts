import { SkepError } from "../base/errors.ts";
import type { Elf } from "../elf/elf.ts";
import { buildId, debugLink } from "../elf/notes.ts";
import { parseElf } from "../elf/read.ts";
import type { ByteSource } from "../elf/source.ts";
import { crc32 } from "./crc32.ts";

/** A file that is open; whoever opened it here closes it, if it can be closed. */
export type OpenFile = ByteSource & Partial<Disposable>;

const CHUNK_BYTES = 1 << 20;

/** Where distributions put the symbols that were stripped from the file at `path`, the likeliest first. */
export function debugFilePaths(path: string, elf: Elf): readonly string[] {
  const id = buildId(elf);
  const link = debugLink(elf)?.file;
  const folder = path.slice(0, path.lastIndexOf("/"));
  const paths: string[] = [];
  if (id !== undefined && id.length > 2)
    paths.push(`/usr/lib/debug/.build-id/${id.slice(0, 2)}/${id.slice(2)}.debug`);
  if (link !== undefined && !link.includes("/"))
    paths.push(`${folder}/${link}`, `${folder}/.debug/${link}`, `/usr/lib/debug${folder}/${link}`);
  return paths.filter((candidate) => candidate !== path);
}

/**
 * Opens the debug file of `elf`, passes it to `use` and closes it. Undefined when there is none that belongs to the
 * file: the build id must be equal, or, without one, the checksum.
 */
export function withDebugFile<T>(
  path: string,
  elf: Elf,
  open: (path: string) => OpenFile | undefined,
  use: (debugFile: Elf) => T,
): T | undefined {
  for (const candidate of debugFilePaths(path, elf)) {
    const source = open(candidate);
    if (source === undefined) continue;
    try {
      const debugFile = parseElf(source);
      if (belongsTo(debugFile, elf)) return use(debugFile);
    } catch (error) {
      if (!(error instanceof SkepError)) throw error; // a damaged debug file is as good as none
    } finally {
      source[Symbol.dispose]?.();
    }
  }
  return undefined;
}

function belongsTo(debugFile: Elf, elf: Elf): boolean {
  const id = buildId(elf);
  if (id !== undefined) return buildId(debugFile) === id;
  const link = debugLink(elf);
  return link !== undefined && checksum(debugFile.source) === link.crc;
}

/** CRC-32 of a whole file. */
export function checksum(source: ByteSource): number {
  let crc = 0;
  for (let at = 0; at < source.size; at += CHUNK_BYTES)
    crc = crc32(source.read(at, Math.min(CHUNK_BYTES, source.size - at)), crc);
  return crc;
}
