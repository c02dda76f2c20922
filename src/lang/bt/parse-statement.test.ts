import { expect, test } from "vitest";
import { Report } from "../../base/diagnostic.ts";
import type { Probe, Script } from "./ast.ts";
import { parseScript } from "./parse.ts";
import { printAst } from "./print-ast.ts";
import { printSource } from "./print-source.ts";

function parse(text: string): Script {
  const report = new Report();
  const script = parseScript({ name: "-e", text }, report);
  if (!script) throw new Error(JSON.stringify(report.diagnostics));
  return script;
}

function body(text: string): Probe["body"] {
  const probe = parse(`BEGIN { ${text} }`).items[0];
  if (probe?.kind !== "probe") throw new Error("no probe");
  return probe.body;
}

// What each statement becomes in canonical source; print-source.test.ts shows that it reads back.
// biome-ignore format: one case per line
test.each<{ rule: string; text: string; kinds: string[]; gives: string }>([
  { rule: "nothing",                      text: "",                                  kinds: [],                          gives: "{}" },
  { rule: "stray semicolons",             text: ";;f();;",                           kinds: ["expression"],              gives: "f();" },
  { rule: "the last semicolon is free",   text: "f()",                               kinds: ["expression"],              gives: "f();" },
  { rule: "assignments",                  text: "$x=1; @=2; @m[1,2]=3",              kinds: ["assign", "assign", "assign"], gives: "$x = 1; @ = 2; @m[1, 2] = 3;" },
  { rule: "compound assignments",         text: "$a+=1; $a-=1; $a*=1; $a/=1; $a%=1", kinds: Array(5).fill("assign"),     gives: "$a += 1; $a -= 1; $a *= 1; $a /= 1; $a %= 1;" },
  { rule: "bitwise assignments",          text: "$a&=1; $a|=1; $a^=1; $a<<=1; $a>>=1", kinds: Array(5).fill("assign"),   gives: "$a &= 1; $a |= 1; $a ^= 1; $a <<= 1; $a >>= 1;" },
  { rule: "let without a value",          text: "let $x;",                           kinds: ["let"],                     gives: "let $x;" },
  { rule: "let with a type",              text: "let $x: uint64;",                   kinds: ["let"],                     gives: "let $x: uint64;" },
  { rule: "let with both",                text: "let $x : struct s* = 1",            kinds: ["let"],                     gives: "let $x: struct s * = 1;" },
  { rule: "let with typeof",              text: "let $x: typeof($y) = 1",            kinds: ["let"],                     gives: "let $x: typeof($y) = 1;" },
  { rule: "discard",                      text: "_ = f();",                          kinds: ["discard"],                 gives: "_ = f();" },
  { rule: "underscore as a name",         text: "_ == 1; $_ = 2",                    kinds: ["expression", "assign"],    gives: "(_ == 1); $_ = 2;" },
  { rule: "updates",                      text: "$x++; --@m[1];",                    kinds: ["expression", "expression"], gives: "$x++; --@m[1];" },
  { rule: "if",                           text: "if (a) { f() } g()",                kinds: ["if", "expression"],        gives: "if (a) { f(); } g();" },
  { rule: "if else",                      text: "if (a) { f() } else { g() }",       kinds: ["if"],                      gives: "if (a) { f(); } else { g(); }" },
  { rule: "else if",                      text: "if (a) {} else if (b) {} else {}",  kinds: ["if"],                      gives: "if (a) {} else if (b) {} else {}" },
  { rule: "if without brackets",          text: "if $x == 1 { f() }",                kinds: ["if"],                      gives: "if ($x == 1) { f(); }" },
  { rule: "if with brackets in front",    text: "if (a) == (b) { f() }",             kinds: ["if"],                      gives: "if ((a) == (b)) { f(); }" },
  { rule: "if comptime",                  text: "if comptime (a == 1) { f() }",      kinds: ["if"],                      gives: "if (comptime (a == 1)) { f(); }" },
  { rule: "a cast in a condition",        text: "if (uint8)x { f() }",               kinds: ["if"],                      gives: "if ((uint8)x) { f(); }" },
  { rule: "while",                        text: "while ($i < 3) { $i++; continue; break }", kinds: ["while"],            gives: "while ($i < 3) { $i++; continue; break; }" },
  { rule: "unroll",                       text: "unroll (3) { f() } unroll 2 { g() }", kinds: ["unroll", "unroll"],      gives: "unroll (3) { f(); } unroll (2) { g(); }" },
  { rule: "for over a map",               text: "for ($kv : @m) { print($kv.0) }",   kinds: ["for"],                     gives: "for ($kv : @m) { print($kv.0); }" },
  { rule: "for over a range",             text: "for ($i : 0..10) { f($i) }",        kinds: ["for"],                     gives: "for ($i : 0..10) { f($i); }" },
  { rule: "for over computed bounds",     text: "for ($i : $a + 1 .. ncpus) {}",     kinds: ["for"],                     gives: "for ($i : $a + 1..ncpus) {}" },
  { rule: "for without brackets",         text: "for $i : 1..$n { f() }",            kinds: ["for"],                     gives: "for ($i : 1..$n) { f(); }" },
  { rule: "return",                       text: "return; return 1; return",          kinds: ["return", "return", "return"], gives: "return; return 1; return;" },
  { rule: "a block",                      text: "{ f() } g()",                       kinds: ["block", "expression"],     gives: "{ f(); } g();" },
  { rule: "blocks keep no value here",    text: "{ { 1 } }",                         kinds: ["block"],                   gives: "{ { 1; } }" },
  { rule: "if keeps no value here",       text: "if (a) { 1 } else { 2 }",           kinds: ["if"],                      gives: "if (a) { 1; } else { 2; }" },
  { rule: "a block as a value",           text: "let $a = { let $b = 1; $b };",      kinds: ["let"],                     gives: "let $a = { let $b = 1; $b };" },
  { rule: "import inside of a block",     text: 'import "a/b"; f()',                 kinds: ["import", "expression"],    gives: 'import "a/b"; f();' },
  { rule: "words of others as names",     text: "switch == 1; do + 2",               kinds: ["expression", "expression"], gives: "switch == 1; do + 2;" },
])("statements: $rule", ({ text, kinds, gives }) => {
  const block = body(text);
  expect(block.statements.map((one) => one.kind)).toEqual(kinds);
  expect(block.result).toBeUndefined();
  const printed = printSource(parse(`BEGIN { ${text} }`)).replace(/^BEGIN /, "");
  const inner = printed.trim() === "{}" ? "{}" : printed.trim().slice(1, -1);
  expect(inner.replace(/\s+/g, " ").trim()).toBe(gives);
});

