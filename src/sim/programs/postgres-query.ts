import type { Thread } from "../thread.ts";
import type { Code } from "../world/wait.ts";
import { POSTGRES_DATA } from "./postgres.ts";
import { DATABASE_OID, PAGE, type PostgresDatabase, TABLESPACE, type TableSpec } from "./postgres-database.ts";
import { through } from "./through.ts";

/** A statement and what it costs. */
export type Query = Readonly<{
  sql: string;
  table?: string;
  /** Pages that it looks at: those of an index and what they lead to, or all in order. Default 3. */
  pages?: number;
  scan?: "index" | "sequential";
  /** Changes the row of that name, which is locked until the transaction ends. */
  updates?: string;
  /** Time that a change keeps its lock after it was made: the client thinks. */
  holdNs?: number;
  /** Ends in an error. */
  fails?: boolean;
  /** Bytes of the answer; default 200. */
  bytes?: number;
}>;

const PARSE_NS = 22_000;
const ANALYZE_NS = 35_000;
const PLAN_NS = 90_000;
const ROW_NS = 1_800;
const PAGE_NS = 14_000;
const COMMIT_NS = 9_000;
const WAL_BYTES = 8_192;

/** exec_simple_query(): one statement from its text to its commit. How many bytes the answer has. */
export function* execSimpleQuery(p: Thread, db: PostgresDatabase, query: Query): Code<number> {
  const { task } = p;
  const sql = task.userText(query.sql);
  const fire = (name: string, ...args: number[]) => p.usdt("postgresql", name, () => args);
  const transaction = db.takeTransaction();
  return yield* p.enter("exec_simple_query", [sql], function* () {
    fire("query__start", sql);
    const work = yield* p.malloc(8_192);
    fire("transaction__start", transaction);
    yield* parseAndPlan(p, sql, fire);
    fire("query__execute__start");
    yield* through(p, ["PortalRun", "ExecutorRun", "standard_ExecutorRun"], () => runPlan(p, db, query, fire));
    fire("query__execute__done");
    yield* p.free(work);
    if (query.fails) {
      yield* through(p, ["errfinish"], () => busy(p, COMMIT_NS));
      yield* through(p, ["AbortTransaction"], () => busy(p, COMMIT_NS));
      fire("transaction__abort", transaction);
    } else {
      yield* p.enter("CommitTransaction", [], () => commit(p, query));
      fire("transaction__commit", transaction);
    }
    if (query.updates !== undefined) yield* db.unlock(p, query.updates);
    fire("query__done", sql);
    return query.bytes ?? 200;
  });
}

type Fire = (name: string, ...args: number[]) => void;

function* parseAndPlan(p: Thread, sql: number, fire: Fire): Code {
  fire("query__parse__start", sql);
  yield* through(p, ["pg_parse_query", "raw_parser"], () => busy(p, PARSE_NS));
  fire("query__parse__done", sql);
  yield* through(p, ["pg_analyze_and_rewrite_fixedparams"], function* () {
    yield* busy(p, ANALYZE_NS);
    fire("query__rewrite__start", sql);
    yield* through(p, ["pg_rewrite_query"], () => busy(p, ANALYZE_NS / 8));
    fire("query__rewrite__done", sql);
    return 0;
  });
  fire("query__plan__start");
  yield* through(p, ["pg_plan_queries", "planner", "standard_planner"], () => busy(p, PLAN_NS));
  fire("query__plan__done");
}

function* runPlan(p: Thread, db: PostgresDatabase, query: Query, fire: Fire): Code<number> {
  if (query.table === undefined) return yield* busy(p, ROW_NS);
  const table = db.table(query.table);
  if (query.scan === "sequential")
    yield* through(p, ["ExecutePlan", "ExecSeqScan", "ExecScan", "SeqNext", "heap_getnextslot"], () =>
      scanAll(p, db, table, query.pages ?? table.pages, fire),
    );
  else
    yield* through(p, ["ExecutePlan", "ExecIndexScan", "IndexNext", "index_fetch_heap"], () =>
      lookUp(p, db, table, query.pages ?? 3, fire),
    );
  if (query.updates !== undefined)
    yield* through(p, ["ExecModifyTable", "heap_update"], () => changeRow(p, db, table, query, fire));
  return 0;
}

