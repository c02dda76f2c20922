import { through } from "../programs/through.ts";
import type { Thread } from "../thread.ts";
import type { Code } from "../world/wait.ts";
import { scenario } from "./scenario.ts";
import { addUsualServices } from "./usual-services.ts";

const CGROUP = "/system.slice/session-server.service";
const MIB = 2 ** 20;

/** A server that forgets to free what it keeps of some requests: its memory grows, until its cgroup's limit ends it. */
export const memoryLeak = scenario(
  "memory-leak",
  {
    summary:
      "a server frees most of what it allocates, but not all; when its memory limit is reached it is killed",
    tryWith: [
      "-e 'uprobe:libc:malloc /comm == \"session-server\"/ { @size[tid] = arg0; } uretprobe:libc:malloc /@size[tid]/ { @held[retval] = @size[tid]; @where[retval] = ustack(3); delete(@size[tid]); } uprobe:libc:free { delete(@held[arg0]); delete(@where[arg0]); }' --duration 1",
      "-e 'uprobe:libc:malloc { @bytes[comm, ustack(3)] = sum(arg0); }'",
      "-e 'software:page-faults:1 { @[comm] = count(); }'",
      "-e 'tracepoint:syscalls:sys_enter_brk { @[comm] = count(); }'",
      "-e 'tracepoint:oom:mark_victim { printf(\"killed pid %d\\n\", args.pid); }'",
    ],
    hostName: "sessions-1",
  },
  (machine) => {
    addUsualServices(machine);
    machine.memoryLimit(CGROUP, 20 * MIB);
    machine.program("/usr/bin/session-server", () => server, {
      functions: ["_start", "main", "event_loop", "handle_request", "parse_request", "render_answer", "store_session", "copy_token"],
      libraries: ["/usr/lib/x86_64-linux-gnu/libc.so.6"],
      language: "c",
    }); // biome-ignore format: one list
    machine.start("/usr/lib/systemd/systemd-executor", supervisor, { comm: "systemd", cgroup: CGROUP });
  },
);

function* supervisor(p: Thread): Code {
  for (;;) {
    yield* p.run("/usr/bin/session-server");
    yield* p.sleep("500 ms");
  }
}

function* server(p: Thread): Code {
  yield* p.loadLibraries("libc.so.6");
  yield* p.enter("event_loop", [], function* (): Code<number> {
    for (;;) {
      yield* p.sleep(Math.round(p.random().exponential(1.2e6)));
      yield* p.enter("handle_request", [], () => handle(p));
    }
  });
}

function* handle(p: Thread): Code<number> {
  const request = yield* through(p, ["parse_request"], () => p.malloc(p.random().integer(200, 2_000)));
  const answer = yield* through(p, ["render_answer"], () => p.malloc(p.random().integer(4_000, 16_000)));
  // What is kept of a session is only given back when the client says goodbye. Most do not.
  const session = yield* through(p, ["store_session", "copy_token"], () =>
    p.malloc(p.random().integer(8_000, 40_000)),
  );
  yield* p.compute("120 us");
  yield* p.free(answer);
  yield* p.free(request);
  if (p.random().chance(0.25)) yield* p.free(session);
  return 0;
}
