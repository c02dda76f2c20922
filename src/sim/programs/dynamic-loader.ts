import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";

const HEADER_BYTES = 832; // what ld.so reads of a library first
const LIBRARIES = "/usr/lib/x86_64-linux-gnu";
const LOADER_NS = 180_000;

/** What ld.so does before main(): looks into its cache, opens each library. Names such as "libc.so.6". */
export function* loadLibraries(task: Task, ...names: string[]): Code {
  const p = task.thread;
  yield* p.access("/etc/ld.so.preload", 4);
  const cache = yield* p.open("/etc/ld.so.cache", 0o2000000);
  if (cache >= 0) {
    yield* p.fstat(cache);
    yield* p.close(cache);
  }
  for (const name of names.length > 0 ? names : ["libc.so.6"]) {
    const fd = yield* p.open(`${LIBRARIES}/${name}`, 0o2000000);
    if (fd < 0) continue;
    yield* p.read(fd, HEADER_BYTES);
    yield* p.fstat(fd);
    yield* p.close(fd);
  }
  yield* p.compute(LOADER_NS);
}
