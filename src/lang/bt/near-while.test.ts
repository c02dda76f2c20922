import { expect, test } from "vitest";
import { Report } from "../../base/diagnostic.ts";
import type { Expr, Statement } from "./ast.ts";
import { mostRounds } from "./near-while.ts";
import { parseScript } from "./parse.ts";

// biome-ignore format: one case per line
test.each<{ rule: string; text: string; rounds: number | undefined }>([
  { rule: "counts up",                     text: "$i = 0; while ($i < 5) { $i++; }",                                rounds: 6 },
  { rule: "counts up to",                  text: "$i = 1; while ($i <= 5) { print($i); $i += 2; }",                 rounds: 3 },
  { rule: "counts down",                   text: "let $i = 9; while ($i > 0) { --$i; }",                            rounds: 10 },
  { rule: "until",                         text: "$i = 0; while (6 != $i) { $i += 3; }",                            rounds: 2 },
  { rule: "a cast",                        text: "$i = (int64)0; while (3 > $i) { $i++; }",                         rounds: 4 },
  { rule: "a part of the condition",       text: "$i = 0; while ($p != 0 && $i < 4) { $i++; }",                     rounds: 5 },
  { rule: "no round",                      text: "$i = 9; while ($i < 4) { $i++; }",                                rounds: 1 },
  { rule: "continue behind the step",      text: "$i = 0; while ($i < 4) { $i++; if ($i == 2) { continue; } f(); }", rounds: 5 },
  { rule: "the way out",                   text: "$i = 0; while ($i < 40) { $i++; if (@x) { break; } }",            rounds: 41 },
  { rule: "rounds that fork",                text: "$i = 0; while ($i < 40) { $i++; if (@x) { $n++; } }",             rounds: undefined },
  { rule: "that fork by continue",    text: "$i = 0; while ($i < 40) { $i++; if (@x) { continue; } $n++; }",   rounds: undefined },
  { rule: "that fork in a condition", text: "$i = 0; while ($i < 40) { $i++; $y = @x ? $n++ : 0; }",           rounds: undefined },
  { rule: "that fork by a remainder",      text: "$i = 0; while ($i < 40) { $i++; if ($i % 3 == 1) { $n++; } }",    rounds: undefined },
  { rule: "a loop inside",                 text: "$i = 0; while ($i < 40) { $i++; for ($j : 0..3) { print($j); } }", rounds: undefined },
  { rule: "continue before the step",      text: "$i = 0; while ($i < 4) { if (@x) { continue; } $i++; }",          rounds: undefined },
  { rule: "a step only sometimes",         text: "$i = 0; while ($i < 4) { if (@x) { $i++; } }",                    rounds: undefined },
  { rule: "two steps",                     text: "$i = 0; while ($i < 4) { $i++; $i--; }",                          rounds: undefined },
  { rule: "a step away",                   text: "$i = 0; while ($i < 4) { $i--; }",                                rounds: undefined },
  { rule: "a step past",                   text: "$i = 0; while ($i != 5) { $i += 2; }",                            rounds: undefined },
  { rule: "an unknown start",              text: "$i = @x; while ($i < 4) { $i++; }",                               rounds: undefined },
  { rule: "a start that may have changed", text: "$i = 0; if (@x) { $i = 3; } while ($i < 4) { $i++; }",            rounds: undefined },
  { rule: "an unknown end",                text: "$i = 0; while ($i < @x) { $i++; }",                               rounds: undefined },
  { rule: "a map",                         text: "@i = 0; while (@i < 4) { @i++; }",                                rounds: undefined },
  { rule: "its address is taken",          text: "$i = 0; while ($i < 4) { $i++; f(&$i); }",                        rounds: undefined },
  { rule: "beyond its type, perhaps",      text: "$i = 0; while ($i < 300) { $i++; }",                              rounds: undefined },
])("rounds of a while: $rule", ({ text, rounds }) => {
  const statements = statementsOf(text);
  const at = statements.findIndex(({ kind }) => kind === "while");
  const loop = statements[at];
  if (loop?.kind !== "while") throw new Error("no while");
  expect(mostRounds(loop, statements.slice(0, at), constant)).toBe(rounds);
});

function constant(expr: Expr): bigint | undefined {
  return expr.kind === "integer" ? expr.value : undefined;
}

function statementsOf(text: string): readonly Statement[] {
  const report = new Report();
  const probe = parseScript({ name: "-e", text: `BEGIN { ${text} }` }, report)?.items[0];
  if (probe?.kind !== "probe") throw new Error(JSON.stringify(report.diagnostics));
  return probe.body.statements;
}
