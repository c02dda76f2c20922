import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { needs } from "./needs.ts";
import { jsonRows, runSkep } from "./skep-command.ts";

// execsnoop as a user runs it, on commands that this test starts.

const folder = mkdtempSync(join(tmpdir(), "skep-execs-"));
const script = join(folder, "script");
const inner = join(folder, "inner");
const nosuch = join(folder, "nosuch");

beforeEach((context) => needs(context, "ringbuf", "btf"));
beforeAll(() => {
  writeFileSync(script, "#!/bin/sh -e\ntrue\n");
  writeFileSync(inner, `#!${script}\n`);
  for (const file of [script, inner]) chmodSync(file, 0o755);
});
afterAll(() => rmSync(folder, { recursive: true }));

async function rowsOf(...args: string[]) {
  const { out, err, status } = await runSkep("execsnoop", "--json", ...args);
  expect({ err, status }).toEqual({ err: "", status: 0 });
  return jsonRows(out);
}

const argsOf = async (...args: string[]) => (await rowsOf(...args)).map((row) => row["args"]);

test("a command and what it starts", async () => {
  const rows = await rowsOf("-c", "sh -c '/bin/true one; /bin/true \"two words\"; exit 0'");
  const [shell, first, second] = rows;
  expect(rows).toHaveLength(3);
  expect(shell).toMatchObject({ comm: "sh", ret: 0, args: expect.stringMatching(/^\S*\/sh -c /) });
  expect(first).toEqual({
    comm: "true",
    pid: expect.any(Number),
    ppid: shell?.["pid"],
    ret: 0,
    args: "/bin/true one",
  });
  expect(second).toMatchObject({ ppid: shell?.["pid"], args: "/bin/true two words" });
});

test("the table", async () => {
  const { out } = await runSkep("execsnoop", "-TtU", "-c", "/bin/echo a");
  const lines = out.split("\n").filter((line) => line !== "a");
  expect(lines[0]).toBe("TIME     TIME(s)       UID    PCOMM            PID     PPID    RET ARGS");
  expect(lines[1]).toMatch(/^\d\d:\d\d:\d\d \d+\.\d{6} +0 +echo +\d+ +\d+ +0 \/bin\/echo a$/);
});

// biome-ignore format: one case per line
test.each<{ rule: string; args: readonly string[]; command: string; shows: readonly string[] }>([
  { rule: "arguments in quotes",             args: ["-q"], command: `/bin/true "a b" "" 'c"d' '\\'`, shows: ['"/bin/true" "a b" "" "c\\"d" "\\\\"'] },
  { rule: "a script has its own arguments",  args: [], command: `${script} a b`, shows: [`${script} a b`] },
  { rule: "a script run by a script",        args: [], command: `${inner} a`, shows: [`${inner} a`] },
  { rule: "the process's name",              args: ["-n", "^tru"], command: "sh -c '/bin/true; /bin/false; exit 0'", shows: ["/bin/true"] },
  { rule: "the command line",                args: ["-l", "x[0-9]$"], command: "sh -c '/bin/true x1; /bin/true y1; exit 0'", shows: ["/bin/true x1"] },
  { rule: "the user",                        args: ["-u", "nobody"], command: "sh -c '/bin/true; setpriv --reuid=nobody --clear-groups /bin/true n'", shows: ["/bin/true n"] },
  { rule: "failed ones are not shown",       args: [], command: `sh -c '${nosuch} 2>/dev/null; /bin/true; exit 0'`, shows: [expect.stringContaining("/sh -c"), "/bin/true"] },
  { rule: "arguments without end",           args: ["--max-args", "3"], command: "/bin/true 1 2 3 4", shows: ["/bin/true 1 2 ..."] },
  { rule: "BCC's default number",            args: [], command: `/bin/true ${Array.from({ length: 25 }, (_, i) => i).join(" ")}`, shows: [`/bin/true ${Array.from({ length: 19 }, (_, i) => i).join(" ")} ...`] },
])("$rule", async ({ args, command, shows }) => {
  expect(await argsOf(...args, "-c", command)).toEqual(shows);
});

test("execs that fail, with their arguments", async () => {
  const rows = await rowsOf("-x", "-c", `sh -c '${nosuch} a "b c" 2>/dev/null; ${folder} 2>/dev/null; exit 0'`);
  expect(rows.slice(1)).toMatchObject([
    { comm: "sh", ret: -2, args: `${nosuch} a b c` }, // ENOENT
    { comm: "sh", ret: -13, args: folder }, // EACCES
  ]);
});

test("a failed exec with more arguments than are shown", async () => {
  const many = Array.from({ length: 40 }, (_, i) => `a${i}`);
  const command = `sh -c '${nosuch} ${many.join(" ")} 2>/dev/null; exit 0'`;
  expect((await argsOf("-x", "-c", command)).at(-1)).toBe(`${nosuch} ${many.slice(0, 19).join(" ")} ...`);
  const all = await argsOf("-x", "--max-args", "100", "-c", command);
  expect(all.at(-1)).toBe(`${nosuch} ${many.join(" ")}`);
});

test("an argument list that is huge", async () => {
  const words = `perl -e 'exec "/bin/true", ("x" x 100) x 5000'`;
  const [, last] = await argsOf("--max-args", "1000", "-c", words);
  expect(last).toMatch(/^\/bin\/true( x{100}){150,} (x+ )?\.\.\.$/);
  const [, failed] = await argsOf("-x", "--max-args", "1000", "-c", words.replace("/bin/true", nosuch));
  expect(failed).toMatch(/( x{100}){999} \.\.\.$/);
});

test("execveat of an open file", async (context) => {
  if (process.arch !== "x64") context.skip("the numbers are those of x86");
  const at =
    'open(my $f, "<", "/bin/true"); my @a = ("true", "arg"); my $v = pack("ppQ", $a[0], $a[1], 0); my $e = pack("Q", 0); my $n = ""; syscall(322, fileno($f), $n, $v, $e, 0x1000);';
  const rows = await rowsOf("-x", "-c", `perl -e '${at}'`);
  expect(rows.at(-1)).toMatchObject({ ret: 0, args: expect.stringMatching(/^\/dev\/fd\/\d+ arg$/) });
});

test("a thread that execs is one row", async () => {
  const threads = 'use threads; threads->create(sub { exec "/bin/true", "from a thread" })->join;';
  const rows = await rowsOf("-x", "-c", `perl -e '${threads}'`);
  expect(rows.map((row) => [row["comm"], row["ret"]])).toEqual([
    ["perl", 0],
    ["true", 0],
  ]);
});

test("one parent's children", async () => {
  const rows = await rowsOf("-P", String(process.pid), "-d", "1", "-c", "sh -c '/bin/true; exit 0'");
  expect(rows).toEqual([]); // this test is the grandparent
});

test("arguments that are no text", async () => {
  const rows = await runSkep("execsnoop", "-c", `perl -e 'exec "/bin/true", "\\xff\\e[1m\\n"'`);
  expect(rows.out).toContain("/bin/true \\xff\\x1b[1m\\n\n");
});
