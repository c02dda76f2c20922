#!/usr/bin/env node
// node bench/guest-wildcards.mjs [-k KERNEL]... [--runs N] [--write]
//
// What it takes to attach to all functions that a pattern names and to be gone again, against bpftrace, in emulated guests
// (scripts/guest.mjs) of one processor: this needs kernels with kprobes. A script of one interval gives what starting and
// ending alone take; the rest is the probes'. Whole runs, from exec to exit, the two in turn; the shortest, without the
// shortest of the bare ones. The guest's clock counts its instructions, so that how busy this machine is makes no
// difference. Skep keeps the kernel's list of functions until the next boot: "first" has nothing kept, "again" follows it.
// On 6.1 skep leaves freeing the probes to a child, with which the kernel is busy for a while: no run starts before it is
// done, and how long that takes is told. --write puts the table into docs/benchmarks.md. Needs root, qemu, bpftrace and a
// build (npm run build).
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { runInGuest } from "../scripts/guest/boot.mjs";
import { prepareKernel } from "../scripts/guest/kernel.mjs";
import { tableOf, writeSection } from "./section.mjs";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const RESULT = "wildcards.json";
const KEPT = "/run/skep"; // in the guest
const GOAL = 5; // times bpftrace's speed
const PROBES = "/sys/kernel/debug/kprobes/list"; // those that the kernel still has
const FREED_LIMIT_S = 60;
const ENDS = "interval:ms:100 { exit(); }";

// biome-ignore format: one script per line; nothing is traced but the guest's first process, which sleeps
const SCRIPTS = [
  { name: "bare",                                script: ENDS },
  { name: "`kprobe:vfs_* { @[probe] = count(); }`", script: `kprobe:vfs_* /pid == 1/ { @[probe] = count(); } ${ENDS}` },
  { name: "`kprobe:vfs_* { @ = count(); }`",     script: `kprobe:vfs_* /pid == 1/ { @ = count(); } ${ENDS}` },
];

const { values } = parseArgs({
  options: {
    kernel: { type: "string", short: "k", multiple: true, default: ["6.1", "6.12"] },
    runs: { type: "string", default: "3" },
    write: { type: "boolean", default: false },
    inside: { type: "boolean", default: false },
  },
});
const RUNS = Number(values.runs);
const least = (list) => Math.min(...list); // waiting for a file makes a run longer, nothing makes it shorter

function seconds([command, ...args]) {
  const started = performance.now();
  const done = spawnSync(command, args, { encoding: "utf8" });
  if (done.status !== 0) throw new Error(`${command}: ${done.stderr}`);
  return (performance.now() - started) / 1000;
}

/** Waits until the kernel has freed the probes of the run before; the seconds. */
function untilFreed() {
  const started = performance.now();
  const waited = () => (performance.now() - started) / 1000;
  const pause = new Int32Array(new SharedArrayBuffer(4));
  while (readFileSync(PROBES, "utf8") !== "") {
    if (waited() > FREED_LIMIT_S) throw new Error(`probes are left:\n${readFileSync(PROBES, "utf8")}`);
    Atomics.wait(pause, 0, 0, 20);
  }
  return waited();
}

/** In the guest: seconds of each run, by contender and script. */
function measure() {
  const skep = (script) => [process.execPath, join(ROOT, "bin/skep.cjs"), "-e", script];
  const contenders = {
    first: (script) => {
      rmSync(KEPT, { recursive: true, force: true });
      return skep(script);
    },
    again: skep,
    bpftrace: (script) => ["bpftrace", "-e", script],
  };
  const taken = { first: {}, again: {}, bpftrace: {}, freed: {} };
  for (let run = 0; run <= RUNS; run++)
    for (const { name, script } of run === 0 ? SCRIPTS.slice(0, 1) : SCRIPTS)
      for (const [who, command] of Object.entries(contenders)) {
        const took = seconds(command(script));
        const freed = untilFreed();
        console.log(
          `${who}, ${name}: ${took.toFixed(2)} s, and the kernel was done ${freed.toFixed(2)} s later`,
        );
        if (run === 0) continue; // the first of each reads its files
        taken[who][name] ??= [];
        taken[who][name].push(took);
        if (who !== "again") continue;
        taken.freed[name] ??= [];
        taken.freed[name].push(freed);
      }
  writeFileSync(join("/run/job/results", RESULT), JSON.stringify(taken));
}

