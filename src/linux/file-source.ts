import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import type { ByteSource } from "../elf/source.ts";

/** A file read in parts. Owns the descriptor. */
export class FileSource implements ByteSource, Disposable {
  readonly size: number;
  #fd: number;

  /** Throws what node:fs throws when the file cannot be opened. */
  constructor(path: string) {
    this.#fd = openSync(path, "r");
    this.size = fstatSync(this.#fd).size;
  }

  read(offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      const count = readSync(this.#fd, bytes, done, length - done, offset + done);
      if (count === 0) break;
      done += count;
    }
    return bytes.subarray(0, done);
  }

  [Symbol.dispose](): void {
    if (this.#fd >= 0) closeSync(this.#fd);
    this.#fd = -1;
  }
}
