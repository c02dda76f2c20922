import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { needs } from "./needs.ts";
import { afterReady, jsonRows, runSkep, startSkep } from "./skep-command.ts";

// opensnoop as a user runs it, on commands that this test starts.

const folder = mkdtempSync(join(tmpdir(), "skep-opens-"));
const file = join(folder, "plain");
const missing = join(folder, "missing");
const children: ChildProcess[] = [];

beforeEach((context) => needs(context, "ringbuf", "btf"));
beforeAll(() => {
  chmodSync(folder, 0o755);
  writeFileSync(file, "text\n");
  mkdirSync(join(folder, "sub"));
  writeFileSync(join(folder, "sub", "inner"), "text\n");
  symlinkSync(folder, `${folder}-link`);
});
afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(folder, { recursive: true });
  rmSync(`${folder}-link`);
});

/** Rows about files of this test, as JSON. */
async function rowsOf(...args: string[]) {
  const { out, err, status } = await runSkep("opensnoop", "--json", ...args);
  expect({ err, status }).toEqual({ err: "", status: 0 });
  return jsonRows(out).filter((row) => String(row["path"]).includes(folder));
}

/** A shell that opens each file whose name it is sent, until its input ends. */
function reader(): ChildProcess {
  const child = spawn("sh", ["-c", 'while read -r name; do read -r _ < "$name"; done'], {
    stdio: ["pipe", "ignore", "ignore"],
  });
  children.push(child);
  return child;
}

test("a command's opens, found and not", async () => {
  const rows = await rowsOf("-c", `sh -c 'cat ${file} ${missing} 2>/dev/null'`);
  expect(rows).toEqual([
    { pid: expect.any(Number), comm: "cat", fd: 3, err: 0, path: file },
    { pid: expect.any(Number), comm: "cat", fd: -1, err: 2, path: missing },
  ]);
});

test("the table", async () => {
  const { out } = await runSkep("opensnoop", "-c", `cat ${file}`);
  const lines = out.split("\n");
  expect(lines[0]).toBe("PID     COMM               FD ERR PATH");
  expect(lines.find((line) => line.includes(folder))).toMatch(/^\d+ +cat +3 +0 \S+$/);
});

test("every column", async () => {
  const row = (await rowsOf("-TUe", "-c", `cat ${file}`))[0];
  expect(Object.keys(row ?? {})).toEqual(["timestamp", "uid", "pid", "comm", "fd", "err", "flags", "path"]);
  expect(row).toMatchObject({ uid: process.getuid?.(), flags: 0 });
  expect(row?.["timestamp"]).toBeGreaterThan(0);
  expect(row?.["timestamp"]).toBeLessThan(100);
  const { out } = await runSkep("opensnoop", "-TUe", "-c", `cat ${file}`);
  expect(out.split("\n").find((line) => line.includes(folder))).toMatch(
    /^\d+\.\d{6} +0 +\d+ +cat +3 +0 00000000 \S+$/,
  );
});

test("only failed opens", async () => {
  const rows = await rowsOf("-x", "-c", `cat ${file} ${missing}`).catch(() => []);
  const { out } = await runSkep(
    "opensnoop",
    "-x",
    "--json",
    "-c",
    `sh -c 'cat ${file} ${missing} 2>/dev/null'`,
  );
  expect(jsonRows(out).filter((row) => row["path"] === file)).toEqual([]);
  expect(jsonRows(out).filter((row) => row["path"] === missing)).toHaveLength(1);
  expect(rows.every((row) => row["fd"] === -1)).toBe(true);
});

test("a shell's children, pipes and threads belong to the command", async () => {
  const worker = `node -e 'require("fs").promises.readFile("${file}")'`;
  const rows = await rowsOf("-c", `(cat ${file} | cat) && sh -c 'sh -c "cat ${file}"' && ${worker}`);
  expect(rows.map((row) => row["comm"]).sort()).toEqual([
    "cat",
    "cat",
    expect.stringMatching(/^(node|libuv-worker)$/),
  ]);
});

test("a thread that execs stays in the family", async () => {
  const threads = 'use threads; threads->create(sub { exec "cat", $ARGV[0] })->join;';
  const { out } = await runSkep("opensnoop", "--json", "-c", `perl -e '${threads}' ${file}`);
  const rows = jsonRows(out).filter((row) => row["path"] === file);
  expect(rows).toHaveLength(1);
});

test("opens of others are not shown", async () => {
  const child = reader();
  const skep = await startSkep("opensnoop", "--json", "-c", `sh -c 'sleep 0.5; cat ${file}'`);
  child.stdin?.write(`${file}\n`);
  const { out } = await skep.done;
  expect(jsonRows(afterReady(out)).filter((row) => row["path"] === file)).toHaveLength(1);
  child.stdin?.end();
});