test("spans of statements and names cover their text", () => {
  const text = "BEGIN { let $abc : uint8 = 1 + 2; if (x) { @m[1] += 5; } }";
  const probe = parse(text).items[0];
  if (probe?.kind !== "probe") throw new Error("no probe");
  const [first, second] = probe.body.statements;
  const cut = (span: { start: number; end: number }) => text.slice(span.start, span.end);
  if (first?.kind !== "let" || second?.kind !== "if" || !first.type || !first.value)
    throw new Error("other kinds");
  expect(cut(first.span)).toBe("let $abc : uint8 = 1 + 2");
  expect([cut(first.nameSpan), cut(first.type.span), cut(first.value.span)]).toEqual([
    "$abc",
    "uint8",
    "1 + 2",
  ]);
  const assign = second.then.statements[0];
  if (assign?.kind !== "assign") throw new Error("no assignment");
  expect([cut(assign.span), cut(assign.target.span), cut(assign.opSpan)]).toEqual([
    "@m[1] += 5",
    "@m[1]",
    "+=",
  ]);
});

test("the tree as text shows every field and place", () => {
  const text =
    '#define N 1\nlet @m = hash(10);\nx=k:f+4 /pid/ {\n  if ($a->b.0 == "s") { @m[1] = (x = -1); }\n}';
  expect(printAst(parse(text), text)).toBe(
    [
      "script",
      '  define name="N" body="1" @1:1',
      '    value: integer value=1 suffix=""',
      '  mapDeclaration name="m" mapType="hash" @2:1',
      '    args[0]: integer value=10 suffix=""',
      "  probe @3:1",
      '    attachPoints[0]: attachPoint label="x" written="k" type="kprobe"',
      '      parts[0]: text="f" quoted=false offset=4',
      '    predicate: identifier name="pid"',
      "    body: block",
      "      statements[0]: if @4:3",
      '        test: binary op="=="',
      "          left: tupleField index=0",
      '            object: member name="b" arrow=true',
      '              object: variable name="a"',
      '          right: string "s"',
      "        then: block",
      '          statements[0]: assign op="=" @4:25',
      '            target: map name="m"',
      '              keys[0]: integer value=1 suffix=""',
      "            value: record",
      '              fields[0]: name="x"',
      '                value: unary op="-"',
      '                  operand: integer value=1 suffix=""',
      "",
    ].join("\n"),
  );
});
