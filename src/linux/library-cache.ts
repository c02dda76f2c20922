// The dynamic linker's list of libraries, /etc/ld.so.cache. Layout: sysdeps/generic/dl-cache.h, glibc 2.36.
const MAGIC = "glibc-ld.so.cache1.1";
const HEADER_BYTES = 48;
const ENTRY_BYTES = 24;
const MOST_ENTRIES = 1 << 20;
const FLAGS: Readonly<Record<string, number>> = { x64: 0x0303, arm64: 0x0a03 };

/** A library as the linker knows it: "libc.so.6" and where it lies. */
export type CachedLibrary = Readonly<{ name: string; path: string }>;

/** Libraries for `arch` (by Node's name) in the bytes of ld.so.cache, in its order; none when it is malformed. */
export function parseLibraryCache(bytes: Uint8Array, arch: string): CachedLibrary[] {
  const text = new TextDecoder("latin1");
  const start = findStart(bytes, text);
  if (start === undefined || start + HEADER_BYTES > bytes.length) return [];
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, bytes.length - start);
  const count = Math.min(view.getUint32(20, true), MOST_ENTRIES);
  const string = (offset: number): string => {
    const at = start + offset;
    const end = bytes.indexOf(0, at);
    return at >= bytes.length || end === -1 ? "" : text.decode(bytes.subarray(at, end));
  };
  const libraries: CachedLibrary[] = [];
  for (let i = 0; i < count; i++) {
    const at = HEADER_BYTES + i * ENTRY_BYTES;
    if (at + ENTRY_BYTES > view.byteLength) break;
    if (view.getInt32(at, true) !== FLAGS[arch]) continue;
    const name = string(view.getUint32(at + 4, true));
    const path = string(view.getUint32(at + 8, true));
    if (name !== "" && path.startsWith("/")) libraries.push({ name, path });
  }
  return libraries;
}

// Older systems put a table of an older format before it.
function findStart(bytes: Uint8Array, text: TextDecoder): number | undefined {
  const at = text.decode(bytes.subarray(0, Math.min(bytes.length, 1 << 20))).indexOf(MAGIC);
  return at === -1 ? undefined : at;
}
