import type { Thread } from "../thread.ts";
import type { Code } from "../world/wait.ts";
import { scenario } from "./scenario.ts";
import { addUsualServices } from "./usual-services.ts";

const JOBS = ["rotate-logs", "update-index", "send-reports", "prune-sessions", "sync-clock", "scan-uploads", "warm-cache", "check-certs"]; // biome-ignore format: one list

/** Every job is set to the same minute: they all start at once, and the machine stands still for a moment. */
export const cronStorm = scenario(
  "cron-storm",
  {
    summary:
      "all jobs of cron start in the same second, compete for the CPUs and are quiet until the next time",
    tryWith: [
      "execsnoop -t",
      "-e 'tracepoint:sched:sched_process_exec { @[strftime(\"%H:%M:%S\", nsecs)] = count(); }'",
      "opensnoop -n scan-uploads",
    ],
    hostName: "batch",
    cpus: 2,
  },
  (machine) => {
    addUsualServices(machine);
    for (const job of JOBS) {
      machine.file(`/etc/cron.d/${job}`, `* * * * * root /usr/local/bin/${job}\n`);
      machine.program(`/usr/local/bin/${job}`, () => (p) => work(p, job));
    }
    for (let i = 0; i < 30; i++) machine.file(`/srv/uploads/file-${i}.bin`, { size: 4_000 + i * 900, uid: 33 });
    machine.start("/usr/sbin/cron", cron, { cgroup: "/system.slice/cron.service", at: "100 ms" });
  },
);

/** Its minute is a second and a half long here. */
function* cron(p: Thread): Code {
  for (;;) {
    for (const job of JOBS) yield* p.readFile(`/etc/cron.d/${job}`);
    for (const job of JOBS) yield* p.start("/usr/bin/sh", "-c", `/usr/local/bin/${job}`);
    for (let left = JOBS.length; left > 0; left--) yield* p.wait();
    yield* p.sleep("1.5 s");
  }
}

function* work(p: Thread, job: string): Code {
  yield* p.loadLibraries("libc.so.6");
  const names = yield* p.readDirectory("/srv/uploads");
  for (const name of typeof names === "number" ? [] : names) {
    if (job === "scan-uploads") yield* p.readFile(`/srv/uploads/${name}`);
    else yield* p.stat(`/srv/uploads/${name}`);
    yield* p.compute(Math.round(p.random().latency(900_000, 0.6)));
  }
  yield* p.writeFile(`/var/log/${job}.log`, p.random().integer(200, 5_000));
}
