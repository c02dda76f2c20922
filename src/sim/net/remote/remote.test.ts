import { expect, test } from "vitest";
import { createTestWorld, traced } from "../../test-world.ts";
import { NETWORK } from "../machine-net.ts";

test("remote clients are served", () => {
  const world = createTestWorld();
  const net = world.get(NETWORK);
  let served = 0;
  world.processes.spawn(
    function* (p) {
      const fd = yield* p.listen(80);
      for (;;) {
        const peer = yield* p.accept(fd);
        while ((yield* p.recv(peer)) > 0) yield* p.send(peer, 5000);
        yield* p.close(peer);
        served++;
      }
    },
    { comm: "nginx" },
  );
  net.remote("203.0.113.9").connectTo(80, { perSecond: 20, count: 30, requests: 3 });
  net.remote("2001:db8::9");
  world.play("90 s");
  expect(served).toBe(30);
  expect(net.root.counters.liveSkbs).toBe(0);
  const { liveSkbs, liveSocks } = net.remote("203.0.113.9").host.stack.counters;
  expect({ liveSkbs, liveSocks }).toEqual({ liveSkbs: 0, liveSocks: 0 });
});

test("a scan gets resets from closed ports and answers from open ones", () => {
  const world = createTestWorld();
  const net = world.get(NETWORK);
  const resets = traced(world, ["tcp:tcp_send_reset"]);
  world.processes.spawn(function* (p) {
    yield* p.listen(22);
    yield* p.sleep("1 h");
  });
  world.play("1 ms");
  net.remote("203.0.113.66").scan("20-39");
  world.play("2 s");
  expect(resets).toHaveLength(19);
  expect(net.root.counters.resetsSent).toBe(19);
});

test("a flood from addresses that do not exist fills the queue of requests, cookies keep the port open", () => {
  const world = createTestWorld();
  const net = world.get(NETWORK);
  let served = 0;
  world.processes.spawn(function* (p) {
    const fd = yield* p.listen(80, { backlog: 64 });
    for (;;) {
      const peer = yield* p.accept(fd);
      yield* p.close(peer);
      served++;
    }
  });
  world.play("1 ms");
  net.remote("203.0.113.66").flood(80, { perSecond: 5000, duration: "1 s", spoofed: true });
  net.remote("203.0.113.7").connectTo(80, { count: 5, perSecond: 10, requests: 0, after: "500 ms" });
  const synacks = traced(world, ["tcp:tcp_retransmit_synack"]);
  world.play("3 s");
  expect(served).toBe(5);
  expect(net.root.counters.synCookies).toBeGreaterThan(3000);
  expect(synacks.length).toBeGreaterThan(60);
  world.play("120 s");
  expect(net.root.counters.liveSkbs).toBe(0);
});

test("equal seeds give equal runs", () => {
  const play = (seed: number) => {
    const world = createTestWorld({ seed });
    const net = world.get(NETWORK);
    const events = traced(world, ["net:net_dev_queue", "sock:inet_sock_set_state", "tcp:tcp_retransmit_skb"]);
    net.configure({
      hosts: [
        {
          names: ["a.example"],
          address: "203.0.113.5",
          tcp: { 80: { kind: "http", bytes: 200_000 } },
          loss: 0.05,
        },
      ],
    });
    world.processes.spawn(function* (p) {
      for (let i = 0; i < 3; i++) yield* p.httpRequest("http://a.example/");
    });
    world.play("30 s");
    return [events.join(), world.nowNs, net.internet.counters.carried].join("|");
  };
  expect(play(5)).toBe(play(5));
  expect(play(5)).not.toBe(play(6));
});
