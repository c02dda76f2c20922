import type { Calls } from "../thread.ts";
import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import { loadLibraries } from "./dynamic-loader.ts";
import { sslHandshake, sslNew, sslRead, sslWrite } from "./libssl.ts";
import { calloc, free, malloc, realloc } from "./malloc.ts";

const NOT_FOUND = 127; // what a shell's child ends with when there is no such program
const STOPPED_BY_SIGNAL = 128;

/** Starts a program as a shell does (fork, exec) and waits for its end: its exit code, 128 + the signal that killed it. */
function* run(task: Task, path: string, ...args: readonly string[]): Code<number> {
  const pid = yield* start(task, path, ...args);
  if (pid < 0) return NOT_FOUND;
  const { status } = yield* task.thread.wait(pid);
  if (status === undefined) return NOT_FOUND;
  return "code" in status ? status.code : STOPPED_BY_SIGNAL + status.signal;
}

/** Starts a program as a shell does with `&`: its pid, or a negative errno. */
function start(task: Task, path: string, ...args: readonly string[]): Code<number> {
  return task.thread.fork(function* (child) {
    yield* child.exec(path, [path.split("/").at(-1) ?? path, ...args]);
    return NOT_FOUND;
  });
}

/** What programs can do with other programs and with the C library. */
export const programCalls = {
  run,
  start,
  loadLibraries,
  malloc,
  calloc,
  realloc,
  free,
  sslNew,
  sslHandshake,
  sslRead,
  sslWrite,
} satisfies Calls;
