#!/usr/bin/env node
// node bench/vm.mjs [--branch-hints]
//
// The machine of `skep/vm` against the kernel's own JIT (BPF_PROG_TEST_RUN; without root that column is empty): ns per
// instruction of the same programs, measured alternately in one run (the best of many short runs), and how long the compiler takes.
import { mkdtempSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { setFlagsFromString } from "node:v8";
import { build } from "esbuild";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
// The compiler marks which branches are rare. Node 20 looks at the marks only when told to, before anything is compiled.
if (process.argv.includes("--branch-hints")) setFlagsFromString("--experimental-wasm-branch-hinting");

const ROUNDS = 40;
const ENTRY = `
export { Machine } from "./src/vm/public.ts";
export { encodeProgram } from "./src/isa/encode.ts";
export { bindNames } from "./src/isa/bind-names.ts";
export { createMap } from "./src/linux/bpf-map.ts";
export { openKernel } from "./src/linux/syscall.ts";
export { loadProgram, testRun } from "./src/linux/bpf-prog.ts";
export { benchmarks, MEMORY_MAP } from "./test/support/vm-benchmarks.ts";
`;

const folder = mkdtempSync(join(ROOT, "node_modules", ".vm-bench-"));
const outfile = join(folder, "vm.mjs");
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
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
const {
  Machine,
  bindNames,
  createMap,
  encodeProgram,
  openKernel,
  loadProgram,
  testRun,
  benchmarks,
  MEMORY_MAP,
} = await import(pathToFileURL(outfile).href);

const best = (values) => Math.min(...values);
const context = new Uint8Array(4096);
const MAX_STEPS = 2_000_000;

function machineWith(engine, insns) {
  const machine = new Machine({ engine, maxSteps: MAX_STEPS });
  machine.createMap(MEMORY_MAP);
  machine.load({ name: "p", insns });
  return machine;
}

function machineRun(engine, insns) {
  const machine = machineWith(engine, insns);
  return () => machine.run("p", { ctx: context });
}

/** Mean ns of one run of a program in the kernel; undefined when this is not root's machine. */
function kernelRun(kernel, insns) {
  const map = createMap(kernel, { ...MEMORY_MAP, type: 2 });
  const bound = bindNames(insns, { map: () => ({ fd: map.number }) });
  const loaded = loadProgram(kernel, {
    name: "bench",
    type: 31,
    insns: encodeProgram(bound),
    license: "GPL",
    flags: 16,
  });
  map.close(); // the program holds it
  if (loaded.kind === "refused") throw new Error(`refused with ${loaded.errno}: ${loaded.log.slice(-500)}`);
  return () => {
    const started = performance.now();
    for (let i = 0; i < 2; i++) testRun(kernel, loaded.fd, { context: context.slice() });
    return ((performance.now() - started) * 1e6) / 2;
  };
}

function timed(run, times) {
  const started = performance.now();
  for (let i = 0; i < times; i++) run();
  return ((performance.now() - started) * 1e6) / times;
}

let kernel;
try {
  kernel = openKernel();
} catch (error) {
  console.error(`no comparison with the kernel: ${error.message}`);
}

const counter = (insns) => {
  const machine = machineWith("interpreter", insns);
  return machine.run("p", { ctx: context }).steps;
};
console.log("| ns per instruction | interpreter | Wasm JIT | kernel's JIT | JIT / kernel |");
console.log("|---|---|---|---|---|");
for (const { name, insns, executed } of benchmarks(counter)) {
  const [interpreter, jit] = [machineRun("interpreter", insns), machineRun("jit", insns)];
  let inKernel;
  try {
    inKernel = kernel && kernelRun(kernel, insns);
    inKernel?.();
  } catch (error) {
    console.error(`${name}: the kernel's column is empty: ${error.message}`);
    inKernel = undefined;
  }
  for (let i = 0; i < 300; i++) jit();
  await new Promise((resolve) => setTimeout(resolve, 300)); // the optimizing compiler works in another thread
  for (let i = 0; i < 3; i++) interpreter();
  const samples = { interpreter: [], jit: [], kernel: [] };
  for (let round = 0; round < ROUNDS; round++) {
    samples.interpreter.push(timed(interpreter, 1) / executed);
    samples.jit.push(timed(jit, 2) / executed);
    if (inKernel) samples.kernel.push(inKernel() / executed);
  }
  const [i, j, k] = [
    best(samples.interpreter),
    best(samples.jit),
    inKernel ? best(samples.kernel) : Number.NaN,
  ];
  console.log(
    `| ${name} (${executed}) | ${i.toFixed(2)} | ${j.toFixed(3)} | ${k.toFixed(3)} | ${(j / k).toFixed(2)} |`,
  );
}

console.log("\n| instructions | load, compile and first run, ms |");
console.log("|---|---|---|");
for (const size of [100, 1_000, 10_000, 100_000]) {
  const insns = longProgram(size);
  const times = [];
  for (let i = 0; i < (size > 10_000 ? 3 : 9); i++) {
    const machine = new Machine({ maxSteps: MAX_STEPS });
    machine.load({ name: "p", insns });
    const started = performance.now();
    machine.run("p", { ctx: context });
    times.push(performance.now() - started);
  }
  console.log(`| ${insns.length} | ${best(times).toFixed(2)} |`);
}

/** A mix of arithmetic, memory and branches. */
function longProgram(size) {
  const insns = [];
  const imm = (value) => ({ kind: "imm", imm: value });
  for (let i = 0; insns.length < size - 1; i++) {
    insns.push({ kind: "alu", op: "add", bits: 64, dst: 0, src: imm(i) });
    insns.push({ kind: "load", size: 8, signed: false, dst: 2, base: 1, off: (i % 500) * 8 });
    insns.push({ kind: "alu", op: "xor", bits: 64, dst: 0, src: { kind: "reg", reg: 2 } });
    insns.push({ kind: "jump", op: "eq", bits: 64, dst: 0, src: imm(i), off: 1 });
    insns.push({ kind: "store", size: 8, base: 10, off: -8, src: { kind: "reg", reg: 0 } });
  }
  return [...insns, { kind: "exit" }];
}
