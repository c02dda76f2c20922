import type { Thread } from "../thread.ts";
import type { Code } from "../world/wait.ts";
import { scenario } from "./scenario.ts";
import { addUsualServices } from "./usual-services.ts";

const BOB = 1001;
const MOST = 400; // what `ulimit -u` lets the user have; each bomb ends then, and another begins

/** `:(){ :|:& };:` — each process starts two more, until there may be no more of them. */
export const forkBomb = scenario(
  "fork-bomb",
  {
    summary: "every process of a user starts two more, until the limit; then all end and it begins anew",
    tryWith: [
      "-e 'tracepoint:sched:sched_process_fork { @[args.parent_comm] = count(); } interval:s:1 { print(@); clear(@); }'",
      "-e 'tracepoint:sched:sched_process_fork { printf(\"%s %d -> %d\\n\", comm, args.parent_pid, args.child_pid); }'",
      "-e 'tracepoint:sched:sched_process_exit { @ms[comm] = hist((nsecs - curtask->start_time) / 1000000); }'",
    ],
    hostName: "shared-host",
    cpus: 2,
  },
  (machine) => {
    addUsualServices(machine);
    const state = { alive: 0 };
    machine.start("/usr/bin/bash", user, { uid: BOB, cgroup: "/user.slice/user-1001.slice", loginUid: BOB });

    function* user(p: Thread): Code {
      for (;;) {
        yield* p.sleep("700 ms");
        state.alive = 0;
        yield* p.fork(bomb);
        for (let left = true; left; ) left = (yield* p.wait()).pid > 0;
      }
    }

    function* bomb(p: Thread): Code {
      state.alive++;
      yield* p.compute("150 us");
      const pids: number[] = [];
      for (let i = 0; i < 2; i++) {
        const pid = state.alive >= MOST ? -1 : yield* p.fork(bomb);
        if (pid > 0) pids.push(pid);
      }
      yield* p.sleep("80 ms");
      for (const pid of pids) yield* p.wait(pid);
    }
  },
);
