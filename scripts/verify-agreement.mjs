#!/usr/bin/env node
// node scripts/verify-agreement.mjs [--count N] [--seed N] [--show N] [--only KIND] [--one SEED] [--write]
//
// As root: loads generated programs and compares the kernel's verdict with ours. --seed: the first of the seeds.
// --show: prints that many programs of each kind of disagreement; --one: everything about the program of one seed;
// --follow: prints each disagreement when it is found; --trail FILE: holds the seed of the program that is loaded next, should the kernel not survive it; --write: puts the
// numbers into docs/agreement.md.
import { writeFileSync } from "node:fs";
import { release } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const ENTRY = `
export { compare, kernelSays } from "./test/kernel/verify-agreement.ts";
export { generate } from "./test/kernel/verify-generator.ts";
export { OracleMaps, refusalLines } from "./test/kernel/verify-oracle.ts";
export { MAPS, TYPES_OF_PROGRAMS } from "./test/kernel/verify-maps.ts";
export { possibleCpus } from "./test/kernel/verify-cpus.ts";
export { kernelProfile } from "./src/verify/profile/profile.ts";
export { disassemble } from "./src/isa/disassemble.ts";
`;
const { values: options } = parseArgs({
  options: {
    count: { type: "string", default: "5000" },
    seed: { type: "string", default: "1" },
    show: { type: "string", default: "0" },
    only: { type: "string" },
    one: { type: "string" },
    profile: { type: "string" },
    trail: { type: "string" },
    follow: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  },
});

const outfile = join(ROOT, ".cache/verify-agreement.mjs");
await build({
  stdin: { contents: ENTRY, resolveDir: ROOT, loader: "ts" },
  outfile,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  external: ["koffi"],
  logLevel: "warning",
});
const skep = await import(pathToFileURL(outfile).href);
const maps = new skep.OracleMaps(skep.MAPS, skep.TYPES_OF_PROGRAMS.btf);
const how = {
  possibleCpus: skep.possibleCpus(),
  profile: skep.kernelProfile(options.profile ?? release().match(/^\d+\.\d+/)[0]),
};

if (options.one) showOne(Number(options.one));
else await run();
maps[Symbol.dispose]();

function showOne(seed) {
  const program = skep.generate(seed);
  const outcome = skep.compare(program, maps, how);
  console.log(`seed ${seed}: ${program.type}, ${program.what}: ${outcome.kind} (${outcome.about})`);
  console.log(skep.disassemble(program.insns, { style: "kernel" }));
  const { ok, findings } = outcome.ours;
  console.log(
    "ours:",
    ok,
    findings.map(({ code, insnIndex, message }) => `${insnIndex} ${code} ${message}`),
  );
  console.log("kernel:", outcome.kernel.accepted, outcome.kernel.errno);
  console.log(skep.kernelSays(program, maps, how, 2).log.slice(-5000));
}

async function run() {
  const first = Number(options.seed);
  const kinds = new Map();
  const classes = new Map();
  const shown = new Map();
  let sameReason = 0;
  const started = performance.now();
  for (let seed = first; seed < first + Number(options.count); seed++) {
    const program = skep.generate(seed);
    if (options.trail) writeFileSync(options.trail, `${seed}\n`);
    const outcome = skep.compare(program, maps, how);
    kinds.set(outcome.kind, (kinds.get(outcome.kind) ?? 0) + 1);
    if (outcome.sameReason) sameReason++;
    const kind = outcome.kind === "both refuse" && !outcome.sameReason ? "other reason" : outcome.kind;
    if (kind.startsWith("both")) continue;
    const key = `${kind}: ${outcome.about}`;
    if (options.follow) console.log(`${seed} ${key}`);
    const list = classes.get(key) ?? [];
    list.push(seed);
    classes.set(key, list);
    shown.set(kind, (shown.get(kind) ?? 0) + 1);
  }
  console.log(`${options.count} programs in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  for (const [kind, n] of kinds) console.log(`${String(n).padStart(7)} ${kind}`);
  console.log(`${String(sameReason).padStart(7)} with the same reason`);
  for (const [key, seeds] of [...classes].sort((a, b) => b[1].length - a[1].length))
    if (!options.only || key.startsWith(options.only))
      console.log(`${String(seeds.length).padStart(5)} ${key}  [${seeds.slice(0, 6).join(" ")}]`);
}
