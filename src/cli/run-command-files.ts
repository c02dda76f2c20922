import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import { SkepError } from "../base/errors.ts";

const MOST_BYTES = 64 << 20;
const CHUNK = 1 << 20;
const RETRY_MS = 5;

/** All bytes of a file, or of the standard input for "-". Throws SkepError for one that is empty, too large or unreadable. */
export function readInput(path: string): Uint8Array {
  const name = path === "-" ? "the standard input" : path;
  const bytes = readAll(path, name);
  if (bytes.length > 0) return bytes;
  throw new SkepError(`${name} is empty`, {
    code: "run/empty",
    remedy: "give a file that holds something; was it still being written?",
  });
}

/** Whether there is such a file, of whatever kind. */
export function isFile(path: string): boolean {
  return path === "-" || existsSync(path); // bytes in hex may be longer than any path, which is no error here
}

function readAll(path: string, name: string): Uint8Array {
  let fd = -1;
  try {
    fd = path === "-" ? 0 : openSync(path, "r");
    if (fstatSync(fd).isFile() && fstatSync(fd).size > MOST_BYTES) throw tooLarge(name);
    return readChunks(fd, name);
  } catch (cause) {
    if (cause instanceof SkepError) throw cause;
    throw unreadable(name, cause as NodeJS.ErrnoException);
  } finally {
    if (fd > 0) closeSync(fd);
  }
}

function readChunks(fd: number, name: string): Uint8Array {
  let bytes = new Uint8Array(Math.max(CHUNK, Math.min(fstatSync(fd).size + 1, MOST_BYTES + 1)));
  for (let total = 0; ; ) {
    // Some files, such as those of sysfs, give a page at a time.
    const count = readSome(fd, bytes.subarray(total));
    total += count;
    if (count === 0) return bytes.subarray(0, total);
    if (total > MOST_BYTES) throw tooLarge(name);
    if (total < bytes.length) continue;
    const larger = new Uint8Array(Math.min(bytes.length * 2, MOST_BYTES + 1));
    larger.set(bytes);
    bytes = larger;
  }
}

/** A terminal or pipe may be in the mode in which a read does not wait. */
function readSome(fd: number, into: Uint8Array): number {
  for (;;)
    try {
      return readSync(fd, into);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
    }
}

function tooLarge(name: string): SkepError {
  return new SkepError(`${name} is larger than ${MOST_BYTES >> 20} MiB`, {
    code: "run/too-large",
    remedy: "give the program or data alone; the kernel takes programs of at most 8 MB",
  });
}

const REASONS: Readonly<Record<string, readonly [what: string, remedy: string]>> = {
  ENOENT: ["there is no such file", "correct the path; `-` reads the standard input"],
  ENOTDIR: ["there is no such file", "correct the path"],
  EACCES: ["you may not read it", "change its permissions, or copy it"],
  EISDIR: ["it is a folder", "give the path of a file in it"],
};

function unreadable(name: string, cause: NodeJS.ErrnoException): SkepError {
  const [what, remedy] = REASONS[cause.code ?? ""] ?? [
    cause.message,
    "check that it is a file that you may read",
  ];
  return new SkepError(`cannot read ${name}: ${what}`, { code: "run/unreadable", remedy, cause });
}
