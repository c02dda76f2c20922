#!/usr/bin/env node
// node scripts/verify-agreement.mjs [--count N] [--seed N] [--show N] [--only KIND] [--one SEED] [--write]
//
// As root: loads generated programs and compares the kernel's verdict with ours. --seed: the first of the seeds.
// --show: prints that many programs of each kind of disagreement; --one: everything about the program of one seed;
// --follow: prints each disagreement when it is found; --trail FILE: holds the seed of the program that is loaded next, should the kernel not survive it; --write: puts the
// numbers into docs/agreement.md.
import { readFileSync, writeFileSync } from "node:fs";
import { release } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { importSources } from "./import-sources.mjs";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const ENTRY = `
export { compare, kernelSays } from "./test/kernel/verify-agreement.ts";
export { classNames, programsOf } from "./test/kernel/verify-classes.ts";
export { generate } from "./test/kernel/verify-generator.ts";
export { helperCalls, kinds } from "./test/kernel/verify-sweeps.ts";
export { OracleMaps, refusalLines } from "./test/kernel/verify-oracle.ts";
export { MAPS, TYPES_OF_PROGRAMS } from "./test/kernel/verify-maps.ts";
export { possibleCpus } from "./test/kernel/verify-cpus.ts";
export { kernelProfile } from "./src/verify/profile/profile.ts";
export { disassemble } from "./src/isa/disassemble.ts";
export { CALL_CODES } from "./src/verify/finding/codes-call.ts";
export { FLOW_CODES } from "./src/verify/finding/codes-flow.ts";
export { MEMORY_CODES } from "./src/verify/finding/codes-memory.ts";
export { RESOURCE_CODES } from "./src/verify/finding/codes-resource.ts";
export { VALUE_CODES } from "./src/verify/finding/codes-value.ts";
`;
const { values: options } = parseArgs({
  options: {
    count: { type: "string", default: "5000" },
    seed: { type: "string", default: "1" },
    show: { type: "string", default: "0" },
    only: { type: "string" },
    one: { type: "string" },
    profile: { type: "string" },
    class: { type: "string" },
    folder: { type: "string" },
    costs: { type: "boolean", default: false },
    unprivileged: { type: "boolean", default: false },
    strict: { type: "boolean", default: false },
    often: { type: "boolean", default: false },
    trail: { type: "string" },
    follow: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  },
});

const skep = await importSources(ENTRY);
const maps = new skep.OracleMaps(skep.MAPS, skep.TYPES_OF_PROGRAMS.btf);
const how = {
  possibleCpus: skep.possibleCpus(),
  profile: skep.kernelProfile(options.profile ?? release().match(/^\d+\.\d+/)[0]),
  ...(options.unprivileged && { privileged: false }),
  ...(options.strict && { strictAlignment: true }),
  ...(options.often && { compareOften: true }),
};

if (options.class === "helpers") runHelpers();
else if (options.class) runClasses();
else if (options.one) showOne(Number(options.one));
else await run();
maps[Symbol.dispose]();

function showOne(seed) {
  show(skep.generate(seed), `seed ${seed}`);
}

/** Instructions that each verifier follows, for programs that both accept. */
function noteCost(costs, program, { kind, kernel, ours }) {
  const theirs = Number(/^processed (\d+) insns/m.exec(kernel.log)?.[1]);
  if (kind === "both accept" && theirs > 0)
    costs.push({ theirs, ours: ours.stats.insnsProcessed, what: program.what });
}

function showCosts(costs) {
  if (costs.length === 0) return;
  const ratio = (one) => one.ours / one.theirs;
  const sorted = [...costs].sort((a, b) => ratio(a) - ratio(b));
  const at = (part) => ratio(sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))]).toFixed(2);
  const sum = (side) => costs.reduce((total, one) => total + one[side], 0);
  console.log(
    `instructions followed, ours to the kernel's: 10 % ${at(0.1)}, half ${at(0.5)}, 90 % ${at(0.9)}, 99 % ${at(0.99)}, most ${at(1)}; in all ${(sum("ours") / sum("theirs")).toFixed(2)}`,
  );
  if (!options.costs) return;
  for (const one of [...sorted].sort((a, b) => b.ours - b.theirs - (a.ours - a.theirs)).slice(0, 25))
    console.log(`${one.ours} to ${one.theirs}: ${one.what}`);
}

/** Every helper that programs of the types may call, called with nothing ready. */
function runHelpers() {
  const kinds = skep
    .kinds()
    .filter(({ type }) => ["socketFilter", "cgroupSkb", "xdp", "schedCls"].includes(type));
  for (const kind of kinds)
    for (const program of skep.helperCalls(kind)) {
      const outcome = skep.compare(program, maps, how);
      const other = outcome.kind === "both refuse" && !outcome.sameReason;
      if (other || outcome.kind.startsWith("false"))
        console.log(`${outcome.kind}: ${program.what}: ${outcome.about}`);
    }
}

/** Every program of the classes, and those on which the verifiers do not agree. */
function runClasses() {
  const kinds = new Map();
  const costs = [];
  const [wanted, which] = options.class.split(":");
  for (const name of skep.classNames(options.folder).filter((one) => wanted === "all" || one === wanted))
    for (const program of skep.programsOf(name, options.folder)) {
      if (which !== undefined) {
        if (program.what.includes(which)) show(program, program.what);
        continue;
      }
      const outcome = skep.compare(program, maps, how);
      noteCost(costs, program, outcome);
      kinds.set(outcome.kind, (kinds.get(outcome.kind) ?? 0) + 1);
      const other = outcome.kind === "both refuse" && !outcome.sameReason;
      if (other || !outcome.kind.startsWith("both"))
        console.log(`${other ? "other reason" : outcome.kind}: ${program.what}: ${outcome.about}`);
      else if (options.follow) console.log(`${outcome.kind}: ${program.what}: ${outcome.about}`);
    }
  for (const [kind, n] of kinds) console.log(`${String(n).padStart(7)} ${kind}`);
  showCosts(costs);
}

