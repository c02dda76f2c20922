import { expect, test } from "vitest";
import { simKernelTables } from "./sim/btf/types.ts";
import type { MachineBuilder } from "./sim/scenarios/machine-builder.ts";
import { simulate } from "./simulate.ts";
import { TraceError } from "./trace-error.ts";

const tables = simKernelTables();

/** One process that opens files, and a shell that starts programs. */
function machine(m: MachineBuilder): void {
  m.file("/etc/app.conf", "x");
  m.program(
    "/usr/bin/date",
    () =>
      function* (p) {
        yield* p.compute("1 ms");
      },
  );
  m.start("/usr/bin/app", function* (p) {
    for (let i = 0; ; i++) {
      yield* p.open(i % 2 === 0 ? "/etc/app.conf" : "/etc/missing");
      yield* p.sleep("100 ms");
    }
  });
  m.start("/usr/bin/sh", function* (p) {
    for (;;) {
      yield* p.sleep("250 ms");
      yield* p.fork(function* (c) {
        yield* c.exec("/usr/bin/date", ["date", "-u"]);
      });
      yield* p.wait();
    }
  });
}

test("a script: what it prints, its maps, its text", () => {
  using run = simulate(
    'tracepoint:syscalls:sys_enter_openat / comm == "app" / { printf("%s\\n", str(args.filename)); @[comm] = count(); }',
    { scenario: machine, duration: "450 ms", tables },
  );
  expect(run.text).toBe(
    "/etc/app.conf\n/etc/missing\n/etc/app.conf\n/etc/missing\n/etc/app.conf\n\n\n@[app]: 5\n",
  );
  expect(run.readMap("@")?.entries).toEqual([{ key: "app", value: 5n }]);
});

test("comm(pid) names other processes as long as they are there", () => {
  using run = simulate(
    `tracepoint:sched:sched_process_exit / comm == "date" / { @date = pid; }
     interval:ms:400 { printf("%s %s [%s]\\n", comm(1), comm(2), comm(@date)); }`,
    { scenario: machine, duration: "450 ms", tables },
  );
  expect(run.text).toContain("systemd kthreadd []\n");
});

test("a tool: rows and table", () => {
  using run = simulate(
    { tool: "opensnoop", options: { name: "app", failed: true } },
    { scenario: machine, tables },
  );
  expect(run.rows.length).toBe(5);
  expect(run.rows[0]).toMatchObject({ comm: "app", path: "/etc/missing" });
  expect(run.text.split("\n")[0]).toMatch(/PID +COMM/);
});

test("execsnoop sees arguments and parents", () => {
  using run = simulate({ tool: "execsnoop" }, { scenario: machine, tables });
  expect(run.rows.map(({ comm, args }) => [comm, args])).toEqual([
    ["date", "/usr/bin/date -u"],
    ["date", "/usr/bin/date -u"],
    ["date", "/usr/bin/date -u"],
  ]);
});

test("exit() ends the play; its code is kept", () => {
  using run = simulate('tracepoint:syscalls:sys_exit_openat / comm == "app" && args.ret < 0 / { exit(3); }', {
    scenario: machine,
    tables,
    duration: "10 s",
  });
  expect(run.exitCode).toBe(3);
  expect(run.world.nowNs).toBeLessThan(600_200_000_000);
});

test("equal seeds give equal bytes, another seed other ones", () => {
  const play = (seed: number) => {
    using run = simulate("tracepoint:sched:sched_switch { print((nsecs, args.prev_comm, args.next_comm)); }", {
      scenario: machine,
      duration: "2 s",
      seed,
      tables,
    });
    return run.text;
  };
  const first = play(1);
  expect(first.length).toBeGreaterThan(1000);
  expect(play(1)).toBe(first);
  expect(play(2)).not.toBe(first);
});

test("a wrong script is a TraceError with its diagnostics", () => {
  expect(() => simulate("BEGIN { nonsense(); }", { tables })).toThrow(TraceError);
});
