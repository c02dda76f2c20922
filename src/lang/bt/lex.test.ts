import { expect, test } from "vitest";
import { Report } from "../../base/diagnostic.ts";
import { Faults } from "./faults.ts";
import { Lexer } from "./lex.ts";
import type { Token } from "./tokens.ts";

function lex(text: string): { tokens: Token[]; lexer: Lexer; codes: string[] } {
  const report = new Report();
  const lexer = new Lexer(text, new Faults(report));
  const tokens: Token[] = [];
  for (let token = lexer.next(); token.kind !== "end"; token = lexer.next()) tokens.push(token);
  return { tokens, lexer, codes: report.diagnostics.map((d) => d.code) };
}

function show(token: Token): string {
  switch (token.kind) {
    case "integer":
      return token.suffix === "" ? `${token.value}` : `${token.value}:${token.suffix}`;
    case "string":
      return JSON.stringify(token.value);
    case "character":
      return `'${token.value}`;
    case "positional":
      return `$${token.index}`;
    case "broken":
      return "broken";
    default:
      return token.text;
  }
}

// biome-ignore format: one case per line
test.each<{ rule: string; text: string; gives: string }>([
  { rule: "names",                           text: "pid _x a1 __u8",                gives: "pid _x a1 __u8" },
  { rule: "variables and maps",              text: "$x $_1 @ @m @_x @1",            gives: "$x $_1 @ @m @_x @ 1" },
  { rule: "positional parameters",           text: "$0 $1 $12 $#",                  gives: "$0 $1 $12 $#" },
  { rule: "decimal",                         text: "0 42 007",                      gives: "0 42 7" },
  { rule: "underscores",                     text: "1_000_000 1__0 0x1_0",          gives: "1000000 10 16" },
  { rule: "hexadecimal",                     text: "0x1f 0XAB",                     gives: "31 171" },
  { rule: "octal",                           text: "010 0777",                      gives: "8 511" },
  { rule: "binary",                          text: "0b101 0B11",                    gives: "5 3" },
  { rule: "scientific",                      text: "1e6 2E3 1e0 0e5",               gives: "1000000 2000 1 0" },
  { rule: "C suffixes mean nothing",         text: "1u 2UL 3ll 4ULL 5LLU 1e3ul",    gives: "1:u 2:ul 3:ll 4:ull 5:llu 1000:ul" },
  { rule: "durations are nanoseconds",       text: "1ns 2us 3ms 4s 1m 1h 1d",       gives: "1:ns 2000:us 3000000:ms 4000000000:s 60000000000:m 3600000000000:h 86400000000000:d" },
  { rule: "a duration with an exponent",     text: "1e3ms",                         gives: "1000000000:ms" },
  { rule: "the largest number",              text: "18446744073709551615",          gives: "18446744073709551615" },
  { rule: "zeros in front are no size",      text: `0x${"0".repeat(90)}1`,          gives: "1" },
  { rule: "a range is no fraction",          text: "0..10 1..$x",                   gives: "0 .. 10 1 .. $x" },
  { rule: "tuple indexes are no fraction",   text: "$t.0.1 $t.10",                  gives: "$t . 0 . 1 $t . 10" },
  { rule: "the longest operator wins",       text: "<<= >>= << >= -> -- == != && ||", gives: "<<= >>= << >= -> -- == != && ||" },
  { rule: "operators in a row",              text: "a+++b---c",                     gives: "a ++ + b -- - c" },
  { rule: "strings",                         text: '"a" "a\\n\\t\\"\\\\"',          gives: '"a" "a\\n\\t\\"\\\\"' },
  { rule: "octal and hexadecimal escapes",   text: '"\\101\\x42\\1012"',            gives: '"ABA2"' },
  { rule: "a string over a joined line",     text: '"a\\\nb"',                      gives: '"ab"' },
  { rule: "comments inside of strings",      text: '"/* a */ // b"',                gives: '"/* a */ // b"' },
  { rule: "characters",                      text: "'a' '\\n' '\\x41' '\\''",       gives: "'97 '10 '65 '39" },
  { rule: "comments are no tokens",          text: "a // b\nc /* d\n */ e",         gives: "a c e" },
  { rule: "a mark of byte order is nothing", text: "\ufeffa",                       gives: "a" },
  { rule: "all white space",                 text: "a\t\r\n\v\fb",                  gives: "a b" },
])("tokens: $rule", ({ text, gives }) => {
  const { tokens, codes } = lex(text);
  expect(tokens.map(show).join(" ")).toBe(gives);
  expect(codes).toEqual([]);
});

