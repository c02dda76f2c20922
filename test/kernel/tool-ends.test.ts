import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { needs } from "./needs.ts";
import {
  afterReady,
  jsonRows,
  noneLoaded,
  programsOf,
  type RunningSkep,
  runSkep,
  startSkep,
} from "./skep-command.ts";

// How runs of tools end, what they say then, and what odd names look like. Everything traced is this test's own.

const folder = mkdtempSync(join(tmpdir(), "skep-ends-"));
const plain = join(folder, "plain");
const odd = join(folder, "odd");
const children: ChildProcess[] = [];

/** Names that would move the cursor, end the line, are no text, look like CSV, and look like other names' escapes. */
const ODD = [
  Buffer.from("\x1b[31mred"),
  Buffer.from("two\nlines\ttab"),
  Buffer.from([0x62, 0x61, 0xff, 0xfe, 0x64]),
  Buffer.from('a,"b"'),
  Buffer.from("\\x1b \u00fc\u4e2d\u{1f41d}"),
];

beforeEach((context) => needs(context, "ringbuf", "btf"));
beforeAll(() => {
  writeFileSync(plain, "text\n");
  mkdirSync(odd);
  for (const name of ODD) writeFileSync(Buffer.concat([Buffer.from(`${odd}/`), name]), "");
});
afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(folder, { recursive: true });
});

/** A shell that opens each file whose name it is sent. */
function reader(): ChildProcess {
  const script = 'while read -r name; do read -r _ < "$name"; done';
  const child = spawn("sh", ["-c", script], { stdio: ["pipe", "ignore", "ignore"] });
  children.push(child);
  return child;
}

/** A run on such a shell, after `opens` files were opened and shown. */
async function watching(opens: number, ...args: string[]): Promise<RunningSkep> {
  const child = reader();
  const skep = await startSkep("opensnoop", "-p", String(child.pid), ...args);
  child.stdin?.write(`${plain}\n`.repeat(opens));
  await eventually(() => afterReady(skep.out).split(plain).length > opens);
  return skep;
}

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("%s ends a run with its summary", async (signal) => {
  const skep = await watching(3, "--summary", "-v");
  const programs = programsOf(skep);
  expect(programs.length).toBeGreaterThanOrEqual(2);
  skep.child.kill(signal);
  const { out, err, status } = await skep.done;
  expect(status).toBe(0);
  expect(err).toBe("shown 3, lost 0\n");
  const lines = afterReady(out).split("\n");
  expect(lines.slice(5, 9)).toEqual([
    "3 opens, 1 different",
    "",
    "Most opened files:",
    expect.stringContaining(plain),
  ]);
  expect(lines[8]).toMatch(/ 3 █+$/);
  await noneLoaded(programs);
});

test("the summary of a machine format is not among its rows", async () => {
  const skep = await watching(2, "--summary", "--json");
  skep.child.kill("SIGINT");
  const { out, err } = await skep.done;
  expect(afterReady(out).trimEnd().split("\n")).toHaveLength(2);
  expect(err).toContain("2 opens, 1 different");
});

test("kill -9 leaves nothing attached", async () => {
  const skep = await watching(1);
  const programs = programsOf(skep);
  skep.child.kill("SIGKILL");
  await skep.done;
  await noneLoaded(programs);
});

test("a closed pipe ends a run quietly", () => {
  const skep = fileURLToPath(new URL("../../bin/skep.cjs", import.meta.url));
  const many = `${skep} opensnoop -c 'sh -c "while :; do read -r _ < ${plain}; done"' | head -2`;
  const { stdout, stderr, status } = spawnSync("sh", ["-c", many], { encoding: "utf8", timeout: 120_000 });
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  expect(stdout.split("\n")).toHaveLength(3);
  const list = spawnSync("sh", ["-c", `${skep} list | head -1; ${skep} --help | head -1`], {
    encoding: "utf8",
  });
  expect(list.stderr).toBe("");
});

test("the command is stopped with its tracer", async () => {
  const command = `sleep 97.${process.pid}`;
  const isRunning = () => spawnSync("pgrep", ["-f", `^${command}$`]).status === 0;
  const skep = await startSkep("opensnoop", "--json", "-d", "300ms", "-c", command);
  const { status } = await skep.done;
  expect(status).toBe(0);
  await eventually(() => !isRunning());
});

test("a run of a given time, and of a given number of rows", async () => {
  const child = reader();
  const started = performance.now();
  const { out } = await runSkep("opensnoop", "-p", String(child.pid), "--duration", "700ms");
  expect(performance.now() - started).toBeGreaterThan(690);
  expect(out).toBe("PID     COMM               FD ERR PATH\n");
  const loop = `sh -c 'while :; do read -r _ < ${plain}; done'`;
  const some = await runSkep("opensnoop", "--json", "--max-events", "5", "-v", "-c", loop);
  expect(jsonRows(some.out)).toHaveLength(5);
  expect(some.err).toMatch(/^shown 5, lost \d+\n$/m);
});

const SHOWN = ["\\x1b[31mred", "two\\nlines\\ttab", "ba\\xff\\xfed", 'a,"b"', "\\x1b \u00fc\u4e2d\u{1f41d}"];
const AS_JSON = ["\x1b[31mred", "two\nlines\ttab", "ba\\xff\\xfed", 'a,"b"', "\\x1b \u00fc\u4e2d\u{1f41d}"];

/** What follows the folder's name; the shell opens the folder, too. */
function namesIn(texts: readonly string[]): string[] {
  const parts = texts.map((text) => text.split(`${odd}/`)[1] ?? "");
  return parts.filter((name) => name !== "").sort();
}

