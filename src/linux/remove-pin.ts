import { statfsSync, unlinkSync } from "node:fs";
import { SkepError } from "../base/errors.ts";

const BPF_FS_MAGIC = 0xcafe4a11; // include/uapi/linux/magic.h

/** Removes the file of a bpf file system that keeps an object. Throws SkepError for any other file. */
export function removePin(path: string): void {
  try {
    if (statfsSync(path).type >>> 0 === BPF_FS_MAGIC) return unlinkSync(path);
  } catch (cause) {
    throw new SkepError(`cannot remove the pin ${path}`, {
      code: "linux/no-pin",
      remedy: "look whether it is there: ls -l; somebody may have removed it already",
      cause,
    });
  }
  throw new SkepError(`${path} is no file of a bpf file system`, {
    code: "linux/no-pin",
    remedy: "give a path that something was pinned to",
  });
}
