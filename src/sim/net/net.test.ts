import { expect, test } from "vitest";
import { createTestWorld, traced } from "../test-world.ts";
import { NETWORK } from "./machine-net.ts";

test("two processes talk over the loopback", () => {
  const world = createTestWorld();
  const log: string[] = [];
  const states = traced(world, ["sock:inet_sock_set_state"]);
  world.processes.spawn(
    function* (p) {
      const fd = yield* p.listen(8080);
      const peer = yield* p.accept(fd);
      const got = yield* p.recvFrom(peer);
      log.push(`server ${typeof got === "number" ? got : new TextDecoder().decode(got.bytes)}`);
      yield* p.send(peer, "pong");
      yield* p.close(peer);
      yield* p.close(fd);
    },
    { comm: "server" },
  );
  world.processes.spawn(
    function* (p) {
      yield* p.sleep("1 ms");
      const fd = yield* p.connect("127.0.0.1:8080");
      log.push(`connected ${fd}`);
      yield* p.send(fd, "ping");
      const got = yield* p.recvFrom(fd);
      log.push(`client ${typeof got === "number" ? got : new TextDecoder().decode(got.bytes)}`);
      log.push(`end ${yield* p.recv(fd)}`);
      yield* p.close(fd);
    },
    { comm: "client" },
  );
  world.play("2 min");
  expect(log).toEqual(["connected 3", "server ping", "client pong", "end 0"]);
  const { counters } = world.get(NETWORK).root;
  expect(counters).toMatchObject({ liveSkbs: 0, liveSocks: 0 });
  expect(states.length).toBeGreaterThan(5);
});

test("a name is looked up, a page fetched, a host pinged", () => {
  const world = createTestWorld();
  const net = world.get(NETWORK);
  net.hosts.configure({
    hosts: [
      { names: ["example.org"], address: "93.184.216.34", tcp: { 80: { kind: "http", bytes: 100_000 } } },
    ],
  });
  const log: unknown[] = [];
  world.processes.spawn(
    function* (p) {
      log.push(yield* p.httpRequest("http://example.org/"));
      log.push(yield* p.httpRequest("http://nowhere.example/"));
      const ns = yield* p.ping("example.org");
      log.push(ns > 11e6 && ns < 20e6);
      log.push(yield* p.connect("93.184.216.34:81"));
    },
    { comm: "curl" },
  );
  world.play("2 min");
  expect(log).toEqual([{ status: 200, bytes: 100_075 }, -2, true, -111]);
  expect(net.root.counters).toMatchObject({ liveSkbs: 0, liveSocks: 0 });
});
