import { SkepError } from "../base/errors.ts";
import type { ByteSource } from "../elf/source.ts";

/** Where the bytes of a file lie in the archive that holds it uncompressed. */
export type ZipMember = Readonly<{ offset: number; size: number }>;

// Source: PKWARE's APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16.
const END = { signature: 0x06054b50, bytes: 22, mostComment: 0xffff } as const;
const ENTRY = { signature: 0x02014b50, bytes: 46 } as const;
const LOCAL = { signature: 0x04034b50, bytes: 30 } as const;
const STORED = 0;
const ENCRYPTED = 1;
const IN_ZIP64 = 0xffff_ffff; // the number is in a record of archives of 4 GiB and more
const MOST_DIRECTORY_BYTES = 1 << 28;
const PAGE_BYTES = 4096; // the smallest that there is

/** `/path/app.apk!/lib/x.so`: the archive, and the file in it; undefined for a plain path. */
export function splitArchivePath(path: string): Readonly<{ archive: string; member: string }> | undefined {
  const at = path.indexOf("!/");
  return at <= 0 ? undefined : { archive: path.slice(0, at), member: path.slice(at + 2) };
}

/** The file that the kernel knows: of a place in an archive, the archive. */
export function fileOfPath(path: string): string {
  return splitArchivePath(path)?.archive ?? path;
}

/**
 * Finds a program or library in a zip archive such as Android's APK, from which it runs without being unpacked. Throws
 * SkepError when it is not there, or lies there so that no program can map it.
 */
export function zipMember(archive: ByteSource, path: string, name: string): ZipMember {
  for (const entry of entriesOf(archive, path)) {
    if (entry.name !== name) continue;
    if (entry.method !== STORED || (entry.flags & ENCRYPTED) !== 0)
      throw unusable(
        `${name} is ${entry.method === STORED ? "encrypted" : "compressed"} in ${path}, so nothing can run from there`,
        "probe the file that it is unpacked to, or pack it with `zip -0`",
      );
    const offset = dataOf(archive, path, entry.header);
    if (offset % PAGE_BYTES !== 0)
      throw unusable(
        `${name} does not begin at a page of ${path}, so nothing can run from there`,
        "align it with `zipalign -p`, or probe the file that it is unpacked to",
      );
    return { offset, size: entry.size };
  }
  throw unusable(`${path} holds no ${name}`, `list what it holds: unzip -l ${path}`);
}

type Entry = Readonly<{ name: string; method: number; flags: number; size: number; header: number }>;

function* entriesOf(archive: ByteSource, path: string): Generator<Entry> {
  const { offset, bytes } = directoryOf(archive, path);
  const view = viewOf(archive.read(offset, bytes));
  for (let at = 0; at + ENTRY.bytes <= view.byteLength; ) {
    if (view.getUint32(at, true) !== ENTRY.signature) throw damaged(path);
    const nameBytes = view.getUint16(at + 28, true);
    const extraBytes = view.getUint16(at + 30, true);
    const commentBytes = view.getUint16(at + 32, true);
    const nameAt = at + ENTRY.bytes;
    if (nameAt + nameBytes > view.byteLength) throw damaged(path);
    yield {
      name: new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + nameAt, nameBytes)),
      flags: view.getUint16(at + 8, true),
      method: view.getUint16(at + 10, true),
      size: view.getUint32(at + 24, true),
      header: view.getUint32(at + 42, true),
    };
    at = nameAt + nameBytes + extraBytes + commentBytes;
  }
}

/** The archive's directory stands before its last record, which a comment may follow. */
function directoryOf(archive: ByteSource, path: string): Readonly<{ offset: number; bytes: number }> {
  const length = Math.min(archive.size, END.bytes + END.mostComment);
  const view = viewOf(archive.read(archive.size - length, length));
  for (let at = view.byteLength - END.bytes; at >= 0; at--) {
    if (view.getUint32(at, true) !== END.signature) continue;
    if (at + END.bytes + view.getUint16(at + 20, true) !== view.byteLength) continue;
    const bytes = view.getUint32(at + 12, true);
    const offset = view.getUint32(at + 16, true);
    if (offset === IN_ZIP64 || bytes === IN_ZIP64)
      throw unusable(`${path} is an archive of more than 4 GiB`, "probe the file that it is unpacked to");
    if (offset + bytes > archive.size || bytes > MOST_DIRECTORY_BYTES) throw damaged(path);
    return { offset, bytes };
  }
  throw unusable(`${path} is no zip archive`, "write !/ only behind an archive such as app.apk");
}

function dataOf(archive: ByteSource, path: string, header: number): number {
  if (header + LOCAL.bytes > archive.size) throw damaged(path);
  const view = viewOf(archive.read(header, LOCAL.bytes));
  if (view.getUint32(0, true) !== LOCAL.signature) throw damaged(path);
  return header + LOCAL.bytes + view.getUint16(26, true) + view.getUint16(28, true);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function damaged(path: string): SkepError {
  return unusable(`the archive ${path} is damaged`, `see what is wrong with it: unzip -t ${path}`);
}

function unusable(message: string, remedy: string): SkepError {
  return new SkepError(message, { code: "linux/zip-member", remedy });
}

/** A part of a file as a file of its own. Does not own `whole`. */
export function partOf(whole: ByteSource, { offset, size }: ZipMember, path: string): ByteSource {
  if (offset + size > whole.size) throw damaged(path);
  return { size, read: (at, length) => whole.read(offset + at, length) };
}
