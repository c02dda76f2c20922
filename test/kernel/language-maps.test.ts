import { afterAll, expect, test } from "vitest";
import { ScriptLab } from "./script-lab.ts";
import { TracedProgram } from "./traced-program.ts";

// Maps: keys and values of all types, aggregates, what reads and changes them.

const lab = new ScriptLab();
const program = new TracedProgram();
afterAll(() => {
  lab[Symbol.dispose]();
  program[Symbol.dispose]();
});

type Case = Readonly<{ rule: string; body: string; prints?: string; maps?: string }>;

// biome-ignore format: one case per line
const CASES: readonly Case[] = [
  { rule: "values of all types",                  body: '@i = -5; @u = nsecs > 0 ? 0xffffffffffffffff : 0; @s = "text"; @b = true; @t = (1, "a"); @p = (int32 *)16; @e = (uint8)7;', maps: "@b: true\n@e: 7\n@i: -5\n@p: 0x10\n@s: text\n@t: (1, a)\n@u: 18446744073709551615\n" },
  { rule: "keys of all types",                    body: '@a[-1] = 1; @b["x"] = 2; @c[1, "y"] = 3; @d[(1, 2)] = 4; @e[true] = 5; @f[comm] = 6; @g["a", ("b", 2), -3] = 7; @h[(int32 *)16] = 8;', maps: "@a[-1]: 1\n@b[x]: 2\n@c[1, y]: 3\n@d[1, 2]: 4\n@e[true]: 5\n@f[node]: 6\n@g[a, (b, 2), -3]: 7\n@h[0x10]: 8\n" },
  { rule: "numbers of any width are one key",     body: "@m[(uint8)5] = 1; @m[(int64)5]++; @m[5] += 3; print(@m[(uint16)5]); print(len(@m));", prints: "5 1" },
  { rule: "texts of any length are one key",      body: '@m["ab"] = 1; @m["abcdefghijklmnopqrstuvwxyz"] = 2; $s = "ab"; @m[$s]++; print(@m["ab"]); print(@m["abcdefghijklmnopqrstuvwxyz"]); print(len(@m)); @t["a", 1] = 1; @t["abcdefghi", 1] = 2; @t["a", 1]++; print((@t["a", 1], len(@t)));', prints: "2 2 2 (2, 2)" },
  { rule: "an entry that is missing is zero",     body: '@m[1] = 5; print(@m[2]); @s[1] = "x"; printf("[%s]\\n", @s[2]); print(len(@m)); @t[1] = (1, "a"); print(@t[9].0); if (@m[7]) { print("no") }', prints: "0 [] 1 0" },
  { rule: "delete, in all its forms",             body: "@m[1] = 1; @m[2] = 2; @m[3] = 3; print(delete(@m, 1)); print(delete(@m, 1)); print(delete(@m[2])); delete @m[3]; print(len(@m)); @k[1, 2] = 1; print(delete(@k, (1, 2))); @k[3, 4] = 1; delete(@k[3, 4]); print(len(@k)); @n = 5; delete(@n); print((1, @n)); @a[1] = 1; @a[2] = 2; delete(@a[1], @a[2]); print(len(@a));", prints: "true false true 0 true 0 (1, 0) 0" },
  { rule: "has_key",                              body: '@m[1] = 0; print(has_key(@m, 1)); print(has_key(@m, 2)); @k["a", 1] = 1; print(has_key(@k, ("a", 1))); print(has_key(@k, ("a", 2)));', prints: "true false true false" },
  { rule: "len of a map",                         body: "print(len(@m)); for ($i : 0..100) { @m[$i] = 1; } print(len(@m)); @h[1] = hist(1); print(len(@h));", prints: "0 100 1" },
  { rule: "clear and zero",                       body: "@a[1] = 5; @b[1] = 6; @c[1] = count(); @d = 4; @h[1] = hist(5); @s = sum(3); clear(@a); zero(@b); zero(@c); zero(@d); zero(@h); clear(@s);", maps: "@b[1]: 0\n@c[1]: 0\n@d: 0\n@h[1]:\n\n" },
  { rule: "print with top and divisor",           body: "for ($i : 0..10) { @m[$i] = $i * 100; } print(@m, 3); print(@m, 2, 10); print(@m, 1, 0); @n = 40; print(@n); clear(@m);", prints: "@m[7]: 700 @m[8]: 800 @m[9]: 900 @m[8]: 80 @m[9]: 90 @m[9]: 900 @n: 40" },
  { rule: "print of single entries",              body: '@m[1] = 5; print(@m[1]); @c["a"] = count(); @c["b"] = count(); print(@c["a"]); @s[2] = "x"; print(@s[2]); @t[1] = (1, 2); print(@t[1]); print((7, @c["b"]));', prints: "5 @c[a]: 1 x (1, 2) (7, 1)" },
  { rule: "a map's value is printed as it was",   body: '@n = 1; print(@n); @n = 2; print(@n); @s = "ab"; print(@s); @t = (1, "x"); print(@t);', prints: "@n: 1 @n: 2 @s: ab @t: (1, x)" },
  { rule: "all aggregates",                       body: '$v = (int64)-7; @c = count(); @c = count(); @s = sum($v); @s = sum(2); @a = avg($v); @a = avg(2); @i = min($v); @i = min(3); @x = max($v); @x = max(3); @st = stats($v); @st = stats(2);', maps: "@a: -2\n@c: 2\n@i: -7\n@s: -5\n@st: count 2, average -2, total -5\n@x: 3\n" },
  { rule: "aggregates of unsigned numbers",       body: "$v = (uint64)0xffffffffffffffff; @s = sum($v); @i = min($v); @x = max($v); @x = max((uint64)5); @a = avg($v);", maps: "@a: 18446744073709551615\n@i: 18446744073709551615\n@s: 18446744073709551615\n@x: 18446744073709551615\n" },
  { rule: "zero is a value of min and max",       body: "@i = min(0); @i = min(5); @x = max(-3); @x = max(-9); @z = max(0);", maps: "@i: 0\n@x: -3\n@z: 0\n" },
  { rule: "aggregates under keys",                body: '@c["a"] = count(); @c["b"] = count(); @c["a"] = count(); @s[1, 2] = sum(5); @s[1, 2] = sum(6); @a[1] = avg(4); @a[1] = avg(8); @x[1] = max(4); @x[1] = max(2);', maps: "@a[1]: 6\n@c[b]: 1\n@c[a]: 2\n@s[1, 2]: 11\n@x[1]: 4\n" },
  { rule: "aggregates as values in expressions",  body: '@c = count(); @c = count(); @s[1] = sum(-5); @s[1] = sum(2); @a = avg(10); @a = avg(21); @i = min(4); @i = min(9); @x = max(4); @x = max(9); print((@c, @s[1], @a, @i, @x)); if (@c == 2 && @s[1] < 0) { print("yes") } $n = @c; $n++; print($n); @copy = @a; print(@copy); printf("%d %d\\n", @c, @s[1]); print(@c > 1 ? @c : 0); @k[@c] = 1; print(@k[2]);', prints: "(2, -3, 15, 4, 9) yes 3 @copy: 15 2 -3 2 1" },
  { rule: "numbers start aggregates anew",        body: "@c = count(); @c = count(); @c = 0; @c = count(); @s = sum(5); @s = 0; @s = sum(7); @a = avg(9); @a = 4;", maps: "@a: 4\n@c: 1\n@s: 7\n" },
  { rule: "a declared map type",                  body: "@l[1] = 1; @l[2] = 2; @p[1] = count(); @p[1] = count(); @h[3] = 4; print(len(@h));", prints: "1" },
  { rule: "for over a map: keys and values of all types", body: '@a[5] = -1; for ($kv : @a) { print($kv); print($kv.0 + $kv.1); } @b["k"] = "v"; for ($kv : @b) { printf("%s %s\\n", $kv.0, $kv.1); } @c[1, "x"] = (2, "y"); for ($kv : @c) { print(($kv.0.0, $kv.0.1, $kv.1.0, $kv.1.1)); }', prints: "(5, -1) 4 k v (1, x, 2, y)" },
  { rule: "for over aggregates",                  body: '@c["a"] = count(); @c["a"] = count(); for ($kv : @c) { print($kv); } @a[1] = avg(4); @a[1] = avg(9); for ($kv : @a) { print($kv.1); } @s[1] = sum(-4); for ($kv : @s) { print($kv.1); } @x[1] = max(8); for ($kv : @x) { print($kv.1); }', prints: "(a, 2) 6 -4 8" },
  { rule: "break, continue and captured variables in a loop over a map", body: '$n = 0; $sum = 0; $last = ""; for ($i : 0..20) { @m[$i] = $i; } for ($kv : @m) { if ($kv.1 % 2) { continue; } $sum += $kv.1; $n++; $last = "set"; } print(($n, $sum, $last)); $k = 0; for ($kv : @m) { $k++; if ($k == 3) { break; } } print($k);', prints: "(10, 90, set) 3" },
  { rule: "return inside of a loop over a map",   body: "@m[1] = 1; @m[2] = 2; for ($kv : @m) { print(7); return; } print(8);", prints: "7" },
  { rule: "loops over maps in loops over maps",   body: "@a[1] = 10; @a[2] = 20; @b[3] = 1; @b[4] = 2; $sum = 0; for ($x : @a) { for ($y : @b) { $sum += $x.1 * $y.1; if ($y.0 == 9) { break; } } } print($sum);", prints: "90" },
  { rule: "deleting in a loop over the same map", body: "for ($i : 0..50) { @m[$i] = $i; } for ($kv : @m) { if ($kv.0 % 2) { delete(@m, $kv.0); } } print(len(@m));", prints: "25" },
  { rule: "keys that a loop gives are keys again", body: '@a["x", 1] = 5; for ($kv : @a) { @b[$kv.0] = $kv.1; print(has_key(@a, $kv.0)); } print(@b["x", 1]);', prints: "true 5" },
  { rule: "maps are shared by programs",          body: "@n = 5; @m[1] = 2; } BEGIN { print((@n, @m[1])); @m[1]++; } BEGIN { print(@m[1]);", prints: "(5, 2) 3" },
  { rule: "types of a map come from all programs", body: 'print(@m[1]); printf("%s|\\n", @s); } BEGIN { @m[1] = -4; @s = "later"; } BEGIN { print(@m[1]); print((1, @s));', prints: "0 | -4 (1, later)" },
];

