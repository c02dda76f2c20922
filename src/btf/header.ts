import { BtfError } from "./error.ts";
import { BTF_MAGIC, BTF_VERSION, btfHeader } from "./kinds.ts";

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
