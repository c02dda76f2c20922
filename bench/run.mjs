#!/usr/bin/env node
// npm run bench [-- --only NAME]... [--slow-peers] [--runs N] [--no-write]
//
// Measures Skep against Debian's bpftrace in one run, prints the table and writes docs/benchmarks.md. Needs root, gcc
// and, for the comparisons, bpftrace. Only the bench's own workload process is traced; kernel.bpf_stats_enabled is put
// back. --slow-peers also takes the measure for which bpftrace needs half a minute. `--only vm` measures the machine alone.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, release, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import * as measures from "./measures.mjs";
import { compileWorkload, killAll, startWorkload } from "./processes.mjs";
import { sectionsOf } from "./section.mjs";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];
const STATS = "/proc/sys/kernel/bpf_stats_enabled";
const OPENSNOOP = "/usr/sbin/opensnoop"; // of libbpf-tools; BCC's has another name on Debian

// `goal`: the most (or least) that Skep may take, as a multiple of bpftrace's value or as a number in the unit.
// biome-ignore format: one measure per line
const MEASURES = [
  { name: "first-event",  what: "exec to first event seen, one-liner on openat",          unit: "ms",      run: measures.firstEvent,     goal: { times: 0.7 },  runs: 9 },
  { name: "begin-exit",   what: "`BEGIN { exit(); }` to exit",                            unit: "ms",      run: measures.beginToExit,    goal: { times: 0.4 },  runs: 9 },
  { name: "memory",       what: "peak RSS, same one-liner",                               unit: "MiB",     run: measures.peakMemory,     goal: { times: 0.75 }, runs: 3 },
  { name: "ns-open",      what: "BPF time per event, openat + printf",                    unit: "ns",      run: measures.nsOpen,         goal: { times: 0.08 }, runs: 3, stats: true },
  { name: "ns-count",     what: "BPF time per event, `@[comm] = count()` on raw_syscalls", unit: "ns",     run: measures.nsCount,        goal: { times: 0.6 },  runs: 3, stats: true },
  { name: "ns-latency",   what: "BPF time per call, `@start[tid]` and `hist(nsecs - @start[tid])`", unit: "ns", run: measures.nsLatency, goal: { times: 0.6 },  runs: 3, stats: true },
  { name: "slow-down",    what: "slow-down of a loop that opens a file, traced with printf", unit: "x",    run: measures.slowDown,       goal: { atMost: 1.7 }, runs: 3 },
  { name: "lines",        what: "lines per second to a file, none lost",                  unit: "lines/s", run: measures.linesPerSecond, goal: { atLeastTimes: 5 }, runs: 1 },
  { name: "event-line",   what: "event to its line, longest of 40",                       unit: "ms",      run: measures.eventToLine,    goal: { atMost: 50 },  runs: 1 },
  { name: "idle",         what: "processor time while no probe fires",                    unit: "%",       run: measures.idleCpu,        goal: { atMost: 0.5 }, runs: 1 },
  { name: "every-syscall", what: "`tracepoint:syscalls:sys_enter_*`, up and down again",  unit: "s",       run: measures.everySyscall,   goal: { atMost: 3 },   runs: 1, slowPeer: true },
  { name: "all-syscalls", what: "`tracepoint:syscalls:*`, up and down again",             unit: "s",       run: measures.everySyscallAndResult, goal: { times: 0.2 }, runs: 1, slowPeer: true },
  { name: "vfs",          what: "`kprobe:vfs_*`, up and down again (needs kprobes)",      unit: "s",       run: measures.fileFunctions,  goal: { times: 0.2 },  runs: 1, slowPeer: true },
];

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true, default: [] },
    runs: { type: "string" },
    "slow-peers": { type: "boolean", default: false },
    "no-write": { type: "boolean", default: false },
    "no-peers": { type: "boolean", default: false },
  },
});

/** In a mount namespace of its own with debugfs and tracefs, where bpftrace looks for them. */
async function reenter() {
  const mounts = "mount -t debugfs debugfs /sys/kernel/debug; mount -t tracefs tracefs /sys/kernel/tracing";
  const script = `(${mounts}) 2>/dev/null; exec "$@"`;
  const again = [process.execPath, ...process.argv.slice(1)];
  const child = spawn("unshare", ["-m", "--propagation", "private", "sh", "-c", script, "-", ...again], {
    stdio: "inherit",
    env: { ...process.env, SKEP_BENCH: "1" },
  });
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal));
  process.exitCode = await new Promise((resolve) => child.on("exit", (status) => resolve(status ?? 1)));
}

/**
 * Who takes part. `command` gives the words that run a script, or undefined where the contender has nothing like it;
 * `redirects`: it cannot write to a file by itself, so its standard output is one.
 */
function contenders() {
  const scripted =
    (program) =>
    ({ script, file }) => [program, "-q", ...(file ? ["-o", file] : []), "-e", script];
  const all = [{ name: "skep", command: scripted(join(ROOT, "bin/skep.cjs")) }];
  const bpftrace = spawnSync("bpftrace", ["--version"], { encoding: "utf8" });
  if (values["no-peers"]) return all;
  if (bpftrace.status === 0)
    all.push({ name: "bpftrace", version: bpftrace.stdout.trim(), command: scripted("bpftrace") });
  if (existsSync(OPENSNOOP)) {
    // Into a pipe it would print whole blocks only.
    const words = (file) => (file ? [OPENSNOOP] : ["stdbuf", "-oL", OPENSNOOP]);
    const command = ({ name, pid, file }) =>
      name === "open" ? [...words(file), "-p", String(pid)] : undefined;
    all.push({ name: "libbpf-tools", command, redirects: true });
  }
  return all;
}

