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
  { rule: "inner ones",                       text: "({ ({ int y = 1; y; }) + 2; })",           gives: "{ ({ let $m_y : int = 1; $m_y }) + 2 }" },
  { rule: "hints for the compiler",           text: "({ __builtin_expect(!!(a), 1); })",        gives: "{ (! ! (a)) }" },
  { rule: "assertions are left out",          text: "({ _Static_assert(1, \"x;\"); 5; })",      gives: "{  5 }" },
])("C as a block: $rule", ({ text, gives }) => {
  expect(blockOfC(text, "m_")).toBe(gives);
});

// biome-ignore format: one case per line
test.each([
  "", "x + 1", "({ goto out; })", "do { x; } while (1)", "({ for (;;) x; })", "({ return 1; })", "({ int a[3]; a; })",
  "({ x; ", "({ x; }) + 1", "({ asm(\"nop\"); })", "{ } }", "({".repeat(1000), "(".repeat(100_000),
])("nothing that the language has: %.20s", (text) => {
  expect(blockOfC(text, "m_")).toBeUndefined();
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
    "1",
  );
  fc.assert(
    fc.property(fc.array(token, { maxLength: 30 }), (tokens) => {
      const made = blockOfC(tokens.join(" "), "m_");
      return made === undefined || made.startsWith("{");
    }),
  );
});