test.for(CASES)("$rule", ({ body, prints, maps }) => {
  const declared = "let @l = lruhash(10); let @p = percpuhash(5); let @h = hash(3);";
  const outcome = lab.run(`${body.includes("@h[3]") ? declared : ""} BEGIN { ${body} }`);
  if (prints !== undefined) expect(outcome.printed.split("\n").slice(0, -1).join(" ")).toBe(prints);
  if (maps !== undefined) expect(outcome.maps).toBe(maps);
});

/** The bucket of a value by the definition: [2^n, 2^(n+1)), each of 2^bits equal steps where it is wide enough. */
function histBounds(value: bigint, bits: number): { low?: bigint; high: bigint } {
  if (value < 0n) return { high: 0n };
  const least = 1n << BigInt(bits);
  if (value < least) return { low: value, high: value + 1n };
  let exponent = 0n;
  while (value >> (exponent + 1n) > 0n) exponent++;
  const step = 1n << (exponent - BigInt(bits));
  const low = value - (value % step);
  return { low, high: low + step };
}

test.each([0, 1, 2, 3, 4, 5])("hist with %i bits counts each value in its bucket", (bits) => {
  const edges = Array.from({ length: 63 }, (_, n) => [
    (1n << BigInt(n)) - 1n,
    1n << BigInt(n),
    (1n << BigInt(n)) + 1n,
  ]).flat();
  const values = [...new Set([-1n, -(1n << 62n), ...edges, 37n, 100n, 1000n, 12345n, 987654321n])];
  const body = values.map((v) => `@h = hist(${v}, ${bits});`).join(" ");
  const record = lab.run(`BEGIN { ${body} }`).records.findLast((r) => r.kind === "map");
  if (record?.kind !== "map") throw new Error("no map was shown");
  const buckets = record.map.entries[0]?.value as readonly { low?: bigint; high?: bigint; count: bigint }[];
  const wanted = new Map<string, bigint>();
  for (const value of values) {
    const { low, high } = histBounds(value, bits);
    const key = `${low ?? "-"}..${high}`;
    wanted.set(key, (wanted.get(key) ?? 0n) + 1n);
  }
  const got = new Map(buckets.filter((b) => b.count > 0n).map((b) => [`${b.low ?? "-"}..${b.high}`, b.count]));
  expect(got).toEqual(wanted);
});

