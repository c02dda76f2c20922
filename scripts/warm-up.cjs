"use strict";
// Run by scripts/build.mjs in a process of its own: executes the bundled command a few times, so that V8 has compiled
// the functions that a start needs, then writes that code beside it, as NAME.cache. Needs no privileges and no kernel.
// Arguments: the folder that holds NAME.cjs, the one that both will be in, and NAME.
// A bundle that exports `warmUp()` gets it called as well: the place to compile a script against a made-up kernel.
const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

const [made, dist, name] = process.argv.slice(2);
const file = path.join(dist, `${name}.cjs`);

// One command line per run. Each may print and exit as it likes: both are held back here. A script that names a
// tracepoint needs root to be compiled; where it fails, the rest is warm all the same.
const SCRIPTS = [
  'BEGIN { @n[comm] = count(); @h = hist(nsecs); printf("%d %s\\n", pid, comm); print(@n, 3); clear(@n); exit(); }',
  'tracepoint:syscalls:sys_enter_openat /pid == 1/ { printf("%-6d %s\\n", pid, str(args.filename)); @s[tid] = nsecs; }',
];
const MAIN = [["--version"], ["--help"], ...SCRIPTS.map((source) => ["-d", "asm", "-e", source])];
const COMMANDS =
  name === "skep" ? MAIN : [...MAIN, ["sim", "list"], ["opensnoop", "--sim", "-d", "1", "--sim-speed", "max"]];

const script = new vm.Script(fs.readFileSync(path.join(made, `${name}.cjs`), "latin1"), { filename: file });
const wrapper = script.runInThisContext();

function quiet(stream) {
  stream.write = (...args) => {
    const done = args.find((arg) => typeof arg === "function");
    if (done) process.nextTick(done);
    return true;
  };
}

class Left extends Error {} // process.exit was called

const realExit = process.exit.bind(process);
const complain = fs.writeSync.bind(fs, 2);

function start(argv) {
  process.argv = [process.execPath, file, ...argv];
  process.exitCode = undefined;
  const module = { exports: {} };
  wrapper(module.exports, require, module, file, dist);
  return module.exports;
}

function finish() {
  fs.writeFileSync(path.join(made, `${name}.cache`), script.createCachedData());
  realExit(0);
}

async function warmUp(exported) {
  try {
    if (typeof exported?.warmUp === "function") await exported.warmUp();
  } catch (error) {
    if (!(error instanceof Left)) complain(`warm-up failed: ${error?.stack ?? error}\n`);
  }
}

quiet(process.stdout);
quiet(process.stderr);
process.exit = () => {
  throw new Left();
};
process.on("uncaughtException", (error) => {
  if (!(error instanceof Left)) complain(`warm-up: ${error?.stack ?? error}\n`);
});
process.on("unhandledRejection", (error) => {
  if (!(error instanceof Left)) complain(`warm-up: ${error?.stack ?? error}\n`);
});

const left = [...COMMANDS];
let exported;
let warmed = false;
// "beforeExit" fires whenever nothing is left to do: then the next command starts.
process.on("beforeExit", () => {
  const argv = left.shift();
  if (argv) exported = start(argv);
  else if (!warmed) {
    warmed = true;
    setImmediate(() => warmUp(exported));
  } else finish();
  setImmediate(() => undefined); // keeps the loop turning, so that beforeExit fires again
});
setTimeout(finish, 20_000).unref();
