#!/usr/bin/env node
// npm test [-- LANE... [FILE...]]
//
// Runs every lane that this machine allows (or those named), says which lanes and tests it skipped and why, and ends
// with one line for all: "N passed, N failed, N skipped". FILEs narrow a lane down, as Vitest does.
// SKEP_GUEST_SECONDS=N: limit for each guest instead of 900. The limit is there for a guest that hangs: how long the
// tests take says the line that ends each guest's output.
// SKEP_REQUIRE=kernel,guest,browser (a list of lanes): a lane of the list that cannot run here is a failure.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { runInGuest } from "./guest/boot.mjs";
import { bundleGuestTests } from "./guest/bundle.mjs";
import { prepareKernel } from "./guest/kernel.mjs";
import { whyNot } from "./lane-ready.mjs";
import { LANES } from "./lanes.mjs";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const GUEST_KERNELS = ["6.1", "6.12"];
const GUEST_LIMIT_SECONDS = Number(process.env.SKEP_GUEST_SECONDS ?? 900);
const REPORTERS = ["--reporter=default", `--reporter=${join(ROOT, "scripts/lane-reporter.mjs")}`];

const words = process.argv.slice(2);
const isLane = (word) => LANES.some((lane) => lane.name === word);
const named = words.filter(isLane);
const filters = words.filter((word) => !isLane(word));
const required = (process.env.SKEP_REQUIRE ?? "").split(",").filter((word) => word !== "");
const strangers = required.filter((word) => !isLane(word));
if (strangers.length > 0) {
  console.error(
    `SKEP_REQUIRE names no lane: ${strangers.join(", ")}; there are ${LANES.map((l) => l.name).join(", ")}`,
  );
  process.exit(2);
}

const vitest = (config, more) => {
  const program = join(ROOT, "node_modules/vitest/vitest.mjs");
  return [process.execPath, program, "run", "-c", join(ROOT, config), ...REPORTERS, ...more];
};

/** Counts that a run left behind; a run that ended badly without saying so has failed once. */
function readResult(file, status, what) {
  const none = { passed: 0, failed: 0, skipped: [] };
  const result = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : none;
  if (status !== 0 && result.failed === 0) {
    console.log(`${what} ended with status ${status}`);
    result.failed = 1;
  }
  return result;
}

async function runHere(lane, folder) {
  const file = join(folder, `${lane.name}.json`);
  const [program, ...args] = lane.script
    ? [process.execPath, join(ROOT, lane.script), ...filters]
    : vitest(lane.config, filters.length > 0 ? ["--passWithNoTests", ...filters] : []);
  const status = await new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: ROOT,
      stdio: "inherit",
      env: { ...process.env, SKEP_LANE_RESULT: file },
    });
    child.on("exit", (code) => resolve(code ?? 1));
  });
  return [readResult(file, status, lane.name)];
}

/** One guest per kernel, side by side; the output of each is printed when it is done. */
async function runInGuests(_lane, folder) {
  const command = [...(await bundleGuestTests()), ...filters.map((filter) => basename(filter))];
  return await Promise.all(
    GUEST_KERNELS.map(async (series) => {
      const kernel = prepareKernel(series);
      const resultsFolder = join(folder, series);
      const output = [];
      const started = Date.now();
      const end = await runInGuest(kernel, command, {
        cwd: ROOT,
        env: { SKEP_GUEST_KERNEL: series, SKEP_LANE_RESULT: "/run/job/results/lane.json" },
        limitSeconds: GUEST_LIMIT_SECONDS,
        onOutput: (chunk) => output.push(chunk),
        results: ["lane.json"],
        resultsFolder,
      });
      console.log(`\n---- guest ${kernel.version}\n${Buffer.concat(output).toString("utf8").trimEnd()}`);
      for (const line of end.complaints) console.log(`the kernel complained: ${line.trim()}`);
      if (end.trouble) console.log(end.trouble);
      console.log(`guest ${series} took ${((Date.now() - started) / 1000).toFixed(0)} s`);
      const result = readResult(join(resultsFolder, "lane.json"), end.status ?? 1, `guest ${series}`);
      const named = (test) => ({ ...test, name: `[${series}] ${test.name}` });
      return { ...result, skipped: result.skipped.map(named) };
    }),
  );
}

function add(results) {
  const sum = { passed: 0, failed: 0, skipped: [] };
  for (const result of results) {
    sum.passed += result.passed;
    sum.failed += result.failed;
    sum.skipped.push(...result.skipped);
  }
  return sum;
}

const describe = (sum) =>
  `${sum.passed} passed, ${sum.failed} failed${sum.skipped.length > 0 ? `, ${sum.skipped.length} skipped` : ""}`;

/** Skipped tests by reason, since one missing feature skips many. */
function printSkipped(skipped) {
  const byReason = new Map();
  for (const test of skipped) byReason.set(test.reason, [...(byReason.get(test.reason) ?? []), test]);
  for (const [reason, tests] of byReason) {
    console.log(`  skipped, ${reason === "" ? "no reason given" : reason}:`);
    for (const { name } of tests) console.log(`    ${name}`);
  }
}

const folder = mkdtempSync(join(tmpdir(), "skep-lanes-"));
const lines = [];
const sums = [];
try {
  for (const lane of LANES.filter(({ name }) => named.length === 0 || named.includes(name))) {
    const reason = whyNot(lane.name);
    if (reason !== undefined) {
      const isRequired = required.includes(lane.name);
      lines.push([lane.name, `${isRequired ? "FAILED, since it is required" : "skipped"}: ${reason}`]);
      if (isRequired) sums.push({ passed: 0, failed: 1, skipped: [] });
      continue;
    }
    console.log(`==== lane ${lane.name}`);
    const started = Date.now();
    const run = lane.name === "guest" ? runInGuests : runHere;
    const sum = add(await run(lane, folder).catch((error) => [oneFailure(error)]));
    sums.push(sum);
    lines.push([lane.name, `${describe(sum)} (${((Date.now() - started) / 1000).toFixed(0)} s)`, sum.skipped]);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function oneFailure(error) {
  console.log(error?.stack ?? String(error));
  return { passed: 0, failed: 1, skipped: [] };
}

console.log("\n==== all lanes");
for (const [name, line, skipped = []] of lines) {
  console.log(`${name.padEnd(8)}${line}`);
  printSkipped(skipped);
}
const total = add(sums);
console.log(describe(total));
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