function* scanAll(p: Thread, db: PostgresDatabase, table: TableSpec, pages: number, fire: Fire): Code<number> {
  const fd = yield* p.open(db.fileOf(table), "r+");
  for (let page = 0; page < pages; page++) yield* readPage(p, db, { fd, table, page }, fire);
  if (fd >= 0) yield* p.close(fd);
  return pages;
}

function* lookUp(p: Thread, db: PostgresDatabase, table: TableSpec, pages: number, fire: Fire): Code<number> {
  const fd = yield* p.open(db.fileOf(table), "r+");
  for (let i = 0; i < pages; i++) {
    // The pages near the root of an index are looked at by everybody.
    const page = i < pages - 1 ? p.random().integer(0, 7) : p.random().integer(0, table.pages - 1);
    yield* readPage(p, db, { fd, table, page }, fire);
  }
  if (fd >= 0) yield* p.close(fd);
  return pages;
}

type PageOf = Readonly<{ fd: number; table: TableSpec; page: number }>;

/** A page through the buffer pool; from the file when it is not there. */
function readPage(p: Thread, db: PostgresDatabase, { fd, table, page }: PageOf, fire: Fire): Code<number> {
  const place = [0, page, TABLESPACE, DATABASE_OID, table.oid, -1] as const;
  return p.enter("ReadBufferExtended", [table.oid, 0, page], function* () {
    fire("buffer__read__start", ...place);
    const isKnown = db.touch(table, page);
    if (!isKnown)
      yield* through(p, ["mdread"], function* () {
        fire("smgr__md__read__start", ...place);
        const got = yield* p.enter("FileRead", [fd, 0, PAGE, page * PAGE], () =>
          p.pread(fd, PAGE, page * PAGE),
        );
        fire("smgr__md__read__done", ...place, got, PAGE);
        return got;
      });
    fire("buffer__read__done", ...place, isKnown ? 1 : 0);
    return yield* busy(p, PAGE_NS);
  });
}

/** Locks the row, waits for who has it, changes it and writes that to the log. */
function* changeRow(p: Thread, db: PostgresDatabase, table: TableSpec, query: Query, fire: Fire): Code<number> {
  const row = query.updates ?? "";
  if (db.isLocked(row, p.pid)) {
    const tag = [DATABASE_OID, table.oid, 0, 0, 4, 5] as const; // a transaction's lock, exclusive
    fire("lock__wait__start", ...tag);
    while (db.isLocked(row, p.pid))
      yield* through(
        p,
        ["XactLockTableWait", "LockAcquireExtended", "WaitOnLock", "ProcSleep", "WaitLatch"],
        () => db.waitFor(p, row),
      );
    fire("lock__wait__done", ...tag);
  }
  db.lock(row, p.pid);
  yield* busy(p, ROW_NS * 4);
  fire("wal__insert", 10, 0x20);
  yield* through(p, ["XLogInsert"], () => busy(p, ROW_NS));
  if (query.holdNs !== undefined) yield* p.sleep(query.holdNs);
  return 1;
}

/** A transaction that changed something is over once the log is on disk. */
function* commit(p: Thread, query: Query): Code<number> {
  yield* busy(p, COMMIT_NS);
  if (query.updates === undefined) return 0;
  yield* through(p, ["XLogFlush", "XLogWrite"], function* () {
    const fd = yield* p.open(`${POSTGRES_DATA}/pg_wal/000000010000000000000007`, "r+");
    if (fd < 0) return fd;
    yield* p.pwrite(fd, WAL_BYTES, p.random().integer(0, 2_047) * WAL_BYTES);
    yield* through(p, ["issue_xlog_fsync"], () => p.fsync(fd));
    return yield* p.close(fd);
  });
  return 0;
}

function* busy(p: Thread, ns: number): Code<number> {
  yield* p.compute(Math.round(p.random().latency(ns, 0.3)));
  return 0;
}