// biome-ignore format: one case per line
test.each([
  { min: 0, max: 100, step: 10, values: [-5, -1, 0, 9, 10, 55, 99, 100, 5000] },
  { min: -50, max: 50, step: 7, values: [-51, -50, -44, -43, 0, 49, 50] },
  { min: 1000, max: 2000, step: 1, values: [999, 1000, 1999, 2000, 1500, 1500] },
  { min: 0, max: 10, step: 3, values: [0, 3, 6, 9, 10, 11] },
])("lhist($min, $max, $step)", ({ min, max, step, values }) => {
  const body = values.map((v) => `@h = lhist(${v}, ${min}, ${max}, ${step});`).join(" ");
  const record = lab.run(`BEGIN { ${body} }`).records.findLast((r) => r.kind === "map");
  if (record?.kind !== "map") throw new Error("no map was shown");
  const buckets = record.map.entries[0]?.value as readonly { low?: bigint; high?: bigint; count: bigint }[];
  const bound = (b: { low?: bigint; high?: bigint }) => `${b.low ?? "-"}..${b.high ?? "+"}`;
  const got = new Map(buckets.filter((b) => b.count > 0n).map((b) => [bound(b), Number(b.count)]));
  const wanted = new Map<string, number>();
  for (const v of values) {
    const low = min + Math.floor((v - min) / step) * step;
    const key = v < min ? `-..${min}` : v >= max ? `${max}..+` : `${low}..${Math.min(low + step, max)}`;
    wanted.set(key, (wanted.get(key) ?? 0) + 1);
  }
  expect(got).toEqual(wanted);
});

