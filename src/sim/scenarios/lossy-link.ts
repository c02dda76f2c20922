import type { Thread } from "../thread.ts";
import type { Code } from "../world/wait.ts";
import { scenario } from "./scenario.ts";
import { addUsualServices } from "./usual-services.ts";

/** A line that loses one packet in thirty: transfers crawl, because TCP must send again and again. */
export const lossyLink = scenario(
  "lossy-link",
  {
    summary: "backups and downloads over a line that loses packets: retransmits, slow transfers",
    tryWith: [
      "-e 'tracepoint:tcp:tcp_retransmit_skb { @[ntop(args.daddr), args.dport] = count(); }'",
      "-e 'kprobe:tcp_sendmsg { @s[tid] = nsecs; } kretprobe:tcp_sendmsg /@s[tid]/ { @us[comm] = hist((nsecs - @s[tid]) / 1000); delete(@s[tid]); }'",
      "-e 'tracepoint:sock:inet_sock_set_state { printf(\"%s %s:%d %d -> %d\\n\", comm, ntop(args.daddr), args.dport, args.oldstate, args.newstate); }'",
    ],
    hostName: "branch-office",
  },
  (machine) => {
    addUsualServices(machine);
    machine.network({
      interfaces: [
        { name: "eth0", addresses: ["10.0.0.15/24"], gateway: "10.0.0.1", loss: 0.03, bandwidth: 20e6, latency: "18 ms", jitter: "4 ms" },
      ],
      hosts: [
        { names: ["backup.example.org"], address: "198.51.100.40", tcp: { 873: { kind: "sink" } } },
        { names: ["mirror.example.org"], address: "198.51.100.41", tcp: { 80: { kind: "http", bytes: 220_000 } } },
      ],
    }); // biome-ignore format: a line for each
    machine.start("/usr/bin/rsync", backup, { uid: 1000, at: "20 ms" });
    machine.start("/usr/bin/apt", download, { at: "150 ms" });
  },
);

function* backup(p: Thread): Code {
  for (;;) {
    const fd = yield* p.connect("backup.example.org:873");
    for (let part = 0; fd >= 0 && part < 20; part++) if ((yield* p.send(fd, 60_000)) < 0) break;
    if (fd >= 0) yield* p.close(fd);
    yield* p.sleep("300 ms");
  }
}

function* download(p: Thread): Code {
  for (;;) {
    yield* p.httpRequest("http://mirror.example.org/packages.xz");
    yield* p.sleep("400 ms");
  }
}
