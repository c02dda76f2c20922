import { expect, test } from "vitest";
import { POLL } from "../sync/poll.ts";
import { createTestWorld } from "../test-world.ts";
import type { Behaviour, Thread } from "../thread.ts";
import type { Code } from "../world/wait.ts";
import { NETNS, NETWORK } from "./machine-net.ts";

/** What a process finds out, in order; nothing of the network is left behind. */
function found(
  body: (p: Thread, log: unknown[]) => Code,
  others: readonly Behaviour[] = [],
  uid = 0,
): unknown[] {
  const world = createTestWorld();
  const log: unknown[] = [];
  const net = world.get(NETWORK);
  net.configure({
    hosts: [
      {
        names: ["a.example"],
        address: "203.0.113.1",
        tcp: { 80: { kind: "http", bytes: 10 }, 9: { kind: "silent" } },
        udp: { 7: "echo" },
      },
    ],
  });
  for (const other of others) world.processes.spawn(other);
  const first = others.length > 0 ? "1 ms" : 0; // the others listen by then
  world.processes.spawn(
    function* (p) {
      yield* p.sleep(first);
      yield* body(p, log);
    },
    { uid },
  );
  world.play("10 min");
  expect(net.root.counters).toMatchObject({ liveSkbs: 0, liveSocks: 0 });
  return log;
}

const text = (got: { bytes: Uint8Array } | number) =>
  typeof got === "number" ? got : new TextDecoder().decode(got.bytes);

test("addresses in use, not there, and forbidden", () => {
  const log = found(
    function* (p, log) {
      const fd = yield* p.listen("127.0.0.1:8080");
      log.push(yield* p.listen("127.0.0.1:8080"));
      log.push((yield* p.listen("127.0.0.2:8080")) > 0);
      log.push(yield* p.listen("192.0.2.99:80"));
      log.push(yield* p.listen(443));
      log.push(yield* p.socketName(fd));
      log.push(yield* p.accept(0));
      log.push(yield* p.socket(99, 1), yield* p.socket(2, 3, 1));
    },
    [],
    1000,
  );
  expect(log).toEqual([-98, true, -99, -13, "127.0.0.1:8080", -88, -97, -1]);
});

test("two listeners share a port when both say so, and its connections", () => {
  const log = found(function* (p, log) {
    const one = yield* p.listen("127.0.0.1:8080", { reusePort: true, nonBlocking: true });
    const two = yield* p.listen("127.0.0.1:8080", { reusePort: true, nonBlocking: true });
    const counts = [0, 0];
    for (let i = 0; i < 40; i++) yield* p.connect("127.0.0.1:8080");
    for (const [i, fd] of [one, two].entries())
      while ((yield* p.accept(fd)) > 0) counts[i] = (counts[i] ?? 0) + 1;
    log.push(
      counts.reduce((sum, count) => sum + count),
      counts.every((count) => count > 5),
    );
  });
  expect(log).toEqual([40, true]);
});

test("non-blocking sockets say again, in progress, connected", () => {
  const log = found(function* (p, log) {
    const fd = yield* p.connect("203.0.113.1:80", { nonBlocking: true });
    log.push(yield* p.recv(fd));
    log.push(yield* p.poll([{ fd, events: POLL.out }], "1 s"));
    const error = yield* p.getsockopt(fd, 1, 4);
    log.push(typeof error === "number" ? error : error[0]);
    log.push(yield* p.send(fd, "GET / HTTP/1.0\r\n\r\n"));
    log.push(yield* p.poll([{ fd, events: POLL.in }], "1 s"));
    log.push((yield* p.recv(fd)) > 50);
    const listener = yield* p.listen(0, { nonBlocking: true });
    log.push(yield* p.accept(listener));
  });
  expect(log).toEqual([-11, [{ fd: 3, events: POLL.out }], 0, 18, [{ fd: 3, events: POLL.in }], true, -11]);
});

test("timeouts of sockets", () => {
  const log = found(function* (p, log) {
    const fd = yield* p.connect("203.0.113.1:9");
    yield* p.setsockopt(fd, 1, 20, new Uint8Array(BigInt64Array.of(0n, 250_000n).buffer));
    const start = p.task.world.nowNs;
    log.push(yield* p.recv(fd));
    log.push(Math.round((p.task.world.nowNs - start) / 1e6));
  });
  expect(log).toEqual([-11, 250]);
});