// biome-ignore format: one case per line
test.each<{ rule: string; text: string; gives: string; codes: string[] }>([
  { rule: "a fraction",                  text: "1.5 x",         gives: "0 x",         codes: ["syntax/fraction"] },
  { rule: "a negative exponent",         text: "1e-3 x",        gives: "0 x",         codes: ["syntax/fraction"] },
  { rule: "an unknown suffix",           text: "12abc",         gives: "0",           codes: ["syntax/bad-number"] },
  { rule: "digits of another base",      text: "018 0b12 0xg",  gives: "0 0 0",       codes: ["syntax/bad-number", "syntax/bad-number", "syntax/bad-number"] },
  { rule: "no digits",                   text: "0x",            gives: "0",           codes: ["syntax/bad-number"] },
  { rule: "too large",                   text: "18446744073709551616", gives: "0",    codes: ["syntax/number-range"] },
  { rule: "an exponent too large",       text: "1e20",          gives: "0",           codes: ["syntax/number-range"] },
  { rule: "a duration too large",        text: "1000000d",      gives: "0",           codes: ["syntax/number-range"] },
  { rule: "an unknown escape",           text: '"a\\qb" x',     gives: '"ab" x',      codes: ["syntax/bad-escape"] },
  { rule: "an escape above a byte",      text: '"\\777"',       gives: '""',          codes: ["syntax/bad-escape"] },
  { rule: "an open string",              text: '"abc\nx',       gives: "broken x",    codes: ["syntax/unterminated-string"] },
  { rule: "a string that ends wrongly",  text: '"abc” x',       gives: '"abc" x',     codes: ["syntax/typographic-quote"] },
  { rule: "typographic quotes",          text: "“abc” x",       gives: '"abc" x',     codes: ["syntax/typographic-quote"] },
  { rule: "low and high quotes",         text: "„abc“ x",       gives: '"abc" x',     codes: ["syntax/typographic-quote"] },
  { rule: "single typographic quotes",   text: "‘abc’ x",       gives: '"abc" x',     codes: ["syntax/typographic-quote"] },
  { rule: "several characters",          text: "'abc' x",       gives: "'0 x",        codes: ["syntax/bad-character"] },
  { rule: "no character",                text: "'' x",          gives: "'0 x",        codes: ["syntax/bad-character"] },
  { rule: "a lone single quote",         text: "'abc\nx",       gives: "broken x",    codes: ["syntax/bad-character"] },
  { rule: "an open comment",             text: "a /* b",        gives: "a",           codes: ["syntax/unterminated-comment"] },
  { rule: "a lone dollar",               text: "$ x",           gives: "$ x",         codes: ["syntax/missing-name"] },
  { rule: "a run of NUL bytes",          text: "a\0\0\0b",      gives: "a b",         codes: ["syntax/unexpected-character"] },
  { rule: "a hard space",                text: "a\u00a0b",      gives: "a b",         codes: ["syntax/unexpected-character"] },
  { rule: "a dash that is no minus",     text: "a – b",         gives: "a - b",       codes: ["syntax/unexpected-character"] },
  { rule: "characters of other planes",  text: "a😀😀b",         gives: "a b",         codes: ["syntax/unexpected-character"] },
  { rule: "a backtick",                  text: "`x`",           gives: "x",           codes: ["syntax/unexpected-character", "syntax/unexpected-character"] },
])("bad tokens: $rule", ({ text, gives, codes }) => {
  const read = lex(text);
  expect(read.tokens.map(show).join(" ")).toBe(gives);
  expect(read.codes).toEqual(codes);
});

test("strings keep their exact bytes", () => {
  const bytes = lex('"é\\xe9\\0"').tokens.map((token) => (token.kind === "string" ? [...token.bytes] : []));
  expect(bytes).toEqual([[0xc3, 0xa9, 0xe9, 0]]);
});

test("comments are kept once, in order, with their marks", () => {
  const { lexer } = lex("#!/usr/bin/skep\n// a\n#!/usr/bin/env skep\nx /* b */ y // c\r\n");
  lexer.pos = 0;
  while (lexer.next().kind !== "end");
  expect(lexer.comments.map(({ kind, text }) => [kind, text])).toEqual([
    ["shebang", "#!/usr/bin/skep"],
    ["line", "// a"],
    ["shebang", "#!/usr/bin/env skep"],
    ["block", "/* b */"],
    ["line", "// c"],
  ]);
});

test("tokens say where they stand", () => {
  const text = "ab $x\n  0x1f";
  expect(lex(text).tokens.map(({ start, end }) => text.slice(start, end))).toEqual(["ab", "$x", "0x1f"]);
});
