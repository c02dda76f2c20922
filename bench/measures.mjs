// What `npm run bench` measures. A measure takes a contender and the bench, and returns one number in its unit; the
// tables that are compared come from running it for each contender in turn, on the same machine in the same minutes.
import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { cpuNs, peakRss, programStats, sleep, startTracer } from "./processes.mjs";

// biome-ignore format: one script per line; `pid` is the workload's, so that nothing else is traced
export const SCRIPTS = {
  open:    (pid) => `tracepoint:syscalls:sys_enter_openat /pid == ${pid}/ { printf("%d %s %s\\n", pid, comm, str(args->filename)); }`,
  count:   (pid) => `tracepoint:raw_syscalls:sys_enter /pid == ${pid}/ { @[comm] = count(); }`,
  latency: (pid) => `tracepoint:raw_syscalls:sys_enter /pid == ${pid}/ { @start[tid] = nsecs; } tracepoint:raw_syscalls:sys_exit /pid == ${pid}/ { @ns = hist(nsecs - @start[tid]); }`,
  never:   () => 'tracepoint:syscalls:sys_enter_swapoff { printf("%d\\n", pid); }',
  every:   (pid) => `tracepoint:syscalls:sys_enter_* /pid == ${pid}/ { @ = count(); } interval:ms:100 { exit(); }`,
  both:    (pid) => `tracepoint:syscalls:* /pid == ${pid}/ { @ = count(); } interval:ms:100 { exit(); }`,
  vfs:     (pid) => `kprobe:vfs_* /pid == ${pid}/ { @[probe] = count(); } interval:ms:100 { exit(); }`,
  end:     () => "BEGIN { exit(); }",
};

const MARK = "/etc/hostname"; // in every line that the openat script prints

export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Thrown for a contender that has nothing like the script. */
export class NotOffered extends Error {}

/** Starts a contender on one of the scripts; with `file`, what it prints goes there. */
function start(contender, bench, name, file) {
  const { pid } = bench.workload;
  const command = contender.command({ name, script: SCRIPTS[name](pid), pid, file });
  if (command === undefined) throw new NotOffered(`${contender.name} has no such script`);
  return startTracer(command, { file: contender.redirects ? file : undefined });
}

/** Runs `act` with a tracer, and ends it afterwards, whatever happens. */
async function traced(contender, bench, name, act, file) {
  const tracer = start(contender, bench, name, file);
  try {
    return await act(tracer);
  } finally {
    await tracer.stop();
  }
}

/** Runs a script that ends by itself; the milliseconds that it took. */
async function untilItEnds(contender, bench, name) {
  const tracer = start(contender, bench, name);
  const { status, at } = await tracer.exited;
  if (status !== 0) throw new Error(`status ${status}: ${tracer.errors.trim().slice(0, 300)}`);
  return at - tracer.startedAt;
}

/** Waits until the openat script is seen to work: opens a file now and then until there is a line. */
async function attached(bench, tracer, isThere) {
  const deadline = performance.now() + 60_000;
  while (!(await isThere())) {
    if (tracer.child.exitCode !== null) throw new Error(`it ended: ${tracer.errors.trim().slice(0, 300)}`);
    if (performance.now() > deadline) throw new Error("not attached within 60 s");
    await bench.workload.run("warm 1");
    await sleep(5);
  }
  await sleep(100); // let what was printed so far arrive
}

const printed = (tracer) => () => tracer.text.includes("/etc/hosts");
const wasRun = (tracer) => () => programStats(tracer.pid).runs > 0;

/** Milliseconds from exec to the first line about an event. */
export async function firstEvent(contender, bench) {
  return await traced(contender, bench, "open", async (tracer) => {
    const endTick = bench.workload.tick();
    try {
      return (await tracer.seen(MARK)) - tracer.startedAt;
    } finally {
      await endTick();
    }
  });
}

/** Milliseconds from exec to exit of a script that ends at once. */
export function beginToExit(contender, bench) {
  return untilItEnds(contender, bench, "end");
}

/** MiB of memory while the openat script prints some thousand lines. */
export async function peakMemory(contender, bench) {
  return await traced(contender, bench, "open", async (tracer) => {
    await attached(bench, tracer, printed(tracer));
    await bench.workload.run("open 5000 10000");
    await sleep(300);
    return peakRss(tracer.pid);
  });
}

/**
 * Nanoseconds that the kernel spends in the script's programs per event of the workload. Events of other processes
 * run the programs too, as far as their predicate: what one of those costs is measured while the workload rests.
 */
async function nsPerEvent(contender, bench, { name, command, events, file }) {
  const act = async (tracer) => {
    await attached(bench, tracer, wasRun(tracer));
    const idle = programStats(tracer.pid);
    await sleep(700);
    const before = programStats(tracer.pid);
    await bench.workload.run(command);
    const after = programStats(tracer.pid);
    const missNs = before.runs > idle.runs ? (before.ns - idle.ns) / (before.runs - idle.runs) : 0;
    const others = Math.max(0, after.runs - before.runs - events * before.programs);
    return (after.ns - before.ns - others * missNs) / events;
  };
  return await traced(contender, bench, name, act, file);
}