test("a connection is closed in one direction, then in both", () => {
  const log = found(
    function* (p, log) {
      const fd = yield* p.connect("127.0.0.1:8080");
      yield* p.send(fd, "question");
      yield* p.shutdown(fd);
      log.push(text(yield* p.recvFrom(fd)), yield* p.recv(fd));
      log.push(yield* p.send(fd, "more", 0x4000));
      yield* p.close(fd);
    },
    [
      function* (p) {
        const fd = yield* p.listen("127.0.0.1:8080");
        const peer = yield* p.accept(fd);
        while ((yield* p.recv(peer)) > 0);
        yield* p.send(peer, "answer");
      },
    ],
  );
  expect(log).toEqual(["answer", 0, -32]);
});

test("whoever writes to a closed connection is killed by SIGPIPE", () => {
  const world = createTestWorld();
  let reached = false;
  const process = world.processes.spawn(function* (p) {
    const fd = yield* p.listen("127.0.0.1:8080");
    const client = yield* p.connect("127.0.0.1:8080");
    yield* p.close(yield* p.accept(fd));
    yield* p.send(client, "x");
    yield* p.send(client, "y");
    reached = true;
  });
  world.play("1 s");
  expect(reached).toBe(false);
  expect(process.exitStatus).toEqual({ signal: 13 });
});

test("a slow reader slows the writer down, nothing is lost", () => {
  const log = found(
    function* (p, log) {
      const fd = yield* p.connect("127.0.0.1:8080");
      log.push(yield* p.send(fd, 9_000_000));
      yield* p.close(fd);
    },
    [
      function* (p) {
        const fd = yield* p.listen("127.0.0.1:8080");
        const peer = yield* p.accept(fd);
        let total = 0;
        for (;;) {
          const got = yield* p.recv(peer, 100_000);
          if (got <= 0) break;
          total += got;
          yield* p.sleep("1 ms");
        }
        yield* p.writeFile("/tmp/total", String(total));
        if (total !== 9_000_000) throw new Error(`got ${total}`);
      },
    ],
  );
  expect(log).toEqual([9_000_000]);
});

test("datagrams: peers, errors, sizes", () => {
  const log = found(function* (p, log) {
    const server = yield* p.bindUdp("127.0.0.1:5000");
    const client = yield* p.connect("127.0.0.1:5000", { protocol: "udp" });
    yield* p.send(client, "hello");
    const got = yield* p.recvFrom(server, 3);
    log.push(text(got), typeof got === "number" ? got : got.from === (yield* p.socketName(client)));
    const refused = yield* p.connect("127.0.0.1:5001", { protocol: "udp" });
    log.push(yield* p.send(refused, "x"), yield* p.recv(refused));
    log.push(yield* p.send(refused, 70_000));
    const far = yield* p.connect("a.example:7", { protocol: "udp" });
    yield* p.send(far, 3000); // two fragments, there and back
    log.push(yield* p.recv(far));
  });
  expect(log).toEqual(["hel", true, 1, -111, -90, 3000]);
});

test("UNIX sockets: streams, datagrams, pairs, names", () => {
  const log = found(
    function* (p, log) {
      log.push(yield* p.connect("/run/missing.sock"));
      const fd = yield* p.connect("/run/app.sock");
      log.push(yield* p.write(fd, "hello"), text(yield* p.recvFrom(fd)), yield* p.recv(fd));
      const pair = yield* p.socketpair();
      if (typeof pair === "number") return;
      yield* p.send(pair[0], "to the other end");
      log.push(text(yield* p.recvFrom(pair[1])));
      yield* p.close(pair[0]);
      log.push(yield* p.recv(pair[1]), yield* p.send(pair[1], "x", 0x4000));
      const box = yield* p.socket(1, 2);
      const sender = yield* p.socket(1, 2);
      log.push(yield* p.send(sender, "x"), box);
    },
    [
      function* (p) {
        const fd = yield* p.listen("/run/app.sock");
        const peer = yield* p.accept(fd);
        const got = yield* p.recvFrom(peer);
        yield* p.send(peer, text(got) === "hello" ? "welcome" : "?");
        yield* p.close(peer);
      },
    ],
  );
  expect(log).toEqual([-2, 5, "welcome", 0, "to the other end", 0, -32, -107, expect.any(Number)]);
});

