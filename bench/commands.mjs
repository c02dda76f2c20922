#!/usr/bin/env node
// node bench/commands.mjs [--runs N] [--write]
//
// Commands that write much, against bpftool: a map of a million entries as JSON (bare bytes, numbers and structs by their
// types), and the kernel's types as C, as text and as JSON. Whole runs, from exec to exit, into a file in memory; the two take turns. What is
// compared is processor time, of all threads; the clock's is shown beside it, since other work on the machine moves that.
// --write puts the table into docs/benchmarks.md. Needs root and bpftool; makes maps of its own, which go with it.
import { spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, statSync } from "node:fs";
import { release, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { importSources } from "../scripts/import-sources.mjs";
import { tableOf, writeSection } from "./section.mjs";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const SKEP = join(ROOT, "bin/skep.cjs");
const ENTRIES = 1_000_000;
const { values } = parseArgs({
  options: { runs: { type: "string", default: "5" }, write: { type: "boolean", default: false } },
});
const RUNS = Number(values.runs);
const ENTRY = `
export { openKernel } from "./src/linux/syscall.ts";
export { createMap } from "./src/linux/bpf-map.ts";
export { loadBtf } from "./src/linux/bpf-prog.ts";
export { mapOf } from "./src/linux/open.ts";
export { BtfBuilder } from "./src/btf/encode.ts";
`;

const folder = mkdtempSync(existsSync("/dev/shm") ? "/dev/shm/skep-bench-" : join(tmpdir(), "skep-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const { BtfBuilder, createMap, loadBtf, mapOf, openKernel } = await importSources(ENTRY);

const kernel = openKernel();

/** Types of keys and values: u32, u64, and a struct as tracing tools keep it. */
function types() {
  const b = new BtfBuilder();
  const [u32, u64, int] = [b.addInt(4, false), b.addInt(8, false), b.addInt(4, true)];
  const members = [
    ["count", u64, 0],
    ["ns", u64, 64],
    ["comm", b.addArray(b.addChar(), 16), 128],
    ["pid", u32, 256],
    ["ret", int, 288],
  ].map(([name, type, bitOffset]) => ({ name, type, bitOffset }));
  const event = b.add({ kind: "struct", name: "event", bytes: 40, members });
  return { btf: loadBtf(kernel, b.finish()), u32, u64, event };
}

/** A full hash table; what is in it differs from entry to entry. */
function fullMap(name, valueSize, typed) {
  const fd = createMap(kernel, { name, type: 1, keySize: 4, valueSize, maxEntries: ENTRIES, ...typed });
  const map = mapOf(kernel, fd);
  const keys = Uint32Array.from({ length: ENTRIES }, (_, i) => i);
  const bytes = new Uint8Array(ENTRIES * valueSize);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < ENTRIES; i++)
    for (let at = 0; at + 8 <= valueSize; at += 8)
      if (valueSize === 40 && (at === 16 || at === 24)) bytes.set(COMM, i * valueSize + 16);
      else view.setBigUint64(i * valueSize + at, BigInt(i) * 977n * BigInt(at + 1), true);
  map.updateAll(new Uint8Array(keys.buffer), bytes);
  return map;
}

const COMM = new TextEncoder().encode("postgres: write");
const NO_CERTIFICATES = { ...process.env, NODE_EXTRA_CA_CERTS: "" };

/** Seconds of the clock and of the processor that a run took, and the bytes that it wrote. */
function timed(words) {
  const path = join(folder, "out");
  const out = openSync(path, "w");
  const [command, ...args] = words;
  const started = performance.now();
  // The shell's times tell the child's processor time apart from ours.
  const script = '"$@"; status=$?; times >&2; exit $status';
  const done = spawnSync("sh", ["-c", script, "-", command, ...args], {
    stdio: ["ignore", out, "pipe"],
    encoding: "utf8",
    env: NO_CERTIFICATES,
  });
  const seconds = (performance.now() - started) / 1000;
  closeSync(out);
  if (done.status !== 0) throw new Error(`${words.join(" ")}: ${done.stderr}`);
  const cpu = [...done.stderr.matchAll(/(\d+)m([\d.]+)s/g)].slice(-2);
  const processor = cpu.reduce((sum, [, m, s]) => sum + Number(m) * 60 + Number(s), 0);
  return { seconds, processor, bytes: statSync(path).size };
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

function compare({ what, ours, theirs, most }) {
  const taken = { ours: [], theirs: [] };
  for (let i = 0; i < RUNS; i++) {
    taken.ours.push(timed(ours));
    taken.theirs.push(timed(theirs));
  }
  const of = (side, key) => median(taken[side].map((run) => run[key]));
  const [mine, other] = [of("ours", "seconds"), of("theirs", "seconds")];
  const processors = [of("ours", "processor"), of("theirs", "processor")];
  const ratio = mine / other; // the goal is about what the user waits for
  const row = [
    what,
    `${mine.toFixed(2)} s`,
    `${other.toFixed(2)} s`,
    ratio.toFixed(2),
    `${processors[0].toFixed(2)} / ${processors[1].toFixed(2)} s`,
    (processors[0] / processors[1]).toFixed(2),
    `<= ${most}`,
    ratio <= most ? "ok" : "miss",
  ];
  console.log(row.join("  |  "));
  return row;
}

if (process.getuid() !== 0) throw new Error("needs root");
if (spawnSync("bpftool", ["version"]).status !== 0) throw new Error("needs bpftool");
const { btf, u32, u64, event } = types();
const rows = [["measure", "skep", "bpftool", "skep / bpftool", "processor time", "skep / bpftool", "goal", ""]];
const dump = (map, what) => {
  const id = String(map.id);
  rows.push(
    compare({
      what: `a map of 1,000,000 entries as JSON, ${what}`,
      ours: [SKEP, "map", "dump", "id", id, "--json"],
      theirs: ["bpftool", "-j", "map", "dump", "id", id],
      most: 0.25,
    }),
  );
  map[Symbol.dispose]();
};
dump(fullMap("bench_plain", 8), "8 bytes without types");
dump(fullMap("bench_typed", 8, { btf, btfKey: u32, btfValue: u64 }), "u32 to u64 by their types");
dump(fullMap("bench_struct", 40, { btf, btfKey: u32, btfValue: event }), "u32 to a struct of 40 bytes");
// biome-ignore format: one case per line
const FORMS = [
  { what: "C",                  ours: ["--format", "c"],            theirs: [],     form: ["format", "c"], most: 1.5 },
  { what: "a line per part",    ours: ["--format", "raw"],          theirs: [],     form: [],              most: 1.5 },
  { what: "JSON",               ours: ["--format", "raw", "--json"], theirs: ["-j"], form: [],              most: 2 },
];
for (const { what, ours, theirs, form, most } of FORMS)
  rows.push(
    compare({
      what: `the kernel's types as ${what}`,
      ours: [SKEP, "btf", "dump", ...ours],
      theirs: ["bpftool", ...theirs, "btf", "dump", "file", "/sys/kernel/btf/vmlinux", ...form],
      most,
    }),
  );
if (values.write)
  writeSection(
    join(ROOT, "docs/benchmarks.md"),
    "Commands that write much",
    `Written by \`node bench/commands.mjs --write\`, on Linux ${release().split("-")[0]}, Node ${process.version}; medians of ${RUNS} whole runs that took turns with
bpftool's, from exec to exit, into a file in memory. Processor time is that of all threads: V8 compiles beside the work.

${tableOf(rows)}`,
  );
process.exit(0);
