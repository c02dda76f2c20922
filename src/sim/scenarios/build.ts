import { HEADERS } from "../programs/compiler.ts";
import type { Thread } from "../thread.ts";
import type { Code } from "../world/wait.ts";
import { scenario } from "./scenario.ts";
import { addUsualServices } from "./usual-services.ts";

const PROJECT = "/home/alice/project";
const ALICE = 1000;
const SOURCES = ["alloc", "args", "buffer", "cache", "config", "event", "hash", "io", "json", "list", "log", "main", "net", "parse", "queue", "signal", "socket", "string", "thread", "timer", "tree", "util"]; // biome-ignore format: one list

/** Short-lived processes by the hundred: make, cc, cc1, as, ld. */
export const build = scenario(
  "build",
  {
    summary: "a C project is built again and again: hundreds of processes that live for milliseconds",
    tryWith: [
      "execsnoop",
      "opensnoop -x",
      "-e 'tracepoint:sched:sched_process_exec { @[comm] = count(); }'",
      "-e 'tracepoint:sched:sched_process_exit { @ms[comm] = hist((nsecs - curtask->start_time) / 1000000); }'",
    ],
    hostName: "workstation",
  },
  (machine) => {
    addUsualServices(machine);
    machine.file(`${PROJECT}/Makefile`, { size: 1_820, uid: ALICE });
    machine.file(`${PROJECT}/include/common.h`, { size: 3_100, uid: ALICE });
    for (const name of SOURCES)
      machine.file(`${PROJECT}/${name}.c`, { size: 6_000 + name.length * 1_700, uid: ALICE });
    for (const name of HEADERS) machine.file(`/usr/include/${name}`, { size: 9_400 });
    for (const name of ["crt1.o", "crti.o", "libc.so"])
      machine.file(`/usr/lib/x86_64-linux-gnu/${name}`, { size: 1_900 });
    machine.start("/usr/bin/bash", developer, {
      uid: ALICE,
      cgroup: "/user.slice/user-1000.slice",
      loginUid: ALICE,
    });
  },
);

/** Builds, looks at the result, changes a file, builds again. */
function* developer(p: Thread): Code {
  yield* p.chdir(PROJECT);
  for (;;) {
    yield* p.run("/usr/bin/make", "-j4", PROJECT);
    yield* p.sleep("120 ms");
    yield* p.run("/usr/bin/ls", "-l", PROJECT);
    yield* p.writeFile(`${PROJECT}/${p.random().pick(SOURCES)}.c`, p.random().integer(5_000, 20_000));
    yield* p.sleep(Math.round(p.random().exponential(400e6)));
  }
}
