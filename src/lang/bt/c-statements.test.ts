import fc from "fast-check";
import { expect, test } from "vitest";
import { blockOfC } from "./c-statements.ts";

// biome-ignore format: one case per line
test.each<{ rule: string; text: string; gives: string }>([
  { rule: "the last expression is the value", text: "({ int x = a; x + 1; })",                  gives: "{ let $m_x : int = a; $m_x + 1 }" },
  { rule: "typeof",                           text: "({ typeof(a) _a = (a); _a; })",            gives: "{ let $m__a : typeof(a) = (a); $m__a }" },
  { rule: "typeof a number: as the value",    text: "({ typeof(1) x = (1); x; })",              gives: "{ let $m_x = (1); $m_x }" },
  { rule: "__auto_type",                      text: "({ __auto_type x = (1); x; })",            gives: "{ let $m_x = (1); $m_x }" },
  { rule: "const and pointers",               text: "({ const struct s *p = q; p->x; })",       gives: "{ let $m_p : struct s * = q; $m_p -> x }" },
  { rule: "two of one declaration",           text: "({ u32 a = 1, *b = c; a; })",              gives: "{ let $m_a : u32 = 1; let $m_b : u32 * = c; $m_a }" },
  { rule: "unsigned long",                    text: "({ unsigned long a = 1; a; })",            gives: "{ let $m_a : unsigned long = 1; $m_a }" },
  { rule: "a member keeps its name",          text: "({ int x = p->x; q.x + x; })",             gives: "{ let $m_x : int = p -> x; q . x + $m_x }" },
  { rule: "do once",                          text: "do { f(1); g(); } while (0)",              gives: "{ f (1); g (); }" },
  { rule: "(void)",                           text: "do { (void) f(1); } while (0)",            gives: "{ f (1); }" },
  { rule: "branches without braces",          text: "do { if (a) f(); else if (b) g(); else h(); } while (0)", gives: "{ if (a) { f (); } else if (b) { g (); } else { h (); } }" },
  { rule: "a loop",                           text: "do { int i = 0; while (i < 3) i++; } while (0)", gives: "{ let $m_i : int = 0; while ($m_i < 3) { $m_i ++; } }" },
  { rule: "statements without a frame",       text: "while (x) x--; f()",                       gives: "{ while (x) { x --; } f (); }" },
  { rule: "a counted loop",                   text: "for (int i = 0; i < 3; i++) f(i)",         gives: "{ let $m_i : int = 0; while ($m_i < 3) { { f ($m_i); } $m_i ++; } }" },
  { rule: "whose step a `continue` does not skip", text: "for (; x; x--, y++) { if (y) continue; f(); }", gives: "{  let $m_0 = 1; while (1) { if ($m_0 == 1) { $m_0 = 0; } else { x --; y ++; } if (!(x)) { break; } { if (y) { continue; } f (); } } }" },
  { rule: "without end",                      text: "for (;;) { break; }",                      gives: "{  while (1) { { break; }  } }" },
  { rule: "a loop with its test behind",      text: "do x++; while (x < 3)",                    gives: "{ let $m_0 = 1; while ($m_0 == 1 || (x < 3)) { $m_0 = 0; { x ++; } } }" },
  { rule: "do once, left early",              text: "do { if (x) break; f(); } while (0)",      gives: "{ let $m_0 = 1; while ($m_0 == 1) { $m_0 = 0; { if (x) { break; } f (); } } }" },
  { rule: "a break of what is around",        text: "if (x) break",                             gives: "{ if (x) { break; } }" },
  { rule: "a choice",                         text: "switch (x) { case 1: case 'b': f(); break; default: g(); case 7 ... 9: h(); }", gives: "{ let $m_0 = (x); let $m_1 = 0; let $m_2 = 1; while ($m_2 == 1) { $m_2 = 0; if ($m_1 == 1 || $m_0 == 1 || $m_0 == 98) { $m_1 = 1; f (); break; } if ($m_1 == 1 || !($m_0 == 1 || $m_0 == 98 || ($m_0 >= 7 && $m_0 <= 9))) { $m_1 = 1; g (); } if ($m_1 == 1 || ($m_0 >= 7 && $m_0 <= 9)) { $m_1 = 1; h (); } } }" },
  { rule: "characters",                       text: "({ f('a', '\\n', '\\0', '\\x41', '\\\\'); })", gives: "{ f (97 , 10 , 0 , 65 , 92) }" },
  { rule: "inner ones",                       text: "({ ({ int y = 1; y; }) + 2; })",           gives: "{ ({ let $m_y : int = 1; $m_y }) + 2 }" },
  { rule: "hints for the compiler",           text: "({ __builtin_expect(!!(a), 1); })",        gives: "{ (! ! (a)) }" },
  { rule: "assertions are left out",          text: "({ _Static_assert(1, \"x;\"); 5; })",      gives: "{  5 }" },
])("C as a block: $rule", ({ text, gives }) => {
  expect(blockOfC(text, "m_")).toEqual({ ok: true, block: gives });
});

// biome-ignore format: one case per line
test.each([
  "", "x + 1", "({ x; ", "({ x; }) + 1", "{ } }", "({".repeat(1000), "(".repeat(100_000), "switch (x) { f(); }", "for (;)", "for (;;", "do x;",
])("nothing that the language has: %.20s", (text) => {
  expect(blockOfC(text, "m_")).toEqual({ ok: false });
});

// biome-ignore format: one case per line
test.each([
  { text: "({ goto out; })",                              lacks: "`goto`" },
  { text: "({ x = 1; out: x; })",                         lacks: "labels and `goto`" },
  { text: "({ return 1; })",                              lacks: "`return` out of a C function" },
  { text: "({ asm(\"nop\"); })",                          lacks: "machine code" },
  { text: "({ int a[3]; a; })",                           lacks: "arrays that are made from scratch" },
  { text: "({ case 1: x; })",                             lacks: "`case` outside of `switch`" },
  { text: "while (x) switch (x) { case 1: continue; }",   lacks: "`continue` inside of `switch`" },
])("what the language lacks is named: $text", ({ text, lacks }) => {
  expect(blockOfC(text, "m_")).toEqual({ ok: false, lacks });
});

test("any tokens give a text or nothing", () => {
  const token = fc.constantFrom(
    "({",
    "})",
    "{",
    "}",
    "(",
    ")",
    "int",
    "x",
    "=",
    ";",
    ",",
    "do",
    "while",
    "if",
    "else",
    "*",
    "[",
    "]",
    "typeof",
    "struct",
    "for",
    "switch",
    "case",
    "default",
    ":",
    "break",
    "continue",
    "1",
  );
  fc.assert(
    fc.property(fc.array(token, { maxLength: 40 }), (tokens) => {
      const made = blockOfC(tokens.join(" "), "m_");
      return !made.ok || made.block.startsWith("{");
    }),
  );
});