test("one process, until it ends", async () => {
  const child = reader();
  const skep = await startSkep("opensnoop", "--json", "-p", String(child.pid));
  child.stdin?.write(`${file}\n${missing}\n`);
  await skep.until(missing);
  child.stdin?.end();
  const { out, err, status } = await skep.done;
  expect({ err, status }).toEqual({ err: "", status: 0 });
  expect(jsonRows(afterReady(out))).toEqual([
    { pid: child.pid, comm: "sh", fd: 3, err: 0, path: file },
    { pid: child.pid, comm: "sh", fd: -1, err: 2, path: missing },
  ]);
});

test("one thread", async () => {
  const child = reader();
  const skep = await startSkep("opensnoop", "--csv", "-p", String(child.pid), "-t", String(child.pid));
  child.stdin?.write(`${file}\n`);
  await skep.until(file);
  child.stdin?.end();
  expect(afterReady((await skep.done).out)).toBe(`tid,comm,fd,err,path\r\n${child.pid},sh,3,0,${file}\r\n`);
});

// biome-ignore format: one case per line
test.each<{ rule: string; args: readonly string[]; shown: boolean }>([
  { rule: "a part of the name",       args: ["-n", "at"], shown: true },
  { rule: "another name",             args: ["-n", "dog"], shown: false },
  { rule: "the user's id",            args: ["-u", "0"], shown: true },
  { rule: "the user's name",          args: ["-u", "root"], shown: true },
  { rule: "another user",             args: ["-u", "65534"], shown: false },
  { rule: "a flag that is not there", args: ["-f", "O_CREAT"], shown: false },
  { rule: "reading only",             args: ["-f", "O_RDONLY"], shown: true },
  { rule: "one of several flags",     args: ["-f", "O_CREAT", "-f", "O_RDONLY"], shown: true },
  { rule: "BCC's spelling",           args: ["--flag_filter=O_CREAT|O_RDONLY"], shown: true },
])("filter: $rule", async ({ args, shown }) => {
  expect(await rowsOf(...args, "-c", `cat ${file}`)).toHaveLength(shown ? 1 : 0);
});

test("files that are made", async () => {
  const made = join(folder, "made");
  const rows = await rowsOf("-e", "-f", "O_CREAT", "-c", `sh -c 'echo x > ${made}; cat ${file}'`);
  expect(rows).toMatchObject([{ comm: "sh", path: made, flags: 0o1101 }]);
});

test("every system call that opens", async (context) => {
  if (process.arch !== "x64") context.skip("the numbers are those of x86");
  const calls = `syscall(2, $p, 0); syscall(85, "$p.creat", 0644); syscall(257, -100, $p, 0);
    my $how = pack("QQQ", 02000000, 0, 0); syscall(437, -100, $p, $how, 24);`;
  const rows = await rowsOf("-e", "-c", `perl -e 'my $p = shift; ${calls}' ${file}`);
  expect(rows.map((row) => [row["flags"], row["path"]])).toEqual([
    [0, file],
    [0o1101, `${file}.creat`],
    [0, file],
    [0o2000000, file],
  ]);
});

test("full paths", async () => {
  const open = `cat plain; cd sub; cat inner ./inner ../plain nothing 2>/dev/null; cat ${file}`;
  const rows = await rowsOf("-F", "-c", `cd ${folder}-link && { ${open}; }`);
  expect(rows.map((row) => row["path"])).toEqual([
    file,
    join(folder, "sub", "inner"),
    join(folder, "sub", "inner"),
    `${folder}/sub/../plain`,
    join(folder, "sub", "nothing"),
    file,
  ]);
});

test("full paths from an open folder, through a mount, and of this test's own root", async (context) => {
  if (process.arch !== "x64") context.skip("the numbers are those of x86");
  const at = `opendir(my $d, shift); my $n = "inner"; syscall(257, fileno($d), $n, 0); syscall(257, 9999, $n, 0);`;
  const rows = await runSkep("opensnoop", "--json", "-F", "-c", `perl -e '${at}' ${folder}/sub`);
  const paths = jsonRows(rows.out).map((row) => [row["err"], row["path"]]);
  expect(paths).toContainEqual([0, join(folder, "sub", "inner")]);
  expect(paths).toContainEqual([9, ".../inner"]); // EBADF
  const proc = await runSkep(
    "opensnoop",
    "--json",
    "-F",
    "-c",
    "sh -c 'cd /proc/self && cat status >/dev/null'",
  );
  expect(jsonRows(proc.out).map((row) => row["path"])).toContainEqual(
    expect.stringMatching(/^\/proc\/\d+\/status$/),
  );
});

test("a path of the greatest length, and one that is longer", async () => {
  const long = `${"/./".repeat(1000)}${file}`; // 3,000 characters and the name
  const { out } = await runSkep(
    "opensnoop",
    "--json",
    "-c",
    `sh -c 'cat ${long} "$0" 2>/dev/null' ${"/x".repeat(2100)}`,
  );
  const paths = jsonRows(out).map((row) => String(row["path"]));
  expect(paths).toContain(long);
  expect(paths.some((path) => path.startsWith("/x/x") && path.length >= 4095)).toBe(true);
});
