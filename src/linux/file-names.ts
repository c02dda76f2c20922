import { statSync } from "node:fs";
import type { Mapping } from "../symbols/maps.ts";

const MOST_FILES = 8192;
const MINOR_BITS = 20n; // of the kernel's own numbers of devices. Source: include/linux/kdev_t.h, v6.12

/** Names of files by what the kernel calls them: device and inode. */
export class FileNames {
  readonly #names = new Map<string, string>();

  /** The files of code that a process has mapped. */
  addMappings(mappings: readonly Mapping[]): void {
    for (const { kind, executable, deleted, device, inode, name } of mappings) {
      if (kind !== "file" || !executable || deleted) continue;
      const [major = "0", minor = "0"] = device.split(":");
      if (device !== "") this.#add(BigInt(`0x${major}`), BigInt(`0x${minor}`), inode, name);
    }
  }

  /** A file that may be mapped later. Where stat(2) tells of another device than the kernel has, it is not found. */
  addPath(path: string): void {
    const found = statSync(path, { bigint: true, throwIfNoEntry: false });
    if (found === undefined) return;
    const { dev, ino } = found; // glibc's encoding: gnu_dev_major, gnu_dev_minor
    const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & ~0xfffn);
    const minor = (dev & 0xffn) | ((dev >> 12n) & 0xffff_ff00n);
    this.#add(major, minor, ino, path);
  }

  nameOf(device: bigint, inode: bigint): string | undefined {
    return this.#names.get(`${device}:${inode}`);
  }

  #add(major: bigint, minor: bigint, inode: bigint, name: string): void {
    if (this.#names.size >= MOST_FILES) this.#names.clear();
    this.#names.set(`${(major << MINOR_BITS) | minor}:${inode}`, name);
  }
}