test("one thread serves many connections by epoll", () => {
  const log = found(
    function* (p, log) {
      const answers: unknown[] = [];
      for (let i = 0; i < 5; i++) {
        const fd = yield* p.connect("127.0.0.1:8080");
        yield* p.send(fd, `number ${i}`);
        answers.push(text(yield* p.recvFrom(fd)));
        yield* p.close(fd);
      }
      log.push(answers.join());
    },
    [
      function* (p) {
        const listener = yield* p.listen("127.0.0.1:8080", { nonBlocking: true });
        const ep = yield* p.epollCreate();
        yield* p.epollWatch(ep, listener);
        for (let served = 0; served < 5; ) {
          const ready = yield* p.epollWait(ep, "5 s");
          if (typeof ready === "number" || ready.length === 0) return;
          for (const { fd } of ready) {
            if (fd === listener) {
              yield* p.epollWatch(ep, yield* p.accept(listener, { nonBlocking: true }));
              continue;
            }
            const got = yield* p.recvFrom(fd);
            if (typeof got === "number" || got.bytes.length === 0) {
              yield* p.close(fd);
              served++;
            } else yield* p.send(fd, `${text(got)}!`);
          }
        }
      },
    ],
  );
  expect(log).toEqual(["number 0!,number 1!,number 2!,number 3!,number 4!"]);
});

test("names: of /etc/hosts, of the server, unknown, and when nobody answers", () => {
  const log = found(function* (p, log) {
    for (const name of ["localhost", "a.example", "missing.example"]) {
      const answer = yield* p.resolve(name);
      log.push(typeof answer === "number" ? answer : answer.map((address) => address.text).join());
    }
    yield* p.writeFile("/etc/resolv.conf", "nameserver 192.0.2.53\n");
    const start = p.task.world.nowNs;
    log.push(yield* p.resolve("a.example"), Math.round((p.task.world.nowNs - start) / 1e9));
  });
  expect(log).toEqual(["127.0.0.1,::1", "203.0.113.1", -2, -110, 10]);
});

test("a container has a network of its own, routed through the machine", () => {
  const world = createTestWorld();
  const net = world.get(NETWORK);
  net.configure({
    hosts: [{ names: ["a.example"], address: "203.0.113.1", tcp: { 80: { kind: "http", bytes: 10 } } }],
  });
  const namespaces = world.processes.namespaces.container("web");
  const log: unknown[] = [];
  world.processes.spawn(
    function* (p) {
      log.push(yield* p.httpRequest("http://a.example/"));
      log.push((yield* p.ping("10.0.0.15")) > 0);
      log.push(yield* p.connect("127.0.0.1:22"));
    },
    { namespaces },
  );
  world.play("20 s");
  const { stack } = namespaces.get(NETNS);
  expect(log).toEqual([{ status: 200, bytes: expect.any(Number) }, true, -111]);
  expect(namespaces.struct.object("net_ns")).toBe(stack.kernel?.net);
  expect(stack.kernel?.inum).not.toBe(net.root.kernel?.inum);
  expect(net.root.counters.forwarded).toBeGreaterThan(10);
  for (const { counters } of [stack, net.root]) expect(counters.liveSkbs).toBe(0);
});

test("open files go to another process through a UNIX socket", () => {
  const log = found(
    function* (p, log) {
      yield* p.writeFile("/tmp/secret", "content");
      const file = yield* p.open("/tmp/secret");
      const fd = yield* p.connect("/run/app.sock");
      log.push(yield* p.sendFiles(fd, [file, 77]));
      log.push(yield* p.sendFiles(fd, [file]));
      yield* p.close(file);
      log.push(text(yield* p.recvFrom(fd)));
    },
    [
      function* (p) {
        const peer = yield* p.accept(yield* p.listen("/run/app.sock"));
        const files = yield* p.recvFiles(peer);
        const bytes = typeof files === "number" ? undefined : yield* p.readBytes(files[0] ?? -1, 100);
        yield* p.send(peer, new TextDecoder().decode(bytes));
      },
    ],
  );
  expect(log).toEqual([-9, 1, "content"]);
});
