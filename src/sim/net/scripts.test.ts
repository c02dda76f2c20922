import { expect, test } from "vitest";
import { renderDiagnostic } from "../../base/diagnostic.ts";
import { compile, load } from "../../pipeline.ts";
import { SimBackend } from "../backend/sim-backend.ts";
import { createTestWorld } from "../test-world.ts";
import type { Behaviour } from "../thread.ts";
import type { World } from "../world/world.ts";
import { NETWORK } from "./machine-net.ts";

/** What a script prints while a process does something. */
function printed(
  text: string,
  body: Behaviour,
  prepare: (world: World) => void = () => undefined,
  duration: "1 s" | "30 s" = "1 s",
): string[] {
  const world = createTestWorld();
  prepare(world);
  const backend = new SimBackend(world);
  const source = { name: "script.bt", text };
  const { compiled, report } = compile(source, backend.target);
  if (compiled === undefined)
    throw new Error(report.diagnostics.map((d) => renderDiagnostic(d, source)).join("\n"));
  const lines: string[] = [];
  const session = load(compiled, backend, {
    resolver: backend.resolver,
    host: backend.host,
    onRecord: (record) => {
      if (record.kind === "printf") lines.push(record.text.trimEnd());
    },
  });
  session.start();
  world.processes.spawn(body, { comm: "client", uid: 1000 });
  backend.playNow(duration);
  session.stop();
  return lines;
}

const SERVER: Behaviour = function* (p) {
  const fd = yield* p.listen("127.0.0.1:8080", { backlog: 7 });
  for (;;) {
    const peer = yield* p.accept(fd);
    while ((yield* p.recv(peer)) > 0) yield* p.send(peer, "pong");
    yield* p.close(peer);
  }
};

function withServer(world: World): void {
  world.processes.spawn(SERVER, { comm: "server" });
  world.play("1 ms");
}

const CLIENT: Behaviour = function* (p) {
  const fd = yield* p.connect("127.0.0.1:8080");
  yield* p.send(fd, "ping");
  yield* p.recv(fd);
  yield* p.close(fd);
};

test("kprobe:tcp_connect walks struct sock", () => {
  const script = `kprobe:tcp_connect {
    $sk = (struct sock *)arg0;
    $inet = (struct inet_sock *)arg0;
    $common = $sk->__sk_common;
    printf("%s %d %s > %s:%d %s %d %d\\n", comm, $common.skc_family, ntop($common.skc_rcv_saddr), ntop($common.skc_daddr),
      bswap($common.skc_dport), str($common.skc_prot->name), $common.skc_net.net->ns.inum, $common.skc_num == bswap($inet->inet_sport));
  }`;
  expect(printed(script, CLIENT, withServer)).toEqual(["client 2 127.0.0.1 > 127.0.0.1:8080 TCP 4026531840 1"]);
});

test("kretprobe:inet_csk_accept gives the new socket", () => {
  const script = `kretprobe:inet_csk_accept {
    $sk = (struct sock *)retval;
    printf("%s %s:%d state %d\\n", comm, ntop($sk->__sk_common.skc_daddr), $sk->__sk_common.skc_num, $sk->__sk_common.skc_state);
  }`;
  expect(printed(script, CLIENT, withServer)).toEqual(["server 127.0.0.1:8080 state 1"]);
});

test("the states of a connection, from both ends", () => {
  const script = `tracepoint:sock:inet_sock_set_state { printf("%s %d->%d %d:%d\\n", comm, args.oldstate, args.newstate, args.sport > 30000, args.dport > 30000); }`;
  const lines = printed(script, CLIENT, withServer);
  expect(lines).toEqual(
    [
      "client 7->2 0:0",
      "client 10->3 0:1",
      "client 2->1 1:0",
      "client 3->1 0:1",
      "client 1->4 1:0",
      "client 1->8 0:1",
      "client 4->5 1:0",
      "client 5->7 1:0",
      "server 8->9 0:1",
      "server 9->7 0:1",
    ].sort(byFirstSeen(lines)),
  );
});

/** The order of what happened on two CPUs is for the scheduler to choose. */
function byFirstSeen(lines: readonly string[]) {
  return (a: string, b: string) => lines.indexOf(a) - lines.indexOf(b);
}

test("kernel stacks are true chains of calls", () => {
  const script = `kprobe:tcp_v4_rcv / comm == "client" / { printf("%s\\n", kstack); exit(); }`;
  const [stack = ""] = printed(script, CLIENT, withServer);
  const frames = stack.split("\n").map((line) => line.trim().replace(/\+.*/, ""));
  expect(frames.filter((frame) => frame !== "")).toEqual([
    "tcp_v4_rcv", "ip_protocol_deliver_rcu", "ip_local_deliver_finish", "ip_local_deliver", "ip_rcv_finish", "ip_rcv",
    "__netif_receive_skb_one_core", "__netif_receive_skb", "process_backlog", "__napi_poll", "net_rx_action",
    "handle_softirqs", "do_softirq", "__local_bh_enable_ip", "__dev_queue_xmit", "ip_finish_output2", "ip_finish_output",
    "ip_output", "ip_local_out", "__ip_queue_xmit", "ip_queue_xmit", "__tcp_transmit_skb", "tcp_connect",
    "tcp_v4_connect", "__inet_stream_connect", "inet_stream_connect", "__sys_connect", "__x64_sys_connect", "do_syscall_64", "entry_SYSCALL_64_after_hwframe",
  ]); // biome-ignore format: one stack
});

