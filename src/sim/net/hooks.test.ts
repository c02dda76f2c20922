import { expect, test } from "vitest";
import type { HookProgram } from "../hooks/hook-program.ts";
import { createTestWorld } from "../test-world.ts";
import type { World } from "../world/world.ts";
import { NETWORK } from "./machine-net.ts";

const CATEGORIES = new Set([
  "net",
  "napi",
  "sock",
  "skb",
  "tcp",
  "udp",
  "icmp",
  "fib",
  "fib6",
  "neigh",
  "qdisc",
  "xdp",
  "irq",
]);

const FIRED = [
  "fib6:fib6_table_lookup",
  "fib:fib_table_lookup",
  "icmp:icmp_send",
  "irq:irq_handler_entry",
  "irq:irq_handler_exit",
  "irq:softirq_entry",
  "irq:softirq_exit",
  "irq:softirq_raise",
  "napi:napi_poll",
  "neigh:neigh_create",
  "net:napi_gro_receive_entry",
  "net:napi_gro_receive_exit",
  "net:net_dev_queue",
  "net:net_dev_start_xmit",
  "net:net_dev_xmit",
  "net:netif_receive_skb",
  "net:netif_receive_skb_entry",
  "net:netif_receive_skb_exit",
  "net:netif_rx",
  "net:netif_rx_entry",
  "net:netif_rx_exit",
  "skb:consume_skb",
  "skb:kfree_skb",
  "skb:skb_copy_datagram_iovec",
  "sock:inet_sk_error_report",
  "sock:inet_sock_set_state",
  "sock:sk_data_ready",
  "sock:sock_recv_length",
  "sock:sock_send_length",
  "tcp:tcp_destroy_sock",
  "tcp:tcp_probe",
  "tcp:tcp_rcv_space_adjust",
  "tcp:tcp_receive_reset",
  "tcp:tcp_retransmit_skb",
  "tcp:tcp_send_reset",
  "udp:udp_fail_queue_rcv_skb",
]; // biome-ignore format: one list

/** Some of everything that the network does. */
function playTraffic(world: World): void {
  const net = world.get(NETWORK);
  net.hosts.configure({
    hosts: [
      {
        names: ["example.org"],
        address: ["93.184.216.34", "2606:2800:220:1::1"],
        tcp: { 80: { kind: "http", bytes: 300_000 } },
        udp: { 7: "echo" },
        loss: 0.02,
      },
      { address: "198.51.100.9", tcp: { 9: { kind: "reset" } } },
    ],
  });
  world.processes.spawn(
    function* (p) {
      const fd = yield* p.listen("[::]:8080");
      const unix = yield* p.listen("/run/app.sock");
      yield* p.spawnThread(function* (q) {
        const peer = yield* q.accept(unix);
        yield* q.recv(peer);
        yield* q.send(peer, "pong");
        yield* q.close(peer);
      });
      for (let i = 0; i < 3; i++) {
        const peer = yield* p.accept(fd);
        yield* p.recv(peer);
        yield* p.send(peer, 200_000);
        yield* p.close(peer);
      }
      yield* p.close(fd);
    },
    { comm: "server" },
  );
  world.processes.spawn(
    function* (p) {
      yield* p.sleep("1 ms");
      for (const to of ["127.0.0.1:8080", "[::1]:8080", "127.0.0.1:8080"]) {
        const fd = yield* p.connect(to);
        yield* p.setsockopt(fd, 6, 1, 1);
        yield* p.send(fd, "ping");
        while ((yield* p.recv(fd)) > 0);
        yield* p.shutdown(fd);
        yield* p.close(fd);
      }
      yield* p.connect("127.0.0.1:9");
      const local = yield* p.connect("/run/app.sock");
      yield* p.write(local, "ping");
      yield* p.read(local, 10);
      yield* p.close(local);
      yield* p.httpRequest("http://example.org/");
      yield* p.httpRequest("http://[2606:2800:220:1::1]/");
      yield* p.ping("example.org");
      yield* p.ping("::1");
      const reset = yield* p.connect("198.51.100.9:9");
      yield* p.send(reset, "x");
      yield* p.recv(reset);
      yield* p.close(reset);
      const udp = yield* p.connect("example.org:7", { protocol: "udp" });
      yield* p.send(udp, 4000);
      yield* p.poll([{ fd: udp, events: 1 }], "1 s");
      yield* p.sendMessage(udp, "more");
      yield* p.close(udp);
      const closed = yield* p.connect("127.0.0.1:77", { protocol: "udp" });
      yield* p.send(closed, "x");
      yield* p.recv(closed);
      const full = yield* p.bindUdp("127.0.0.1:99");
      for (let i = 0; i < 300; i++) yield* p.sendTo(full, 1000, "127.0.0.1:99");
      yield* p.connect("10.0.0.77:80", { nonBlocking: true });
      yield* p.sleep("10 s");
    },
    { comm: "client" },
  );
  world.play("200 s");
}

test("functions get as many arguments as they have parameters, records the fields that their formats have", () => {
  const first = createTestWorld();
  const called = new Set<string>();
  const { trace } = first.get(NETWORK);
  const original = trace.function.bind(trace);
  trace.function = (name) => {
    called.add(name);
    return original(name);
  };
  playTraffic(first);
  const world = createTestWorld();
  const ran = new Set<string>();
  const program = (name: string): HookProgram => {
    const run = () => {
      ran.add(name);
      return 0;
    };
    return {
      pid: 0,
      run,
      runPacket: () => ({ verdict: run(), packet: new Uint8Array(0), ctx: new Uint8Array(0) }),
    };
  };
  const unknown: string[] = [];
  for (const name of called) {
    const fn = world.hooks.function(name);
    if (fn.params === undefined) unknown.push(name);
    fn.kprobe.add(program(name));
    fn.kretprobe.add(program(name));
  }
  for (const full of world.tables.tracepoints.keys()) {
    if (!CATEGORIES.has(full.split(":")[0] ?? "")) continue;
    world.hooks.tracepoint(full).records.add(program(full));
    world.hooks.tracepoint(full).raw.add(program(full));
  }
  playTraffic(world);
  expect(unknown).toEqual(["common_interrupt"]); // its like have no types in the kernel's BTF either
  expect([...ran].filter((name) => name.includes(":")).sort()).toEqual(FIRED);
  expect([...called].filter((name) => !ran.has(name))).toEqual([]);
  expect(world.get(NETWORK).root.counters).toMatchObject({ liveSkbs: 0 });
}, 120_000);
