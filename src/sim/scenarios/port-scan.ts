import type { Thread } from "../thread.ts";
import type { Code } from "../world/wait.ts";
import { scenario } from "./scenario.ts";
import { addUsualServices } from "./usual-services.ts";

const SCANNER = "203.0.113.66";

/** Somebody tries all ports of the machine, in several ways; a few services answer. */
export const portScan = scenario(
  "port-scan",
  {
    summary: "a host on the internet tries all ports of the machine; three are open",
    tryWith: [
      "-e 'tracepoint:tcp:tcp_send_reset { @refused = count(); } interval:s:1 { print(@refused); clear(@refused); }'",
      "-e 'kprobe:tcp_v4_rcv { @packets = count(); }'",
      "-e 'tracepoint:net:netif_receive_skb { @[str(args.name)] = hist(args.len); }'",
    ],
    hostName: "bastion",
  },
  (machine) => {
    addUsualServices(machine);
    const scan = (kind: "syn" | "connect" | "fin") =>
      machine.remote(SCANNER).scan("1-1100", { kind, perSecond: 700 });
    machine.at("100 ms", () => scan("syn"));
    machine.every("3 s", () => scan(machine.random.pick(["syn", "connect", "fin"])));
    for (const [path, port] of [["/usr/sbin/sshd", 22], ["/usr/sbin/nginx", 80], ["/usr/sbin/exim4", 25]] as const)
      machine.start(path, (p) => listener(p, port)); // biome-ignore format: a table
  },
);

/** Answers those who say something, and closes. */
function* listener(p: Thread, port: number): Code {
  const fd = yield* p.listen(port);
  for (;;) {
    const peer = yield* p.accept(fd);
    if (peer < 0) return;
    yield* p.send(peer, port === 22 ? "SSH-2.0-OpenSSH_10.0\r\n" : "220 ready\r\n");
    yield* p.close(peer);
  }
}
