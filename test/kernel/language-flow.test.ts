import { afterAll, expect, test } from "vitest";
import { ScriptLab } from "./script-lab.ts";

// Statements: variables and their scopes, conditions, loops, and what leaves them.

const lab = new ScriptLab();
afterAll(() => lab[Symbol.dispose]());

type Case = Readonly<{ rule: string; body: string; prints: string }>;

// biome-ignore format: one case per line
const CASES: readonly Case[] = [
  { rule: "an inner block sees the outer variables",    body: "$x = 1; { $x = 2; $y = 3; { $x += $y; } } print($x);", prints: "5" },
  { rule: "let hides an outer variable",                body: "$x = 1; { let $x = 7; $x++; } print($x);", prints: "1" },
  { rule: "let without a value is zero",                body: "let $x; print($x); let $s; if (1) { $s = \"ab\"; } print($s); let $u : uint16; print($u);", prints: "0 ab 0" },
  { rule: "a variable of a branch is read after it",    body: "if (pid > 0) { $x = 4 } else { $x = 5 } print($x);", prints: "4" },
  { rule: "of the branch that did not run it is zero",  body: "if (pid == 0) { $s = \"ab\"; $n = 5 } print($s); print($n);", prints: " 0" },
  { rule: "a variable takes the widest of its types",   body: "$x = (uint8)200; $x = (int32)-5; print($x); $s = \"a\"; $s = \"abcdefghij\"; print($s); $s = \"b\"; print($s);", prints: "-5 abcdefghij b" },
  { rule: "a declared text is cut",                     body: "let $s : string[4] = \"abcdef\"; print($s); $s = \"x\"; print($s); $s = comm; print(strlen($s) <= 3);", prints: "abc x true" },
  { rule: "else if",                                    body: "$x = 5; if ($x < 3) { print(1) } else if ($x < 6) { print(2) } else { print(3) } if ($x > 9) { print(4) } else if ($x > 8) { print(5) } else { print(6) }", prints: "2 6" },
  { rule: "&& and || look at their right side only when they must", body: "@n = 0; if (0 && ++@n) { } if (1 || ++@n) { } print((1, @n)); if (1 && ++@n) { } if (0 || ++@n) { } print((2, @n));", prints: "(1, 0) (2, 2)" },
  { rule: "conditions as values",                       body: "$a = 3; $b = $a > 2 && $a < 5; $c = !($a == 3) || 0; print($b); print($c); print(!$a); print(!!$a);", prints: "true false false true" },
  { rule: "text as a condition",                        body: "$s = \"\"; if ($s) { print(1) } else { print(2) } $t = \"x\"; if ($t) { print(3) } if (!$t) { print(4) } if (comm && 1) { print(5) }", prints: "2 3 5" },
  { rule: "ternaries nest",                             body: "$x = 7; print($x > 9 ? \"big\" : $x > 5 ? \"middle\" : \"small\"); print($x == 7 ? (1, \"a\") : (2, \"bcd\")); $y = 0; print($y ?: 9); print($x ?: 9);", prints: "middle (1, a) 9 7" },
  { rule: "a ternary runs one side",                    body: "$x = 1; @a = 0; $x ? @a++ : @a--; print((1, @a)); $x == 2 ? print(\"no\") : print(\"yes\");", prints: "(1, 1) yes" },
  { rule: "blocks and ifs as values",                   body: "$x = { let $y = 4; $y * 2 }; print($x); $z = if ($x > 5) { \"more\" } else { \"less\" }; print($z);", prints: "8 more" },
  { rule: "return leaves the probe",                    body: "print(1); if (pid) { return; } print(2);", prints: "1" },
  { rule: "nothing runs behind exit",                   body: "print(1); exit(); print(2);", prints: "1" },
  { rule: "while",                                      body: "$i = 0; while ($i < 5) { $i++; if ($i == 2) { continue; } if ($i == 4) { break; } print($i); } print($i);", prints: "1 3 4" },
  { rule: "short whiles one after the other",           body: "$x = (int64)0; $a = (int64)-604; $i = 0; while ($i < 9) { $i++; if ($x-- == $a) { break; } $a += $i; @m[$i] = $a; } $i = 0; while ($i < 7) { $i++; if ($x-- == $a) { break; } $a += $i; @m[$i] = $a; } $i = 0; while ($i < 5) { $i++; if ($x-- == $a) { break; } $a += $i; @m[$i] = $a; } $i = 0; while ($i < 8) { $i++; if ($x-- == $a) { break; } $a += $i; @m[$i] = $a; } $i = 0; while ($i < 9) { $i++; if ($x-- == $a) { break; } $a += $i; @m[$i] = $a; } $i = 0; while ($i < 7) { $i++; if ($x-- == $a) { break; } $a += $i; @m[$i] = $a; } print(($a, $x)); clear(@m);", prints: "(-407, -45)" },
  { rule: "while around while",                         body: "$i = 0; $n = 0; while ($i < 30) { $j = 0; while ($j < 20) { $j++; if ($j == 15) { break; } $n++; } $i++; } print(($i, $j, $n));", prints: "(30, 15, 420)" },
  { rule: "a long while",                               body: "$i = (uint64)0; while ($i < 300000) { $i++; } print($i);", prints: "300000" },
  { rule: "a condition that uses maps",                 body: "@n = 3; while (@n > 0) { @n -= 1; print((1, @n)); }", prints: "(1, 2) (1, 1) (1, 0)" },
  { rule: "return inside of loops leaves the probe",    body: "while (1) { for ($i : 0..1000) { if ($i == 3) { print($i); return; } } } print(9);", prints: "3" },
  { rule: "return inside of a short range",             body: "for ($i : 0..5) { if ($i == 3) { print($i); return; } } print(9);", prints: "3" },
  { rule: "exit inside of loops",                       body: "for ($i : 0..1000) { $j = 0; while ($j < 9) { if ($i * $j == 8) { print(($i, $j)); exit(3); } $j++; } } print(9);", prints: "(1, 8)" },
  { rule: "a range does not hold its end",              body: "for ($i : 2..5) { print($i); } for ($i : 5..2) { print(8); } for ($i : 3..3) { print(8); } for ($i : -2..1) { print($i); }", prints: "2 3 4 -2 -1 0" },
  { rule: "a range whose ends are computed once",       body: "$a = 3; for ($i : 0..$a) { $a--; print($i); } print($a);", prints: "0 1 2 0" },
  { rule: "break and continue in ranges",               body: "for ($i : 0..6) { if ($i == 1) { continue; } if ($i == 4) { break; } print($i); } for ($i : 0..600) { if ($i % 2 == 0) { continue; } if ($i > 5) { break; } print($i); }", prints: "0 2 3 1 3 5" },
  { rule: "ranges in ranges, short and long",           body: "$n = 0; for ($i : 0..10) { for ($j : 0..100) { for ($k : 0..$i) { if ($k == 5) { break; } if ($j == 50) { continue; } $n++; } } } print($n);", prints: "3465" },
  { rule: "a break leaves the inner loop only",         body: "for ($i : 0..3) { for ($j : 0..300) { if ($j == $i) { break; } print(($i, $j)); } }", prints: "(1, 0) (2, 0) (2, 1)" },
  { rule: "loops change variables of all types",        body: "$n = (int8)0; $s = \"\"; $t = (0, \"\"); $p = (int32 *)0; for ($i : 0..100) { $n++; if ($i == 70) { $s = \"seventy\"; $t = ($i, \"t\"); $p = (int32 *)$i; } } print(($n, $s, $t, (uint64)$p));", prints: "(100, seventy, (70, t), 70)" },
  { rule: "loops read variables of all types",          body: "$s = \"text\"; $t = (5, \"five\"); $b = true; $u = (uint8)250; for ($i : 0..100) { if ($i == 99) { printf(\"%s %d %s %d %d\\n\", $s, $t.0, $t.1, $b, $u); } }", prints: "text 5 five 1 250" },
  { rule: "a variable of a loop's body is new in every round", body: "for ($i : 0..100) { let $x; if ($i == 0) { $x = 5; } if ($i == 1) { print($x); } }", prints: "0" },
  { rule: "unroll",                                     body: "$i = 0; unroll(4) { $i += 2; if ($i == 4) { continue; } if ($i == 8) { break; } print($i); } print($i); unroll(2) { unroll(2) { @++; } } print((1, @));", prints: "2 6 8 (1, 4)" },
  { rule: "steps before and after",                     body: "$i = 5; print($i++ + ++$i); print($i-- - --$i); @m[1] = 5; print(@m[1]++); print(++@m[1]); print(@m[1]--); print(--@m[1]); @n++; print((1, @n)); print(--@n);", prints: "12 2 5 7 7 5 (1, 1) 0" },
  { rule: "compound assignments",                       body: "$x = 7; $x += 3; $x -= 1; $x *= 4; $x /= 5; $x %= 4; $x <<= 6; $x |= 5; $x ^= 1; $x &= 0xfe; $x >>= 1; print($x); @y = 7; @y *= 3; @y %= 5; @y -= 3; print((1, @y)); @z[1] += 2; @z[1] <<= 3; print(@z[1]);", prints: "98 (1, -2) 16" },
  { rule: "discarded values",                           body: "_ = pid; @m[1] = 2; _ = delete(@m, 1); print(len(@m));", prints: "0" },
  { rule: "builtins with and without brackets",         body: "print(pid == pid()); print(tid() == tid); print(nsecs() > 0 && nsecs > 0); print(comm() == comm); @a = count; @a = count(); print((1, @a));", prints: "true true true true (1, 2)" },
];

