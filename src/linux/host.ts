import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import type { Host } from "../runtime/resolver.ts";
import { readHead } from "./process-files.ts";
import type { LinuxResolver } from "./resolver.ts";

/** What scripts may ask of this machine: files, commands, the time, which `clocks` tell. */
export function openHost(clocks: Pick<LinuxResolver, "now">): Host {
  return {
    unixTimeNs: () => clocks.now("realtime"),
    readFile: readHead,
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
