import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import { expect, type TestContext, test } from "vitest";
import { generateSharedScript } from "../support/generate-shared-script.ts";
import { needs } from "./needs.ts";
import { runSkep } from "./skep-command.ts";

// Scripts that mean the same in bpftrace 0.17 and in later versions say the same under both commands. What Skep does in
// another way on purpose is told in docs/language.md, "From bpftrace".

const BPFTRACE = "/usr/bin/bpftrace";
const LIMIT_MS = 110_000; // for what hangs
const ARGS = ["12", "300", "hello"];

/** Scripts by what they compare. */
// biome-ignore format: one script per line
const SCRIPTS: readonly Readonly<{ rule: string; body: string; options?: readonly string[] }>[] = [
  { rule: "increments",       body: '$a = 5; printf("%d %d %d\\n", $a++, $a, ++$a); @x = 5; printf("%d %d\\n", @x++, --@x); @y++; @z--; @k[1]++; @k[3]--; @k[@x++] = @x++;' },
  { rule: "tuples",           body: '$t = ((1, 2), ("a", (int8)-3, (uint64)7)); print($t); print($t.0.1); @x = $t; $y = @x; print($y.1.0); @z = ((int8)1, (int64)2, "abc", (int16)5);' },
  { rule: "aggregations",     body: '@c = count(); @s = sum(5); @s = sum(-10); @a = avg(3); @a = avg(4); @mi = min(5); @mi = min(-5); @ma = max(5); @st = stats(5); @st = stats(-8); @ak["x"] = avg(-7); @ak["y"] = avg(8); @stk["a"] = stats(1); @stk["b"] = stats(10);' },
  { rule: "edges of hist()",  body: '@i = (int64)0; unroll(20) { @h = hist(1 << @i); @g = hist((1 << @i) - 1); @k = hist(0 - (1 << @i)); @i++; }' },
  { rule: "edges of lhist()", body: '@h = lhist(0, 0, 100, 10); @h = lhist(-1, 0, 100, 10); @h = lhist(100, 0, 100, 10); @h = lhist(99, 0, 100, 10); @j["x"] = lhist(15, 10, 20, 5); @j["y"] = lhist(9, 10, 20, 5); @m = lhist(1000000, 0, 10000000, 1000000);' },
  { rule: "parts of maps",    body: '@a[1] = 5000; @a[2] = 3000; @a[3] = 9999; print(@a, 2); print(@a, 2, 1000); print(@a, 0, 10); @c[1] = count(); @c[1] = count(); @c[2] = count(); print(@c, 1); print(@c, 5, 2); @h[1] = hist(1); @h[2] = hist(2); @h[2] = hist(2); print(@h, 1);' },
  { rule: "order of entries", body: '@s[3] = "abc"; @s[1] = "zz"; @t["x"] = (2, 1); @t["y"] = (1, 5); @h["b"] = hist(1); @h["a"] = hist(2); @h["a"] = hist(200); @v["z"] = avg(3); @v["b"] = avg(1); @l[2] = lhist(1, 0, 10, 1); @l[1] = lhist(2, 0, 10, 1); @l[1] = lhist(3, 0, 10, 1);' },
  { rule: "formats",          body: 'printf("%-5d|%5u|%-8x|%8lx|%08d|%5c|%-5c|%.2s|%20p|\\n", -3, 3, 255, 255, -42, 65, 66, "defg", 1); printf("%5.3d|%-6.4d|%06.3d|%hhx|%hx\\n", 5, 8, 5, -1, -1); printf("%15s|%-15s|\\n", ntop(1), ntop(0x0100007f)); printf("%r|%rx\\n", buf("a\\x01b", 3), buf("a\\x01b", 3));' },
  { rule: "parameters",       body: 'printf("%d %s %d %d %s\\n", $1, str($3), $2, $#, str($1)); printf("%d %s|\\n", $9, str($9)); printf("%s %s\\n", str($3, 3), str($3 + 1)); @[$1] = count(); @s[str($3)] = count();' },
  { rule: "JSON",             body: 'printf("a\\n"); print(1); print("s\\"q\\x01"); print((1, "a", (2, 3))); @a = -1; @b[1] = 2; @b[2] = 3; @c["x\\"", "y"] = 1; @h = hist(5); @hk["a"] = hist(-3); @l = lhist(5, 0, 10, 1); @stk["a"] = stats(5); @av[1] = avg(5); @cn[1, 2] = count(); @t = (1, "b"); @s = "text\\n"; @buf = buf("a\\x01", 2); print(@b); print(@hk);', options: ["-f", "json"] },
];

test.for(SCRIPTS)("both say the same: $rule", ({ body, options = [] }, context) =>
  compare(context, `BEGIN { ${body} exit(); }`, options),
);

const SEEDS = Array.from({ length: 8 }, (_, i) => 100 + i);
test.for(SEEDS)("both say the same: script %i", (seed, context) =>
  compare(context, generateSharedScript(seed), []),
);

async function compare(context: TestContext, script: string, options: readonly string[]): Promise<void> {
  if (!existsSync(BPFTRACE)) context.skip(`${BPFTRACE} is not installed`);
  if (process.env["SKEP_GUEST_KERNEL"] !== undefined)
    context.skip("bpftrace takes long on an emulated processor");
  const version = await outputOf(["--version"]);
  if (!version.includes("v0.17.")) context.skip(`compares with bpftrace 0.17, this is ${version.trim()}`);
  needs(context, "ringbuf");
  const args = [...options, "-e", script, ...ARGS];
  const [reference, skep] = await Promise.all([outputOf(args), runSkep(...args)]);
  expect(skep.err).toBe("");
  expect(comparable(skep.out), script).toEqual(comparable(asNewer(reference)));
}

/** What bpftrace writes; what it warns of is not looked at. */
async function outputOf(args: readonly string[]): Promise<string> {
  return (await promisify(execFile)(BPFTRACE, [...args], { timeout: LIMIT_MS })).stdout;
}

/** What bpftrace changed after version 0.17. See src/output/bpftrace-goldens.test.ts. */
function asNewer(out: string): string {
  return out
    .replace(/^Attaching 1 probe\.\.\./, "Attached 1 probe")
    .replace(/^(@[^\n]*): $(?=\n[[(])/gm, "$1:")
    .replaceAll("}, {", "},{");
}

/** All lines but empty ones, where versions differ; entries of a map by their text, since the order of equal ones is open. */
function comparable(out: string): string[] {
  const lines = out.split("\n").filter((line) => line !== "");
  const nameOf = (line: string | undefined): string | undefined => /^(@\w+)\[.*\]: /.exec(line ?? "")?.[1];
  const sorted: string[] = [];
  for (let from = 0, to = 0; from < lines.length; from = to) {
    const name = nameOf(lines[from]);
    for (to = from + 1; name !== undefined && nameOf(lines[to]) === name; ) to++;
    sorted.push(...lines.slice(from, to).sort());
  }
  return sorted;
}
