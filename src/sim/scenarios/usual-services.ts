import type { Thread } from "../thread.ts";
import type { Code } from "../world/wait.ts";
import type { MachineBuilder } from "./machine-builder.ts";

/** What runs on every machine: the journal, the job scheduler, the device manager. */
export function addUsualServices(machine: MachineBuilder): void {
  machine.file("/run/systemd/journal/dev-log", { size: 0 });
  machine.file("/var/log/journal/system.journal", { size: 8_388_608 });
  machine.start("/usr/lib/systemd/systemd-journald", journal, {
    comm: "systemd-journal",
    cgroup: "/system.slice/systemd-journald.service",
  });
  machine.start("/usr/lib/systemd/systemd-udevd", devices, {
    comm: "systemd-udevd",
    cgroup: "/system.slice/systemd-udevd.service",
  });
  machine.start("/usr/sbin/cron", scheduler, { cgroup: "/system.slice/cron.service", at: "40 ms" });
  machine.start("/usr/sbin/irqbalance", balancer, { cgroup: "/system.slice/irqbalance.service", at: "10 ms" });
}

function* journal(p: Thread): Code {
  const log = yield* p.open("/var/log/journal/system.journal", "r+");
  for (;;) {
    yield* p.sleep(Math.round(p.random().exponential(700e6)));
    yield* p.readFile("/proc/self/status");
    yield* p.pwrite(log, 768, p.random().integer(0, 8000) * 1024);
    yield* p.compute("250 us");
  }
}

function* devices(p: Thread): Code {
  for (;;) {
    yield* p.sleep("3 s");
    yield* p.access("/run/udev/queue");
  }
}

/** Looks at its tables every second (the real one does each minute) and starts a job now and then. */
function* scheduler(p: Thread): Code {
  for (let second = 0; ; second++) {
    yield* p.stat("/etc/crontab");
    yield* p.stat("/var/spool/cron/crontabs");
    if (second % 10 === 4) yield* p.run("/usr/bin/sh", "-c", "date; id");
    yield* p.sleep("1 s");
  }
}

function* balancer(p: Thread): Code {
  for (;;) {
    yield* p.readFile("/proc/interrupts");
    yield* p.readFile("/proc/stat");
    yield* p.compute("400 us");
    yield* p.sleep("10 s");
  }
}
