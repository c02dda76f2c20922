import { expect, test } from "vitest";
import { type TraceOptions, trace } from "../../src/public.ts";
import { needs } from "./needs.ts";
import { runSkep } from "./skep-command.ts";

// Whose events a script with a command sees.

// Four processes: a shell, one of its own, and a shell that becomes the last of its two. Debian's shell ends by _exit().
const FAMILY = "sh -c '/bin/true; (/bin/true; /bin/true) & wait'";

async function execsOf(options: TraceOptions): Promise<string[]> {
  const script = 'tracepoint:syscalls:sys_enter_execve { printf("%s", str(args.filename)); }';
  using running = await trace(script, { searchPath: process.env["PATH"] ?? "", ...options });
  const found: string[] = [];
  for await (const record of running) if (record.kind === "printf") found.push(record.text);
  return found;
}

test("trace() follows what the command starts, and what that starts", async (t) => {
  needs(t, "tracefs", "btf");
  const [shell, ...children] = await execsOf({ command: FAMILY });
  expect(shell).toMatch(/\/sh$/);
  expect(children).toEqual(["/bin/true", "/bin/true", "/bin/true"]);
});

test("or its own process alone", async (t) => {
  needs(t, "tracefs", "btf");
  expect(await execsOf({ command: FAMILY, follow: "process" })).toHaveLength(1);
});

const LOOKS = `
tracepoint:syscalls:sys_enter_execve / FILTER / { @execs = count(); }
tracepoint:sched:sched_process_exit / FILTER / { @exits = count(); }
uprobe:libc:exit / FILTER / { @calls = count(); }
`;

// biome-ignore format: one case per line
test.for([
  { rule: "all processes, so children as well",     args: [],           filter: "pid == cpid || ppid == cpid", says: ["@execs: 3", "@exits: 3"] },
  { rule: "its own process by `cpid`",              args: [],           filter: "pid == cpid",                 says: ["@execs: 1", "@exits: 1"] },
  { rule: "the family, in programs' functions too", args: ["--family"], filter: "1",                           says: ["@calls: 3", "@execs: 4", "@exits: 4"] },
  { rule: "the family beside the script's own",     args: ["--family"], filter: "pid != cpid",                 says: ["@calls: 3", "@execs: 3", "@exits: 3"] },
])("-c: $rule", async ({ args, filter, says }, t) => {
  needs(t, "tracefs", "btf");
  const script = LOOKS.replaceAll("FILTER", filter);
  const { out, err } = await runSkep("-c", FAMILY, ...args, "-e", script);
  expect(out.match(/^@\w+: \d+$/gm)?.sort(), err).toEqual(says);
  expect(out).toMatch(/^Attached 3 probes/);
});

test("--family without a command is refused", async () => {
  const { err, status } = await runSkep("-p", String(process.pid), "--family", "-e", "BEGIN { exit(); }");
  expect(err).toContain("--family goes with -c");
  expect(status).toBe(2);
});