async function rowsOf(series) {
  const folder = mkdtempSync(join(tmpdir(), "skep-wildcards-"));
  try {
    const kernel = prepareKernel(series);
    const command = [process.execPath, fileURLToPath(import.meta.url), "--inside", "--runs", String(RUNS)];
    const onOutput = (chunk) => process.stdout.write(chunk);
    const options = {
      limitSeconds: 900,
      countInstructions: true,
      onOutput,
      resultsFolder: folder,
      results: [RESULT],
    };
    const end = await runInGuest(kernel, command, options);
    if (end.status !== 0) throw new Error(`${kernel.version}: ${end.trouble ?? `status ${end.status}`}`);
    const { first, again, bpftrace, freed } = JSON.parse(readFileSync(join(folder, RESULT), "utf8"));
    const added = (runs, name) => least(runs[name]) - least(runs.bare);
    return SCRIPTS.slice(1).map(({ name }) => {
      const all = [first, again, bpftrace];
      const [cold, warm, other] = all.map((runs) => added(runs, name));
      return [
        `${name}, Linux ${series}`,
        `${cold.toFixed(2)} / ${warm.toFixed(2)} s`,
        `${other.toFixed(2)} s`,
        `${(other / cold).toFixed(1)} / ${(other / warm).toFixed(1)} x`,
        `${all.map((runs) => least(runs[name]).toFixed(2)).join(" / ")} s`,
        `${least(freed[name]).toFixed(2)} s`,
      ];
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const TEXT = `Written by \`node bench/guest-wildcards.mjs --write\`: attaching to all functions that a pattern names, and being gone again, in
emulated machines of one processor, without what a script of no kprobe takes (whole runs are beside it). A second is 500
million instructions, or as long as the kernel's own timers are waited for. The goal is ${GOAL} times bpftrace's speed. Which
functions a pattern matches, and where they are, skep keeps in /run/skep until the next boot: a first run has to learn it,
one that comes again has not. Each run starts when the kernel has freed the probes of the one before; how long after
the end of skep's runs that was is in the last column (bpftrace waits for it).`;

const WHY = `Linux 6.12 links many functions at once, and so does bpftrace as long as it need not tell them apart. Debian's 6.1 cannot
(it has no \`CONFIG_FPROBE\`): there both open one perf event for each function, which takes that kernel 14 ms here, whether the
function is given by name or by address, since it goes through its list of 36,000 functions several times. The difference is
detaching. bpftrace closes its events one after the other, each of which waits; skep tells its programs to do nothing any
more, waits for one grace period, and leaves the events to a child process, with which the kernel is done later.

On 6.1 what is left of skep's time is the kernel's: a C program that only opens and links those 73 events needs 1.05 s,
without detaching: \`{ @ = count(); }\` cannot be five times as fast as bpftrace there. Nearly all of the 14 ms is ftrace going
through its 36,000 records, which threads or another order of the calls would not shorten (judged by a profile, not timed); a probe behind a function's first
instruction, which needs no ftrace, takes 8 to 28 ms, since the kernel waits for what optimizes such probes.

On 6.12 the kernel takes 13 ms to link those 78 functions by address, 66 ms by name, and 47 ms to close the link, as a C program
measures it. A first run lets a program walk the kernel's symbols (6.12: 216 ms for 155,000 of them, 6.1: 115 ms for 89,000) and
reads ftrace's records; bpftrace lets the kernel print its list of functions in each run (600 to 800 ms, and 420 ms).`;

if (values.inside) measure();
else {
  const rows = [
    [
      "probe",
      "skep, first / again",
      "bpftrace",
      "faster",
      "whole runs: first / again / bpftrace",
      "freed after",
    ],
  ];
  for (const series of values.kernel) rows.push(...(await rowsOf(series)));
  const table = tableOf(rows);
  console.log(table);
  if (values.write)
    writeSection(
      join(ROOT, "docs/benchmarks.md"),
      "Wildcards of kernel functions",
      [TEXT, table, WHY].join("\n\n"),
    );
}
