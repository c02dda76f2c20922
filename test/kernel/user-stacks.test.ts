// User stacks of programs without frame pointers, compared to what the program itself finds with backtrace(3).
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { SkepError } from "../../src/base/errors.ts";
import type { StackFrame } from "../../src/base/shown-value.ts";
import { openLinux } from "../../src/linux/backend.ts";
import { openHost } from "../../src/linux/host.ts";
import { LinuxResolver } from "../../src/linux/resolver.ts";
import { compile, load } from "../../src/pipeline.ts";
import type { Backend } from "../../src/runtime/backend.ts";
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

test("a program that has ended at once has its names all the same", async (t) => {
  needs(t, "bpf-loop");
  if (!isAmd64 || !has("gcc")) return t.skip("needs x86-64 and a C compiler");
  const path = build("short", ["gcc", "-O2", "-fomit-frame-pointer"]);
  const script = `uprobe:${path}:here { @[ustack(perf)] = count(); }`;
  using running = await trace(script, { command: [path, `${path}.txt`] });
  for await (const _record of running);
  const stacks = (running.maps.get("@")?.entries ?? []).map(
    ({ key }) => key as unknown as readonly StackFrame[],
  );
  expect(stacks.length).toBeGreaterThan(2);
  for (const frames of stacks) {
    const names = frames.map(({ symbol = "?" }) => symbol);
    expect(names).not.toContain("?");
    expect([names[0], names[1], names.at(-1)]).toEqual(["here", "probed", "_start"]);
  }
});

const BRIEF = `#include <unistd.h>
__attribute__((noinline)) int work(int a) { __asm__ volatile(""); return a + 1; }
__attribute__((noinline)) int caller(int a) { int r = work(a); __asm__ volatile(""); return r; }
int main(int count, char **words) { char byte; int r = caller(count); read(0, &byte, 1); return unlink(words[0]) + (r == 99); }`;

test("usym() names what a process called that has ended, and whose file is gone", async (t) => {
  if (!isAmd64 || !has("gcc")) return t.skip("needs x86-64 and a C compiler");
  const path = join(folder, "brief");
  execFileSync("gcc", ["-O1", "-x", "c", "-", "-o", path], { input: BRIEF });
  const places = 'usym(reg("ip")), usym(*(uint64*)reg("sp"))';
  const script = `uprobe:${path}:work { @[${places}] = count(); print("seen"); }`;
  using running = await trace(script);
  const child = spawn(path, { stdio: ["pipe", "ignore", "ignore"] });
  for await (const record of running) {
    if (record.kind !== "value") continue;
    child.stdin.end(); // only now it goes on, and removes its file
    await once(child, "close");
    break;
  }
  const keys = (running.maps.get("@")?.entries ?? []).map(({ key }) => key as unknown as { name?: string }[]);
  expect([existsSync(path), JSON.stringify(keys)]).toEqual([false, expect.stringMatching(/work.*caller/)]);
});

test("usym() names what programs called that ended at once", async (t) => {
  needs(t, "bpf-loop"); // bpf_find_vma() came with it
  if (!isAmd64 || !has("gcc")) return t.skip("needs x86-64 and a C compiler");
  const path = join(folder, "at-once");
  const ending = BRIEF.replace("char byte; ", "").replace(
    "read(0, &byte, 1); return unlink(words[0]) +",
    "return",
  );
  execFileSync("gcc", ["-O1", "-x", "c", "-", "-o", path], { input: ending });
  const script = `uprobe:${path}:work { @[usym(reg("ip")), usym(*(uint64*)reg("sp"))] = count(); }`;
  const many = ["sh", "-c", `for i in 1 2 3 4 5 6 7 8; do ${path}; done`];
  using running = await trace(script, { command: many, follow: "family" });
  for await (const _record of running);
  const keys = (running.maps.get("@")?.entries ?? []).map(({ key }) => JSON.stringify(key));
  expect(keys).toEqual(Array.from({ length: 8 }, () => expect.stringMatching(/work.*caller/)));
});

