import type { Thread } from "../thread.ts";
import type { Code } from "../world/wait.ts";
import { scenario } from "./scenario.ts";
import { addUsualServices } from "./usual-services.ts";

const MIB = 2 ** 20;

/** A partition for logs that is full: writes fail, a program that does not check them goes on. */
export const diskFull = scenario(
  "disk-full",
  {
    summary: "logs fill a small partition: writes and opens fail with ENOSPC until a cleanup makes room",
    tryWith: [
      "-e 'tracepoint:syscalls:sys_exit_write /args.ret < 0/ { @[comm, args.ret] = count(); }'",
      "opensnoop -x",
      "-e 'tracepoint:syscalls:sys_exit_openat /args.ret == -28/ { printf(\"%s (%d): no space left\\n\", comm, pid); }'",
    ],
    hostName: "logger-1",
  },
  (machine) => {
    addUsualServices(machine);
    const logs = machine.mount({ at: "/var/log/app", type: "tmpfs", source: "tmpfs", sizeBytes: 3 * MIB });
    logs.sb.root.inode?.setMode(0o1777);
    machine.start("/usr/bin/app-logger", writer, { count: 2, uid: 33, cgroup: "/system.slice/app.service" });
    machine.start("/usr/sbin/logrotate", cleaner, { at: "900 ms" });
  },
);

function* writer(p: Thread): Code {
  for (let part = 0; ; part++) {
    const fd = yield* p.open(`/var/log/app/${p.pid}-${part}.log`, "w");
    for (let line = 0; fd >= 0 && line < 40; line++) {
      yield* p.write(fd, 6_000);
      yield* p.compute("60 us");
      yield* p.sleep("1 ms");
    }
    if (fd >= 0) yield* p.close(fd);
    else yield* p.sleep("15 ms");
  }
}

function* cleaner(p: Thread): Code {
  for (;;) {
    const names = yield* p.readDirectory("/var/log/app");
    for (const name of typeof names === "number" ? [] : names) yield* p.unlink(`/var/log/app/${name}`);
    yield* p.sleep("1.6 s");
  }
}
