#!/usr/bin/env node
// `npm run check [NAME…]`: everything that must hold before a change is handed in, tests aside. The checks run side by
// side; each says how long it took and, when it fails, what to do.
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as source from "./check-source.mjs";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const MAX_SHOWN = 60; // lines of one check

// biome-ignore format: one check per line
const CHECKS = [
  { name: "types",   what: "TypeScript finds no error",                   run: () => command("tsc", ["-p", ".", "--pretty", "false"]) },
  { name: "lint",    what: "Biome: format, rules, import arrows",         run: () => command("biome", ["ci", "--max-diagnostics=200", "--colors=off", "."]) },
  { name: "sizes",   what: "files of at most 500 lines",                  run: source.checkSizes },
  { name: "arrows",  what: "rules and diagram match scripts/arrows.mjs",  run: source.checkArrowsFresh },
  { name: "bite",    what: "the arrows refuse a deliberate violation",    run: source.checkArrowsBite },
  { name: "lanes",   what: "every test runs in one lane",                 run: source.checkLanes },
  { name: "codes",   what: "docs/errors.md lists exactly the codes used", run: source.checkErrorCodes },
  { name: "exports", what: "every public.ts can be imported",             run: source.checkExports },
  { name: "marks",   what: "no unfinished notes, casts or mutable globals", run: source.checkMarks },
];

/** Runs a program of node_modules/.bin; its output is the list of problems unless it exits with 0. */
function command(name, args) {
  return new Promise((resolve) => {
    const child = spawn(join(ROOT, "node_modules/.bin", name), args, {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let text = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (chunk) => (text += chunk));
    child.on("error", (error) => resolve([`${name}: ${error.message}; run npm ci`]));
    child.on("close", (status) => resolve(status === 0 ? [] : text.trimEnd().split("\n")));
  });
}

async function perform({ name, what, run }, files) {
  const started = performance.now();
  const problems = await Promise.resolve()
    .then(() => run(ROOT, files))
    .catch((error) => [String(error?.stack ?? error)]);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${problems.length === 0 ? "ok  " : "FAIL"} ${name.padEnd(8)} ${what} (${seconds} s)`);
  for (const line of problems.slice(0, MAX_SHOWN)) console.log(`     ${line}`);
  if (problems.length > MAX_SHOWN) console.log(`     … and ${problems.length - MAX_SHOWN} lines more`);
  return problems.length === 0;
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !CHECKS.some((check) => check.name === name));
if (unknown.length > 0) {
  console.error(
    `no such check: ${unknown.join(", ")}; there are ${CHECKS.map((check) => check.name).join(", ")}`,
  );
  process.exit(2);
}
const chosen = CHECKS.filter((check) => wanted.length === 0 || wanted.includes(check.name));
const files = source.readTree(ROOT);
const outcomes = await Promise.all(chosen.map((check) => perform(check, files)));
const failed = outcomes.filter((ok) => !ok).length;
console.log(failed === 0 ? `all ${chosen.length} checks hold` : `${failed} of ${chosen.length} checks failed`);
process.exit(failed === 0 ? 0 : 1);
