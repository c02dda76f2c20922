#!/usr/bin/env node
// node bench/sim.mjs [--write]
//
// Simulated openat events per second through opensnoop's own program: two program runs per event, each record decoded as
// the command line would. In turns with the same world without the program, and with the interpreter, each in a process
// of its own, as whoever runs one has it. Times are processor time, so that a busy machine counts little; each number is
// the best of several rounds. --write puts the table into docs/benchmarks.md.
import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { importSources } from "../scripts/import-sources.mjs";
import { tableOf, writeSection } from "./section.mjs";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const GOAL = 300_000; // events per second
const ROUNDS = Number(process.env.ROUNDS ?? 7);
const TURNS = 3;
const CALLS = 60_000; // each round
const ENTRY = `
export { simKernelTables } from "./src/sim/btf/types.ts";
export { createWorld } from "./src/sim/create-world.ts";
export { SimBackend } from "./src/sim/backend/sim-backend.ts";
export { compile, load } from "./src/pipeline.ts";
export { opensnoop } from "./src/tools/opensnoop.ts";
export { toolSource } from "./src/tools/define-tool.ts";
`;

const { SimBackend, compile, createWorld, load, opensnoop, simKernelTables, toolSource } =
  await importSources(ENTRY);
const tables = simKernelTables();
const FILES = ["/etc/passwd", "/etc/hosts", "/etc/ld.so.cache", "/etc/group"];

/** A process that opens and closes one file after the other. */
function* opener(p, calls) {
  for (let i = 0; i < calls; i++) {
    yield* p.close(yield* p.open(FILES[i % FILES.length]));
    yield* p.compute("1 us");
  }
}

/** Events per second of processor time. */
function measure(engine) {
  const world = createWorld(tables);
  const backend = new SimBackend(world, engine === undefined ? {} : { engine });
  let events = 0;
  let session;
  if (engine !== undefined) {
    const settings = new Map();
    const source = { name: "opensnoop", text: toolSource(opensnoop, settings, "x86_64") };
    const { compiled, report } = compile(source, backend.target, {
      named: settings,
      maxStringBytes: 255,
      maxMapEntries: 16_384,
    });
    if (compiled === undefined) throw new Error(report.diagnostics.map((d) => d.message).join("; "));
    session = load(compiled, backend, {
      resolver: backend.resolver,
      host: backend.host,
      printMapsAtEnd: false,
      onRecord: (record) => {
        if (record.kind === "value" || record.kind === "print") events++;
      },
    });
    session.start();
  }
  const spawned = world.processes.spawn((p) => opener(p, CALLS), { executable: "/usr/bin/opener" });
  const before = process.cpuUsage();
  while (spawned.exitStatus === undefined) backend.playNow("100 ms");
  const { user, system } = process.cpuUsage(before);
  const seconds = (user + system) / 1e6;
  session?.stop();
  if (session !== undefined && events !== CALLS) throw new Error(`${events} rows of ${CALLS} events`);
  session?.close();
  return CALLS / seconds;
}

/** The best rate of an engine, or of none, in a process of its own. */
function measureApart(engine) {
  const options = { encoding: "utf8", env: { ...process.env, ENGINE: engine } };
  return Number(execFileSync(process.execPath, [fileURLToPath(import.meta.url)], options));
}

if (process.env.ENGINE !== undefined) {
  const rates = Array.from({ length: ROUNDS }, () =>
    measure(process.env.ENGINE === "none" ? undefined : process.env.ENGINE),
  );
  console.log(Math.max(...rates));
  process.exit(0);
}

const results = { none: [], jit: [], interpreter: [] };
for (let turn = 0; turn < TURNS; turn++)
  for (const [name, list] of Object.entries(results)) list.push(measureApart(name));
const best = (list) => Math.max(...list);
const perSecond = (value) => Math.round(value).toLocaleString("en");
const rows = [
  [
    "with opensnoop's program",
    perSecond(best(results.jit)),
    perSecond(GOAL),
    best(results.jit) >= GOAL ? "yes" : "**no**",
  ],
  ["the same, interpreted", perSecond(best(results.interpreter)), "", ""],
  ["without a program", perSecond(best(results.none)), "", ""],
];
const table = tableOf([["openat events per second", "measured", "at least", "met"], ...rows]);
console.log(table);
if (process.argv.includes("--write"))
  writeSection(
    join(ROOT, "docs/benchmarks.md"),
    "The simulated kernel",
    `Bench \`bench/sim.mjs\`.\n\n${table}\n`,
  );
