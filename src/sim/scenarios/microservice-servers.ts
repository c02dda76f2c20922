import { DISPATCH_COMMAND } from "../programs/services.ts";
import { through } from "../programs/through.ts";
import type { Thread } from "../thread.ts";
import type { Code } from "../world/wait.ts";

const GO_HANDLER = ["net/http.(*conn).serve", "net/http.serverHandler.ServeHTTP", "main.(*Gateway).ServeHTTP"] as const; // biome-ignore format: one list
const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 12\r\nConnection: close\r\n\r\n{"id": 1234}';

/** One thread, by what epoll says: GETs mostly, now and then a SET. */
export function* redisServer(p: Thread): Code {
  const listener = yield* p.listen(6_379);
  const epoll = yield* p.epollCreate();
  yield* p.epollWatch(epoll, listener);
  yield* p.enter("aeMain", [], function* (): Code<number> {
    for (;;)
      yield* p.enter("aeProcessEvents", [0, 3], function* () {
        const ready = yield* p.enter("aeApiPoll", [], () => waitFor(p, epoll));
        for (const fd of ready.fds)
          if (fd === listener) {
            const peer = yield* p.enter("acceptTcpHandler", [], () => p.accept(listener));
            if (peer >= 0) yield* p.epollWatch(epoll, peer);
          } else if ((yield* p.enter("readQueryFromClient", [fd], () => answerRedis(p, fd))) <= 0)
            yield* p.close(fd);
        return 0;
      });
  });
}

type Ready = Readonly<{ fds: readonly number[]; address: bigint }>;

function* waitFor(p: Thread, epoll: number): Code<Ready> {
  const ready = yield* p.epollWait(epoll, "100 ms");
  return { fds: typeof ready === "number" ? [] : ready.map(({ fd }) => fd), address: 0n };
}

function* answerRedis(p: Thread, fd: number): Code<number> {
  const got = yield* p.recv(fd, 16_384);
  if (got <= 0) return got;
  const command = p.random().chance(0.15) ? "setCommand" : "getCommand";
  yield* through(p, ["processInputBuffer", "processCommand", "call", command, "lookupKey", "dictFind"], () =>
    work(p, 9_000),
  );
  return yield* p.enter("writeToClient", [fd], () => p.send(fd, 40));
}

/** A thread for each connection. */
export function* mysqlServer(p: Thread): Code {
  const listener = yield* p.listen(3_306);
  for (;;) {
    const fd = yield* p.accept(listener);
    if (fd < 0) return;
    yield* p.spawnThread((thread) => mysqlConnection(thread, fd));
  }
}

function* mysqlConnection(p: Thread, fd: number): Code {
  yield* p.setName("connection");
  yield* p.enter("handle_connection", [], function* (): Code<number> {
    for (;;) {
      const done = yield* p.enter("_Z10do_commandP3THD", [], function* (): Code<number> {
        const received = yield* p.enter("_ZN3NET4readEv", [], () => p.recv(fd));
        if (received <= 0) return received;
        yield* p.enter(DISPATCH_COMMAND, [0, 0, 3], () =>
          through(p, ["_Z20dispatch_sql_commandP3THDP12Parser_state", "_Z21mysql_execute_commandP3THDb", "row_search_mvcc"], () => work(p, 350_000)),
        ); // biome-ignore format: long names
        return yield* p.send(fd, 220);
      });
      if (done <= 0) break;
    }
    return yield* p.close(fd);
  });
}

/** Goroutines on a few threads: each answers from Redis, or asks MySQL. No C library is between it and the kernel. */
export function* goGateway(p: Thread): Code {
  const listener = yield* p.listen(7_000);
  yield* p.spawnThread(sysmon);
  for (let i = 0; i < 3; i++) yield* p.spawnThread((thread) => goWorker(thread, listener));
  yield* p.enter("net/http.(*Server).Serve", [], () => goServe(p, listener));
}

function* sysmon(p: Thread): Code {
  for (;;) yield* through(p, ["runtime.sysmon", "runtime.usleep"], () => p.sleep("10 ms"));
}

function* goWorker(p: Thread, listener: number): Code {
  yield* goServe(p, listener);
}

function* goServe(p: Thread, listener: number): Code<number> {
  const redis = yield* p.connect("127.0.0.1:6379");
  const mysql = yield* p.connect("127.0.0.1:3306");
  for (let served = 1; ; served++) {
    const fd = yield* p.accept(listener);
    if (fd < 0) return fd;
    yield* through(p, GO_HANDLER, function* () {
      yield* through(p, ["net.(*netFD).Read", "internal/poll.(*FD).Read", "syscall.Read"], () => p.recv(fd));
      yield* through(p, ["main.(*Gateway).lookup", "main.(*Cache).Get"], () => ask(p, redis));
      if (p.random().chance(0.3)) yield* through(p, ["main.(*Gateway).lookup"], () => ask(p, mysql));
      yield* through(p, ["encoding/json.Marshal", "runtime.mallocgc"], () => work(p, 60_000));
      return yield* through(p, ["net.(*netFD).Write", "internal/poll.(*FD).Write"], () => p.send(fd, ANSWER));
    });
    yield* p.close(fd);
    if (served % 20 === 0)
      yield* through(p, ["runtime.gcBgMarkWorker", "runtime.gcDrain"], () => work(p, 900_000));
  }
}

function* ask(p: Thread, fd: number): Code<number> {
  yield* p.send(fd, "GET item:1234\r\n");
  return yield* p.recv(fd);
}

function* work(p: Thread, ns: number): Code<number> {
  yield* p.compute(Math.round(p.random().latency(ns, 0.35)));
  return 0;
}
