import { ElfError } from "./error.ts";

/** A file that is read in parts, so that a large binary need not be in memory. */
export interface ByteSource {
  /** Bytes of the whole file. */
  readonly size: number;
  /** Exactly the bytes from `offset` on; callers ask only for what lies inside. The result must not change later. */
  read(offset: number, length: number): Uint8Array;
}

/** A source over bytes that are in memory; what it reads are views of them. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return { size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) };
}

/** Reads with the bounds checked; throws ElfError naming `what` when it lies outside of the file. */
export function readBytes(source: ByteSource, offset: number, length: number, what: string): Uint8Array {
  if (!(offset >= 0 && length >= 0 && offset + length <= source.size))
    throw new ElfError("elf/truncated", `${what} (${length} bytes) reaches beyond the end of the file`, {
      offset,
    });
  const bytes = source.read(offset, length);
  if (bytes.length !== length)
    throw new ElfError("elf/truncated", `${what}: only ${bytes.length} of ${length} bytes could be read`, {
      offset,
    });
  return bytes;
}

const MAX_STRING_BYTES = 1 << 16; // C++ and Rust symbols have reached tens of kilobytes

/** The NUL-terminated string at `offset` of a string table; "" outside of it, cut at 64 KiB. */
export function stringAt(table: Uint8Array, offset: number): string {
  let end = offset;
  let high = 0;
  const limit = Math.min(table.length, offset + MAX_STRING_BYTES);
  for (; end < limit && table[end] !== 0; end++) high |= table[end] as number;
  if (end <= offset) return "";
  const bytes = table.subarray(offset, end);
  if (high < 0x80 && bytes.length < 256) return String.fromCharCode(...bytes);
  return new TextDecoder().decode(bytes);
}
