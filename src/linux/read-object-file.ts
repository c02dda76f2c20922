import { readFileSync } from "node:fs";
import { SkepError } from "../base/errors.ts";

const MOST_BYTES = 1 << 30;

/** The bytes of a file. Throws SkepError, which says why it cannot be read. */
export function readObjectFile(path: string): Uint8Array {
  try {
    const bytes = readFileSync(path);
    if (bytes.length <= MOST_BYTES) return bytes;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new SkepError(`cannot read ${path}: ${why}`, {
      code: "collection/no-file",
      remedy: "give the path of an object file: clang -target bpf -g -O2 -c prog.bpf.c -o prog.o",
      cause,
    });
  }
  throw new SkepError(`cannot read ${path}: it has more than ${MOST_BYTES} bytes`, {
    code: "collection/no-file",
    remedy: "give an eBPF object file",
  });
}
