import type { Thread } from "../thread.ts";
import type { Code } from "../world/wait.ts";
import { WaitQueue } from "../world/wait-queue.ts";
import { POSTGRES_DATA } from "./postgres.ts";

export const PAGE = 8_192;
/** Oids as the probes show them: default table space, database. */
export const TABLESPACE = 1_663;
export const DATABASE_OID = 16_384;

/** What a table is: the number of its file, and how many pages it has. */
export type TableSpec = Readonly<{ oid: number; pages: number }>;

const LATCH_EPOLL = 4;
const DEADLOCK_MS = 1_000;

type RowLock = { holder: number; readonly queue: WaitQueue };

/** What the processes of one PostgreSQL share: tables, the buffer pool, locks of rows, transaction numbers. */
export class PostgresDatabase {
  readonly tables: ReadonlyMap<string, TableSpec>;
  readonly #pool: Set<string>;
  readonly #poolPages: number;
  readonly #locks = new Map<string, RowLock>();
  #nextTransaction = 731;

  constructor(tables: Readonly<Record<string, TableSpec>>, poolPages = 2_048) {
    this.tables = new Map(Object.entries(tables));
    this.#pool = new Set();
    this.#poolPages = poolPages;
  }

  /** Throws for a table that it does not have. */
  table(name: string): TableSpec {
    const table = this.tables.get(name);
    if (table === undefined) throw new Error(`bug: the database has no table ${name}`);
    return table;
  }

  fileOf({ oid }: TableSpec): string {
    return `${POSTGRES_DATA}/base/${DATABASE_OID}/${oid}`;
  }

  takeTransaction(): number {
    return this.#nextTransaction++;
  }

  /** Whether a page is in the buffer pool; it is afterwards. The oldest page goes when there is no room. */
  touch({ oid }: TableSpec, page: number): boolean {
    const key = `${oid}/${page}`;
    if (this.#pool.delete(key)) {
      this.#pool.add(key);
      return true;
    }
    this.#pool.add(key);
    if (this.#pool.size > this.#poolPages) {
      const [oldest] = this.#pool;
      if (oldest !== undefined) this.#pool.delete(oldest);
    }
    return false;
  }

  isLocked(row: string, by: number): boolean {
    const lock = this.#locks.get(row);
    return lock !== undefined && lock.holder !== 0 && lock.holder !== by;
  }

  /** Takes a lock that nobody else holds. */
  lock(row: string, by: number): void {
    this.#lockOf(row).holder = by;
  }

  /** Waits on the latch of the process, as WaitLatch does with epoll_wait(2), until nobody else holds the lock. */
  waitFor(p: Thread, row: string): Code<number> {
    const { queue } = this.#lockOf(row);
    const isFree = () => !this.isLocked(row, p.pid);
    const { task } = p;
    const events = task.userBuffer(12);
    return task.world.hooks
      .syscall("epoll_wait")
      .run(task, [LATCH_EPOLL, events, 1, DEADLOCK_MS], function* () {
        yield* queue.until(isFree, "S");
        return 1;
      });
  }

  /** The process that gets the lock next is told by a signal, as latches do it. */
  *unlock(p: Thread, row: string): Code {
    const lock = this.#lockOf(row);
    lock.holder = 0;
    const [next] = lock.queue.tasks;
    if (next !== undefined) yield* p.kill(next.tgid, "SIGURG");
    lock.queue.wake(1);
  }

  #lockOf(row: string): RowLock {
    const known = this.#locks.get(row);
    if (known !== undefined) return known;
    const made = { holder: 0, queue: new WaitQueue("ep_poll") };
    this.#locks.set(row, made);
    return made;
  }
}
