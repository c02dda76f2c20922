import { expect, test } from "vitest";
import { Report } from "../../base/diagnostic.ts";
import type { Script } from "./ast.ts";
import { parseScript } from "./parse.ts";
import { printAst } from "./print-ast.ts";
import { printSource } from "./print-source.ts";

function parse(text: string): Script {
  const report = new Report();
  const script = parseScript({ name: "-e", text }, report);
  if (!script) throw new Error(JSON.stringify(report.diagnostics));
  return script;
}

// biome-ignore format: one case per line
test.each<{ rule: string; text: string; kinds: string[]; gives: string }>([
  { rule: "nothing",                    text: " // only a comment\n",                        kinds: [],                      gives: "// only a comment" },
  { rule: "config",                     text: 'config = { a = x; b = 2; C_D = "s"; e = true }', kinds: ["config"],           gives: 'config = { a = x; b = 2; C_D = "s"; e = true; }' },
  { rule: "an empty config",            text: "config = {};",                                kinds: ["config"],              gives: "config = {}" },
  { rule: "imports without semicolons",  text: 'import "a.bt"\nimport "b/"\nbegin { }',      kinds: ["import", "import", "probe"], gives: 'import "a.bt"; import "b/"; begin {}' },
  { rule: "import",                     text: 'import "a/b.bt";',                            kinds: ["import"],              gives: 'import "a/b.bt";' },
  { rule: "map declarations",           text: "let @a=hash(10);let @ = lruhash(N * 2,);",    kinds: ["mapDeclaration", "mapDeclaration"], gives: "let @a = hash(10); let @ = lruhash(N * 2);" },
  { rule: "a macro",                    text: "macro add($a, @b, c) { $a += 1; c + 1 }",     kinds: ["macro"],               gives: "macro add($a, @b, c) { $a += 1; c + 1 }" },
  { rule: "a macro without parameters", text: "macro one() { 1 }",                           kinds: ["macro"],               gives: "macro one() { 1 }" },
  { rule: "a macro whose value is if",  text: "macro m(x) { if (x) { 1 } else { 2 } }",      kinds: ["macro"],               gives: "macro m(x) { (if (x) { 1 } else { 2 }) }" },
  { rule: "a function",                 text: "fn f($a : uint64, $b: struct s *) : int32 { return $a; }", kinds: ["subprogram"], gives: "fn f($a : uint64, $b : struct s *) : int32 { return $a; }" },
  { rule: "words of items as probes",   text: "config:a {} macro:b {} fn:c {}",              kinds: ["probe", "probe", "probe"], gives: "config:a {} macro:b {} fn:c {}" },
  { rule: "semicolons between items",   text: ";BEGIN {};;END {};",                          kinds: ["probe", "probe"],      gives: "BEGIN {} END {}" },
  { rule: "includes",                   text: '#include <a/b.h>\n#  include "c.h" // d\n',   kinds: ["include", "include"],  gives: '#include <a/b.h> #include "c.h" // d' },
  { rule: "defines",                    text: "#define A\n#define B 1 + 2 // c\n#define C(x, y) x + y\n", kinds: ["define", "define", "define"], gives: "#define A #define B 1 + 2 // c #define C(x, y) x + y" },
  { rule: "a define over two lines",    text: "#define A 1 + \\\n  2\nBEGIN {}",             kinds: ["define", "probe"],     gives: "#define A 1 + 2 BEGIN {}" },
  { rule: "conditions",                 text: "#ifndef A\n#else\n#endif\n#if X > 1\n#elif 0\n#endif", kinds: Array(6).fill("conditional"), gives: "#ifndef A #else #endif #if X > 1 #elif 0 #endif" },
  { rule: "other directives",           text: "#undef A\n#pragma once\n#\n",                 kinds: ["undef", "otherDirective", "otherDirective"], gives: "#undef A #pragma once #" },
  { rule: "a struct",                   text: "struct s { int a; unsigned long b; char *c, d[4], **e; }", kinds: ["cRecord"], gives: "struct s { int a; unsigned long b; char *c; char d[4]; char **e; };" },
  { rule: "a struct, then a probe",     text: "struct s { int a; } BEGIN {}",                kinds: ["cRecord", "probe"],    gives: "struct s { int a; }; BEGIN {}" },
  { rule: "bit-fields",                 text: "struct s { unsigned a : 3, b : 4; int : 0; };", kinds: ["cRecord"],           gives: "struct s { unsigned a : 3; unsigned b : 4; int : 0; };" },
  { rule: "unnamed members",            text: "struct s { struct { int a; }; union { int b; } u; };", kinds: ["cRecord"],     gives: "struct s { struct { int a; }; union { int b; } u; };" },
  { rule: "types of the kernel",        text: "struct s { struct list_head l; __u32 x; const struct sock *sk; enum e y; };", kinds: ["cRecord"], gives: "struct s { struct list_head l; __u32 x; struct sock *sk; enum e y; };" },
  { rule: "function pointers",          text: "struct s { int (*f)(void *, int); void *(*g[2])(); };", kinds: ["cRecord"],    gives: "struct s { void (*f)(); void (*g[2])(); };" },
  { rule: "pointers to arrays",         text: "struct s { int (*a)[4]; int *b[4]; int c[2][3]; char d[]; };", kinds: ["cRecord"], gives: "struct s { int (*a)[4]; int *b[4]; int c[2][3]; char d[]; };" },
  { rule: "attributes",                 text: "struct __attribute__((packed)) s { int a __attribute__((aligned(8), unused)); } __attribute__((preserve_access_index)); union u { int x; } __packed __aligned(16);", kinds: ["cRecord", "cRecord"], gives: "struct s { int a __attribute__((aligned(8))); } __attribute__((packed)); union u { int x; } __attribute__((packed, aligned(16)));" },
  { rule: "declarations of structs",    text: "struct s; union u; enum e;",                  kinds: ["cRecord", "cRecord", "cEnum"], gives: "struct s; union u; enum e;" },
  { rule: "enums",                      text: "enum e { A, B = 1 << 4, C, } enum { D };",    kinds: ["cEnum", "cEnum"],      gives: "enum e { A, B = 1 << 4, C, }; enum { D, };" },
  { rule: "typedefs",                   text: "typedef unsigned int u32_t, *p; typedef struct { int a; } s_t;", kinds: ["cTypedef", "cTypedef", "cTypedef"], gives: "typedef unsigned int u32_t; typedef unsigned int *p; typedef struct { int a; } s_t;" },
])("items: $rule", ({ text, kinds, gives }) => {
  const script = parse(text);
  expect(script.items.map((item) => item.kind)).toEqual(kinds);
  expect(printSource(script).replace(/\s+/g, " ").trim()).toBe(gives);
});

