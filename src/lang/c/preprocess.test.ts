import fc from "fast-check";
import { expect, test } from "vitest";
import { Report } from "../../base/diagnostic.ts";
import { type CFile, Preprocessor } from "./preprocess.ts";

type Files = Readonly<Record<string, string>>;

/** What is left of "main.h", its tokens joined by spaces, and the codes of errors. */
function preprocessed(text: string, files: Files = {}): { left: string; codes: string[]; messages: string[] } {
  const report = new Report();
  const preprocessor = new Preprocessor({
    arch: "x86_64",
    report,
    find(name, { from, next }) {
      // "next" means the file of that name in the folder behind.
      const path = next ? `${name}~${(from?.folder ?? 0) + 1}` : name;
      const found = files[path];
      return found === undefined
        ? undefined
        : { path, text: found, folder: next ? (from?.folder ?? 0) + 1 : 0, isSystem: false };
    },
  });
  const main: CFile = { path: "main.h", text, folder: 0, isSystem: false };
  preprocessor.read(main);
  const left = preprocessor.take().texts.slice(0, -1).join(" ");
  return {
    left,
    codes: report.diagnostics.map((d) => d.code),
    messages: report.diagnostics.map((d) => d.message),
  };
}

// biome-ignore format: one case per line
test.each<{ rule: string; text: string; gives: string; files?: Files }>([
  { rule: "a name",                        text: "#define A 1\nA B",                                       gives: "1 B" },
  { rule: "a name of a name",              text: "#define A B\n#define B C\nA",                            gives: "C" },
  { rule: "a name that leads to itself",   text: "#define A B\n#define B A\nA B",                          gives: "A B" },
  { rule: "arguments",                     text: "#define ADD(a, b) a + b\nADD(1, (2, 3))",                gives: "1 + ( 2 , 3 )" },
  { rule: "no brackets, no use",           text: "#define F(a) a\nF; F (1)",                               gives: "F ; 1" },
  { rule: "brackets on the next line",     text: "#define F(a) [a]\nF\n(\n1\n)",                           gives: "[ 1 ]" },
  { rule: "an empty argument",             text: "#define F(a) [a]\n#define G() g\nF() G()",               gives: "[ ] g" },
  { rule: "arguments are expanded first",  text: "#define F(a) <a>\n#define X F(1)\nF(X)",                 gives: "< < 1 > >" },
  { rule: "itself as an argument",         text: "#define F(a) a * F\nF(2)(9)",                            gives: "2 * F ( 9 )" },
  { rule: "a name from a result",          text: "#define F(a) a\n#define G F\nG(2)",                      gives: "2" },
  { rule: "text of an argument",           text: '#define S(a) #a\nS( x  "y\\n" \'"\' )',                  gives: '"x \\"y\\\\n\\" \'\\"\'"' },
  { rule: "text is not expanded",          text: "#define X 1\n#define S(a) #a\n#define T(a) S(a)\nS(X) T(X)", gives: '"X" "1"' },
  { rule: "pasting",                       text: "#define C(a, b) a ## b\nC(x, 1) C(, y) C(z,) C(<, <=)",  gives: "x1 y z <<=" },
  { rule: "pasting is not expanded",       text: "#define X 1\n#define C(a, b) a ## b\nC(X, Y) C(, X)",    gives: "XY 1" },
  { rule: "pasting in a name",             text: "#define A x ## y ## z\nA",                               gives: "xyz" },
  { rule: "what cannot be one token",      text: "#define C(a, b) a ## b\nC(+, 1)",                        gives: "+ 1" },
  { rule: "as many arguments as there are", text: "#define P(...) p(__VA_ARGS__)\nP() P(1) P(1, 2)",       gives: "p ( ) p ( 1 ) p ( 1 , 2 )" },
  { rule: "a comma that goes",             text: "#define P(f, ...) p(f, ## __VA_ARGS__)\nP(1) P(1, 2)",   gives: "p ( 1 ) p ( 1 , 2 )" },
  { rule: "named rest",                    text: "#define P(f, r...) p(f, ##r)\nP(1) P(1, 2, 3)",          gives: "p ( 1 ) p ( 1 , 2 , 3 )" },
  { rule: "__VA_OPT__",                    text: "#define P(f, ...) p(f __VA_OPT__(, [) __VA_ARGS__)\nP(1) P(1, 2)", gives: "p ( 1 ) p ( 1 , [ 2 )" },
  { rule: "undef",                         text: "#define A 1\n#undef A\nA",                               gives: "A" },
  { rule: "a hash from a macro",           text: "#define H #\nH define A 1\nA",                           gives: "# define A 1 A" },
  { rule: "conditions among arguments",    text: "#define F(a) [a]\nF(1\n#if 0\n+ 2\n#else\n+ 3\n#endif\n)", gives: "[ 1 + 3 ]" },
  { rule: "joined lines",                  text: "#define A 1 \\\n + \\\n 2\nA in\\\nt",                   gives: "1 + 2 int" },
  { rule: "comments",                      text: "a/* # */b // c\n/* x\n*/ #define D 1\nD",                gives: "a b 1" },
  { rule: "digraphs",                      text: "%:define A <: :> <% %>\nA",                              gives: "[ ] { }" },
  { rule: "if and else",                   text: "#if 0\na\n#elif 1\nb\n#else\nc\n#endif",                 gives: "b" },
  { rule: "elifdef",                       text: "#define X\n#ifdef Y\na\n#elifdef X\nb\n#endif\n#if 0\n#elifndef Y\nc\n#endif", gives: "b c" },
  { rule: "what is out is not read",       text: "#if 0\n#error no\n#frobnicate\n#if 1/0\n' \" don't /* #else */\n#endif\n#endif\nx", gives: "x" },
  { rule: "words of C in what is out",     text: "#if 0\n#define A\n} else if (x) {\n#define B\n} endif\n#else\nx\n#endif", gives: "x" },
  { rule: "unsigned comparison",           text: "#if -1 > 0u && 2 - 3 < 0 && (-1 >> 1) == -1\na\n#endif",  gives: "a" },
  { rule: "what is not computed may divide by 0", text: "#if 0 && 1 / 0 || (1 ? 2 : 1 / 0) == 2\na\n#endif", gives: "a" },
  { rule: "characters",                    text: "#if 'a' == 97 && '\\n' == 10 && '\\x41' == 'A' && '\\0' == 0 && '\\377' < 0\na\n#endif", gives: "a" },
  { rule: "characters, several and wide",  text: "#if '\\na' == 0x0a61 && 'ab' == 0x6162 && u'\\xff' == 255\na\n#endif", gives: "a" },
  { rule: "every number has 64 bits",      text: "#if 0xffffffff > -1 && !(0xffffffffu > -1) && 0xffffffffffffffff == -1 && !0 - 2 < 0\na\n#endif", gives: "a" },
  { rule: "one unsigned side makes it so", text: "#if (1 ? -1 : 0u) > 0 && ~0 < 0 && ~0u > 0 && -1u >> 63 == 1\na\n#endif", gives: "a" },
  { rule: "numbers",                       text: "#if 0x10 == 16 && 010 == 8 && 0b11 == 3 && 1UL == 1 && 18446744073709551615u == -1\na\n#endif", gives: "a" },
  { rule: "defined in a macro",            text: "#define X\n#define HAS_X defined(X) && !defined Y\n#if HAS_X\na\n#endif", gives: "a" },
  { rule: "a macro with arguments in a condition", text: "#define V(a, b) ((a) << 8 | (b))\n#if V(1, 2) == 258\na\n#endif", gives: "a" },
  { rule: "include",                       text: '#include "a.h"\n#include <b.h>\nA',                      gives: "1 b 2", files: { "a.h": "#define A 2\n1", "b.h": "b" } },
  { rule: "a macro names the file",        text: "#define N <a.h>\n#include N\n",                          gives: "1", files: { "a.h": "1" } },
  { rule: "a guard",                       text: '#include "a.h"\n#include "a.h"\n',                       gives: "1", files: { "a.h": "/* x */\n#ifndef G\n#define G\n1\n#endif\n// y" } },
  { rule: "no guard: there is more",       text: '#include "a.h"\n#include "a.h"\n',                       gives: "1 2 2", files: { "a.h": "#ifndef G\n#define G\n1\n#endif\n2" } },
  { rule: "pragma once",                   text: '#include "a.h"\n#include "a.h"\n',                       gives: "1", files: { "a.h": "#pragma once\n1" } },
  { rule: "include_next",                  text: "#include <a.h>",                                         gives: "1 2", files: { "a.h": "1\n#include_next <a.h>", "a.h~1": "2" } },
  { rule: "has_include",                   text: '#if defined(__has_include) && __has_include(<a.h>) && !__has_include("b.h")\na\n#endif', gives: "a", files: { "a.h": "" } },
  { rule: "the place",                     text: "__LINE__\n__LINE__ __FILE__ __COUNTER__ __COUNTER__",     gives: '1 2 "main.h" 0 1' },
  { rule: "_Pragma leaves nothing",        text: 'a _Pragma("pack(1)") b',                                 gives: "a b" },
  { rule: "unknown directives that are known", text: "#line 3\n#ident \"x\"\n#warning w\n#pragma GCC x\n#\n# 3 \"a.h\"\na", gives: "a" },
  { rule: "the compiler's own",            text: "__x86_64__ __CHAR_BIT__ __SIZE_TYPE__ __INT64_MAX__",     gives: "1 8 long unsigned int 9223372036854775807L" },
])("$rule", ({ text, gives, files }) => {
  const { left, messages } = preprocessed(text, files);
  expect(messages).toEqual([]);
  expect(left).toBe(gives);
});

