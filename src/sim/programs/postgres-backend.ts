import type { Thread } from "../thread.ts";
import type { Code } from "../world/wait.ts";
import type { PostgresDatabase } from "./postgres-database.ts";
import { execSimpleQuery, type Query } from "./postgres-query.ts";
import { through } from "./through.ts";

const STARTUP_NS = 1_800_000;

/** The postmaster's loop: a process for each connection. `planOf` says what a statement costs. */
export function* servePostgres(
  p: Thread,
  db: PostgresDatabase,
  planOf: (sql: string) => Query,
  port = 5_432,
): Code {
  const listener = yield* p.listen(port);
  p.onSignal("SIGCHLD", function* () {
    while ((yield* p.wait(-1, { noHang: true })).pid > 0);
  });
  for (;;) {
    const fd = yield* p.accept(listener);
    if (fd < 0) {
      yield* p.sleep("10 ms");
      continue;
    }
    yield* p.enter("BackendStartup", [], () =>
      p.fork(function* (child) {
        yield* child.close(listener);
        yield* through(child, ["BackendRun", "PostgresMain"], () => backend(child, db, planOf, fd));
      }),
    );
    yield* p.close(fd);
  }
}

/** Reads statements from a connection and answers them, until it ends. */
function* backend(p: Thread, db: PostgresDatabase, planOf: (sql: string) => Query, fd: number): Code<number> {
  yield* p.recv(fd);
  yield* p.compute(STARTUP_NS);
  yield* p.send(fd, 330);
  for (;;) {
    let sql = "";
    const got = yield* through(p, ["ReadCommand", "SocketBackend", "secure_read"], function* (): Code<number> {
      const received = yield* p.recvFrom(fd, 8_192);
      if (typeof received === "number") return received;
      sql = new TextDecoder().decode(received.bytes).replace(/^Q|\0$/g, "");
      return received.bytes.length;
    });
    if (got <= 0) return 0;
    const bytes = yield* execSimpleQuery(p, db, { ...planOf(sql), sql });
    yield* through(p, ["internal_flush", "secure_write"], () => p.send(fd, bytes));
  }
}
