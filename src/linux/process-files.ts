import { closeSync, openSync, readSync } from "node:fs";
import type { OpenFile } from "../symbols/debug-file.ts";
import type { Mapping } from "../symbols/maps.ts";
import type { ProcessFiles } from "../symbols/symbolize.ts";
import { FileSource } from "./file-source.ts";
import { hasOwnRoot, readOptional } from "./procfs.ts";

/** Where files stay that a machine's packages brought. */
const INSTALLED = /^\/(?:usr|bin|sbin|lib\w*|opt|snap|nix)\//;

/** The files of this machine's processes, as they themselves see them. */
export function openProcessFiles(): ProcessFiles {
  return {
    readMaps: (pid) => readOptional(`/proc/${pid}/maps`),
    // The compiler names the file after its own id, which differs inside of a container.
    readPerfMap(pid) {
      const own = /^NSpid:.*\s(\d+)$/m.exec(readOptional(`/proc/${pid}/status`) ?? "")?.[1] ?? `${pid}`;
      const inRoot = readOptional(`/proc/${pid}/root/tmp/perf-${own}.map`);
      return inRoot ?? readOptional(`/tmp/perf-${pid}.map`); // it outlives the process
    },
    open(pid, path, mapping) {
      const exact = mapping === undefined ? undefined : openFile(mappedPath(pid, mapping));
      return exact ?? openFile(`/proc/${pid}/root${path}`) ?? openFile(path);
    },
    mayVanish: (pid, mapping) => mapping.deleted || !INSTALLED.test(mapping.name) || hasOwnRoot(pid),
  };
}

function mappedPath(pid: number, { start, end }: Mapping): string {
  return `/proc/${pid}/map_files/${start.toString(16)}-${end.toString(16)}`;
}

function openFile(path: string): OpenFile | undefined {
  try {
    return new FileSource(path);
  } catch {
    return undefined; // the process has ended, or the file is gone
  }
}

/** The first `limit` bytes of a file, or all of it; also of files in /proc, which do not tell their size. Throws what node:fs throws. */
export function readHead(path: string, limit: number): Uint8Array {
  const fd = openSync(path, "r");
  try {
    const parts: Uint8Array[] = [];
    let left = limit;
    while (left > 0) {
      const part = new Uint8Array(Math.min(left, 1 << 16));
      const count = readSync(fd, part);
      if (count === 0) break;
      parts.push(part.subarray(0, count));
      left -= count;
    }
    return joined(parts, limit - left);
  } finally {
    closeSync(fd);
  }
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
