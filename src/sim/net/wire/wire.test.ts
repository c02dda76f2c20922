import { expect, test } from "vitest";
import { createTestWorld, traced } from "../../test-world.ts";
import { NETWORK } from "../machine-net.ts";
import type { NetworkOptions } from "../network-options.ts";
import { ip } from "../packet/ip-address.ts";
import { connectFrom } from "../remote/connection.ts";

const MEGABIT = 1e6;

/** Seconds that a transfer takes, and what was seen meanwhile. */
function transfer(
  options: NetworkOptions,
  direction: "up" | "down",
  bytes: number,
  names: readonly string[] = [],
) {
  const world = createTestWorld();
  const net = world.get(NETWORK);
  net.configure({
    ...options,
    hosts: [
      {
        address: "203.0.113.1",
        tcp: { 80: direction === "up" ? { kind: "sink" } : { kind: "source", bytes } },
        latency: "10 ms",
      },
    ],
  });
  const seen = traced(world, names);
  let seconds = 0;
  world.processes.spawn(function* (p) {
    const start = world.nowNs;
    const fd = yield* p.connect("203.0.113.1:80");
    if (direction === "up") {
      yield* p.send(fd, bytes);
      yield* p.shutdown(fd);
    }
    while ((yield* p.recv(fd)) > 0);
    seconds = (world.nowNs - start) / 1e9;
    yield* p.close(fd);
  });
  world.play("300 s");
  expect(net.root.counters.liveSkbs).toBe(0);
  return { seconds, seen, net };
}

const eth0 = (more: object) => [{ name: "eth0", addresses: ["10.0.0.15/24"], gateway: "10.0.0.1", ...more }];

// biome-ignore format: one case per line
test.each<{ rule: string; direction: "up" | "down"; bandwidth: number; bytes: number; least: number; most: number }>([
  { rule: "down a slow line",  direction: "down", bandwidth: 2 * MEGABIT,    bytes: 500_000,   least: 2,    most: 3 },
  { rule: "up a slow line",    direction: "up",   bandwidth: 2 * MEGABIT,    bytes: 500_000,   least: 2,    most: 3 },
  { rule: "down a fast line",  direction: "down", bandwidth: 1000 * MEGABIT, bytes: 5_000_000, least: 0.04, most: 0.4 },
])("transfers take as long as the line is slow: $rule", ({ direction, bandwidth, bytes, least, most }) => {
  const { seconds } = transfer({ interfaces: eth0({ bandwidth }) }, direction, bytes);
  expect(seconds).toBeGreaterThan(least);
  expect(seconds).toBeLessThan(most);
});

test("packets wait in the queue before a slow line", () => {
  const names = ["qdisc:qdisc_enqueue", "qdisc:qdisc_dequeue", "net:net_dev_xmit"];
  const { seen, net } = transfer({ interfaces: eth0({ bandwidth: 2 * MEGABIT }) }, "up", 1_000_000, names);
  const count = (name: string) => seen.filter((other) => other === name).length;
  expect(count("qdisc_enqueue")).toBeGreaterThan(5);
  expect(count("qdisc_dequeue")).toBe(count("qdisc_enqueue"));
  expect(count("net_dev_xmit")).toBe(net.root.counters.sent);
});

test("lost packets are sent again, the transfer takes longer", () => {
  const names = ["tcp:tcp_retransmit_skb", "tcp:tcp_cong_state_set"];
  const clean = transfer({ interfaces: eth0({}) }, "up", 600_000, names);
  const lossy = transfer({ interfaces: eth0({ loss: 0.03 }) }, "up", 600_000, names);
  expect(clean.seen).toEqual([]);
  expect(lossy.seen.length).toBeGreaterThan(5);
  expect(lossy.seconds).toBeGreaterThan(1.5 * clean.seconds);
});

test("a window that is closed is asked about until it opens", () => {
  const world = createTestWorld();
  const net = world.get(NETWORK);
  let total = 0;
  world.processes.spawn(function* (p) {
    const peer = yield* p.accept(yield* p.listen(80));
    yield* p.sleep("20 s");
    for (;;) {
      const got = yield* p.recv(peer);
      if (got <= 0) return;
      total += got;
    }
  });
  world.play("1 ms");
  const host = net.remote("203.0.113.1").host;
  const connection = connectFrom(
    host.stack,
    { address: ip("10.0.0.15"), port: 80 },
    {
      open(c) {
        c.write(new Uint8Array(400_000));
        c.end();
      },
    },
  );
  world.play("15 s");
  expect(connection.tcp.sndWnd).toBe(0);
  expect(connection.tcp.backoff).toBeGreaterThan(3);
  world.play("60 s");
  expect(total).toBe(400_000);
  expect(connection.isOver).toBe(true);
});
