// More different stacks than the map that is allocated at once takes.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import type { StackFrame } from "../../src/base/shown-value.ts";
import { openLinux } from "../../src/linux/backend.ts";
import { trace } from "../../src/trace.ts";

const folder = mkdtempSync(join(tmpdir(), "skep-many-stacks-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const STACKS = 10_000;

test("each of 10,000 stacks is kept", async (t) => {
  const linux = openLinux();
  if (!linux.target.has("noPreallocTracing"))
    return t.skip("needs Linux 6.1: its maps grow while programs run");
  if (spawnSync("gcc", ["--version"]).error) return t.skip("needs a C compiler");
  const path = join(folder, "many-stacks");
  const source = fileURLToPath(new URL("fixtures/many-stacks.c", import.meta.url));
  execFileSync("gcc", ["-O1", "-fno-omit-frame-pointer", "-fno-optimize-sibling-calls", "-o", path, source]);
  const script = `config = { max_map_keys = 20000 }
    tracepoint:syscalls:sys_enter_getppid { @[ustack(perf, 24)] = count(); }`;
  using running = await trace(script, { command: [path] });
  const lost: unknown[] = [];
  for await (const record of running) if (record.kind === "lost") lost.push(record.losses);
  expect(lost).toEqual([]);
  const stacks = (running.maps.get("@")?.entries ?? []).map(
    ({ key }) => key as unknown as readonly StackFrame[],
  );
  expect(stacks.length).toBe(STACKS);
  const texts = new Set(stacks.map((frames) => frames.map(({ address }) => address).join(" ")));
  expect(texts.size).toBe(STACKS);
  expect(stacks.filter((frames) => frames.length < 15)).toEqual([]);
});
