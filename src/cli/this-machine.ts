import { existsSync } from "node:fs";
import { SkepError } from "../base/errors.ts";
import { openLinux } from "../linux/backend.ts";
import { missingCapabilities, readPermissions } from "../linux/caps.ts";
import { keepForTracing } from "../linux/drop-privileges.ts";
import { openHost } from "../linux/host.ts";
import { folderForKept } from "../linux/kept-folder.ts";
import { isRunning } from "../linux/procfs.ts";
import { LinuxResolver } from "../linux/resolver.ts";
import { startHeld } from "../linux/spawn.ts";
import type { Feature } from "../plan/target.ts";
import type { Stop } from "./stop.ts";
import type { WatchedMachine, WatchLimits } from "./watched-machine.ts";

const PROCESS_CHECK_MS = 100;
const AFTER_EXIT_MS = 20; // what a process did last may still be on its way through the ring buffer
const FOREVER_MS = 2 ** 30;

/** The machine that skep runs on. Opening it costs nothing yet. */
export function openThisMachine(without: readonly Feature[] = []): WatchedMachine {
  const path = process.env["PATH"] ?? "";
  const btfPath = process.env["BPFTRACE_BTF"];
  if (btfPath && !existsSync(btfPath))
    process.stderr.write(
      `warning: BPFTRACE_BTF names ${btfPath}, which is not there: going on without the kernel's types\n` +
        "help: name a file with the types of the running kernel, such as /sys/kernel/btf/vmlinux, or unset it\n",
    );
  const keepIn = folderForKept(process.env["SKEP_CACHE"], process.env["XDG_RUNTIME_DIR"]);
  const backend = openLinux({
    searchPath: path,
    without,
    ...(btfPath && { btfPath }),
    ...(keepIn !== undefined && { keepIn }),
  });
  const resolver = new LinuxResolver(() => backend.kernel);
  return {
    backend,
    resolver,
    host: openHost(resolver),
    checkProcess,
    mappedFiles: (pid) => backend.target.mappedFiles(pid),
    startCommand: (command) => startHeld(command, { path }),
    dropCapabilities: () => keepForTracing(backend.kernel),
    every(ms, run) {
      const timer = setInterval(run, ms);
      return { [Symbol.dispose]: () => clearInterval(timer) };
    },
    watch: watchProcesses,
    [Symbol.dispose]: () => backend[Symbol.dispose](),
  };
}

/** Why this process may not trace, or undefined when it may. */
export function refusedPrivileges(): SkepError | undefined {
  const permissions = readPermissions();
  const missing = missingCapabilities(permissions, ["CAP_BPF", "CAP_PERFMON"]);
  if (missing.length === 0) return undefined;
  return new SkepError(`tracing needs ${missing.join(" and ")}, which this process does not have`, {
    code: "system/privileges",
    remedy:
      permissions.uid === 0
        ? "start it outside of the container or user namespace, or give the container these capabilities"
        : "run it as root: sudo npx skep …",
  });
}

function checkProcess(pid: number): void {
  if (isRunning(pid)) return;
  throw new SkepError(`there is no process ${pid}`, {
    code: "system/no-process",
    remedy: "give the id of a running process: `pgrep NAME` finds it",
  });
}

async function watchProcesses(stop: Stop, { durationMs, pid, command }: WatchLimits): Promise<void> {
  // One timer at least: it keeps the process running while the kernel has nothing to say.
  const timers = [
    durationMs === undefined ? setInterval(() => {}, FOREVER_MS) : setTimeout(stop.finish, durationMs),
  ];
  const finishSoon = () => {
    timers.push(setTimeout(stop.finish, AFTER_EXIT_MS));
  };
  if (pid !== undefined && command === undefined)
    timers.push(
      setInterval(() => {
        if (!isRunning(pid)) finishSoon();
      }, PROCESS_CHECK_MS),
    );
  void command?.exited.then(finishSoon);
  await stop.promise;
  for (const timer of timers) clearTimeout(timer);
}
