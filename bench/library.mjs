#!/usr/bin/env node
// node bench/library.mjs [--write] [--runs N]: the library against a C program on libbpf, in turns on the same machine;
// `npm run bench` runs it, too. Needs root, clang, gcc and libbpf's headers, and the built library. Times are of the
// processor, start of the process excluded: the machine may be busy. Only the bench's own processes are traced.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { tableOf, writeSection } from "./section.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const SOURCES = join(HERE, "library");
const RING_EVENTS = 233_000; // 72 bytes each, almost filling 16 MiB
const ROUNDS = 20;
const RATE = 500_000;
const SECONDS = 3;

const { values } = parseArgs({
  options: { write: { type: "boolean", default: false }, runs: { type: "string", default: "3" } },
});
const RUNS = Number(values.runs);

const folder = mkdtempSync(join(tmpdir(), "skep-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

function run(command, ...args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8", timeout: 120_000 });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}: ${stderr}`);
  return stdout;
}

const machine = process.arch === "arm64" ? "aarch64" : "x86_64";

function compileAll() {
  const out = {};
  for (const name of ["events", "plain", "core"]) {
    out[name] = join(folder, `${name}.o`);
    const include = ["-I", `/usr/include/${machine}-linux-gnu`];
    run(
      "clang",
      "-target",
      "bpf",
      "-g",
      "-O2",
      ...include,
      "-c",
      join(SOURCES, `${name}.bpf.c`),
      "-o",
      out[name],
    );
  }
  for (const [name, ...libraries] of [["consumer", "-lbpf"], ["caller"]]) {
    out[name] = join(folder, name);
    run("gcc", "-O2", join(SOURCES, `${name}.c`), "-o", out[name], ...libraries);
  }
  return out;
}

const files = compileAll();
const READER = [process.execPath, join(SOURCES, "reader.mjs")];
const CONSUMER = [files.consumer];

const answer = (words, ...args) =>
  JSON.parse(
    run(...words, ...args.map(String))
      .trim()
      .split("\n")
      .at(-1),
  );
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const times = (work) => Array.from({ length: RUNS }, work);

/** Millions of events per second of processor time. */
function drain(words, verb) {
  return median(times(() => 1000 / answer(words, verb, files.events, RING_EVENTS, ROUNDS).nsPerEvent));
}

/** Milliseconds of the first load in a process, and of a later one. */
function load(words, file) {
  const all = times(() => answer(words, "load", file, 20));
  return {
    first: median(all.map(([first]) => first)) / 1e6,
    later: median(all.map((list) => median(list.slice(10)))) / 1e6,
  };
}

/** Records that found no room at so many a second. */
async function loss(words, bytes) {
  const caller = spawn(files.caller, [String(RATE), String(SECONDS)], { stdio: ["pipe", "pipe", "inherit"] });
  const watcher = spawn(
    words[0],
    [...words.slice(1), "watch", files.events, caller.pid, SECONDS + 1, bytes].map(String),
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  let text = "";
  let started = false;
  watcher.stdout.setEncoding("utf8").on("data", (chunk) => {
    text += chunk;
    if (started || !text.includes("ready")) return;
    started = true;
    caller.stdin.write("\n");
  });
  const status = await new Promise((resolve) => watcher.on("exit", resolve));
  caller.kill();
  if (status !== 0) throw new Error(`${words.join(" ")} watch ended with ${status}`);
  return JSON.parse(text.trim().split("\n").at(-1));
}

const fixed = (value, digits = 2) => value.toFixed(digits);
const ok = (holds) => (holds ? "ok" : "miss");

async function main() {
  const c = drain(CONSUMER, "drain");
  const each = drain(READER, "each");
  const batches = drain(READER, "batches");
  const mine = await loss(READER, 0);
  const theirs = await loss(CONSUMER, 0);
  const loads = ["plain", "core"].map((name) => ({
    name,
    mine: load(READER, files[name]),
    theirs: load(CONSUMER, files[name]),
  }));
  const rows = [
    ["measure", "skep", "libbpf, C", "goal", ""],
    [
      "draining a full ring of 64-byte events, `for await`",
      `${fixed(each)} M/s`,
      `${fixed(c)} M/s`,
      ">= 5 M/s",
      ok(each >= 5),
    ],
    ["the same in batches", `${fixed(batches)} M/s`, `${fixed(c)} M/s`, ">= 5 M/s", ok(batches >= 5)],
    [
      `lost of ${(mine.sent + mine.dropped).toLocaleString("en")} and ${(theirs.sent + theirs.dropped).toLocaleString("en")} events, up to ${RATE.toLocaleString("en")} a second, ring of 16 MiB`,
      String(mine.dropped),
      String(theirs.dropped),
      "none where C has none",
      ok(mine.dropped === 0 || theirs.dropped > 0),
    ],
    ...loads.flatMap(({ name, mine: m, theirs: t }) => {
      const what = name === "core" ? "open, relocate (CO-RE), load" : "open, load, without relocations";
      return [
        [
          `${what}: first in the process`,
          `${fixed(m.first)} ms`,
          `${fixed(t.first)} ms`,
          "<= 2 x libbpf",
          ok(m.first <= 2 * t.first),
        ],
        [
          `${what}: again`,
          `${fixed(m.later)} ms`,
          `${fixed(t.later)} ms`,
          "<= 2 x libbpf",
          ok(m.later <= 2 * t.later),
        ],
      ];
    }),
  ];
  for (const row of rows) console.log(row.join("  |  "));
  if (!values.write) return;
  const text = `Written by \`node bench/library.mjs --write\`: the library of [library.md](library.md) and a C program on libbpf do
the same with the same objects, in turns. Times are of the processor, start of the process excluded. The first load in a
process is mostly V8 compiling the library.

${tableOf(rows)}`;
  writeSection(join(HERE, "../docs/benchmarks.md"), "The library", text);
}

if (process.getuid() !== 0) throw new Error("needs root");
if (!existsSync(join(HERE, "../dist/lib/index.js"))) throw new Error("needs the built library: npm run build");
await main();