// biome-ignore format: one case per line
test.each<{ rule: string; text: string; code: string; files?: Files }>([
  { rule: "no file",             text: '#include "a.h"',                 code: "include/missing" },
  { rule: "no name of a file",   text: "#include 3",                     code: "syntax/bad-directive" },
  { rule: "no name",             text: "#define 3",                      code: "syntax/bad-directive" },
  { rule: "parameters that do not end", text: "#define F(a, b",          code: "syntax/bad-directive" },
  { rule: "an unknown word",     text: "#frobnicate",                    code: "syntax/bad-directive" },
  { rule: "refused",             text: "#error not for you",             code: "include/error" },
  { rule: "no endif",            text: "#if 1\na",                       code: "syntax/conditional" },
  { rule: "no if",               text: "#endif",                         code: "syntax/conditional" },
  { rule: "two else",            text: "#if 1\n#else\n#else\n#endif",    code: "syntax/conditional" },
  { rule: "no constant",         text: "#if 1 +\n#endif",                code: "syntax/conditional" },
  { rule: "not whole",           text: "#if 1.5\n#endif",                code: "syntax/conditional" },
  { rule: "divided by 0",        text: "#if 1 / 0\n#endif",              code: "syntax/conditional" },
  { rule: "an unknown macro",    text: "#if F(1)\n#endif",               code: "syntax/conditional" },
  { rule: "a circle",            text: '#include "a.h"',                 code: "include/depth", files: { "a.h": '#include "a.h"' } },
  { rule: "a bomb",              text: `${Array.from({ length: 40 }, (_, i) => `#define A${i} A${i + 1} A${i + 1}`).join("\n")}\nA0`, code: "include/too-large" },
  { rule: "arguments that double", text: `#define D(x) x x\n${"D(".repeat(30)}1${")".repeat(30)}`, code: "include/too-large" },
  { rule: "macros too deep",     text: `#define D(x) x\n${"D(".repeat(500)}1${")".repeat(500)}`, code: "include/too-large" },
])("refused: $rule", ({ text, code, files }) => {
  const before = process.cpuUsage();
  expect(preprocessed(text, files).codes).toEqual([code]);
  expect(process.cpuUsage(before).user / 1000).toBeLessThan(3000);
});

test("two files that include each other many times end soon", () => {
  const twice = (name: string) => `#include "${name}"\n#include "${name}"\n`;
  const before = process.cpuUsage();
  const { codes } = preprocessed(twice("a.h"), { "a.h": twice("b.h"), "b.h": twice("a.h") });
  expect(codes[0]).toMatch(/^include\/(depth|too-large)$/);
  expect(process.cpuUsage(before).user / 1000).toBeLessThan(5000);
});

test("long files are read in linear time", () => {
  const before = process.cpuUsage();
  const { codes, left } = preprocessed("__LINE__ x\n#if 0\nno\n#endif\n#pragma pack(1)\n".repeat(40_000));
  expect(codes).toEqual([]);
  expect(left.endsWith(" 199996 x")).toBe(true);
  expect(process.cpuUsage(before).user / 1000).toBeLessThan(8000);
});

test("any text is read or refused, soon", () => {
  const piece = fc.constantFrom(
    ..."#define #undef #if #elif #else #endif #include F( ) , ## # __VA_ARGS__ A B C 1 0x ' \" \\ /* */ // ( defined".split(
      " ",
    ),
    "\n",
    " ",
    "\\\n",
    "#define A(x) x ## B",
    "#define B A(",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const before = process.cpuUsage();
      preprocessed(pieces.join(" "));
      expect(process.cpuUsage(before).user / 1000).toBeLessThan(2000);
    }),
    { numRuns: 300 },
  );
});
