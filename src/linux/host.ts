import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import type { Host } from "../runtime/resolver.ts";
import { readHead } from "./process-files.ts";
import type { LinuxResolver } from "./resolver.ts";
import { openErrorTexts } from "./syscall.ts";

/** What scripts may ask of this machine: files, commands, the time, which `clocks` tell. */
export function openHost(clocks: Pick<LinuxResolver, "now">): Host {
  return {
    unixTimeNs: () => clocks.now("realtime"),
    readFile: readFileHead,
    writeFile: (path, data, append) => writeFileSync(path, data, { flag: append ? "a" : "w" }),
    resume(pid) {
      try {
        process.kill(pid, "SIGCONT");
      } catch {
        // it has ended meanwhile
      }
    },
    runCommand(command) {
      const done = spawnSync("/bin/sh", ["-c", command], {
        stdio: ["ignore", "pipe", "inherit"],
        maxBuffer: 64 << 20,
      });
      if (done.error) throw done.error;
      return new Uint8Array(done.stdout);
    },
  };
}

/** Throws what the reference says of a file that cannot be read. */
function readFileHead(path: string, limit: number): Uint8Array {
  try {
    return readHead(path, limit);
  } catch (cause) {
    const errno = cause instanceof Error && "errno" in cause ? Math.abs(Number(cause.errno)) : undefined;
    const why = errno === undefined ? String(cause) : openErrorTexts()(errno);
    throw new Error(`failed to open file '${path}': ${why}`, { cause });
  }
}
