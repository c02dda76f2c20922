import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeEach, expect, test } from "vitest";
import { SkepError, TraceError, type TraceRecord, trace } from "../../src/public.ts";
import { eventually, isThere } from "../support/eventually.ts";
import { needs } from "./needs.ts";

// trace() on commands and processes that this test starts.

const sleeper = spawn("sleep", ["60"], { stdio: "ignore" });
afterAll(() => void sleeper.kill("SIGKILL"));
beforeEach((context) => needs(context, "ringbuf", "btf"));

const PATH = process.env["PATH"] ?? "";

async function all(records: AsyncIterable<TraceRecord>): Promise<TraceRecord[]> {
  const found: TraceRecord[] = [];
  for await (const record of records) found.push(record);
  return found;
}

test("lines, values and maps of a command", async () => {
  const script = `
    tracepoint:syscalls:sys_enter_openat /str(args.filename) == "/etc/hostname"/ {
      printf("%s opens\\n", comm);
      print((who = comm, when = nsecs, small = (int32)-5));
      @opens[comm] = count();
    }`;
  using running = await trace(script, { command: "cat /etc/hostname" });
  expect(running.pid).toBeGreaterThan(0);
  const records = await all(running);
  expect(records.map((record) => record.kind)).toEqual(["printf", "value", "map"]);
  expect(records[0]).toEqual({ kind: "printf", text: "cat opens\n" });
  expect(records[1]).toMatchObject({ value: { who: "cat", when: expect.any(BigInt), small: -5 } });
  expect(records[2]).toMatchObject({ map: { name: "@opens", entries: [{ key: "cat", value: 1n }] } });
  expect(running.maps.names).toEqual(["@opens"]);
  expect(running.maps.get("opens")?.entries).toEqual([{ key: "cat", value: 1n }]);
  expect(running.maps.get("@none")).toBeUndefined();
  expect(running.lost).toEqual({
    events: 0n,
    mapFull: 0n,
    stacks: 0n,
    truncatedStrings: 0n,
    unread: 0n,
    unnamed: 0n,
  });
  expect(running.exitCode).toBeUndefined();
});

test("parameters, options, and an exit with its status", async () => {
  const script =
    'BEGIN { printf("%d %s %d %s", $1, str($2), getopt("n", 0), getopt("s", "none")); exit(3); } END { printf("end"); }';
  using running = await trace(script, { args: [7, "seven"], named: { n: 8, s: "eight" } });
  const texts = (await all(running)).map((record) => ("text" in record ? record.text : record.kind));
  expect(texts).toEqual(["7 seven 8 eight", "end"]);
  expect(running.exitCode).toBe(3);
});

test("ends when it is aborted, with its final records", async () => {
  const stop = new AbortController();
  const script = 'interval:ms:20 { @ticks++; } END { printf("end"); }';
  using running = await trace(script, { pid: sleeper.pid ?? 0, signal: stop.signal });
  void eventually(() => running.maps.get("@ticks")?.entries.length === 1).then(() => stop.abort());
  const records = await all(running);
  expect(records.map((record) => record.kind)).toEqual(["printf", "map"]);
  await expect(trace(script, { signal: stop.signal })).rejects.toThrow(/abort/i);
});

test("maps can be read while it runs, and records taken one by one", async () => {
  using running = await trace('interval:ms:10 { @ticks++; printf("%d", @ticks); }', { pid: sleeper.pid ?? 0 });
  const seen: unknown[] = [];
  for await (const record of running) {
    if (record.kind === "printf") seen.push(record.text);
    if (seen.length === 3) break;
  }
  expect(seen).toEqual(["1", "2", "3"]);
  const ticks = running.maps.get("@ticks")?.entries[0]?.value;
  expect(ticks).toBeGreaterThanOrEqual(3n);
});

test("ends with the process that it traces", async () => {
  const child = spawn("cat", { stdio: ["pipe", "ignore", "ignore"] });
  using running = await trace("interval:s:1000 { @x++; }", { pid: child.pid ?? 0 });
  child.stdin.end();
  expect(await all(running)).toEqual([]);
});

test("giving it back ends the loop and the command", async () => {
  const running = await trace("BEGIN { print(1); }", { command: "sleep 60" });
  setTimeout(() => running[Symbol.dispose](), 50);
  expect((await all(running)).map((record) => record.kind)).toEqual(["value"]);
  await eventually(() => !isThere(running.pid ?? 0));
});

test("a wrong script says all that is wrong", async () => {
  const wrong = trace("BEGIN { print(nosuch); }\nEND { print(1 +); }", { name: "wrong.bt" });
  await expect(wrong).rejects.toThrow(TraceError);
  const error = await wrong.catch((e: unknown) => e as TraceError);
  expect(error).toMatchObject({ message: expect.stringMatching(/^wrong\.bt:2:\d+: error\[syntax/) });
});

// biome-ignore format: one case per line
test.each<{ rule: string; script: string; options: Parameters<typeof trace>[1]; code: string }>([
  { rule: "an unsafe function",  script: 'BEGIN { system("true"); }', options: {}, code: "trace/unsafe" },
  { rule: "no such process",     script: "BEGIN { }", options: { pid: 4_194_303 }, code: "trace/no-process" },
  { rule: "no such command",     script: "BEGIN { }", options: { command: "no-such-command" }, code: "linux/no-command" },
])("refused: $rule", async ({ script, options, code }) => {
  const error = await trace(script, { searchPath: PATH, ...options }).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(SkepError);
  expect(error).toMatchObject({ code });
});

test("an unsafe function, allowed", async () => {
  using running = await trace('BEGIN { system("echo it runs"); exit(); }', { unsafe: true });
  expect(await all(running)).toEqual([{ kind: "system", text: "it runs\n" }]);
});

const example = (name: string) => fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));

test("the example of opened files runs", () => {
  const opens = spawnSync(process.execPath, [example("open-files.mjs"), "cat", "/etc/hostname"], {
    encoding: "utf8",
  });
  expect(opens.stderr).toBe("");
  expect(opens.stdout).toMatch(
    /opened:\n[\s\S]* 1 {2}"\/etc\/hostname"\n[\s\S]*not there:\n[\s\S]*lost: 0 events\n$/,
  );
});

test("the example of reads runs until the process ends", async () => {
  const script = "while :; do sleep 0.1; read -r _ < /etc/hostname; done";
  const reader = spawn("sh", ["-c", script], { stdio: "ignore" });
  const sizes = spawn(process.execPath, [example("read-sizes.mjs"), String(reader.pid)]);
  const ended = once(sizes, "close");
  let [out, err] = ["", ""];
  sizes.stdout.on("data", (data: Buffer) => (out += data));
  sizes.stderr.on("data", (data: Buffer) => (err += data));
  await eventually(
    () => err !== "" || sizes.exitCode !== null || /bytes per read[\s\S]*\[\d+.*\d+ \|@+/.test(out),
  );
  reader.kill("SIGKILL");
  await ended;
  expect({ err, status: sizes.exitCode }).toEqual({ err: "", status: 0 });
  expect(out).toMatch(/bytes per read[\s\S]*\[\d+.*\d+ \|@+/);
});
