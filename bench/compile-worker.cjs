"use strict";
// A process of bench/compile.mjs. Arguments: the bundle, then
//   cache          runs what scripts/warm-up.cjs runs, and writes V8's compiled code beside the bundle
//   first LINES    the first compilation of a script
//   again LINES    the median of later ones
const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

const [bundle, what, lines] = process.argv.slice(2);
const cacheFile = `${bundle}.cache`;
const ONE_LINERS = [
  'BEGIN { @n[comm] = count(); @h = hist(nsecs); printf("%d %s\\n", pid, comm); print(@n, 3); clear(@n); exit(); }',
  'tracepoint:syscalls:sys_enter_openat /pid == 1/ { printf("%-6d %s\\n", pid, str(args.filename)); @s[tid] = nsecs; }',
];
const AGAIN_MS = 5000; // V8 has compiled what it wants to compile after two thirds of them
const FEWEST = 6;

const cachedData = what === "cache" ? undefined : fs.readFileSync(cacheFile);
const script = new vm.Script(fs.readFileSync(bundle, "latin1"), { filename: bundle, cachedData });
if (script.cachedDataRejected) throw new Error("V8 rejects its own cache");
const exported = { exports: {} };
script.runInThisContext()(exported.exports, require, exported, bundle, path.dirname(bundle));
const { SimBackend, compile, createWorld, lateOptimizer, simKernelTables } = exported.exports;

/** Compiles and gives the processor time of it, of all threads, in ms. */
function time(text, target) {
  const before = process.cpuUsage();
  const { compiled, report } = compile({ name: "bench", text }, target);
  const { user, system } = process.cpuUsage(before);
  if (compiled === undefined) throw new Error(report.diagnostics.map(({ message }) => message).join("\n"));
  const insns = compiled.object.programs.reduce((sum, program) => sum + program.insns.length, 0);
  return { ms: (user + system) / 1000, insns };
}

async function main() {
  const { scriptOf } = await import("./compile-script.mjs");
  const { target } = new SimBackend(createWorld(simKernelTables()), {});
  if (what === "cache") {
    for (const text of ONE_LINERS) time(text, target);
    fs.writeFileSync(cacheFile, script.createCachedData());
    return;
  }
  const text = scriptOf(Number(lines));
  if (what === "first") {
    lateOptimizer(text);
    console.log(JSON.stringify(time(text, target)));
    return;
  }
  const taken = [];
  for (let spent = 0; spent < AGAIN_MS || taken.length < FEWEST; ) {
    taken.push(time(text, target).ms);
    spent += taken.at(-1);
  }
  const last = taken.slice(-Math.ceil(taken.length / 3)).sort((a, b) => a - b);
  console.log(JSON.stringify({ ms: last[last.length >> 1] }));
}

main();