test.for(CASES)("$rule", ({ body, prints }) => {
  expect(lab.lines(`BEGIN { ${body} }`).join(" ")).toBe(prints);
});

test("exit gives the status, and END still speaks", () => {
  const outcome = lab.run('BEGIN { print(1); exit(42); } END { printf("bye %d\\n", @n); } BEGIN { @n = 9; }');
  expect(outcome).toMatchObject({ exitCode: 42 });
  expect(outcome.records.flatMap((r) => (r.kind === "printf" ? [r.text] : []))).toEqual(["bye 9\n"]);
});

test("BEGIN and END run in the order in which they stand", () => {
  expect(lab.run("begin { print(1); } BEGIN { print(2); } end { print(3); } END { print(4); }").printed).toBe(
    "1\n2\n3\n4\n",
  );
});

test("defines, enums, conditions of the preprocessor", () => {
  const script = `#define LIMIT 5
#define NAME "limit"
#define TWICE (LIMIT * 2)
#ifdef LIMIT
enum color { RED, GREEN = 7, BLUE };
#else
enum color { WRONG };
#endif
BEGIN { print((LIMIT, NAME, TWICE, RED, GREEN, BLUE)); if (GREEN == 7) { print(BLUE); } printf("%d %s\\n", BLUE, BLUE); @[GREEN] = 1; }`;
  expect(lab.run(script)).toMatchObject({
    printed: "(5, limit, 10, RED, GREEN, BLUE)\nBLUE\n8 BLUE\n",
    maps: "@[GREEN]: 1\n",
  });
});

test("positional parameters and named options", () => {
  const named = new Map([
    ["level", "7"],
    ["name", "x y"],
    ["on", ""],
    ["off", "false"],
  ]);
  const script = `BEGIN {
    printf("%d %s %s %d|%d %s|%d\\n", $1, str($2), $2, $#, $9, str($9), $1 + 1);
    print((getopt("level", 1), getopt("other", 1), getopt("name", "none"), getopt("no", "none"), getopt("on"), getopt("off"), getopt("gone", true)));
    if ($2 == "two") { print("equal"); }
    for ($i : 0..$1) { @++; }
    print(str($2, 2));
  }`;
  expect(lab.lines(script, { args: ["3", "two", "-5", "0x10"], named })).toEqual([
    "3 two two 4|0 |4",
    "(7, 1, x y, none, true, false, true)",
    "equal",
    "tw",
  ]);
  expect(
    lab.lines("BEGIN { print($3); print($4); print(-$1); }", { args: ["3", "two", "-5", "0x10"] }),
  ).toEqual(["-5", "16", "-3"]);
});