test("odd names in a table are one line each, and harmless", async () => {
  const { out } = await runSkep("opensnoop", "-c", `cat ${odd}/*`);
  expect(namesIn(out.split("\n"))).toEqual([...SHOWN].sort());
  expect(out.split("").some((c) => c !== "\n" && c < " ")).toBe(false);
});

test("odd names as JSON and CSV", async () => {
  const json = await runSkep("opensnoop", "--json", "-c", `cat ${odd}/*`);
  expect(namesIn(jsonRows(json.out).map(({ path }) => String(path)))).toEqual([...AS_JSON].sort());
  const csv = await runSkep("opensnoop", "--csv", "-c", `cat ${odd}/*`);
  expect(csv.out).toContain(`,"${odd}/a,""b"""\r\n`);
  expect(csv.out).toContain(`,"${odd}/two\nlines\ttab"\r\n`);
});

test("many opens at once: shown + lost is what happened", async () => {
  const loop = `perl -e 'for (1..60000) { open(my $f, "<", $ARGV[0]); close $f }' ${plain}`;
  const { out, err } = await runSkep("opensnoop", "-v", "--json", "-c", loop);
  const rows = jsonRows(out).filter((row) => row["path"] === plain);
  const others = jsonRows(out).length - rows.length;
  const [, shown, lost] = /^shown (\d+), lost (\d+)$/m.exec(err) ?? [];
  expect(Number(shown)).toBe(rows.length + others);
  expect(rows.length + Number(lost)).toBeGreaterThanOrEqual(60_000);
  expect(rows.length + Number(lost)).toBeLessThanOrEqual(60_000 + others);
});

test("a terminal cuts lines, and shows the head before the first row", async (context) => {
  const skep = fileURLToPath(new URL("../../bin/skep.cjs", import.meta.url));
  const long = `${"/./".repeat(40)}${plain}`;
  const inTerminal = (command: string) =>
    spawnSync("script", ["-qec", `stty cols 60; ${command}`, "/dev/null"], {
      encoding: "utf8",
      timeout: 120_000,
    });
  const { stdout, error } = inTerminal(`${skep} opensnoop -c 'cat ${long}'`);
  if (error) context.skip("needs the command script");
  const lines = stdout.replaceAll("\r", "").split("\n");
  expect(lines[0]).toBe("PID     COMM               FD ERR PATH");
  expect(lines.find((line) => line.includes("/./"))).toMatch(/^.{59}\u2026$/);
  const json = inTerminal(`${skep} opensnoop --json -c 'cat ${long}'`);
  expect(json.stdout).toContain(`"path":"${long}"`);
});

test("the examples of the short help are programs that compile", async () => {
  const { out, status } = await runSkep();
  expect(status).toBe(0);
  const examples = out.split("\n").flatMap((line) => / (-e '.*?') /.exec(line)?.[1] ?? []);
  expect(examples.length).toBeGreaterThanOrEqual(2);
  for (const example of examples) {
    const program = example.slice(4, -1);
    expect(await runSkep("-d", "plan", "-e", program)).toMatchObject({ status: 0, err: "" });
  }
});

// biome-ignore format: one case per line
test.each<{ rule: string; args: readonly string[]; status: number; says: RegExp }>([
  { rule: "an unknown option",        args: ["opensnoop", "--faild"], status: 2, says: /did you mean `--failed`/ },
  { rule: "an unknown flag of open",  args: ["opensnoop", "-f", "O_CREATE"], status: 2, says: /did you mean `O_CREAT`/ },
  { rule: "an unknown user",          args: ["opensnoop", "-u", "no-such-user"], status: 2, says: /no user `no-such-user`/ },
  { rule: "a word that is no option", args: ["opensnoop", "123"], status: 2, says: /opensnoop -p 123/ },
  { rule: "two formats",              args: ["opensnoop", "--json", "--csv"], status: 2, says: /choose one/ },
  { rule: "a process and a command",  args: ["opensnoop", "-p", "1", "-c", "ls"], status: 2, says: /cannot stand together/ },
  { rule: "no such process",          args: ["opensnoop", "-p", "4194303"], status: 3, says: /no process 4194303/ },
  { rule: "no such command",          args: ["opensnoop", "-c", "no-such-command"], status: 3, says: /no command `no-such-command`/ },
  { rule: "a broken pattern",         args: ["execsnoop", "-n", "("], status: 2, says: /regular expression/ },
  { rule: "a tool's name misspelt",   args: ["opensnop"], status: 3, says: /did you mean `opensnoop`/ },
  { rule: "no time",                  args: ["opensnoop", "-d", "soon"], status: 2, says: /takes a time/ },
])("wrong: $rule", async ({ args, status, says }) => {
  const said = await runSkep(...args);
  expect(said.err).toMatch(says);
  expect(said.status).toBe(status);
  if (args.includes("--json")) expect(JSON.parse(said.out)).toMatchObject({ error: expect.stringMatching(/./) });
  else expect(said.out).toBe("");
});

test("without privileges and without a simulation it says what is missing", () => {
  const skep = fileURLToPath(new URL("../../bin/skep.cjs", import.meta.url));
  const uid = execFileSync("id", ["-u", "nobody"], { encoding: "utf8" }).trim();
  const { stderr, status } = spawnSync(
    "setpriv",
    ["--reuid", uid, "--clear-groups", process.execPath, skep, "opensnoop", "--no-sim"],
    { encoding: "utf8" },
  );
  if (stderr.includes("EACCES") || stderr.includes("not built")) return; // the checkout is not readable for others
  expect(stderr).toMatch(/CAP_BPF.*\n.*run it as root/);
  expect(status).toBe(3);
});
