import { readFileSync } from "node:fs";
import type { ProcessFiles } from "../symbols/symbolize.ts";
import { FileSource } from "./file-source.ts";
import { readOptional } from "./procfs.ts";

/** The files of this machine's processes, as they themselves see them. */
export function openProcessFiles(): ProcessFiles {
  return {
    readMaps: (pid) => readOptional(`/proc/${pid}/maps`),
    readPerfMap(pid) {
      const own = /^NSpid:.*\s(\d+)$/m.exec(readOptional(`/proc/${pid}/status`) ?? "")?.[1] ?? `${pid}`;
      return readOptional(`/proc/${pid}/root/tmp/perf-${own}.map`);
    },
    open(pid, path, mapping) {
      const exact = mapping && `/proc/${pid}/map_files/${hex(mapping.start)}-${hex(mapping.end)}`;
      return (exact && openFile(exact)) ?? openFile(`/proc/${pid}/root${path}`) ?? openFile(path);
    },
  };
}

function hex(address: bigint): string {
  return address.toString(16);
}

function openFile(path: string) {
  try {
    const source = new FileSource(path);
    return { source, close: () => source[Symbol.dispose]() };
  } catch {
    return undefined;
  }
}

/** The first `limit` bytes of a file. Throws what node:fs throws. */
export function readHead(path: string, limit: number): Uint8Array {
  return new Uint8Array(readFileSync(path).subarray(0, limit));
}
