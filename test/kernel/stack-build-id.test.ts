import { readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { buildId } from "../../src/elf/notes.ts";
import { parseElf } from "../../src/elf/read.ts";
import { needs } from "./needs.ts";
import { runSkep } from "./skep-command.ts";
import { TracedProgram } from "./traced-program.ts";

// User stacks by build ids: frames that can be named on another machine.

const program = new TracedProgram();
afterAll(() => program[Symbol.dispose]());

test("ustack(build_id) gives build ids and bytes of files, as the kernel's stack is", async (t) => {
  needs(t, "tracefs");
  if (program.path === undefined) return t.skip("needs a C compiler");
  const script = "{ print(ustack(build_id)); print(ustack(raw)); exit(); }";
  const { out, err } = await runSkep(
    ...[
      "-q",
      "-c",
      `${program.path} getppid 1`,
      "-e",
      `tracepoint:syscalls:sys_enter_getppid /pid == cpid/ ${script}`,
    ],
  );
  const [named = [], raw = []] = out
    .trim()
    .split("\n\n")
    .map((stack) => stack.trim().split(/\s*\n\s*/));
  expect(named.length, err).toBe(raw.length);
  const own = buildId(parseElf(readFileSync(program.path)));
  const frames = named.map((line) => /^([0-9a-f]{16,}) \+ 0x([0-9a-f]+)$/.exec(line));
  const ids = frames.map((frame) => frame?.[1]);
  if (own === undefined) expect(ids.some((id) => id !== undefined)).toBe(true);
  else expect(ids).toContain(own);
  for (const [i, frame] of frames.entries())
    if (frame) expect(BigInt(`0x${frame[2]}`) % 4096n).toBe(BigInt(`0x${raw[i]}`) % 4096n);
});

test("kernel stacks have none", async () => {
  const { err, status } = await runSkep("-e", "BEGIN { print(kstack(build_id)); }");
  expect(err).toContain("error[type/stack]");
  expect(status).toBe(1);
});
