import type { MachineBuilder } from "../scenarios/machine-builder.ts";
import type { Behaviour, Thread } from "../thread.ts";
import type { Code } from "../world/wait.ts";
import { POSTGRES, POSTGRES_DATA } from "./postgres.ts";
import { DATABASE_OID, PAGE, PostgresDatabase, type TableSpec } from "./postgres-database.ts";

export const POSTGRES_UID = 114;
const CGROUP = "/system.slice/postgresql.service";
const CHECKPOINT_BUFFERS = 24;

/** Puts the files of a database into the machine. */
export function addPostgresFiles(
  machine: MachineBuilder,
  tables: Readonly<Record<string, TableSpec>>,
  poolPages?: number,
): PostgresDatabase {
  const owner = { uid: POSTGRES_UID, gid: 120 };
  const db = new PostgresDatabase(tables, poolPages);
  for (const table of db.tables.values())
    machine.file(db.fileOf(table), { size: table.pages * PAGE, mode: 0o600, ...owner });
  machine.file(`${POSTGRES_DATA}/pg_wal/000000010000000000000007`, { size: 16_777_216, mode: 0o600, ...owner });
  machine.file(`${POSTGRES_DATA}/postgresql.conf`, { size: 29_525, mode: 0o600, ...owner });
  machine.file(`${POSTGRES_DATA}/global/pg_filenode.map`, { size: 524, mode: 0o600, ...owner });
  machine.file(`${POSTGRES_DATA}/base/${DATABASE_OID}/PG_VERSION`, "16\n");
  return db;
}

/** The postmaster with its helpers; `serve` is what it does then: it waits for connections, or starts backends at once. */
export function startPostgres(machine: MachineBuilder, serve: Behaviour): void {
  machine.start(
    POSTGRES.path,
    function* (p) {
      yield* p.loadLibraries("libssl.so.3", "libc.so.6");
      yield* p.readFile(`${POSTGRES_DATA}/postgresql.conf`);
      yield* p.enter("PostmasterMain", [], function* () {
        yield* p.fork(helper("CheckpointerMain", checkpoints));
        yield* p.fork(helper("BackgroundWriterMain", backgroundWrites));
        yield* p.fork(helper("WalWriterMain", walWrites));
        yield* p.fork(helper("AutoVacLauncherMain", vacuums));
        yield* p.enter("ServerLoop", [], function* () {
          yield* serve(p);
          return 0;
        });
        return 0;
      });
    },
    { uid: POSTGRES_UID, gid: 120, cgroup: CGROUP, argv: ["postgres", "-D", POSTGRES_DATA] },
  );
}

function helper(name: string, work: (p: Thread) => Code): Behaviour {
  return function* (p) {
    yield* p.enter(name, [], function* () {
      yield* work(p);
      return 0;
    });
  };
}

function* checkpoints(p: Thread): Code {
  for (;;) {
    yield* p.sleep("3 s");
    yield* p.enter("CreateCheckPoint", [0x20], function* () {
      p.usdt("postgresql", "checkpoint__start", () => [0x20]);
      const fd = yield* p.open(`${POSTGRES_DATA}/global/pg_control`, "w");
      for (let i = 0; i < CHECKPOINT_BUFFERS && fd >= 0; i++) {
        yield* p.pwrite(fd, PAGE, i * PAGE);
        yield* p.sleep("4 ms");
      }
      if (fd >= 0) {
        yield* p.fsync(fd);
        yield* p.close(fd);
      }
      p.usdt("postgresql", "checkpoint__done", () => [CHECKPOINT_BUFFERS, 16_384, 0, 0, 1]);
      return 0;
    });
  }
}

function* backgroundWrites(p: Thread): Code {
  for (;;) {
    yield* p.sleep("200 ms");
    yield* p.compute("90 us");
  }
}

function* walWrites(p: Thread): Code {
  for (;;) {
    yield* p.sleep("200 ms");
    yield* p.compute("35 us");
  }
}

function* vacuums(p: Thread): Code {
  for (;;) {
    yield* p.sleep("1.5 s");
    yield* p.readFile(`${POSTGRES_DATA}/global/pg_filenode.map`);
    yield* p.compute("400 us");
  }
}
