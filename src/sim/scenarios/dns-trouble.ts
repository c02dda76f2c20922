import type { Thread } from "../thread.ts";
import type { Code } from "../world/wait.ts";
import { scenario } from "./scenario.ts";
import { addUsualServices } from "./usual-services.ts";

const NAMES = ["api.example.org", "api.example.org", "cdn.example.org", "auth.example.internal", "old-billing.example.internal", "broken.example.net"]; // biome-ignore format: one list

/** Names that are looked up slowly, not at all, or do not exist. */
export const dnsTrouble = scenario(
  "dns-trouble",
  {
    summary: "a slow DNS server that loses questions; one name does not exist, one always fails",
    tryWith: [
      "-e 'uprobe:libc:getaddrinfo { @n[tid] = str(arg0); @s[tid] = nsecs; } uretprobe:libc:getaddrinfo /@s[tid]/ { printf(\"%-8d %-12s %6d ms %s %d\\n\", pid, comm, (nsecs - @s[tid]) / 1000000, @n[tid], (int32)retval); delete(@s[tid]); delete(@n[tid]); }'",
      "-e 'tracepoint:syscalls:sys_enter_connect { @[comm] = count(); }'",
      "opensnoop -n checker",
    ],
    hostName: "worker-2",
  },
  (machine) => {
    addUsualServices(machine);
    machine.network({
      hosts: [
        { names: ["api.example.org"], address: "198.51.100.20", tcp: { 80: { kind: "http", delay: "6 ms" } } },
        { names: ["cdn.example.org"], address: "198.51.100.30", tcp: { 80: { kind: "http", bytes: 60_000 } } },
        {
          names: ["auth.example.internal"],
          address: "192.0.2.9",
          tcp: { 80: { kind: "http", delay: "2 ms" } },
        },
      ],
      dns: { delay: "70 ms", loss: 0.04, records: { "broken.example.net": "SERVFAIL" } },
    });
    machine.start("/usr/bin/checker", checker, { count: 3, uid: 33, cgroup: "/system.slice/checker.service" });
  },
);

function* checker(p: Thread): Code {
  for (;;) {
    const name = p.random().pick(NAMES);
    const answer = yield* p.httpRequest(`http://${name}/health`);
    if (typeof answer === "number") yield* p.writeFile("/var/log/checker.log", `${name} failed: ${answer}\n`);
    yield* p.sleep(Math.round(p.random().exponential(150e6)));
  }
}
