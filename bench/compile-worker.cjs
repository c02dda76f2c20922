"use strict";
// A process of bench/compile.mjs. Arguments: the bundle, then
//   cache          compiles what scripts/warm-up.cjs does for scripts, and writes V8's compiled code beside the bundle
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
const FILES = ["tour.bt", "tracepoints.bt"].map((name) => path.join(__dirname, "../scripts/warm-up", name));
const AGAIN_MS = 5000; // V8 has compiled what it wants to compile after two thirds of them
const FEWEST = 6;

const cachedData = what === "cache" ? undefined : fs.readFileSync(cacheFile);
const script = new vm.Script(fs.readFileSync(bundle, "latin1"), { filename: bundle, cachedData });
if (script.cachedDataRejected) throw new Error("V8 rejects its own cache");
const exported = { exports: {} };
script.runInThisContext()(exported.exports, require, exported, bundle, path.dirname(bundle));
const { SimBackend, compile, createWorld, lateOptimizer, simKernelTables } = exported.exports;

/** Compiles and gives the time that a user waits for it, and the processor time of it, of all threads, in ms. */
function time(text, target) {
  const before = process.cpuUsage();
  const start = performance.now();
  const { compiled, report } = compile({ name: "bench", text }, target);
  const wall = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  if (compiled === undefined) throw new Error(report.diagnostics.map(({ message }) => message).join("\n"));
  const insns = compiled.object.programs.reduce((sum, program) => sum + program.insns.length, 0);
  return { wall, cpu: (user + system) / 1000, insns };
}

async function main() {
  const { scriptOf } = await import("./compile-script.mjs");
  const { target } = new SimBackend(createWorld(simKernelTables()), {});
  if (what === "cache") {
    for (const text of [...ONE_LINERS, ...FILES.map((file) => fs.readFileSync(file, "utf8"))])
      time(text, target);
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
    taken.push(time(text, target));
    spent += taken.at(-1).cpu;
  }
  const last = taken.slice(-Math.ceil(taken.length / 3));
  const median = (what) => last.map((one) => one[what]).sort((a, b) => a - b)[last.length >> 1];
  console.log(JSON.stringify({ wall: median("wall"), cpu: median("cpu") }));
}

main();