test("a map that is full counts what it could not hold", () => {
  const script = `let @m = hash(10); let @c = hash(4);
    BEGIN { for ($i : 0..15) { @m[$i] = 1; } for ($i : 0..6) { @c[$i] = count(); } }`;
  const { losses, maps } = lab.run(script);
  expect(maps.match(/@m/g)?.length).toBe(10);
  expect(maps.match(/@c/g)?.length).toBe(4);
  expect(losses.mapFull).toBe(7n);
});

test("an lruhash forgets the oldest instead", () => {
  const { losses, maps } = lab.run("let @m = lruhash(10); BEGIN { for ($i : 0..1000) { @m[$i] = 1; } }");
  expect(maps.match(/@m/g)?.length).toBeGreaterThan(0);
  expect(maps.match(/@m/g)?.length).toBeLessThan(1000);
  expect(losses.mapFull).toBe(0n);
});

test("keys of 1 KiB and values larger than the stack", () => {
  const script = `BEGIN {
    @big[str($1, 1000), str($1, 600)] = (str($1), 1, str($1, 900));
    print(@big[str($1, 1000), str($1, 600)].1);
    for ($kv : @big) { print(strlen($kv.0.0)); print(strlen($kv.1.2)); }
    @copy = @big[str($1, 1000), str($1, 600)];
    print(has_key(@big, (str($1, 1000), str($1, 600))));
  }`;
  expect(lab.lines(script, { args: ["x".repeat(1023)] })).toEqual(["1", "1000", "900", "true"]);
});

test("counts of all processors add up", async (t) => {
  if (program.path === undefined) return t.skip("needs a C compiler");
  const counts = `@c = count(); @k[cpu] = count(); @s = sum(2); @a = avg(cpu + 5); @n++; @st = stats(1); @i = min(7); @m[1]++;`;
  const script = `tracepoint:syscalls:sys_enter_getppid /ppid == $PID && comm == "traced"/ { ${counts} }`;
  const eight = `for i in 1 2 3 4 5 6 7 8; do ${program.path} getppid 500 & done; wait`;
  const { maps } = await lab.trace(script, ["/bin/sh", "-c", eight], { unfiltered: true });
  for (const line of [
    "@c: 4000",
    "@s: 8000",
    "@n: 4000",
    "@m[1]: 4000",
    "@i: 7",
    "@st: count 4000, average 1, total 4000",
  ])
    expect(maps.split("\n")).toContain(line);
  const perCpu = [...maps.matchAll(/@k\[\d+\]: (\d+)/g)].reduce((sum, [, n]) => sum + Number(n), 0);
  expect(perCpu).toBe(4000);
});
