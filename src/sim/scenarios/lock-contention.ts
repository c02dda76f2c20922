import type { Mutex } from "../sync/futex.ts";
import type { Thread } from "../thread.ts";
import type { Code } from "../world/wait.ts";
import { scenario } from "./scenario.ts";
import { addUsualServices } from "./usual-services.ts";

const THREADS = 8;

/** Threads that mostly wait for each other: one mutex guards a table that all of them need. */
export const lockContention = scenario(
  "lock-contention",
  {
    summary: "eight threads of a cache server share one mutex; sometimes its holder reads a file meanwhile",
    tryWith: [
      "-e 'tracepoint:syscalls:sys_enter_futex { @[comm, tid] = count(); }'",
      "-e 'uprobe:libc:pthread_mutex_lock { @s[tid] = nsecs; } uretprobe:libc:pthread_mutex_lock /@s[tid]/ { @us = hist((nsecs - @s[tid]) / 1000); delete(@s[tid]); }'",
      "-e 'tracepoint:sched:sched_switch /args.prev_comm == \"worker\"/ { @off[kstack, ustack] = count(); }'",
    ],
    hostName: "cache-1",
  },
  (machine) => {
    addUsualServices(machine);
    machine.file("/var/cache/table/snapshot.bin", { size: 65_536 });
    machine.program("/usr/bin/cache-server", () => server, {
      functions: [
        "_start",
        "main",
        "worker_loop",
        "table_lookup",
        "table_insert",
        "table_snapshot",
        "hash_bytes",
      ],
      libraries: ["/usr/lib/x86_64-linux-gnu/libc.so.6"],
      language: "c",
    });
    machine.start("/usr/bin/cache-server", undefined, {
      uid: 33,
      cgroup: "/system.slice/cache-server.service",
    });
  },
);

function* server(p: Thread): Code {
  const table = p.makeMutex();
  for (let i = 0; i < THREADS; i++) yield* p.spawnThread((thread) => worker(thread, table));
  for (;;) yield* p.sleep("1 s");
}

function* worker(p: Thread, table: Mutex): Code {
  yield* p.setName("worker");
  yield* p.enter("worker_loop", [], function* (): Code<number> {
    for (;;) {
      yield* p.sleep(Math.round(p.random().exponential(900_000)));
      yield* p.enter("hash_bytes", [], () => work(p, 25_000));
      const [name, ns] = p.random().pick([["table_lookup", 60_000], ["table_insert", 150_000]] as const); // biome-ignore format: a table
      yield* p.enter(name, [], () => guarded(p, table, () => work(p, ns)));
      if (p.random().chance(0.004))
        yield* p.enter("table_snapshot", [], () =>
          guarded(p, table, () => p.readFile("/var/cache/table/snapshot.bin")),
        );
    }
  });
}

function* guarded(p: Thread, mutex: Mutex, body: () => Code<number>): Code<number> {
  yield* p.lock(mutex);
  const result = yield* body();
  yield* p.unlock(mutex);
  return result;
}

function* work(p: Thread, ns: number): Code<number> {
  yield* p.compute(Math.round(p.random().latency(ns, 0.4)));
  return 0;
}