function show(program, seed) {
  const outcome = skep.compare(program, maps, how);
  console.log(`${seed}: ${program.type}, ${program.what}: ${outcome.kind} (${outcome.about})`);
  console.log(skep.disassemble(program.insns, { style: "kernel" }));
  const { ok, findings } = outcome.ours;
  console.log(
    "ours:",
    ok,
    findings.map(({ code, insnIndex, message }) => `${insnIndex} ${code} ${message}`),
  );
  console.log("kernel:", outcome.kernel.accepted, outcome.kernel.errno);
  console.log(skep.kernelSays(program, maps, how, 2).log.slice(-20000));
}

async function run() {
  const first = Number(options.seed);
  const kinds = new Map();
  const classes = new Map();
  const table = new Map();
  const costs = [];
  let sameReason = 0;
  const started = performance.now();
  for (let seed = first; seed < first + Number(options.count); seed++) {
    const program = skep.generate(seed);
    if (options.trail) writeFileSync(options.trail, `${seed}\n`);
    const outcome = skep.compare(program, maps, how);
    kinds.set(outcome.kind, (kinds.get(outcome.kind) ?? 0) + 1);
    noteCost(costs, { what: `seed ${seed}` }, outcome);
    if (outcome.sameReason) sameReason++;
    count(table, outcome);
    const kind = outcome.kind === "both refuse" && !outcome.sameReason ? "other reason" : outcome.kind;
    if (kind.startsWith("both")) continue;
    const key = `${kind}: ${outcome.about}`;
    if (options.follow) console.log(`${seed} ${key}`);
    const list = classes.get(key) ?? [];
    list.push(seed);
    classes.set(key, list);
  }
  console.log(`${options.count} programs in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  for (const [kind, n] of kinds) console.log(`${String(n).padStart(7)} ${kind}`);
  console.log(`${String(sameReason).padStart(7)} with the same reason`);
  for (const [key, seeds] of [...classes].sort((a, b) => b[1].length - a[1].length))
    if (!options.only || key.startsWith(options.only))
      console.log(`${String(seeds.length).padStart(5)} ${key}  [${seeds.slice(0, 6).join(" ")}]`);
  showCosts(costs);
  if (options.write) write(first, kinds, table, classes);
}

// Classes of checks, by the codes of findings that belong to them.
function classOf(code) {
  const classes = {
    "control flow and size": skep.FLOW_CODES,
    "values and pointers": skep.VALUE_CODES,
    memory: skep.MEMORY_CODES,
    calls: skep.CALL_CODES,
    "references, locks, sections": skep.RESOURCE_CODES,
  };
  return Object.keys(classes).find((name) => code in classes[name]) ?? "other";
}

function count(table, outcome) {
  if (outcome.kind === "both accept" || outcome.kind === "unasked") return;
  const code = outcome.kind === "false accept" ? outcome.kernelCodes[0] : outcome.ours.findings[0]?.code;
  const name = classOf(code ?? "");
  const row = table.get(name) ?? { refused: 0, same: 0, accepts: 0, rejects: 0 };
  if (outcome.kind === "both refuse") row.refused++;
  if (outcome.sameReason) row.same++;
  if (outcome.kind === "false accept") row.accepts++;
  if (outcome.kind === "false reject") row.rejects++;
  table.set(name, row);
}

/** Replaces the numbers in docs/agreement.md. */
function write(first, kinds, table, classes) {
  const n = (kind) => kinds.get(kind) ?? 0;
  const asked = Number(options.count) - n("unasked");
  const agree = n("both accept") + n("both refuse");
  const same = [...table.values()].reduce((sum, row) => sum + row.same, 0);
  const percent = (part, whole) => `${((100 * part) / whole).toFixed(2)} %`;
  const head = ["class of check", "refused by both", "for the same reason", "false accepts", "false rejects"];
  const rows = [...table].sort().map(([name, r]) => [name, r.refused, r.same, r.accepts, r.rejects]);
  const cells = [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
  const left = [...classes]
    .filter(([key]) => key.startsWith("false"))
    .map(([key, seeds]) => `- ${key} (seeds ${seeds.slice(0, 6).join(", ")})`);
  const text = `Linux ${release().split("-")[0]}, ${asked} programs (seeds ${first} to ${first + Number(options.count) - 1}), written by
\`node scripts/verify-agreement.mjs --seed ${first} --count ${options.count} --write\`:

- The verdicts agree on **${percent(agree, asked)}**: ${n("both accept")} accepted and ${n("both refuse")} refused by both, ${n("false accept")} false accepts, ${n("false reject")} false rejects.
- Where both refuse, the reason is of the same class in **${percent(same, n("both refuse"))}**.

${cells}
${left.length > 0 ? `\nWhat differs, in the kernel's words or by our code:\n\n${left.join("\n")}\n` : ""}`;
  const page = join(ROOT, "docs/agreement.md");
  const [start, end] = ["<!-- numbers: start -->", "<!-- numbers: end -->"];
  const between = new RegExp(`${start}[\\s\\S]*${end}`);
  writeFileSync(
    page,
    readFileSync(page, "utf8").replace(between, () => `${start}\n${text}\n${end}`),
  );
}
