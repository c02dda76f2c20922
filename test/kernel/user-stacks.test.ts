// User stacks of programs without frame pointers, compared to what the program itself finds with backtrace(3).
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { trace } from "../../src/trace.ts";
import { needs } from "./needs.ts";

const folder = mkdtempSync(join(tmpdir(), "skep-stacks-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const source = fileURLToPath(new URL("fixtures/stacks.c", import.meta.url));
const has = (tool: string) => spawnSync(tool, ["--version"]).error === undefined;
const isAmd64 = process.arch === "x64";

const BUILDS = [
  { rule: "gcc", compiler: ["gcc", "-O2", "-fomit-frame-pointer"] },
  { rule: "gcc, lazily bound", compiler: ["gcc", "-O2", "-fomit-frame-pointer", "-Wl,-z,lazy", "-fplt"] },
  { rule: "gcc, linked statically", compiler: ["gcc", "-O2", "-fomit-frame-pointer", "-static"] },
  { rule: "gcc, at fixed addresses", compiler: ["gcc", "-O1", "-fomit-frame-pointer", "-no-pie"] },
  { rule: "clang", compiler: ["clang", "-O2", "-fomit-frame-pointer"] },
  { rule: "with frame pointers", compiler: ["gcc", "-O2", "-fno-omit-frame-pointer"] },
];

function build(rule: string, [compiler = "gcc", ...flags]: readonly string[]): string {
  const path = join(folder, rule.replaceAll(/\W/g, "-"));
  execFileSync(compiler, [...flags, "-w", "-o", path, source]);
  return path;
}

/** Return addresses that the program found, a list for each call of here(). */
function found(file: string): string[] {
  const lines = readFileSync(file, "utf8").split("\n").slice(0, -1);
  return lines.map((line) => line.trim().split(" ").join("\n"));
}

/** Frames of stacks in a text, as hex; the first one is left away: it is the place of the probe. */
function callers(text: string): string[] {
  const stacks = text.split(/\n\s*\n/).map((part) => part.match(/\b[0-9a-f]{6,16}\b/g) ?? []);
  return stacks.filter((frames) => frames.length > 0).map((frames) => frames.slice(1).join("\n"));
}

async function printedBy(script: string, command: readonly string[]): Promise<string> {
  using running = await trace(script, { command });
  let text = "";
  for await (const record of running)
    if (record.kind === "value" && Array.isArray(record.value))
      text += `${record.value.map((frame) => (frame as { address: bigint }).address.toString(16)).join("\n")}\n\n`;
  return text;
}

test.for(BUILDS)("every stack is the program's own: $rule", async ({ rule, compiler }, t) => {
  needs(t, "bpf-loop");
  if (!isAmd64 || !has(compiler[0] ?? "")) return t.skip("needs x86-64 and a C compiler");
  const path = build(rule, compiler);
  const file = `${path}.txt`;
  const text = await printedBy(`uprobe:${path}:here { print(ustack(raw)); }`, [path, file]);
  const expected = found(file);
  expect(expected.length).toBe(7);
  expect(callers(text)).toEqual(expected);
});

test("stacks as keys", async (t) => {
  needs(t, "bpf-loop");
  if (!isAmd64 || !has("gcc")) return t.skip("needs x86-64 and a C compiler");
  const path = build("keys", ["gcc", "-O2", "-fomit-frame-pointer"]);
  const file = `${path}.txt`;
  using running = await trace(`uprobe:${path}:here { @[ustack(raw)] = count(); }`, { command: [path, file] });
  for await (const _record of running);
  const entries = running.maps.get("@")?.entries ?? [];
  const counted = entries.map(({ key, value }) => {
    const frames = key as unknown as readonly { address: bigint }[];
    return `${value} ${frames
      .slice(1)
      .map((frame) => frame.address.toString(16))
      .join(" ")}`;
  });
  const own = new Map<string, number>();
  for (const stack of found(file)) own.set(stack, (own.get(stack) ?? 0) + 1);
  expect(counted.sort()).toEqual(
    [...own].map(([stack, count]) => `${count} ${stack.replaceAll("\n", " ")}`).sort(),
  );
});

test("samples reach the outermost function", async (t) => {
  needs(t, "bpf-loop");
  if (!isAmd64 || !has("gcc")) return t.skip("needs x86-64 and a C compiler");
  const path = build("sampled", ["gcc", "-O2", "-fomit-frame-pointer"]);
  const script = "profile:hz:199 { @[ustack(perf)] = count(); }";
  using running = await trace(script, { command: [path, `${path}.txt`, "400"] });
  for await (const _record of running);
  const entries = running.maps.get("@")?.entries ?? [];
  const stacks = entries.map(({ key, value }) => ({
    times: Number(value),
    names: (key as unknown as readonly { symbol?: string }[]).map((frame) => frame.symbol ?? "?"),
  }));
  const busy = stacks.filter(({ names }) => names[0] === "spin");
  const whole = busy.filter(
    ({ names }) => names.includes("busy") && names.includes("main") && names.at(-1) === "_start",
  );
  const times = (some: typeof busy) => some.reduce((sum, stack) => sum + stack.times, 0);
  expect(times(busy)).toBeGreaterThan(10);
  expect(times(whole)).toBeGreaterThan(times(busy) * 0.9);
});
