"use strict";
// Run by scripts/build.mjs in a process of its own: executes the bundled command a few times, so that V8 has compiled
// the functions that a start needs, then writes that code beside it, as NAME.cache. Needs no privileges and no kernel.
// Arguments: the folder that holds NAME.cjs, the one that both will be in, NAME, and a folder for what bundles leave to
// each other: a script that the whole one has built. "scripts" as a fifth writes NAME.scripts.cache instead, for command
// lines that name a script.
// A bundle that exports `warmUp()` gets it called as well: the place to compile a script against a made-up kernel.
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const v8 = require("node:v8");
const vm = require("node:vm");

const [made, dist, name, left, what] = process.argv.slice(2);
const file = path.join(dist, `${name}.cjs`);

// One command line per run. Each may print and exit as it likes: both are held back here. A script that names a
// tracepoint needs root to be compiled, as lists of objects and loading do; where they fail, the rest is warm all the
// same. Nothing is attached: BEGIN is run by itself.
// The files hold what scripts are made of: with them 500 lines compile 25 ms sooner, of 210, and 60 lines 6 of 57. They
// are in a cache of their own, because reading it takes 2 ms more, which a one-liner need not pay.
const SCRIPTS = [
  'BEGIN { @n[comm] = count(); @h = hist(nsecs); printf("%d %s\\n", pid, comm); print(@n, 3); clear(@n); exit(); }',
  'tracepoint:syscalls:sys_enter_openat /pid == 1/ { printf("%-6d %s\\n", pid, str(args.filename)); @s[tid] = nsecs; }',
];
const OF_TYPES = "BEGIN { $t = curtask; @n[comm] = sum($t.tgid == pid && $t.cred.uid.val == uid); }";
const [BUILT, FOREIGN] = ["built.skep", "foreign.skep"].map((file) => path.join(left, file));
const FILES = ["tour.bt", "tracepoints.bt"].map((file) => path.join(__dirname, "warm-up", file));
const MAIN = [
  ["--version"],
  ["--help"],
  ...SCRIPTS.map((source) => ["-d", "asm", "-e", source]),
  ...(what === "scripts" ? FILES.map((script) => ["-d", "asm", script]) : []),
];
const TYPES = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "skep-warm-")), "types.btf");
const OBJECTS = [
  ...["c", "ts", "raw"].map((format) => ["btf", "dump", "file", TYPES, "--format", format]),
  ["btf", "dump", "file", TYPES, "--json"],
  ...["btf", "map", "link"].flatMap((topic) => [
    [topic, "list"],
    [topic, "list", "--json"],
  ]),
];
const SIMULATED = [
  ["sim", "list"],
  ["opensnoop", "--sim", "-d", "1", "--sim-speed", "max"],
];
const COMMANDS = {
  skep: [...MAIN, ["--dry-run", FOREIGN]],
  "skep-shipped": [["--dry-run", FOREIGN]],
  "skep-objects": OBJECTS,
  "skep-full": [...MAIN, ...SIMULATED, ...OBJECTS, ["build", "-e", OF_TYPES, "-o", BUILT]],
}[name];

if (fs.existsSync(BUILT))
  fs.writeFileSync(FOREIGN, ofAnotherKernel(fs.readFileSync(BUILT, "latin1")), "latin1");
fs.writeFileSync(TYPES, btfOfEveryKind());
process.on("exit", () => fs.rmSync(path.dirname(TYPES), { recursive: true, force: true }));

/** A built script whose types are to be fitted: it does not come from the running kernel. */
function ofAnotherKernel(script) {
  return script.replace(/(?<="kernel":")[0-9a-f]{4}/, "0000");
}

/** A few types of every kind that a kernel has much of, as BTF. */
function btfOfEveryKind() {
  const strings = "\0int\0point\0x\0flags\0list\0next\0name\0call\0RED\0color\0";
  const at = (name) => strings.indexOf(`\0${name}\0`) + 1;
  const kind = (number, elements = 0, flag = 0) => ((flag << 31) | (number << 24) | elements) >>> 0;
  // biome-ignore format: one type per line
  const types = [
    [at("int"), kind(1), 4, 0x01000020], // 1
    [at("point"), kind(4, 3, 1), 12, at("x"), 1, 0, at("flags"), 1, (3 << 24) | 40, 0, 4, 64],
    [at("list"), kind(4, 4), 40, at("next"), 5, 0, at("name"), 6, 64, at("call"), 8, 192, at("color"), 10, 256],
    [0, kind(5, 2), 4, at("x"), 1, 0, at("flags"), 9, 0], // 4
    [0, kind(2), 3],
    [0, kind(3), 0, 1, 1, 4],
    [0, kind(13, 2), 1, at("x"), 5, 0, 11], // 7
    [0, kind(2), 7],
    [at("color"), kind(6, 1), 4, at("RED"), 1],
    [at("color"), kind(8), 9], // 10
    [0, kind(2), 12],
    [0, kind(10), 2],
  ].flat();
  const words = [0x0001eb9f, 24, 0, types.length * 4, types.length * 4, strings.length, ...types];
  return Buffer.concat([Buffer.from(Uint32Array.from(words).buffer), Buffer.from(strings)]);
}

// Code is cached together with the flags that are set then, and must be found by a start without any. Until then V8 is
// not to drop the code of functions that have not run for some time.
const setFlags = v8.setFlagsFromString;
v8.setFlagsFromString = () => undefined;
setFlags("--no-flush-bytecode");

// The name that stack traces show, whoever runs the code and wherever: V8 keeps it with the code.
const filename = `skep/dist/${name}.cjs`;
const script = new vm.Script(fs.readFileSync(path.join(made, `${name}.cjs`), "latin1"), { filename });
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
const writeSync = fs.writeSync.bind(fs);
fs.writeSync = (fd, bytes, ...where) => (fd === 1 ? bytes.length : writeSync(fd, bytes, ...where));

function start(argv) {
  process.argv = [process.execPath, file, ...argv];
  process.exitCode = undefined;
  const module = { exports: {} };
  wrapper(module.exports, require, module, file, dist);
  return module.exports;
}

function finish() {
  setFlags("--flush-bytecode");
  fs.writeFileSync(
    path.join(made, `${name}${what === "scripts" ? ".scripts" : ""}.cache`),
    script.createCachedData(),
  );
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

const waiting = [...COMMANDS];
let exported;
let warmed = false;
// "beforeExit" fires whenever nothing is left to do: then the next command starts.
process.on("beforeExit", () => {
  const argv = waiting.shift();
  if (argv) exported = start(argv);
  else if (!warmed) {
    warmed = true;
    setImmediate(() => warmUp(exported));
  } else finish();
  setImmediate(() => undefined); // keeps the loop turning, so that beforeExit fires again
});
setTimeout(finish, 20_000).unref();