test("packets have real bytes", () => {
  const script = `kprobe:ip_rcv {
    $skb = (struct sk_buff *)arg0;
    $ip = (struct iphdr *)($skb->head + $skb->network_header);
    $tcp = (struct tcphdr *)($skb->head + $skb->network_header + $ip->ihl * 4);
    printf("%d %s %s %d->%d syn %d ack %d len %d/%d\\n", $ip->version, ntop($ip->saddr), ntop($ip->daddr), bswap($tcp->source) > 30000,
      bswap($tcp->dest), $tcp->syn, $tcp->ack, bswap($ip->tot_len), $skb->len);
  }`;
  const lines = printed(script, CLIENT, withServer);
  expect(lines.slice(0, 2)).toEqual([
    "4 127.0.0.1 127.0.0.1 1->8080 syn 1 ack 0 len 60/60",
    expect.stringMatching(/^4 127.0.0.1 127.0.0.1 0->\d+ syn 1 ack 1 len 60\/60$/),
  ]);
});

test("tcp_sock and its counters", () => {
  const script = `tracepoint:sock:inet_sock_set_state / args.newstate == 7 && args.protocol == 6 / {
    $tp = (struct tcp_sock *)args.skaddr;
    printf("%s tx %d rx %d segs %d/%d srtt %d\\n", comm, $tp->bytes_acked, $tp->bytes_received, $tp->segs_out, $tp->segs_in, $tp->srtt_us > 0);
  }`;
  const lines = printed(script, CLIENT, withServer);
  expect(lines).toEqual([
    // SYN and FIN count where they were sent; the server's FIN came when only a time-wait socket was left.
    expect.stringMatching(/^client tx 6 rx 4 segs [4-7]\/[4-7] srtt 1$/),
    expect.stringMatching(/^server tx 5 rx 5 segs [4-7]\/[4-7] srtt 1$/),
  ]);
});

test("what is lost on the way is sent again, and why packets are dropped", () => {
  const script = `
    tracepoint:tcp:tcp_retransmit_skb { @retransmits = count(); printf("retransmit %s:%d state %d\\n", ntop(args.daddr), args.dport, args.state); }
    tracepoint:skb:kfree_skb { printf("drop %d %s\\n", args.reason, ksym(args.location)); }`;
  const lines = printed(
    script,
    function* (p) {
      yield* p.connect("127.0.0.1:9");
      yield* p.connect("198.51.100.7:80", { nonBlocking: true });
      yield* p.sleep("40 s");
    },
    (world) => world.get(NETWORK),
    "30 s",
  );
  expect(lines.filter((line) => line.startsWith("retransmit"))).toEqual(
    new Array(4).fill("retransmit 198.51.100.7:80 state 2"),
  );
  expect(lines.filter((line) => line.startsWith("drop"))).toEqual([
    "drop 3 tcp_v4_rcv",
    "drop 45 tcp_drop_reason",
  ]);
});

test("listening sockets show their queues, datagrams their peers, names their resolver", () => {
  const script = `
    kprobe:inet_listen { $sock = (struct socket *)arg0; printf("listen %d backlog %d\\n", $sock->sk->__sk_common.skc_num, arg1); }
    kprobe:tcp_v4_syn_recv_sock { $sk = (struct sock *)arg0; printf("synbl %d/%d\\n", $sk->sk_ack_backlog, $sk->sk_max_ack_backlog); }
    kprobe:udp_sendmsg { $sk = (struct sock *)arg0; printf("udp %s:%d %d bytes\\n", ntop($sk->__sk_common.skc_daddr), bswap($sk->__sk_common.skc_dport), arg2); }
    tracepoint:syscalls:sys_enter_connect { printf("connect fd %d family %d\\n", args.fd, args.uservaddr->sa_family); }`;
  const lines = printed(script, function* (p) {
    yield* p.listen("127.0.0.1:8080", { backlog: 7 });
    yield* p.connect("127.0.0.1:8080");
    yield* p.resolve("example.org");
  });
  expect(lines).toEqual([
    "listen 8080 backlog 7",
    "connect fd 4 family 2",
    "synbl 0/7",
    "connect fd 5 family 2",
    "udp 10.0.0.2:53 29 bytes",
    "udp 10.0.0.2:53 29 bytes",
  ]);
});
