#!/usr/bin/env node
// node bench/verify.mjs [--write]
//
// The verifier of `skep/verify` against the kernel's own (BPF_PROG_LOAD as root; elsewhere that column is empty): the same
// programs in the same run, processor time of ours, the kernel's own clock of its (log level 4), the best of several.
// --write puts the table into docs/benchmarks.md.
import { release } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { importSources } from "../scripts/import-sources.mjs";
import { tableOf, writeSection } from "./section.mjs";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const LEAST_PER_SECOND = 150_000;
const MOST = { tracingMs: 10, longestMs: 15_000, memoryMiB: 1536 };
const ENTRY = `
export { verifyProgram } from "./src/verify/public.ts";
export { OracleMaps, askKernel } from "./test/kernel/verify-oracle.ts";
export { BENCHMARK_MAP, VERIFY_BENCHMARKS, countedLoop } from "./test/support/verify-benchmarks.ts";
`;

const { verifyProgram, OracleMaps, askKernel, BENCHMARK_MAP, VERIFY_BENCHMARKS, countedLoop } =
  await importSources(ENTRY);

const surroundings = { maps: [BENCHMARK_MAP], license: "GPL" };
const verdict = (isMet) => (isMet ? "ok" : "miss");
let maps;
try {
  maps = new OracleMaps([BENCHMARK_MAP]);
} catch (error) {
  console.error(`no comparison with the kernel: ${error.message}`);
}

/** Milliseconds of processor time, and what it said; the best of `times`. */
function ours(program, times) {
  let best = Number.POSITIVE_INFINITY;
  let result;
  for (let i = 0; i < times; i++) {
    const before = process.cpuUsage();
    result = verifyProgram(program, surroundings);
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1000);
  }
  return { ms: best, result };
}

/** Milliseconds by the kernel's clock, and what it said. */
function kernels(program, times) {
  if (maps === undefined) return undefined;
  let best = Number.POSITIVE_INFINITY;
  let said;
  for (let i = 0; i < times; i++) {
    said = askKernel(program, maps);
    const took = /verification time (\d+) usec/.exec(said.log)?.[1];
    if (took === undefined) return undefined;
    best = Math.min(best, Number(took) / 1000);
  }
  const insns = Number(/processed (\d+) insns/.exec(said.log)?.[1]);
  return { ms: best, insns, accepted: said.accepted };
}

for (let i = 0; i < 300; i++) verifyProgram(VERIFY_BENCHMARKS[0].program, surroundings);
const rows = [
  [
    "program",
    "instructions followed",
    "ours, ms",
    "per second",
    "the kernel's, ms",
    "followed",
    "ours / kernel",
    "goal",
    "",
  ],
];
for (const { name, program } of VERIFY_BENCHMARKS) {
  const { ms, result } = ours(program, program.insns.length < 300 && !name.includes("loop") ? 50 : 3);
  const kernel = kernels(program, 5);
  if (kernel && kernel.accepted !== result.ok) console.error(`${name}: the verdicts differ`);
  const followed = result.stats.insnsProcessed;
  const isSmall = name.startsWith("tracing");
  const perSecond = (followed / ms) * 1000;
  const isMet = isSmall ? ms <= MOST.tracingMs : perSecond >= LEAST_PER_SECOND && ms <= MOST.longestMs;
  rows.push([
    `${name}: ${result.ok ? "accepted" : "refused"}`,
    followed.toLocaleString("en"),
    ms.toFixed(2),
    Math.round(perSecond).toLocaleString("en"),
    kernel ? kernel.ms.toFixed(2) : "-",
    kernel ? kernel.insns.toLocaleString("en") : "-",
    kernel ? (ms / kernel.ms).toFixed(1) : "-",
    isSmall ? `<= ${MOST.tracingMs} ms` : `>= ${LEAST_PER_SECOND.toLocaleString("en")} per second`,
    verdict(isMet),
  ]);
}
const [short, long] = [15_000, 150_000].map((rounds) => ours(countedLoop(rounds), 3).ms);
const memory = process.resourceUsage().maxRSS / 1024;
const lines = [
  ["", "", "goal", ""],
  [
    "ten times the rounds take",
    `${(long / short).toFixed(1)} times as long`,
    "<= 13",
    verdict(long <= 13 * short),
  ],
  ["most memory", `${memory.toFixed(0)} MiB`, `<= ${MOST.memoryMiB}`, verdict(memory <= MOST.memoryMiB)],
];
maps?.[Symbol.dispose]();

const tables = [rows, lines].map(tableOf).join("\n\n");
console.log(tables);
if (process.argv.includes("--write"))
  writeSection(
    join(ROOT, "docs/benchmarks.md"),
    "The verifier (`skep/verify`)",
    `Written by \`node bench/verify.mjs --write\`, on Linux ${release().split("-")[0]}, Node ${process.version}: processor time of ours, the
kernel's own clock of its verifier, in one run.

${tables}`,
  );
