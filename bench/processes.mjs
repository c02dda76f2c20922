// The two kinds of process in a benchmark: the workload, which is traced, and a tracer.
import { execFileSync, spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const living = new Set();

function remember(child) {
  living.add(child);
  child.on("exit", () => living.delete(child));
  return child;
}

/** Ends every process that is still there, as the last thing that a benchmark does. */
export function killAll() {
  for (const child of living) child.kill("SIGKILL");
}

/** Compiles the workload into `folder`; returns the program's path. */
export function compileWorkload(folder) {
  const program = join(folder, "skep-workload");
  execFileSync("gcc", ["-O2", "-o", program, join(HERE, "workload.c")], { stdio: "inherit" });
  return program;
}

/** A running workload. `run` takes one of its commands and returns the nanoseconds it took. */
export async function startWorkload(program) {
  const child = remember(spawn(program, [], { stdio: ["pipe", "pipe", "inherit"] }));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => (await lines.next()).value;
  if ((await next()) !== "ready") throw new Error("the workload did not start");
  return {
    pid: child.pid,
    async run(command) {
      child.stdin.write(`${command}\n`);
      return Number(await next());
    },
    /** Starts `tick`; the returned function ends it. */
    tick() {
      child.stdin.write("tick\n");
      return async () => {
        child.stdin.write("call 0\n");
        await next();
        await next();
      };
    },
  };
}

/**
 * Starts a tracer. `startedAt` is the moment before exec on the clock of `performance.now()`. `text` collects what it
 * prints, unless that goes to `file`; `seen(wanted)` resolves with the moment in which its output first held that text.
 */
export function startTracer(command, { file } = {}) {
  const output = file === undefined ? "pipe" : openSync(file, "w");
  const startedAt = performance.now();
  const [program, ...args] = command;
  const child = remember(spawn(program, args, { stdio: ["ignore", output, "pipe"] }));
  if (output !== "pipe") closeSync(output);
  const tracer = { child, pid: child.pid, startedAt, text: "", errors: "", chunks: 0, watchers: [] };
  const exited = new Promise((resolve) => {
    child.on("error", (error) => resolve({ error, at: performance.now() }));
    child.on("exit", (status, signal) => resolve({ status, signal, at: performance.now() }));
  });
  child.stdout?.on("data", (chunk) => {
    const at = performance.now();
    tracer.text += chunk.toString("latin1");
    tracer.chunks++;
    tracer.watchers = tracer.watchers.filter((watch) => !watch(at));
  });
  child.stderr.on("data", (chunk) => (tracer.errors += chunk.toString("utf8")));
  tracer.exited = exited;
  tracer.seen = (wanted, limitMs = 60_000) => seen(tracer, wanted, limitMs);
  tracer.stop = () => stop(tracer);
  return tracer;
}

function seen(tracer, wanted, limitMs) {
  if (tracer.text.includes(wanted)) return Promise.resolve(performance.now());
  const printed = new Promise((resolve) => {
    tracer.watchers.push((at) => {
      if (!tracer.text.includes(wanted)) return false;
      resolve(at);
      return true;
    });
  });
  const gone = tracer.exited.then((end) => {
    if (tracer.text.includes(wanted)) return end.at;
    throw new Error(
      `it ended before it printed ${JSON.stringify(wanted)}: ${tracer.errors.trim().slice(0, 300)}`,
    );
  });
  return Promise.race([printed, gone, refuseAfter(limitMs, `nothing printed within ${limitMs} ms`)]);
}

/** Ends a tracer as Ctrl-C would; again every few seconds, since bpftrace now and then misses the first one. */
async function stop(tracer) {
  const interrupt = () => tracer.child.kill("SIGINT");
  if (tracer.child.exitCode === null && tracer.child.signalCode === null) interrupt();
  const again = setInterval(interrupt, 5000);
  try {
    return await Promise.race([tracer.exited, refuseAfter(60_000, "it did not end within 60 s of SIGINT")]);
  } catch (error) {
    tracer.child.kill("SIGKILL");
    throw error;
  } finally {
    clearInterval(again);
  }
}

/** Rejects after `ms`, without keeping the process alive for it. */
function refuseAfter(ms, why) {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error(why)), ms).unref();
  });
}

/** Highest resident memory of a living process so far, in MiB. */
export function peakRss(pid) {
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
}

/** Time on a processor of all threads of a process so far, in nanoseconds. */
export function cpuNs(pid) {
  let sum = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const file = `/proc/${pid}/task/${thread}/schedstat`;
    if (existsSync(file)) sum += Number(readFileSync(file, "utf8").split(" ")[0]);
  }
  return sum;
}

/** Runs and nanoseconds of all BPF programs that a process holds, as the kernel counts them. */
export function programStats(pid) {
  const programs = new Map();
  const fds = existsSync(`/proc/${pid}/fdinfo`) ? readdirSync(`/proc/${pid}/fdinfo`) : []; // none: it has ended
  for (const fd of fds) {
    let text = "";
    try {
      text = readFileSync(`/proc/${pid}/fdinfo/${fd}`, "utf8");
    } catch {
      continue; // closed meanwhile
    }
    const id = /^prog_id:\s+(\d+)/m.exec(text)?.[1];
    const ns = /^run_time_ns:\s+(\d+)/m.exec(text)?.[1];
    const runs = /^run_cnt:\s+(\d+)/m.exec(text)?.[1];
    if (id !== undefined && ns !== undefined && runs !== undefined)
      programs.set(id, { ns: Number(ns), runs: Number(runs) });
  }
  let [ns, runs] = [0, 0];
  for (const program of programs.values()) {
    ns += program.ns;
    runs += program.runs;
  }
  return { ns, runs, programs: programs.size };
}
