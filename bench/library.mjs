#!/usr/bin/env node
// node bench/library.mjs [--write] [--runs N]: the library against a C program on libbpf, in turns on the same machine;
// `npm run bench` runs it, too. Needs root, clang, gcc and libbpf's headers, and the built library. Times are of the
// processor, start of the process excluded: the machine may be busy. Only the bench's own programs are run.
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
/** Bytes: 7 ms of such events, and 466 ms. */
const RINGS = [
  { bytes: 1 << 18, thread: false },
  { bytes: 1 << 18, thread: true },
  { bytes: 1 << 24, thread: false },
];

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
  for (const [name, source, ...defines] of [
    ["events", "events"],
    ["plain", "one-program"],
    ["core", "one-program", "-DFITTED"],
  ]) {
    out[name] = join(folder, `${name}.o`);
    const include = ["-I", `/usr/include/${machine}-linux-gnu`];
    run(
      "clang",
      "-target",
      "bpf",
      "-g",
      "-O2",
      ...include,
      ...defines,
      "-c",
      join(SOURCES, `${source}.bpf.c`),
      "-o",
      out[name],
    );
  }
  for (const [name, ...libraries] of [
    ["consumer", "-lbpf"],
    ["producer", "-lbpf"],
  ]) {
    out[name] = join(folder, name);
    run("gcc", "-O2", join(SOURCES, `${name}.c`), "-o", out[name], ...libraries);
  }
  return out;
}

const files = compileAll();
const READER = [process.execPath, join(SOURCES, "reader.mjs")];
const THREADED = [...READER, "--thread"];
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

/** Who reads in time is the question, not who is given the processor on a busy machine. */
const AT_ONCE = ["nice", "-n", "-19"];

function started(words, ...stdio) {
  const [command, ...rest] = [...AT_ONCE, ...words].map(String);
  return spawn(command, rest, { stdio: [...stdio, "inherit"] });
}

/** What was sent and lost at so many events a second, which one process sends and another reads. */
async function loss(words, bytes) {
  const watcher = started([...words, "watch", files.events, SECONDS + 1, bytes], "ignore", "pipe");
  let text = "";
  let producer;
  watcher.stdout.setEncoding("utf8").on("data", (chunk) => {
    text += chunk;
    if (producer !== undefined || !text.includes("\n")) return;
    const { program } = JSON.parse(text.split("\n")[0]);
    producer = started([files.producer, program, RATE, SECONDS], "pipe", "ignore");
    producer.stdin.end("\n");
  });
  const status = await new Promise((resolve) => watcher.on("exit", resolve));
  producer?.kill();
  if (status !== 0) throw new Error(`${words.join(" ")} watch ended with ${status}`);
  const { events, sent, dropped } = JSON.parse(text.trim().split("\n").at(-1));
  if (events !== sent) throw new Error(`${words.join(" ")}: ${sent} events were sent, ${events} read`);
  return { perSecond: (sent + dropped) / SECONDS, sent, dropped };
}

/** Both in turns, several times: sums. */
async function losses({ bytes, thread }) {
  const sums = { mine: { perSecond: 0, dropped: 0 }, theirs: { perSecond: 0, dropped: 0 } };
  for (let i = 0; i < RUNS; i++)
    for (const [who, words] of [
      ["mine", thread ? THREADED : READER],
      ["theirs", CONSUMER],
    ]) {
      const { perSecond, dropped } = await loss(words, bytes);
      sums[who].perSecond += perSecond / RUNS;
      sums[who].dropped += dropped;
    }
  return sums;
}

const fixed = (value, digits = 2) => value.toFixed(digits);
const thousands = (value) => Math.round(value).toLocaleString("en");
const ok = (holds) => (holds ? "ok" : "miss");

async function main() {
  const c = drain(CONSUMER, "drain");
  const each = drain(READER, "each");
  const batches = drain(READER, "batches");
  const threaded = { each: drain(THREADED, "each"), batches: drain(THREADED, "batches") };
  const lost = [];
  for (const ring of RINGS) lost.push({ ...ring, ...(await losses(ring)) });
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
    ...Object.entries(threaded).map(([how, rate]) => [
      `with the ring's own thread, whose time counts, too: ${how === "each" ? "`for await`" : "batches"}`,
      `${fixed(rate)} M/s`,
      `${fixed(c)} M/s`,
      ">= 5 M/s",
      ok(rate >= 5),
    ]),
    ...lost.map(({ bytes, thread, mine, theirs }) => [
      `lost of ${RUNS * SECONDS} s of events, ${thousands(mine.perSecond)} and ${thousands(theirs.perSecond)} a second, ring of ${bytes / 1024} KiB${thread ? ", `thread: true`" : ""}`,
      String(mine.dropped),
      String(theirs.dropped),
      "none where C has none",
      ok(mine.dropped === 0 || theirs.dropped > 0),
    ]),
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
the same with the same objects, in turns. Times are of the processor, start of the process excluded: that is, with the
libraries opened, by the dynamic linker for C, by \`openLinux().kernel\` here. V8's compiled code lies beside the
library; what is left of the first load is its functions running for the first time. Events come from a third process that is paced; it and the readers have
the highest priority but real time, so that other work of the machine costs neither reader an event.

${tableOf(rows)}`;
  writeSection(join(HERE, "../docs/benchmarks.md"), "The library", text);
}

if (process.getuid() !== 0) throw new Error("needs root");
if (!existsSync(join(HERE, "../dist/node/index.js"))) throw new Error("needs the built library: npm run build");
await main();
