// A tool on the simulated kernel, in a page: its program is compiled, loaded, attached and fired there.
import { expect, test } from "vitest";
import { renderDiagnostic } from "../../src/base/diagnostic.ts";
import type { Value } from "../../src/base/shown-value.ts";
import type { Cell } from "../../src/output/sink.ts";
import { createTableWriter } from "../../src/output/table.ts";
import { compile, load } from "../../src/pipeline.ts";
import { SimBackend } from "../../src/sim/backend/sim-backend.ts";
import { createTestWorld } from "../../src/sim/test-world.ts";
import type { Behaviour } from "../../src/sim/thread.ts";
import { shownColumns, type ToolRow, toolSource } from "../../src/tools/define-tool.ts";
import { opensnoop } from "../../src/tools/opensnoop.ts";

const ENOENT = -2;

test("opensnoop shows what a simulated process opens", () => {
  const world = createTestWorld();
  using backend = new SimBackend(world);
  const source = { name: opensnoop.name, text: toolSource(opensnoop, new Map(), backend.target.arch) };
  const { compiled, report } = compile(source, backend.target, { maxStringBytes: opensnoop.maxStringBytes });
  if (compiled === undefined)
    throw new Error(report.diagnostics.map((d) => renderDiagnostic(d, source)).join("\n"));
  let shown = "";
  const columns = shownColumns(opensnoop, new Map());
  const table = createTableWriter({ write: (text) => (shown += text) }, { columns });
  const makeRow = opensnoop.rows?.(new Map()) ?? ((fields) => fields as ToolRow);
  using session = load(compiled, backend, {
    resolver: backend.resolver,
    host: backend.host,
    escapeData: false,
    printMapsAtEnd: false,
    onRecord(record) {
      if (record.kind !== "value") return;
      const row = makeRow(record.value as Readonly<Record<string, Value>>);
      if (row) table.row(columns.map(({ key }) => row[key] as Cell));
    },
  });
  session.start();
  const openat = world.hooks.syscall("openat");
  const body: Behaviour = function* (p) {
    for (const [name, result] of [
      ["/etc/hostname", 3],
      ["/etc/missing", ENOENT],
    ] as const) {
      yield* p.compute("1 ms");
      yield* openat.run(p.task, [-100, p.task.userText(name), 0, 0], function* () {
        yield* world.compute("2 us");
        return result;
      });
    }
  };
  world.processes.spawn(body, { executable: "/usr/bin/cat" });
  backend.playNow("1 s");
  session.stop();
  table.flush();
  expect(
    shown
      .replace(/\d{3,}/g, "PID")
      .split("\n")
      .map((line) => line.trim().split(/ +/)),
  ).toEqual([
    ["PID", "COMM", "FD", "ERR", "PATH"],
    ["PID", "cat", "3", "0", "/etc/hostname"],
    ["PID", "cat", "-1", "2", "/etc/missing"],
    [""],
  ]);
  expect(session.losses.events).toBe(0n);
});
