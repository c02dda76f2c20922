import { BtfError } from "./error.ts";
import { BTF_MAGIC, BTF_VERSION, btfHeader, KINDS, kindNumber } from "./kinds.ts";

/** Byte positions in the blob and lengths of its two sections. */
export type Sections = Readonly<{ types: number; typesBytes: number; strings: number; stringsBytes: number }>;

/** Checks the header and the bounds of both sections. `split`: the blob has a base. Throws BtfError. */
export function readHeader(bytes: Uint8Array, split: boolean): Sections {
  if (bytes.length < btfHeader.bytes)
    throw new BtfError("btf/truncated", `${bytes.length} bytes are too few for the header`, { offset: 0 });
  const header = btfHeader.decode(bytes);
  if (header.magic === 0x9feb)
    throw new BtfError("btf/big-endian", "this BTF is of a big-endian machine, which is not supported", {
      offset: 0,
      remedy: "use BTF of a little-endian machine: build with `clang -target bpfel`",
    });
  if (header.magic !== BTF_MAGIC)
    throw new BtfError("btf/bad-magic", "this is no BTF: it does not start with 0xeb9f", {
      offset: 0,
      remedy: "give a raw BTF file such as /sys/kernel/btf/vmlinux, or the .BTF section of an ELF file",
    });
  if (header.version !== BTF_VERSION || header.headerBytes < btfHeader.bytes)
    throw new BtfError("btf/bad-header", `version ${header.version} is unknown, or its header is too short`, {
      offset: 2,
    });
  const types = header.headerBytes + header.typesOffset;
  const strings = header.headerBytes + header.stringsOffset;
  if (types % 4 !== 0 || header.typesBytes % 4 !== 0)
    throw new BtfError("btf/bad-header", "the type section is not aligned to 4 bytes", { offset: 8 });
  if (types + header.typesBytes > bytes.length || strings + header.stringsBytes > bytes.length)
    throw new BtfError("btf/truncated", `the sections reach beyond the end at byte ${bytes.length}`, {
      offset: 8,
    });
  checkStrings(bytes, strings, header.stringsBytes, split);
  return { types, typesBytes: header.typesBytes, strings, stringsBytes: header.stringsBytes };
}

function checkStrings(bytes: Uint8Array, at: number, length: number, split: boolean): void {
  if (split && length === 0) return;
  if (length === 0 || (!split && bytes[at] !== 0) || bytes[at + length - 1] !== 0)
    throw new BtfError("btf/bad-string", "the string section must start and end with NUL", { offset: at });
}

/** The type section as words: a view where alignment allows it, else a copy. */
export function typeWords(bytes: Uint8Array, at: number, length: number): Uint32Array {
  const start = bytes.byteOffset + at;
  if (start % 4 === 0) return new Uint32Array(bytes.buffer, start, length / 4);
  return new Uint32Array(bytes.slice(at, at + length).buffer);
}

/** First word of each type, from one pass; after it every type is known to lie inside the section. */
export function typeStarts(words: Uint32Array, sectionStart: number): Uint32Array {
  const sizes = wordsByKind();
  const starts = new Uint32Array(Math.ceil(words.length / 3));
  let count = 0;
  let at = 0;
  while (at + 3 <= words.length) {
    const info = words[at + 1] as number;
    const size = sizes[(info >>> 24) & 0x1f] as number;
    if (size === 0) {
      const offset = sectionStart + at * 4;
      throw new BtfError("btf/bad-kind", `type ${count + 1} has the unknown kind ${kindNumber(info)}`, {
        offset,
      });
    }
    starts[count++] = at;
    at += (size & 0xf) + (info & 0xffff) * (size >>> 4);
  }
  if (at !== words.length)
    throw new BtfError("btf/truncated", `type ${count} reaches beyond the type section`, {
      offset: sectionStart + at * 4,
    });
  return starts.subarray(0, count);
}

/** Per kind number: words of the fixed part in bits 0-3, words of an element above them; 0 for an unknown kind. */
function wordsByKind(): Uint8Array {
  const sizes = new Uint8Array(32);
  for (const [number, row] of KINDS.entries())
    if (number > 0) sizes[number] = (3 + row.fixed) | (row.each << 4);
  return sizes;
}
