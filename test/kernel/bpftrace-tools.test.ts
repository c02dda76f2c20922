import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { needs } from "./needs.ts";
import { RunningSkep } from "./skep-command.ts";

// The tools that come with bpftrace, as they are, under bpftrace and under skep at once: both see the same work and have to
// print the same of it. The tools trace all processes, so this is for guests.

// Those that need no structures of the kernel, whose definitions take bpftrace long on an emulated processor.
const TOOLS = ["opensnoop", "syncsnoop", "setuids", "killsnoop"];
const FOLDER = "/usr/sbin";
const LIMIT_MS = 400_000; // for what hangs: the clock of an emulated machine may run ten times too fast

/** More of what is printed at the end, by maps whose names the tools do not have. */
const AGGREGATIONS = `tracepoint:syscalls:sys_enter_fdatasync /comm == "work"/ {
  @hist = hist(args->fd * 100); @lhist[comm] = lhist(args->fd, 0, 20, 5); @stats = stats(args->fd); @avg = avg(args->fd);
  @two[comm, args->fd] = count(); @tuple = (1, comm, (int64)-1); @min = min(args->fd); @text[1] = comm; @empty[2] = "";
}
kprobe:vfs_fsync_range /comm == "work"/ { @stack[kstack(3)] = count(); @first = ksym(reg("ip")); }
`;

/**
 * Work for all of them, of one process; no two counts become equal, since their order is open then. Numbers are those of
 * x86-64: fsync, fdatasync, setuid, setresuid, setfsuid.
 */
const WORK = `
$0 = "work"; $| = 1;
open(F, "<", "/etc/hostname"); open(G, "<", "/nonexistent/file"); open(G, "<", "/etc/tab\\there");
syscall(74, fileno(F)); syscall(75, fileno(F)) for 1..4; syscall(75, 77) for 1..2; syscall(75, 1000) for 1..3;
syscall(105, 0); syscall(117, 0, 0, 0); syscall(122, 5); syscall(122, 0);
kill 0, $$; kill 9, 4000000; kill 0, $$;
`;

const folder = mkdtempSync(join(tmpdir(), "skep-tools-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("tools of bpftrace print under skep what they print under bpftrace", async (context) => {
  if (process.env["SKEP_GUEST_KERNEL"] === undefined)
    context.skip("traces all processes: for guests, where all are the test's");
  if (process.arch !== "x64") context.skip("the work makes system calls of x86-64");
  for (const file of ["/usr/bin/bpftrace", "/usr/bin/perl", ...TOOLS.map((tool) => `${FOLDER}/${tool}.bt`)])
    if (!existsSync(file)) context.skip(`${file} is not installed`);
  needs(context, "kprobe", "tracefs", "btf");

  const script = join(folder, "tools.bt");
  writeFileSync(script, joined([AGGREGATIONS, ...TOOLS.map(sourceOf)]));
  const reference = new Reference(script);
  const skep = new RunningSkep([script]);
  const both = [reference, skep];
  await signalsUntil(process.pid, () => both.every(({ out }) => out.includes(` ${process.pid} `)), both);
  const worker = spawn("perl", ["-e", WORK], { stdio: "inherit" });
  await until(() =>
    both.every(({ out }) => linesOf(out, worker.pid).some((line) => line.includes(" 4000000 "))),
  );
  await signalsUntil(process.pid, () => both.every(({ out }) => isAfter(out, worker.pid)), both);
  for (const { child } of both) child.kill("SIGINT");
  const [expected, said] = await Promise.all([reference.done, skep.done]);

  expect(comparable(said.out, worker.pid)).toEqual(comparable(asNewer(expected.out), worker.pid));
  expect(linesOf(said.out, worker.pid).length).toBeGreaterThan(12);
  expect({ status: said.status, err: said.err }).toEqual({ status: expected.status, err: "" });
});

/** Without its lines for the preprocessor, which are for the first lines of a script only. */
function sourceOf(tool: string): string {
  return readFileSync(`${FOLDER}/${tool}.bt`, "utf8").replace(/^#ifndef [\s\S]*?^#endif$|^#.*/gm, "");
}

/** One script of several, with one BEGIN and one END. */
function joined(sources: readonly string[]): string {
  const bodies: Record<string, string[]> = { BEGIN: [], END: [] };
  const rest = sources.map((source) =>
    source.replace(/^(BEGIN|END)\s*\{([\s\S]*?)^\}/gm, (_, name: string, body: string) => {
      bodies[name]?.push(body);
      return "";
    }),
  );
  const named = Object.entries(bodies).map(([name, texts]) => `${name} {\n${texts.join("")}}`);
  return [...named, ...rest].join("\n");
}

class Reference {
  readonly child: ChildProcess;
  readonly done: Promise<Readonly<{ out: string; status: number | null }>>;
  #out = Buffer.alloc(0);

  constructor(script: string) {
    this.child = spawn("bpftrace", [script], { stdio: ["ignore", "pipe", "inherit"] });
    this.child.stdout?.on("data", (data: Buffer) => (this.#out = Buffer.concat([this.#out, data])));
    const limit = setTimeout(() => this.child.kill("SIGKILL"), LIMIT_MS);
    this.done = new Promise((resolve) =>
      this.child.once("close", (status) => {
        clearTimeout(limit);
        resolve({ out: this.out, status });
      }),
    );
  }

  get out(): string {
    return this.#out.toString();
  }
}

async function until(holds: () => boolean): Promise<void> {
  for (const began = process.uptime(); !holds(); await new Promise((resolve) => setTimeout(resolve, 50)))
    if (process.uptime() - began > LIMIT_MS / 1000) throw new Error("waited in vain");
}

/** Sends signal 0 to the process, which killsnoop shows, until `holds`. */
function signalsUntil(
  pid: number,
  holds: () => boolean,
  runs: readonly Readonly<{ child: ChildProcess }>[],
): Promise<void> {
  return until(() => {
    if (runs.some(({ child }) => child.exitCode !== null)) throw new Error("it has ended");
    process.kill(pid, 0);
    return holds();
  });
}

/** Lines of events of the process: its id is the first number of their line, or the first after the time. */
function linesOf(out: string, pid: number | undefined): string[] {
  return out.split("\n").filter((line) => eventPid(line) === pid);
}

function eventPid(line: string): number | undefined {
  const found = /^(?:\d\d:\d\d:\d\d +(?:\S+ +)??)?(\d+) /.exec(line);
  return found ? Number(found[1]) : undefined;
}

/** Whether the signal with which the work ends was seen, and one of this process behind it. */
function isAfter(out: string, pid: number | undefined): boolean {
  const lines = out.split("\n");
  const last = lines.findLastIndex((line) => eventPid(line) === pid);
  return last >= 0 && lines.findLastIndex((line) => eventPid(line) === process.pid) > last;
}

/** What bpftrace changed after version 0.17. See src/output/bpftrace-goldens.test.ts. */
function asNewer(out: string): string {
  return out
    .replace(/^Attaching (\d+) probes\.\.\./, "Attached $1 probes")
    .replace(/^(@[^\n]*): $(?=\n[[(])/gm, "$1:");
}

/**
 * All lines but empty ones, where versions differ, and the events of other processes; times left out. Killsnoop prints a
 * time and its event apart: at the end a time may stand alone.
 */
function comparable(out: string, pid: number | undefined): string[] {
  const lines = out.split("\n").filter((line) => line !== "" && [undefined, pid].includes(eventPid(line)));
  return lines
    .map((line) => line.replace(/^\d\d:\d\d:\d\d/, "TIME"))
    .filter((line) => line.trimEnd() !== "TIME");
}
