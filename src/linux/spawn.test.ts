import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { eventually } from "../../test/support/eventually.ts";
import { startHeld } from "./spawn.ts";

const folder = mkdtempSync(join(tmpdir(), "spawn-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** Number of read(2): asm/unistd_64.h of x86, asm-generic/unistd.h elsewhere. */
const READ = process.arch === "x64" ? "0" : "63";
const QUIET = { stdio: "ignore" } as const;

test("a command does nothing until it is released, and keeps its process id", async () => {
  const file = join(folder, "pid");
  const command = await startHeld(["sh", "-c", `echo $$ > ${file}`], QUIET);
  await later(100);
  expect(existsSync(file)).toBe(false);
  command.release();
  expect(await command.exited).toEqual({ code: 0, signal: null });
  expect(Number(readFileSync(file, "utf8"))).toBe(command.pid);
});

test("it sleeps in its read when it is handed over: a tracer attached from now on sees nothing before the release", async () => {
  for (let round = 0; round < 20; round++) {
    const command = await startHeld(["true"], QUIET);
    const [number, first] = readFileSync(`/proc/${command.pid}/syscall`, "utf8").split(" ");
    expect([number, Number(first)]).toEqual([READ, 0]);
    command.release();
    await command.exited;
  }
});

test("arguments arrive as they are", async () => {
  const file = join(folder, "args");
  const command = await startHeld(
    ["sh", "-c", `printf '%s\\n' "$@" > ${file}`, "x", "a b", "$HOME", "", "'"],
    QUIET,
  );
  command.release();
  await command.exited;
  expect(readFileSync(file, "utf8")).toBe("a b\n$HOME\n\n'\n");
});

test("a text is split, and a shell runs what needs one", async () => {
  const file = join(folder, "text");
  const simple = await startHeld(`touch '${file} 1'`, QUIET);
  expect(readFileSync(`/proc/${simple.pid}/cmdline`, "utf8")).not.toContain("sh\0-c\0touch");
  simple.release();
  await simple.exited;
  expect(existsSync(`${file} 1`)).toBe(true);
  const complex = await startHeld(`echo a | tr a b > '${file} 2'`, QUIET);
  complex.release();
  await complex.exited;
  expect(readFileSync(`${file} 2`, "utf8")).toBe("b\n");
});

test("how it ends is told", async () => {
  const failing = await startHeld("sh -c 'exit 3'", QUIET);
  failing.release();
  expect(await failing.exited).toEqual({ code: 3, signal: null });
  const sleeping = await startHeld("sleep 60", QUIET);
  sleeping.release();
  await later(50);
  sleeping.kill();
  expect(await sleeping.exited).toEqual({ code: null, signal: "SIGTERM" });
});

test("a command that is killed before its release never runs", async () => {
  const file = join(folder, "never");
  const command = await startHeld(["touch", file], QUIET);
  command.kill("SIGKILL");
  expect((await command.exited).signal).toBe("SIGKILL");
  command.release();
  await later(50);
  expect(existsSync(file)).toBe(false);
});

test("it does not hold our channel open", async () => {
  const command = await startHeld("sleep 60", QUIET);
  command.release();
  await eventually(() => !readdirSync(`/proc/${command.pid}/fd`).includes("3"));
  command.kill();
  await command.exited;
});

// biome-ignore format: one case per line
test.each([
  { rule: "no such command", command: "no-such-command-here -x", code: "linux/no-command" },
  { rule: "nothing",         command: "  ",                      code: "linux/no-command" },
  { rule: "an open quote",   command: "echo 'a",                 code: "linux/open-quote" },
])("refused: $rule", async ({ command, code }) => {
  await expect(startHeld(command, QUIET)).rejects.toMatchObject({ code });
});
