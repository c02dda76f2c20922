import type { UsdtSpec } from "../hooks/binary.ts";
import { LIBSSL_PATH } from "./libssl.ts";
import { type InstalledBinary, LIBC_PATH } from "./program.ts";

/** PostgreSQL's own probes have semaphores. Source: src/backend/utils/probes.d, version 16. */
function probe(name: string, ...args: UsdtSpec["args"]): UsdtSpec {
  return { provider: "postgresql", name, args, semaphore: true };
}

/** PostgreSQL 16: functions that a query goes through, and its probes. */
// biome-ignore format: by topic
export const POSTGRES: InstalledBinary = {
  path: "/usr/lib/postgresql/16/bin/postgres",
  aliases: ["/usr/bin/postgres"],
  fileBytes: 9_563_008,
  functions: [
    "_start", "main", "PostmasterMain", "ServerLoop", "BackendStartup", "BackendRun", "PostgresMain",
    "ReadCommand", "SocketBackend", "secure_read", "be_tls_read", "internal_flush", "secure_write",
    "exec_simple_query", "exec_parse_message", "exec_bind_message", "exec_execute_message",
    "pg_parse_query", "raw_parser", "pg_analyze_and_rewrite_fixedparams", "parse_analyze_fixedparams", "pg_rewrite_query",
    "pg_plan_queries", "planner", "standard_planner", "query_planner",
    "PortalRun", "PortalRunSelect", "PortalRunMulti", "ProcessQuery", "ExecutorRun", "standard_ExecutorRun", "ExecutePlan",
    "ExecScan", "ExecSeqScan", "ExecIndexScan", "ExecSort", "ExecAgg", "ExecModifyTable", "SeqNext", "IndexNext",
    "heap_getnextslot", "index_fetch_heap", "heap_update", "heap_insert", "heap_delete", "heap_lock_tuple",
    "ReadBufferExtended", "ReadBuffer_common", "mdread", "FileRead", "XLogInsert", "XLogFlush", "XLogWrite", "issue_xlog_fsync",
    "StartTransaction", "CommitTransaction", "AbortTransaction", "LockAcquire", "LockAcquireExtended", "XactLockTableWait",
    "WaitOnLock", "ProcSleep", "WaitLatch", "WaitEventSetWait", "LockRelease", "LWLockAcquire", "palloc", "pfree",
    "CheckpointerMain", "CreateCheckPoint", "BackgroundWriterMain", "WalWriterMain", "AutoVacLauncherMain", "do_autovacuum",
    "elog_finish", "errfinish",
  ],
  libraries: [LIBC_PATH, LIBSSL_PATH],
  usdt: [
    probe("transaction__start", 4), probe("transaction__commit", 4), probe("transaction__abort", 4),
    probe("query__start", 8), probe("query__done", 8),
    probe("query__parse__start", 8), probe("query__parse__done", 8),
    probe("query__rewrite__start", 8), probe("query__rewrite__done", 8),
    probe("query__plan__start"), probe("query__plan__done"),
    probe("query__execute__start"), probe("query__execute__done"),
    probe("statement__status", 8),
    probe("lock__wait__start", 4, 4, 4, 4, 4, 4), probe("lock__wait__done", 4, 4, 4, 4, 4, 4),
    probe("deadlock__found"),
    probe("buffer__read__start", 4, 4, 4, 4, 4, 4), probe("buffer__read__done", 4, 4, 4, 4, 4, 4, 1),
    probe("smgr__md__read__start", 4, 4, 4, 4, 4, 4), probe("smgr__md__read__done", 4, 4, 4, 4, 4, 4, 4, 4),
    probe("wal__insert", 1, 1), probe("sort__start", 4, 1, 4, 4, 1, 4), probe("sort__done", 1, 8),
    probe("checkpoint__start", 4), probe("checkpoint__done", 4, 4, 4, 4, 4),
  ],
  language: "c",
};

export const POSTGRES_DATA = "/var/lib/postgresql/16/main";
