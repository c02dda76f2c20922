import type { Thread } from "../thread.ts";
import type { Code } from "../world/wait.ts";
import { scenario } from "./scenario.ts";
import { addUsualServices } from "./usual-services.ts";

const MIB = 2 ** 20;
const STEP = 4 * MIB;

/** A small machine on which an importer wants more memory than there is: reclaim, then the OOM killer. */
export const outOfMemory = scenario(
  "out-of-memory",
  {
    summary: "a machine with 192 MiB: an importer takes more and more, kswapd works, the OOM killer ends it",
    tryWith: [
      "-e 'tracepoint:oom:mark_victim { printf(\"OOM killed %d\\n\", args.pid); }'",
      "-e 'kprobe:oom_kill_process { printf(\"%s triggers the OOM killer\\n\", comm); print(kstack); }'",
      "-e 'tracepoint:vmscan:mm_vmscan_direct_reclaim_begin { @[comm] = count(); }'",
      "-e 'software:page-faults:1 { @[comm] = count(); }'",
      "-e 'tracepoint:signal:signal_deliver /args.sig == 9/ { printf(\"%s (%d) is killed\\n\", comm, pid); }'",
    ],
    hostName: "tiny",
    cpus: 2,
  },
  (machine) => {
    machine.memory({ totalBytes: 192 * MIB });
    addUsualServices(machine);
    machine.file("/srv/import/data.csv", { size: 12 * MIB });
    machine.program("/usr/bin/importer", () => importer);
    machine.start("/usr/bin/dash", restarter, { at: "100 ms" });
    machine.start("/usr/sbin/rsyslogd", logger, { at: "20 ms" });
  },
);

function* restarter(p: Thread): Code {
  for (;;) {
    yield* p.run("/usr/bin/importer");
    yield* p.sleep("700 ms");
  }
}

/** Keeps all rows in memory until the end of the file, which it never sees. */
function* importer(p: Thread): Code<number> {
  const fd = yield* p.open("/srv/import/data.csv");
  for (let position = 0; ; position = (position + 65_536) % (12 * MIB)) {
    yield* p.pread(fd, 65_536, position);
    const rows = yield* p.malloc(STEP);
    if (rows === 0) return 1;
    yield* p.touch(rows, STEP);
    yield* p.compute("2 ms");
    yield* p.sleep("25 ms");
  }
}

function* logger(p: Thread): Code {
  const buffer = yield* p.malloc(6 * MIB);
  yield* p.touch(buffer, 6 * MIB);
  for (;;) {
    yield* p.sleep("60 ms");
    yield* p.touch(buffer, MIB);
    yield* p.writeFile("/var/log/messages", 800);
  }
}
