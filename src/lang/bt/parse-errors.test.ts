import { expect, test } from "vitest";
import { Report } from "../../base/diagnostic.ts";
import { lineAndColumn } from "../../base/span.ts";
import { parseScript } from "./parse.ts";

/** Each error as "line:column code", in the order of the source. */
function errors(text: string): string[] {
  const report = new Report();
  const script = parseScript({ name: "-e", text }, report);
  expect(script === undefined).toBe(report.diagnostics.length > 0);
  return report.diagnostics.map((d) => {
    const { line, column } = lineAndColumn(text, d.span.start);
    return `${line}:${column} ${d.code.replace("syntax/", "")}`;
  });
}

// biome-ignore format: one case per line
test.each<{ rule: string; text: string; gives: string[] }>([
  { rule: "no probe in front of a block",   text: "{ exit() }",                               gives: ["1:1 bad-attach-point"] },
  { rule: "a word behind a probe",          text: "kprobe:f pid { }",                         gives: ["1:10 unexpected-token"] },
  { rule: "a probe without a block",        text: "kprobe:f",                                 gives: ["1:8 unexpected-token"] },
  { rule: "a probe after a comma missing",  text: "kprobe:f, , kprobe:g {}",                  gives: ["1:11 bad-attach-point"] },
  { rule: "braces in a name",               text: "t:syscalls:sys_enter_{open,openat} {}",    gives: ["1:22 bad-attach-point"] },
  { rule: "brackets in a name",             text: "u:./a:f(int) {}",                          gives: ["1:8 bad-attach-point"] },
  { rule: "an open quote in a probe",       text: 'u:"./a:f {}\nBEGIN { exit(; }',            gives: ["1:3 unterminated-string", "2:14 unexpected-token"] },
  { rule: "typographic quotes in a probe",  text: "u:“./a”:f {}",                             gives: ["1:3 typographic-quote"] },
  { rule: "an open predicate",              text: "k:f /pid == 1 { exit() }",                 gives: ["1:15 unclosed-predicate"] },
  { rule: "an empty predicate",             text: "k:f / / { exit() }",                       gives: ["1:7 unexpected-token"] },
  { rule: "= in a predicate",               text: "k:f /pid = 1/ { exit() }",                 gives: ["1:10 assignment-in-condition"] },
  { rule: "= in a condition",               text: "BEGIN { if ($x = 1) { exit() } }",         gives: ["1:16 assignment-in-condition"] },
  { rule: "= in brackets",                  text: "BEGIN { while (($x = 1)) { exit() } }",    gives: ["1:20 assignment-in-condition"] },
  { rule: "an assignment as a value",       text: "BEGIN { $a = $b = 1; }",                   gives: ["1:17 assignment-in-value"] },
  { rule: "no semicolon, same line",        text: "BEGIN { print(1) print(2); }",             gives: ["1:17 missing-semicolon"] },
  { rule: "a call without brackets",        text: 'BEGIN { print "x"; exit() }',              gives: ["1:15 missing-brackets"] },
  { rule: "a declaration as in C",          text: "BEGIN { int x = 5; }",                     gives: ["1:13 foreign-statement"] },
  { rule: "an open call",                   text: "BEGIN { print(1; exit() }",                gives: ["1:16 unclosed-bracket"] },
  { rule: "an open index",                  text: "BEGIN { @x[1 = 2; exit() }",               gives: ["1:14 unclosed-bracket"] },
  { rule: "a bracket too many",             text: "BEGIN { print(1)); exit() }",              gives: ["1:17 unexpected-token"] },
  { rule: "an operand missing",             text: "BEGIN { $x = 1 + ; exit() }",              gives: ["1:18 unexpected-token"] },
  { rule: "an argument missing",            text: "BEGIN { print(, 1); exit() }",             gives: ["1:15 unexpected-token"] },
  { rule: "no braces",                      text: "BEGIN { if (1) exit(); }",                 gives: ["1:16 missing-braces"] },
  { rule: "no braces twice",                text: "BEGIN { if (a) print(1); else print(2); }", gives: ["1:16 missing-braces", "1:31 missing-braces"] },
  { rule: "a C loop",                       text: "BEGIN { for (int i = 0; i < 5; i++) { print(i) } exit() }", gives: ["1:13 foreign-statement"] },
  { rule: "switch",                         text: "BEGIN { switch ($x) { case 1: f(); default: g(); } exit() }", gives: ["1:9 foreign-statement"] },
  { rule: "do",                             text: "BEGIN { do { f(); } while (1); exit() }",  gives: ["1:9 foreign-statement"] },
  { rule: "elif",                           text: "BEGIN { if (a) {} elif (b) {} exit() }",   gives: ["1:19 foreign-statement"] },
  { rule: "else alone",                     text: "BEGIN { else { f() } exit() }",            gives: ["1:9 foreign-statement"] },
  { rule: "let without a dollar",           text: "BEGIN { let x = 1; exit() }",              gives: ["1:13 unexpected-token"] },
  { rule: "let of a map inside",            text: "BEGIN { let @x = 1; exit() }",             gives: ["1:13 unexpected-token"] },
  { rule: "a wrong directive inside",       text: "BEGIN {\n#defin X 1\nexit() }",            gives: ["2:1 bad-directive"] },
  { rule: "a dollar alone",                 text: "BEGIN { $ = 1; }",                         gives: ["1:9 missing-name"] },
  { rule: "an empty key",                   text: "BEGIN { @x[] = 1; }",                      gives: ["1:11 missing-key"] },
  { rule: "typographic quotes",             text: "BEGIN { printf(“hi\\n”); exit() }",        gives: ["1:16 typographic-quote"] },
  { rule: "a typographic end",              text: 'BEGIN { printf("hi”); exit() }',           gives: ["1:19 typographic-quote"] },
  { rule: "single quotes around a string",  text: "BEGIN { printf('hi'); exit() }",           gives: ["1:16 bad-character"] },
  { rule: "a dash for a minus",             text: "BEGIN { $x = 2 – 1; exit() }",             gives: ["1:16 unexpected-character"] },
  { rule: "an open string",                 text: 'BEGIN { print("abc); }',                   gives: ["1:15 unterminated-string"] },
  { rule: "an open string, then a fault",   text: 'BEGIN { print("abc);\n $x = ; }',          gives: ["1:15 unterminated-string", "2:7 unexpected-token"] },
  { rule: "an open comment",                text: "BEGIN { /* abc }",                         gives: ["1:9 unterminated-comment"] },
  { rule: "an open block at the end",       text: "BEGIN { if (1) { exit();",                 gives: ["1:16 unclosed-bracket"] },
  { rule: "an open block before a probe",   text: "BEGIN { if (1) { exit();\nk:f { exit(; }", gives: ["1:16 unclosed-bracket", "2:12 unexpected-token"] },
  { rule: "an open block before BEGIN",     text: "k:f { exit();\nBEGIN { }",                 gives: ["1:5 unclosed-bracket"] },
  { rule: "a brace too many",               text: "BEGIN { } }\nEND { }",                     gives: ["1:11 unmatched-brace"] },
  { rule: "a fault in each statement",      text: "BEGIN { $a = ; f(1; $b = 1.5; g() }",      gives: ["1:14 unexpected-token", "1:19 unclosed-bracket", "1:26 fraction"] },
  { rule: "a fault in each probe",          text: "k:a { $x = ; }\nk:b { ) }\nk:c {}",        gives: ["1:12 unexpected-token", "2:7 unexpected-token"] },
  { rule: "a fault in an inner block",      text: "BEGIN { if (a) { $x = ; $y = 1; } $z = ; }", gives: ["1:23 unexpected-token", "1:40 unexpected-token"] },
  { rule: "a fault in a condition",         text: "BEGIN { if (a +) { f(; } else { g(; } $z = ; }", gives: ["1:16 unexpected-token", "1:44 unexpected-token"] },
  { rule: "a bad setting",                  text: "config = { a = ; b = 2 }\nBEGIN {}",       gives: ["1:16 unexpected-token"] },
  { rule: "two settings on a line",         text: "config = { a = 1 b = 2 }\nBEGIN {}",       gives: ["1:18 unexpected-token"] },
  { rule: "a bad map declaration",          text: "let @x = 5;\nBEGIN { f(; }",               gives: ["1:10 unexpected-token", "2:11 unexpected-token"] },
  { rule: "a bad macro",                    text: "macro f(1) { }\nBEGIN { }",                gives: ["1:9 unexpected-token"] },
  { rule: "a function without a type",      text: "fn f($a) : int32 { }\nBEGIN { }",          gives: ["1:8 unexpected-token"] },
  { rule: "a field without a semicolon",    text: "struct s { int a }\nBEGIN { }",            gives: ["1:18 unexpected-token"] },
  { rule: "a fault in each field",          text: "struct s { int; int a[; int b; };\nBEGIN { }", gives: ["1:15 unexpected-token", "1:23 unexpected-token"] },
  { rule: "an open struct",                 text: "struct s { int a;",                        gives: ["1:17 unclosed-bracket"] },
  { rule: "a C variable",                   text: "struct s *p;\nBEGIN { }",                  gives: ["1:10 c-definition"] },
  { rule: "an unknown directive",           text: "#foo\nBEGIN { }",                          gives: ["1:1 bad-directive"] },
  { rule: "an include of nothing",          text: "#include\nBEGIN { }",                      gives: ["1:1 bad-directive"] },
  { rule: "nested too deep",                text: `BEGIN { $x = ${"(".repeat(300)}; f(; }`,   gives: ["1:213 too-deep", "1:318 unexpected-token"] },
])("errors: $rule", ({ text, gives }) => {
  expect(errors(text)).toEqual(gives);
});

test("a statement that ends with its line may lack the `;`", () => {
  const report = new Report();
  const text = "BEGIN {\n  $a = 1\n  print($a)\n  @b++;\n  print({ 1 })\n  exit()\n}";
  expect(parseScript({ name: "-e", text }, report)).toBeDefined();
  expect(report.diagnostics).toMatchObject([{ code: "lint/semicolon", severity: "warning" }]);
});

test("after twenty errors the rest is not read", () => {
  expect(errors(`BEGIN { ${"f(;".repeat(100)} }`)).toHaveLength(20);
});

test("a good script gives no diagnostics, and a script without items is one", () => {
  expect(errors("")).toEqual([]);
  expect(errors("// nothing\n")).toEqual([]);
});