/** Median of some runs of each contender, taken in turns, so that a busy minute hurts both. */
async function measure(item, all, bench) {
  const taken = Object.fromEntries(all.map(({ name }) => [name, []]));
  const failed = {};
  const runs = Number(values.runs ?? item.runs);
  for (let i = 0; i < runs; i++) {
    for (const contender of all) {
      if (failed[contender.name] || (item.slowPeer && contender.name !== "skep" && !values["slow-peers"]))
        continue;
      try {
        taken[contender.name].push(await item.run(contender, bench));
      } catch (error) {
        failed[contender.name] = error instanceof measures.NotOffered ? "-" : error.message.split("\n")[0];
      }
    }
  }
  const value = (name) => (taken[name]?.length > 0 ? measures.median(taken[name]) : undefined);
  return { ...item, skep: value("skep"), bpftrace: value("bpftrace"), libbpf: value("libbpf-tools"), failed };
}

const digits = (value) => (value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3));
const shown = (value, unit) => (value === undefined ? "-" : `${digits(value)} ${unit}`);

function verdict({ goal, skep, bpftrace, failed }) {
  if (skep === undefined) return `failed: ${failed.skep}`;
  if (goal.atMost !== undefined)
    return skep <= goal.atMost ? "ok" : `miss (${digits(skep / goal.atMost)} x the goal)`;
  if (bpftrace === undefined)
    return failed.bpftrace ? `bpftrace failed: ${failed.bpftrace}` : "no bpftrace to compare with";
  const ratio = skep / bpftrace;
  if (goal.times !== undefined) return ratio <= goal.times ? "ok" : "miss";
  return ratio >= goal.atLeastTimes ? "ok" : "miss";
}

function goalText({ goal, unit }) {
  if (goal.atMost !== undefined) return `<= ${goal.atMost} ${unit}`;
  return goal.times !== undefined ? `<= ${goal.times} x bpftrace` : `>= ${goal.atLeastTimes} x bpftrace`;
}

function row(result) {
  const ratio =
    result.skep !== undefined && result.bpftrace !== undefined ? digits(result.skep / result.bpftrace) : "-";
  const { what, unit } = result;
  return [
    what,
    shown(result.skep, unit),
    shown(result.bpftrace, unit),
    shown(result.libbpf, unit),
    ratio,
    goalText(result),
    verdict(result),
  ];
}

function page(rows, all) {
  const peer = all.find(({ name }) => name === "bpftrace")?.version ?? "no bpftrace";
  const machine = `Linux ${release().split("-")[0]}, ${cpus().length} x ${cpus()[0]?.model.trim()}, Node ${process.version}, ${peer}`;
  const table = [
    ["measure", "skep", "bpftrace", "libbpf-tools", "skep / bpftrace", "goal", ""],
    Array(7).fill("---"),
    ...rows,
  ];
  return `# Benchmarks

Written by \`npm run bench -- --slow-peers\`; each value is the median of runs that took turns with bpftrace's on the same machine.
Trust the ratios, not the numbers: they were taken on ${machine}.

${table.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}

How each is taken is described in \`bench/measures.mjs\`. BPF times are the kernel's own (\`kernel.bpf_stats_enabled\`), its
statistics included.
`;
}

async function main() {
  if (process.getuid() !== 0) throw new Error("needs root: sudo npm run bench");
  if (!process.env.SKEP_BENCH) return await reenter();
  const all = contenders();
  const folder = mkdtempSync(join(tmpdir(), "skep-bench-"));
  const statsBefore = readFileSync(STATS, "utf8");
  const workload = await startWorkload(compileWorkload(folder));
  const rows = [];
  process.on("exit", () => {
    writeFileSync(STATS, statsBefore);
    killAll();
    rmSync(folder, { recursive: true, force: true });
  });
  for (const signal of SIGNALS) process.on(signal, () => process.exit(1));
  for (const item of MEASURES.filter(({ name }) => values.only.length === 0 || values.only.includes(name))) {
    writeFileSync(STATS, item.stats ? "1" : "0");
    const result = await measure(item, all, { workload, folder });
    const cells = row(result);
    rows.push(cells);
    console.log(`${item.name.padEnd(14)} ${cells.slice(1).join("  |  ")}`);
    for (const [name, why] of Object.entries(result.failed))
      if (name !== "skep" && why !== "-") console.log(`${"".padEnd(14)} ${name} failed: ${why}`);
  }
  const file = join(ROOT, "docs/benchmarks.md");
  for (const name of ["vm", "library", "commands", "compile"]) {
    if (values.only.length > 0 && !values.only.includes(name)) continue;
    const write = values["no-write"] || values.only.length > 0 ? [] : ["--write"];
    spawnSync(process.execPath, [join(ROOT, `bench/${name}.mjs`), ...write], { stdio: "inherit" });
  }
  if (values.only.length === 0 && !values["no-write"]) {
    const others = existsSync(file) ? sectionsOf(readFileSync(file, "utf8")) : [];
    writeFileSync(file, [page(rows, all), ...others].join("\n"));
    console.log(`wrote ${file}`);
  }
  process.exit(0);
}

if (!existsSync(STATS)) throw new Error("this kernel counts no BPF run time (kernel.bpf_stats_enabled)");
if (!spawnSync("gcc", ["--version"]).stdout) throw new Error("needs gcc for the workload");
await main();
