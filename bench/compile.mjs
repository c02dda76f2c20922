#!/usr/bin/env node
// node bench/compile.mjs [--write] [--rounds N]
//
// What compiling scripts takes: source text to an object that can be loaded (parse, check, SSA, optimizer, registers,
// bytecode, BTF), for the simulated machine, so that neither root nor a kernel is needed; by the clock, which is what a user
// waits for, and as processor time of all threads, which a busy machine changes less. "First" is the first compilation in
// a fresh process whose machine is open already: the bundle runs with V8's cached code, and with V8's settings, as the
// command's does, and what the cache holds comes from other scripts, as in scripts/warm-up.cjs. "Again" is the median of
// later ones in a process with Node's own settings, as a program that uses the library sees it. Processes take turns;
// each number is the median of its processes. --write puts the table into docs/benchmarks.md.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { release } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { tableOf, writeSection } from "./section.mjs";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const WORKER = join(ROOT, "bench/compile-worker.cjs");
const SIZES = [500, 1000, 2000, 5000, 10_000]; // lines
const GOAL_MS = 40; // for 500 lines
const GOAL_RATIO = 13; // of 10,000 lines to 1,000
const ENTRY = `
export { lateOptimizer } from "./src/cli/late-optimizer.ts";
export { compile } from "./src/pipeline.ts";
export { SimBackend } from "./src/sim/backend/sim-backend.ts";
export { simKernelTables } from "./src/sim/btf/types.ts";
export { createWorld } from "./src/sim/create-world.ts";
`;

const { values } = parseArgs({
  options: { write: { type: "boolean", default: false }, rounds: { type: "string", default: "7" } },
});

const folder = mkdtempSync(join(ROOT, "node_modules", ".compile-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const bundle = join(folder, "compile.cjs");
await build({
  stdin: { contents: ENTRY, resolveDir: ROOT, loader: "ts" },
  outfile: bundle,
  bundle: true,
  format: "cjs",
  platform: "node",
  target: "node20.19",
  external: ["koffi"],
  minifySyntax: true,
  minifyWhitespace: true,
  charset: "ascii",
  banner: { js: "(function (exports, require, module, __filename, __dirname) {" },
  footer: { js: "})" },
  logLevel: "warning",
  logOverride: { "empty-import-meta": "silent" },
});

/** What the worker says, as JSON. */
function work(...args) {
  const done = spawnSync(process.execPath, [WORKER, bundle, ...args.map(String)], { encoding: "utf8" });
  if (done.status !== 0) throw new Error(done.stderr || `the worker ended with ${done.status ?? done.signal}`);
  return JSON.parse(done.stdout || "null");
}

const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];

/** Takes all measures in turns. */
function measure() {
  const taken = SIZES.map((lines) => ({ lines, first: [], again: [], insns: 0 }));
  work("cache");
  for (let round = 0; round < Number(values.rounds); round++)
    for (const row of taken) {
      // Long scripts take long enough to need no repetition.
      if (row.lines > 1000 && round >= 3) continue;
      const first = work("first", row.lines);
      row.first.push(first);
      row.insns = first.insns;
      row.again.push(work("again", row.lines));
    }
  return taken.map((row) => ({ ...row, first: middle(row.first), again: middle(row.again) }));
}

const middle = (times) => ({
  wall: median(times.map(({ wall }) => wall)),
  cpu: median(times.map(({ cpu }) => cpu)),
});

const rows = measure();
const ms = (value) => value.toFixed(value < 100 ? 1 : 0);
const both = ({ wall, cpu }) => [ms(wall), ms(cpu)];
const of = (lines) => rows.find((row) => row.lines === lines);
const verdict = (ok) => (ok ? "ok" : "miss");
const table = [
  // biome-ignore format: one line of names
  ["lines", "instructions", "first in its process, ms", "processor, ms", "again, ms", "processor, ms", "goal", "first", "again"],
  ...rows.map(({ lines, insns, first, again }) => {
    const goal =
      lines === 500
        ? [`<= ${GOAL_MS} ms`, verdict(first.wall <= GOAL_MS), verdict(again.wall <= GOAL_MS)]
        : ["", "", ""];
    return [lines.toLocaleString("en"), insns.toLocaleString("en"), ...both(first), ...both(again), ...goal];
  }),
];
const [more, less] = [of(10_000), of(1000)];
const ratios = ["first", "again"].flatMap((when) =>
  ["wall", "cpu"].map((what) => more[when][what] / less[when][what]),
);
table.push([
  "10,000 lines take, in times of 1,000",
  "",
  ...ratios.map((ratio) => ratio.toFixed(1)),
  `<= ${GOAL_RATIO}`,
  ...[ratios[1], ratios[3]].map((ratio) => verdict(ratio <= GOAL_RATIO)),
]);
console.log(tableOf(table));
if (values.write)
  writeSection(
    join(ROOT, "docs/benchmarks.md"),
    "The compiler",
    `Written by \`node bench/compile.mjs --write\`, on Linux ${release().split("-")[0]}, Node ${process.version}: from source text to
an object that can be loaded, by the clock and as processor time of all threads. The first compilation in a process is the command's; later ones are what a
program sees that uses the library.

${tableOf(table)}
`,
  );
