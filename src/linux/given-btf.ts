import { readFileSync, statSync } from "node:fs";
import { SkepError } from "../base/errors.ts";
import type { BtfBlob } from "../btf/decode.ts";
import { parseBtf } from "../btf/decode.ts";
import { findSection } from "../elf/elf.ts";
import { parseElf } from "../elf/read.ts";
import { sectionData } from "../elf/section-data.ts";

const ELF_MAGIC = 0x7f454c46; // "\x7fELF"
const LARGEST = 2 ** 30; // bytes: a kernel with debug information has about half of it

/**
 * The kernel's types from a file that the user names: BTF as it is, or the section of an ELF file such as vmlinux.
 * Undefined where there is no such file. Throws `btf/given-file` where it cannot be used.
 */
export function openGivenBtf(path: string): BtfBlob | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return undefined;
    if (stats.isDirectory()) throw refused(path, "it is a folder");
    if (stats.size > LARGEST) throw refused(path, "it is larger than any kernel");
    return parseBtf(btfOf(path, readFileSync(path)), undefined, { uniqueStrings: true });
  } catch (error) {
    if (error instanceof SkepError && error.code === "btf/given-file") throw error;
    throw refused(path, error instanceof Error ? error.message : String(error), error);
  }
}

function btfOf(path: string, file: Uint8Array): Uint8Array {
  if (file.length < 4 || new DataView(file.buffer, file.byteOffset).getUint32(0) !== ELF_MAGIC) return file;
  const elf = parseElf(file);
  const section = findSection(elf, ".BTF");
  if (section === undefined) throw refused(path, "it is an ELF file without a .BTF section");
  return sectionData(elf, section);
}

function refused(path: string, why: string, cause?: unknown): SkepError {
  return new SkepError(`${path}, which is named for the kernel's types, cannot be used: ${why}`, {
    code: "btf/given-file",
    remedy:
      "let BPFTRACE_BTF (in the library, btfPath) name a file with the types of the running kernel, such as /sys/kernel/btf/vmlinux, or leave it out",
    ...(cause !== undefined && { cause }),
  });
}