test("ustack() names the callers in a program that has ended, and whose file is gone", async (t) => {
  needs(t, "bpf-loop");
  if (!isAmd64 || !has("gcc")) return t.skip("needs x86-64 and a C compiler");
  const path = join(folder, "brief-stack");
  const naps = "for (int i = 0; i < 200; i++) usleep(2000);";
  const input = BRIEF.replace("char byte; ", "").replace("read(0, &byte, 1);", naps);
  execFileSync("gcc", ["-O1", "-x", "c", "-", "-o", path], { input });
  const script =
    'tracepoint:syscalls:sys_enter_clock_nanosleep /comm == "brief-stack"/ { @[ustack()] = count(); }';
  using running = await trace(script);
  await once(spawn(path, { stdio: "ignore" }), "close");
  const stacks = (running.maps.get("@")?.entries ?? []).map(
    ({ key }) => key as unknown as { symbol?: string }[],
  );
  const withMain = stacks.filter((frames) => frames.some(({ symbol }) => symbol === "main"));
  expect(existsSync(path)).toBe(false);
  expect(withMain.length).toBeGreaterThan(0);
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

const CPP = `
#include <unistd.h>
#include <vector>
namespace shop {
volatile int sink;
extern "C" __attribute__((noinline)) int here(int x) { sink += x; return x; }
static inline __attribute__((always_inline)) int inner(int x) {
  return here(x + 1) * 2;
}
static inline __attribute__((always_inline)) int outer(int x) {
  int y = inner(x) + 3;
  return y * 5;
}
template <class T> struct Box {
  T v;
  __attribute__((noinline)) int get(const std::vector<T> &o) const {
    int r = outer(v + o.size());
    sink = r;
    return r + 1;
  }
};
}
int main(int c, char **) {
  shop::Box<int> b{c};
  std::vector<int> v(3);
  int r = b.get(v);
  shop::sink = r;
  sleep(100); // until it is killed: when its frames are looked up it is still there
  return r & 1;
}
`;

test("source lines and inlined functions are those of llvm-symbolizer", async (t) => {
  needs(t, "bpf-loop");
  const tool = ["llvm-symbolizer", "llvm-symbolizer-14"].find(has);
  if (!isAmd64 || !has("g++") || tool === undefined) return t.skip("needs x86-64, g++ and llvm-symbolizer");
  const path = join(folder, "inlined");
  writeFileSync(`${path}.cpp`, CPP);
  execFileSync("g++", ["-O2", "-g", "-no-pie", "-fomit-frame-pointer", "-o", path, `${path}.cpp`]);
  const script = `uprobe:${path}:here { print(ustack(3)); exit(); }`;
  using running = await trace(script, { command: [path] });
  const frames: StackFrame[] = [];
  for await (const record of running)
    if (record.kind === "value" && Array.isArray(record.value)) frames.push(...(record.value as StackFrame[]));
  const calls = frames.slice(1).map(({ address }) => `0x${(address - 1n).toString(16)}`);
  const addresses = [...new Set(calls)];
  const told = execFileSync(tool, ["--inlines", "-C", `--obj=${path}`, ...addresses]).toString();
  const own = frames.slice(1).flatMap(({ symbol = "", file, line }) => [symbol, `${file}:${line}`]);
  expect(own.length).toBeGreaterThan(6);
  const lines = told.split("\n").filter((text) => text !== "");
  expect(own).toEqual(lines.map((text) => text.replace(/ \(\..*\)$/, "").replace(/:\d+$/, "")));
  expect(frames.map((frame) => frame.isInlined ?? false)).toEqual([false, true, true, false, false]);
});

test("a kernel that refuses to walk stacks follows frame pointers", (t) => {
  needs(t, "bpf-loop");
  if (!isAmd64) return t.skip("needs x86-64");
  using linux = openLinux();
  const refusal = new SkepError("refused", { code: "system/verifier-refused", remedy: "none" });
  const backend: Backend = {
    name: "linux",
    target: linux.target,
    load(object, options) {
      if (object.maps.some(({ name }) => name === ".unwind")) throw refusal;
      return linux.load(object, options);
    },
    countRunTime: () => linux.countRunTime(),
    [Symbol.dispose]: () => {},
  };
  const text = "profile:hz:1 /pid == 1/ { @[ustack] = count(); }";
  const { compiled } = compile({ name: "test.bt", text }, linux.target);
  if (compiled === undefined) throw new Error("it does not compile");
  const notes: string[] = [];
  const resolver = new LinuxResolver(() => linux.kernel);
  const options = { resolver, host: openHost(resolver), onNote: (note: string) => notes.push(note) };
  using session = load(compiled, backend, options);
  expect(session.mapNames).toEqual(["@"]);
  expect(notes).toHaveLength(1);
});
