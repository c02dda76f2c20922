// What the compiler makes of a script runs in the machine as in the kernel: the same events, the same maps.
import { afterAll, expect, test } from "vitest";
import { renderDiagnostic } from "../../src/base/diagnostic.ts";
import { openLinux } from "../../src/linux/backend.ts";
import type { ObjectSpec } from "../../src/object/object.ts";
import { type Compiled, compile } from "../../src/pipeline.ts";
import { type Environment, plainEnvironment } from "../../src/vm/environment.ts";
import { Machine } from "../../src/vm/machine.ts";

const backend = openLinux();
const { target } = backend;
afterAll(() => backend[Symbol.dispose]());

/** What a run leaves behind: events as bytes, and the maps that are not the script's own business. */
type Outcome = Readonly<{ events: readonly string[]; maps: Readonly<Record<string, readonly string[]>> }>;

function compiled(text: string): Compiled {
  const source = { name: "-e", text };
  const { compiled: found, report } = compile(source, target);
  if (found === undefined)
    throw new Error(report.diagnostics.map((d) => renderDiagnostic(d, source)).join("\n"));
  return found;
}

function order(phase: Compiled["plan"]["programs"][number]["phase"]): number {
  return phase === "begin" ? 0 : phase === "end" ? 2 : 1;
}

function programsOf({ plan }: Compiled): string[] {
  return plan.programs.toSorted((a, b) => order(a.phase) - order(b.phase)).map(({ program }) => program);
}

function mapsOf({ object, plan }: Compiled): ObjectSpec["maps"] {
  const shown = new Set(plan.maps.map(({ map }) => map));
  return object.maps.filter(({ name }) => shown.has(name));
}

function inKernel(script: Compiled): Outcome {
  using loaded = backend.load(script.object);
  const events: string[] = [];
  const { rings } = script.plan;
  const ring = loaded.openRing(
    rings.events,
    (data, _view, at, length) => events.push(data.subarray(at, at + length).join()),
    { control: rings.control },
  );
  for (const program of programsOf(script)) loaded.run(program);
  ring.drain();
  ring.close();
  const maps = mapsOf(script).map(({ name }) => [name, entries(loaded.map(name).entries())] as const);
  return { events, maps: Object.fromEntries(maps) };
}

function inMachine(script: Compiled, engine: "jit" | "interpreter"): Outcome {
  const machine = new Machine({ engine, environment: world(), foreignLoads: "probe" });
  machine.loadObject(script.object);
  for (const program of programsOf(script)) machine.run(program);
  const events: string[] = [];
  machine.map(script.plan.rings.events).consume((data) => events.push(data.join()));
  const maps = mapsOf(script).map(({ name }) => [name, entries(machine.map(name).entries())] as const);
  return { events, maps: Object.fromEntries(maps) };
}

function entries(all: Iterable<readonly [Uint8Array, Uint8Array]>): string[] {
  return [...all].map(([key, value]) => `${key.join()}: ${sum(value)}`).sort();
}

/** Per-CPU values differ in where they were counted, not in what they add up to. */
function sum(value: Uint8Array): string {
  let total = 0;
  for (const byte of value) total += byte;
  return `${value.length} bytes, ${total}`;
}

function world(): Environment {
  return plainEnvironment({
    cpus: target.cpus,
    task: { tid: process.pid, tgid: process.pid, uid: 0, gid: 0, comm: "node" },
  });
}

// biome-ignore format: one script per line
const SCRIPTS: readonly { rule: string; text: string }[] = [
  { rule: "printf",         text: 'BEGIN { printf("%d %s %x\\n", 42, "text", 0xbeef); }' },
  { rule: "arithmetic",     text: 'BEGIN { $a = 7; $b = $a * 3 - 1; $c = ($b << 4) | 5; printf("%d %d %d %d\\n", $a, $b, $c / 3, $c % 7); }' },
  { rule: "signs",          text: 'BEGIN { $a = -7; printf("%d %d %d\\n", $a / 2, $a % 3, $a >> 1); }' },
  { rule: "loops",          text: 'BEGIN { $i = 0; $s = 0; while ($i < 50) { $s += $i * $i; $i++; } printf("%d\\n", $s); }' },
  { rule: "unroll",         text: 'BEGIN { $x = 1; unroll (5) { $x *= 3; printf("%d\\n", $x); } }' },
  { rule: "if and else",    text: 'BEGIN { $x = 5; if ($x > 3) { printf("more\\n"); } else { printf("less\\n"); } printf("%s\\n", $x == 5 ? "five" : "other"); }' },
  { rule: "scalar map",     text: 'BEGIN { @x = 3; @x += 4; printf("%d\\n", @x); }' },
  { rule: "keyed map",      text: 'BEGIN { @a[1] = 10; @a[2] = 20; @a[1] += 5; delete(@a[2]); @b["key", 3] = 7; printf("%d %d\\n", @a[1], @b["key", 3]); }' },
  { rule: "count and sum",  text: 'BEGIN { @c = count(); @c = count(); @s[1] = sum(5); @s[1] = sum(6); @m = max(9); @n = min(2); @v = avg(10); @v = avg(20); }' },
  { rule: "histograms",     text: 'BEGIN { $i = 0; while ($i < 20) { @h = hist($i * $i); @l = lhist($i, 0, 20, 5); $i++; } }' },
  { rule: "strings",        text: 'BEGIN { $s = "hello"; if ($s == "hello") { printf("same\\n"); } if (strncmp($s, "help", 3) == 0) { printf("prefix\\n"); } printf("%s\\n", str("abc")); }' },
  { rule: "print and clear", text: 'BEGIN { @a[1] = 1; print(@a); clear(@a); zero(@a); print("text"); print((1, "two", 3)); }' },
  { rule: "begin and end",  text: 'BEGIN { @n = 1; printf("begin\\n"); } END { printf("end %d\\n", @n); }' },
  { rule: "exit",           text: 'BEGIN { printf("before\\n"); exit(); printf("after\\n"); } END { printf("end\\n"); }' },
];

test.each(SCRIPTS)("$rule", ({ text }) => {
  const script = compiled(text);
  const expected = inKernel(script);
  expect(expected.events.length + Object.keys(expected.maps).length).toBeGreaterThan(0);
  expect(inMachine(script, "interpreter")).toEqual(expected);
  expect(inMachine(script, "jit")).toEqual(expected);
});
