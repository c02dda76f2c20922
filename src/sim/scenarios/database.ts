import { pgConnect, pgExec } from "../programs/libpq.ts";
import { servePostgres } from "../programs/postgres-backend.ts";
import type { Query } from "../programs/postgres-query.ts";
import { addPostgresFiles, startPostgres } from "../programs/postgres-server.ts";
import type { Thread } from "../thread.ts";
import type { Code } from "../world/wait.ts";
import { scenario } from "./scenario.ts";
import { addUsualServices } from "./usual-services.ts";

const TABLES = { accounts: { oid: 16_401, pages: 900 }, ledger: { oid: 16_407, pages: 4_000 } };
const BALANCE = "SELECT balance FROM accounts WHERE id = $1";
const TRANSFER = "UPDATE accounts SET balance = balance - $1 WHERE id = 42";
const REPORT = "SELECT sum(amount) FROM ledger GROUP BY day";
const TYPO = "SELECT balanse FROM accounts";

const PLANS: Readonly<Record<string, Omit<Query, "sql">>> = {
  [BALANCE]: { table: "accounts", pages: 3 },
  [TRANSFER]: { table: "accounts", pages: 3, updates: "accounts 42", holdNs: 9_000_000 },
  [REPORT]: { table: "ledger", scan: "sequential", pages: 400, bytes: 6_000 },
  [TYPO]: { fails: true, bytes: 90 },
};

/** PostgreSQL with clients that get in each other's way: one row that everybody changes, a report that reads all. */
export const database = scenario(
  "database",
  {
    summary: "PostgreSQL with quick and slow queries, and transactions that wait for each other's locks",
    tryWith: [
      "-e 'usdt:/usr/bin/postgres:postgresql:query__start { @s[tid] = nsecs; } usdt:/usr/bin/postgres:postgresql:query__done /@s[tid]/ { @us[str(arg0)] = hist((nsecs - @s[tid]) / 1000); delete(@s[tid]); }'",
      "-e 'usdt:/usr/bin/postgres:postgresql:lock__wait__start { @s[tid] = nsecs; } usdt:/usr/bin/postgres:postgresql:lock__wait__done /@s[tid]/ { @wait_us = hist((nsecs - @s[tid]) / 1000); delete(@s[tid]); }'",
      "-e 'uprobe:/usr/bin/postgres:exec_simple_query { @[str(arg0)] = count(); }'",
      "-e 'usdt:/usr/bin/postgres:postgresql:transaction__* { @[probe] = count(); }'",
    ],
    hostName: "db-1",
  },
  (machine) => {
    addUsualServices(machine);
    const db = addPostgresFiles(machine, TABLES, 600);
    startPostgres(machine, (p) => servePostgres(p, db, (sql) => ({ sql, ...PLANS[sql] })));
    machine.start("/usr/bin/teller", teller, {
      count: 4,
      uid: 33,
      at: "30 ms",
      cgroup: "/system.slice/bank.service",
    });
    machine.start("/usr/bin/reporter", reporter, {
      uid: 33,
      at: "60 ms",
      cgroup: "/system.slice/reports.service",
    });
  },
);

function* teller(p: Thread): Code {
  const fd = yield* pgConnect(p, "127.0.0.1:5432");
  for (;;) {
    yield* p.sleep(Math.round(p.random().exponential(12e6)));
    const sql = p.random().chance(0.3) ? TRANSFER : p.random().chance(0.02) ? TYPO : BALANCE;
    yield* pgExec(p, fd, sql);
  }
}

function* reporter(p: Thread): Code {
  const fd = yield* pgConnect(p, "127.0.0.1:5432");
  for (;;) {
    yield* pgExec(p, fd, REPORT);
    yield* p.sleep("700 ms");
  }
}
