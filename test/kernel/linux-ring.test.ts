import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { afterAll, expect, test } from "vitest";
import type { MapSpec } from "../../src/abi/map-spec.ts";
import { openLinux } from "../../src/linux/backend.ts";
import type { LinuxLoaded } from "../../src/linux/loaded.ts";
import { startHeld } from "../../src/linux/spawn.ts";
import { SYSCALL_NUMBERS } from "../../src/linux/syscall-numbers.ts";
import { eventually } from "../support/eventually.ts";
import { expectGone } from "./linux-lab.ts";
import {
  CONTROL,
  COUNTS,
  ifProcess,
  ifSyscall,
  objectOf,
  readCounts,
  ringOf,
  sendEvent,
  sendPerfEvent,
} from "./linux-programs.ts";
import { needs } from "./needs.ts";

const backend = openLinux();
const arch = process.arch === "arm64" ? "arm64" : "x64";
const folder = join(import.meta.dirname, "../../node_modules/.cache/linux-ring-test", String(process.pid));
const tracerFile = join(folder, "tracer.cjs");

afterAll(() => {
  backend[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
  expectGone("skep_t_");
});

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const SYS_ENTER = [{ attach: { kind: "rawTracepoint", name: "sys_enter" } }] as const;

type Tracer = Readonly<{
  child: ChildProcess;
  lines: () => Record<string, unknown>[];
  /** Resolves when it is gone and all that it said has come. */
  ended: Promise<unknown>;
}>;

function startTracer(what: string, pid = 0): Tracer {
  mkdirSync(folder, { recursive: true });
  const entry = join(import.meta.dirname, "fixtures/linux-tracer.ts");
  buildSync({
    entryPoints: [entry],
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    outfile: tracerFile,
    logLevel: "error",
  });
  const child = spawn(process.execPath, [tracerFile, what, String(pid)], {
    stdio: ["ignore", "pipe", what === "crash" ? "ignore" : "inherit"],
  });
  let text = "";
  child.stdout?.on("data", (data) => {
    text += data;
  });
  return {
    child,
    ended: once(child, "close"),
    lines: () =>
      text
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
  };
}

const WRITE = { x64: 1, arm64: 64 } as const;

/** The first word of `control`: 1 while the reader looks by a timer. */
function controlWord(loaded: LinuxLoaded): bigint {
  const value = loaded.map("control").lookup(new Uint8Array(4)) ?? new Uint8Array(16);
  return new DataView(value.buffer).getBigUint64(0, true);
}

test("100,000 events arrive in order, none lost, and without a wake-up for each", async (t) => {
  needs(t, "ringbuf", "raw-tp");
  const child = await startHeld(["dd", "if=/dev/zero", "of=/dev/null", "bs=1", "count=100000", "status=none"], {
    stdio: "ignore",
  });
  const insns = ifProcess(child.pid, ifSyscall(WRITE[arch], sendEvent));
  const maps = [COUNTS, CONTROL, ringOf(1 << 22)];
  using loaded = backend.load(
    objectOf({ name: "skep_t_ring", type: "rawTracepoint", section: "raw_tp", insns }, maps),
  );
  let records = 0;
  let outOfOrder = 0;
  let bursts = 0;
  loaded.openRing(
    "events",
    (_data, view, at, length) => {
      if (length !== 24 || view.getBigUint64(at, true) !== BigInt(records)) outOfOrder++;
      records++;
    },
    { control: "control", onIdle: () => bursts++ },
  );
  loaded.attach("skep_t_ring", SYS_ENTER);
  child.release();
  await child.exited;
  await eventually(() => records >= 100_000);
  expect({ records, outOfOrder, lost: readCounts(loaded.map("counts"))[7] }).toEqual({
    records: 100_000,
    outOfOrder: 0,
    lost: 0n,
  });
  expect(bursts).toBeLessThan(20_000);
});

test("while much comes the reader looks by a timer, and goes to sleep again afterwards", async (t) => {
  needs(t, "ringbuf", "raw-tp");
  const child = await startHeld(["sh", "-c", "while :; do echo; done > /dev/null"], { stdio: "ignore" });
  const insns = ifProcess(child.pid, ifSyscall(WRITE[arch], sendEvent));
  const maps = [COUNTS, CONTROL, ringOf(1 << 22)];
  using loaded = backend.load(
    objectOf({ name: "skep_t_timer", type: "rawTracepoint", section: "raw_tp", insns }, maps),
  );
  let usesTimer = false;
  const onIdle = () => {
    usesTimer ||= controlWord(loaded) === 1n;
  };
  loaded.openRing("events", () => {}, { control: "control", onIdle });
  loaded.attach("skep_t_timer", SYS_ENTER);
  child.release();
  await eventually(() => usesTimer); // as soon as the machine lets a few wake-ups follow each other
  child.kill("SIGKILL");
  await child.exited;
  await eventually(() => controlWord(loaded) === 0n);
});

test("records that wrap around the end of a small ring are whole; those without room are counted", async (t) => {
  needs(t, "ringbuf", "raw-tp");
  const insns = ifProcess(process.pid, ifSyscall(SYSCALL_NUMBERS.getpid[arch], sendEvent));
  const maps = [COUNTS, CONTROL, ringOf(4096)];
  using loaded = backend.load(
    objectOf({ name: "skep_t_small", type: "rawTracepoint", section: "raw_tp", insns }, maps),
  );
  const seen: bigint[] = [];
  const ring = loaded.openRing("events", (_data, view, at) => seen.push(view.getBigUint64(at, true)));
  loaded.attach("skep_t_small", SYS_ENTER);
  for (let round = 0; round < 50; round++) {
    for (let i = 0; i < 100; i++) backend.kernel.call("getpid");
    expect(ring.drain()).toBeGreaterThanOrEqual(100); // other threads of this process may ask for its id as well
  }
  expect(seen).toEqual(Array.from({ length: seen.length }, (_, i) => BigInt(i)));
  const before = seen.length;
  for (let i = 0; i < 200; i++) backend.kernel.call("getpid");
  const lost = readCounts(loaded.map("counts"))[7] ?? 0n;
  ring.drain();
  expect(BigInt(seen.length - before) + lost).toBeGreaterThanOrEqual(200n);
  expect(lost).toBeGreaterThan(0n);
});

test("a handler may throw, drain and close", async (t) => {
  needs(t, "ringbuf", "raw-tp");
  const insns = ifProcess(process.pid, ifSyscall(SYSCALL_NUMBERS.getpid[arch], sendEvent));
  const maps = [COUNTS, CONTROL, ringOf(1 << 16)];
  using loaded = backend.load(
    objectOf({ name: "skep_t_throw", type: "rawTracepoint", section: "raw_tp", insns }, maps),
  );
  const seen: bigint[] = [];
  const errors: unknown[] = [];
  const ring = loaded.openRing(
    "events",
    (_data, view, at) => {
      const number = view.getBigUint64(at, true);
      seen.push(number);
      expect(ring.drain()).toBe(0); // no recursion
      if (number === 2n) throw new Error("handler");
      if (number === 5n) ring.close();
    },
    { onError: (error) => errors.push(error) },
  );
  loaded.attach("skep_t_throw", SYS_ENTER);
  for (let i = 0; i < 10; i++) backend.kernel.call("getpid");
  await eventually(() => seen.length >= 6);
  await later(50);
  expect(seen).toEqual([0n, 1n, 2n, 3n, 4n, 5n]);
  expect(errors).toEqual([new Error("handler")]);
  expect(ring.drain()).toBe(0);
});

test("perf buffers, for kernels without ring buffers, give the same events", async (t) => {
  needs(t, "raw-tp");
  const child = await startHeld(["dd", "if=/dev/zero", "of=/dev/null", "bs=1", "count=3000", "status=none"], {
    stdio: "ignore",
  });
  const insns = ifProcess(child.pid, ifSyscall(WRITE[arch], sendPerfEvent));
  const events: MapSpec = {
    name: "events",
    type: "perfEventArray",
    keySize: 4,
    valueSize: 4,
    maxEntries: 0,
    flags: 0,
  };
  using loaded = backend.load(
    objectOf({ name: "skep_t_pbuf", type: "rawTracepoint", section: "raw_tp", insns }, [COUNTS, events]),
  );
  let records = 0;
  let lost = 0;
  let outOfOrder = 0;
  loaded.openRing(
    "events",
    (_data, view, at) => {
      if (view.getBigUint64(at, true) !== BigInt(records + lost)) outOfOrder++;
      records++;
    },
    {
      onLost: (count) => {
        lost += count;
      },
    },
  );
  loaded.attach("skep_t_pbuf", SYS_ENTER);
  child.release();
  await child.exited;
  await eventually(() => records + lost >= 3000);
  expect({ records: records + lost, outOfOrder }).toEqual({ records: 3000, outOfOrder: 0 });
});

test("a tracer without events takes no time, and ends when its ring is closed", async (t) => {
  needs(t, "ringbuf", "raw-tp");
  const { child, lines, ended } = startTracer("idle", process.pid);
  await ended;
  expect(child.exitCode).toBe(0);
  expect(lines()[0]?.["wakeUps"]).toBeLessThan(100); // a timer of 4 ms would wake it 750 times
  expect(lines()[0]?.["cpuMs"]).toBeLessThan(100);
});

test("a single event is handed over within 10 ms", async (t) => {
  needs(t, "ringbuf", "raw-tp");
  const { child, lines, ended } = startTracer("latency", process.pid);
  await eventually(() => lines().length > 0);
  while (child.exitCode === null) {
    backend.kernel.call("getpid");
    await later(100);
  }
  await ended;
  const answer = lines()[1];
  console.log(`latency: ${JSON.stringify(answer)}`);
  expect(answer?.["quarterMs"]).toBeLessThan(10); // at the others the machine may have had other work
});

test("a tracer that is killed leaves nothing behind", async (t) => {
  needs(t, "ringbuf", "raw-tp");
  const programs = () => execFileSync("bpftool", ["prog", "list"], { encoding: "utf8" });
  const { child, lines, ended } = startTracer("stay", process.pid);
  await eventually(() => lines().length > 0);
  expect(programs()).toContain("skep_t_tracer");
  child.kill("SIGKILL");
  await ended;
  await eventually(() => !programs().includes("skep_t_tracer"));
});

test.for(["many", "crash"])("a process that had hundreds of tracepoints ends at once: %s", async (what, t) => {
  needs(t, "tracefs");
  const { lines, ended } = startTracer(what, process.pid);
  await eventually(() => lines().length > 0); // all are up, and about to go
  const start = performance.now();
  await ended;
  const tookMs = performance.now() - start;
  console.log(`down and gone in ${tookMs.toFixed(0)} ms`);
  const points = Number(lines()[0]?.["points"]);
  expect(points).toBeGreaterThan(300);
  expect(tookMs).toBeLessThan(points * 30); // one after the other they would take 70 ms each
});
