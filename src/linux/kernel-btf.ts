import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import type { BtfBlob } from "../btf/decode.ts";
import { parseBtf } from "../btf/decode.ts";
import { MappedMemory } from "./memory.ts";
import type { Kernel } from "./syscall.ts";
import { SystemError } from "./system-error.ts";

const VMLINUX = "/sys/kernel/btf/vmlinux";

/**
 * The kernel's types; undefined where the kernel was built without BTF. The pages are mapped where the kernel allows it
 * (6.16), which takes a fortieth of the time of reading, and stay mapped while the process lives: the result points
 * into them.
 */
export function openKernelBtf(kernel: Kernel): BtfBlob | undefined {
  const bytes = readBlob(kernel, VMLINUX);
  return bytes && parseBtf(bytes, undefined, { uniqueStrings: true, sound: true });
}

function readBlob(kernel: Kernel, path: string): Uint8Array | undefined {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  try {
    const { size } = fstatSync(fd);
    return new Uint8Array(MappedMemory.map(kernel, fd, size, 0, "private").buffer);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    return readFileSync(fd);
  } finally {
    closeSync(fd);
  }
}