test("a typedef of the script is a type in casts", () => {
  const tree = printAst(parse("typedef unsigned int mine; BEGIN { $a = (mine)-1; $b = (other)-1; }"));
  expect(tree.match(/value: (cast|binary)/g)).toEqual(["value: cast", "value: binary"]);
});

test("a define's value is an expression where it is one", () => {
  const values = parse(
    '#define A 5\n#define B "x"\n#define C (1 +\n#define D struct s\n#define E(x) x\n#define F\nBEGIN {}',
  ).items.map((item) => item.kind === "define" && (item.value?.kind ?? "none"));
  expect(values).toEqual(["integer", "string", "none", "none", "none", "none", false]);
});

test("one style: comments and blank lines stay, the rest is set right", () => {
  const text = `#!/usr/bin/skep
// what it does
/* more */

#include <linux/fs.h>
#define N 4 // four
struct s {
    int a; // first
    // about b
  char b[ N ];
};


BEGIN{ print( "\\x41" ) } // starts
k:a,kr:b
/ pid==$1 /{
  // before
  $x=(struct s*)arg0; // behind


  if($x->a==(1+2)){@[tid]=nsecs}else if(1){}else{delete( @[ tid ] )}

  /* last */
}
// end
`;
  const styled = `#!/usr/bin/skep
// what it does
/* more */

#include <linux/fs.h>
#define N 4 // four

struct s {
  int a; // first
  // about b
  char b[N];
};

BEGIN {
  print("\\x41");
} // starts

k:a,
kr:b
/pid == $1/
{
  // before
  $x = (struct s *)arg0; // behind

  if ($x->a == (1 + 2)) {
    @[tid] = nsecs;
  } else if (1) {} else {
    delete(@[tid]);
  }
  /* last */
}

// end
`;
  expect(printSource(parse(text), text)).toBe(styled);
  expect(printSource(parse(styled), styled)).toBe(styled);
});
