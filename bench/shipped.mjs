#!/usr/bin/env node
// node bench/shipped.mjs [--runs N] [--write]
//
// What a built script saves: whole runs of one script from exec until all is attached and taken down again (--dry-run), as
// source, as a file that was built here, and as one from a kernel with other types, whose programs are fitted to this one.
// They take turns; what is compared is processor time, of all threads. --write puts the table into docs/benchmarks.md.
// Needs root.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { release, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { tableOf, writeSection } from "./section.mjs";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const SKEP = join(ROOT, "bin/skep.cjs");
const SCRIPT = join(ROOT, "test/kernel/fixtures/shipped.bt");
const MOST = 0.8; // of the source's time
const { values } = parseArgs({
  options: { runs: { type: "string", default: "7" }, write: { type: "boolean", default: false } },
});
const RUNS = Number(values.runs);
const folder = mkdtempSync(join(tmpdir(), "skep-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const AT_ONCE = 5; // the shell counts in hundredths of a second

/** Milliseconds of the processor that a run took, the mean of some. */
function timed(...words) {
  // The shell's times tell the child's processor time apart from ours.
  const script = `for i in $(seq ${AT_ONCE}); do "$@" >/dev/null || exit; done; times >&2`;
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: "" };
  const done = spawnSync("sh", ["-c", script, "-", SKEP, ...words], { encoding: "utf8", env });
  if (done.status !== 0) throw new Error(`${words.join(" ")}: ${done.stderr}`);
  const cpu = [...done.stderr.matchAll(/(\d+)m([\d.]+)s/g)].slice(-2);
  const seconds = cpu.reduce((sum, [, m, s]) => sum + Number(m) * 60 + Number(s), 0);
  return (seconds * 1000) / AT_ONCE;
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

if (process.getuid() !== 0) throw new Error("needs root");
const built = join(folder, "built.skep");
const foreign = join(folder, "foreign.skep");
timed("build", SCRIPT, "-o", built);
const text = readFileSync(built, "latin1");
writeFileSync(foreign, text.replace(/(?<="kernel":")[0-9a-f]{4}/, "0000"), "latin1");
const FORMS = [
  { what: "its source", path: SCRIPT },
  { what: "built on this kernel", path: built },
  { what: "built on another kernel", path: foreign },
];
const taken = FORMS.map(() => []);
for (let run = 0; run < RUNS; run++)
  for (const [i, { path }] of FORMS.entries()) taken[i].push(timed("--dry-run", path));
const [source] = taken.map(median);
const rows = [["a script of 12 lines, up and down again", "processor time", "of the source's", "goal", ""]];
for (const [i, { what }] of FORMS.entries()) {
  const ratio = median(taken[i]) / source;
  const judged = i === 0 ? ["", "", ""] : [ratio.toFixed(2), `<= ${MOST}`, ratio <= MOST ? "ok" : "miss"];
  rows.push([what, `${median(taken[i]).toFixed(0)} ms`, ...judged]);
}
for (const row of rows) console.log(row.join("  |  "));
if (values.write)
  writeSection(
    join(ROOT, "docs/benchmarks.md"),
    "Built scripts",
    `Written by \`node bench/shipped.mjs --write\`, on Linux ${release().split("-")[0]}, Node ${process.version}; medians of ${RUNS} times ${AT_ONCE} whole
runs that took turns.

${tableOf(rows)}`,
  );