export function nsOpen(contender, bench) {
  const file = join(bench.folder, "ns-open.txt");
  return nsPerEvent(contender, bench, { name: "open", command: "open 60000", events: 60_000, file });
}

export function nsCount(contender, bench) {
  return nsPerEvent(contender, bench, { name: "count", command: "call 1000000", events: 1_000_000 });
}

export function nsLatency(contender, bench) {
  return nsPerEvent(contender, bench, { name: "latency", command: "call 1000000", events: 1_000_000 });
}

/** How many times longer the workload takes to open a file when each time is printed to a file. */
export async function slowDown(contender, bench) {
  const COUNT = 60_000;
  const bare = async () =>
    Math.min(await bench.workload.run(`open ${COUNT}`), await bench.workload.run(`open ${COUNT}`));
  const before = await bare();
  const file = join(bench.folder, "slow-down.txt");
  const act = async (tracer) => {
    await attached(bench, tracer, () => fileBytes(file) > 0);
    const first = await bench.workload.run(`open ${COUNT}`);
    await sleep(500);
    return Math.min(first, await bench.workload.run(`open ${COUNT}`));
  };
  const during = await traced(contender, bench, "open", act, file);
  const after = await bare();
  rmSync(file, { force: true });
  return during / ((before + after) / 2);
}

function fileBytes(file) {
  try {
    return statSync(file).size;
  } catch {
    return 0;
  }
}

/**
 * Lines per second that reach a file with none lost, at the highest rate of which that is so. Each line is the failed
 * open of a file: opening a real one would take the workload longer than a fast tracer needs for the line.
 */
export async function linesPerSecond(contender, bench) {
  const COUNT = 400_000;
  const LEAST = 20_000;
  let rate = 0; // as fast as the workload can
  for (;;) {
    const { perSecond, lines } = await linesAt(contender, bench, COUNT, rate);
    if (lines >= COUNT) return perSecond;
    // A lower rate cannot get more through than came through now.
    rate = Math.floor(Math.min(perSecond, rate === 0 ? perSecond : rate * 0.94));
    if (rate < LEAST) throw new Error(`lines are lost even at ${LEAST.toLocaleString("en")} per second`);
  }
}

async function linesAt(contender, bench, count, rate) {
  const file = join(bench.folder, "lines.txt");
  rmSync(file, { force: true });
  const act = async (tracer) => {
    await attached(bench, tracer, () => fileBytes(file) > 0);
    const started = performance.now();
    await bench.workload.run(`miss ${count} ${rate}`);
    let [size, grewAt] = [fileBytes(file), performance.now()];
    while (performance.now() - grewAt < 500) {
      await sleep(5);
      if (fileBytes(file) > size) [size, grewAt] = [fileBytes(file), performance.now()];
    }
    return (grewAt - started) / 1000;
  };
  const seconds = await traced(contender, bench, "open", act, file);
  const lines = readFileSync(file, "latin1").split("/skep-miss\n").length - 1; // now that the tracer has written its last block
  rmSync(file, { force: true });
  return { lines, perSecond: lines / seconds };
}

/** The longest of 40 delays between an event and its line on standard output, in milliseconds. */
export async function eventToLine(contender, bench) {
  return await traced(contender, bench, "open", async (tracer) => {
    await attached(bench, tracer, printed(tracer));
    const delays = [];
    for (let i = 0; i < 40; i++) {
      await sleep(20 + ((i * 37) % 61)); // no rhythm that a timer could fall in with
      tracer.text = "";
      const at = performance.now();
      const line = tracer.seen(MARK, 5000);
      await bench.workload.run("open 1");
      delays.push((await line) - at);
    }
    return Math.max(...delays);
  });
}

/** Per cent of one processor that a tracer takes whose probe never fires. */
export async function idleCpu(contender, bench) {
  const SECONDS = 10;
  return await traced(contender, bench, "never", async (tracer) => {
    await sleep(3000);
    if (tracer.child.exitCode !== null) throw new Error(`it ended: ${tracer.errors.trim().slice(0, 300)}`);
    const before = cpuNs(tracer.pid);
    await sleep(SECONDS * 1000);
    return ((cpuNs(tracer.pid) - before) / (SECONDS * 1e9)) * 100;
  });
}

/** Seconds to attach to every system call's tracepoint, and to be gone again. */
export async function everySyscall(contender, bench) {
  return ((await untilItEnds(contender, bench, "every")) - 100) / 1000; // it rests for 100 ms in between
}

/** The same for the end of each call as well. */
export async function everySyscallAndResult(contender, bench) {
  return ((await untilItEnds(contender, bench, "both")) - 100) / 1000;
}

/** Seconds to attach to all functions of the kernel's file layer, and to be gone again. */
export async function fileFunctions(contender, bench) {
  if (!existsSync("/sys/bus/event_source/devices/kprobe")) throw new NotOffered("this kernel has no kprobes");
  return ((await untilItEnds(contender, bench, "vfs")) - 100) / 1000;
}
