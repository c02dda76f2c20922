import { expect, test } from "vitest";
import { fakeTarget } from "../../../test/support/fake-target.ts";
import { Report } from "../../base/diagnostic.ts";
import { compileBt } from "./compile-bt.ts";
import type { BtOptions } from "./env.ts";

// Scripts that read headers. What is true of types and constants is asserted in the script itself, while it is compiled.

const target = fakeTarget();

type Files = Readonly<Record<string, string>>;

function compiled(source: string, files: Files = {}, options: BtOptions = {}) {
  const report = new Report();
  const script = compileBt({ name: "test.bt", text: source }, target, report, {
    readInclude: (path) => files[path],
    listFolder(path) {
      const names = Object.keys(files).filter((file) => file.startsWith(`${path}/`));
      return names.length === 0
        ? undefined
        : [...new Set(names.map((file) => file.slice(path.length + 1).split("/")[0] ?? ""))];
    },
    ...options,
  });
  const errors = report.diagnostics.filter((d) => d.severity === "error");
  return {
    script,
    codes: errors.map((d) => d.code),
    messages: errors.map((d) => `${d.source?.name ?? ""}: ${d.message} ${d.help}`),
  };
}

/** A script that holds only where all these are true. */
const holds = (head: string, ...facts: readonly string[]) =>
  `${head}\nBEGIN { ${facts.map((fact) => `static_assert(${fact}, "${fact.replaceAll('"', "'")}");`).join(" ")} }\n`;

const SHOP = `#ifndef SHOP_H
#define SHOP_H
#include <stdint.h>
#define SHELVES (1 << 3)
#define NAME "corner" " shop"
#define NEGATIVE (-5L)
#define BIG 0xffffffffffffffffUL
#define MAJOR(dev) ((unsigned int)((dev) >> 20))
#define FLAG(n) FLAG_ ## n
#define FLAG_red 7
#define DO(x) do { if (x) goto out; } while (1)
enum color { RED, GREEN = 5,
#ifdef MAUVE_TOO
  MAUVE,
#endif
  BLUE };
typedef struct shelf {
  uint8_t kind;
#if SHELVES > 4
  uint64_t ids[SHELVES];
#else
  char none;
#endif
  struct shelf *next;
  union { int a; long b; };
  unsigned first : 3, second : 5;
  void (*sell)(struct shelf *, int);
  char rest[];
} shelf_t;
struct __attribute__((packed)) tight { char c; long l; };
static inline int helper(int x) { return x + SHELVES; }
#endif
`;

// biome-ignore format: one case per line
test.each<{ rule: string; source: string; files?: Files; options?: BtOptions }>([
  { rule: "types of a header",            source: holds('#include "shop.h"', "sizeof(struct shelf) == 104", "sizeof(shelf_t) == 104", "offsetof(struct shelf, next) == 72", "sizeof(struct tight) == 9", "sizeof(enum color) == 4"), files: { "shop.h": SHOP } },
  { rule: "conditions inside of types",   source: holds('#define MAUVE_TOO\n#include "shop.h"', "BLUE == 7", "MAUVE == 6"), files: { "shop.h": SHOP } },
  { rule: "constants of a header",        source: holds('#include "shop.h"', "SHELVES == 8", "NEGATIVE == -5", "GREEN == 5", "BLUE == 6", 'NAME == "corner shop"'), files: { "shop.h": SHOP } },
  { rule: "macros with arguments",        source: holds('#include "shop.h"', "MAJOR(0x12300000) == 0x123", "FLAG(red) == 7"), files: { "shop.h": SHOP } },
  { rule: "macros on what a program reads", source: '#include "shop.h"\nBEGIN { $x = (uint64)nsecs; print(MAJOR($x)); print(MAJOR(@a[pid])); @a[1] = 2; }', files: { "shop.h": SHOP } },
  { rule: "casts to a header's types",    source: '#include "shop.h"\nuprobe:made-up:main { $s = (struct shelf *)arg0; print(($s->kind, $s->ids[1], $s->a, $s->second, $s->next->kind, ((shelf_t *)arg1)->first)); }', files: { "shop.h": SHOP } },
  { rule: "a type by a lone name",        source: holds('#include "a.h"', "sizeof(SSL) == 16", "offsetof(SSL, b) == 8"), files: { "a.h": "typedef struct ssl { int a; long b; } SSL;" } },
  { rule: "imported",                     source: holds('import "shop.h";', "sizeof(struct shelf) == 104"), files: { "shop.h": SHOP } },
  { rule: "twice",                        source: holds('#include "shop.h"\nimport "shop.h";\n#include <shop.h>', "SHELVES == 8"), files: { "shop.h": SHOP } },
  { rule: "given by an option",           source: holds("", "SHELVES == 8"), files: { "shop.h": SHOP }, options: { includes: ["shop.h"] } },
  { rule: "in a folder",                  source: holds("#include <shop.h>", "SHELVES == 8"), files: { "/usr/shop/shop.h": SHOP }, options: { includeFolders: ["/nowhere", "/usr/shop/"] } },
  { rule: "a header beside a header",     source: holds('#include "sub/a.h"', "B == 2"), files: { "sub/a.h": '#include "b.h"', "sub/b.h": "#define B 2", "b.h": "#define B 1" } },
  { rule: "the script's types in a header's", source: holds('struct own { long a; };\n#include "a.h"\nstruct more { struct pair p; char c; };', "sizeof(struct pair) == 16", "sizeof(struct more) == 24"), files: { "a.h": "struct pair { struct own a, b; };" } },
  { rule: "the script's defines count",   source: holds('#define N 3\n#include "a.h"', "sizeof(struct a) == 12"), files: { "a.h": "struct a { int x[N]; };" } },
  { rule: "headers' defines count",       source: holds('#include "a.h"\n#if N == 3\nstruct own { int x[N]; };\n#endif', "sizeof(struct own) == 12"), files: { "a.h": "#define N 3" } },
  { rule: "a define by a header's",       source: holds('#include "a.h"\n#define M (N * 2)\n#define TWICE(x) MUL(x, 2)', "M == 6", "TWICE(4) == 8"), files: { "a.h": "#define N 3\n#define MUL(a, b) ((a) * (b))" } },
  { rule: "the kernel's types in a header", source: holds('#include <linux/sched.h>\n#include "a.h"', "sizeof(struct a) == sizeof(struct task_struct) + 8"), files: { "a.h": "#include <linux/types.h>\nstruct a { struct task_struct t; struct task_struct *p; };" } },
  { rule: "the kernel's typedefs in a header", source: '#include "a.h"\nuprobe:made-up:main { print(((struct a *)arg0)->p->pid); }', files: { "a.h": "struct a { struct task_struct *p; };" } },
  { rule: "the user's header goes before the kernel", source: holds('#include "a.h"', "sizeof(struct task_struct) == 4"), files: { "a.h": "struct task_struct { int mine; };" } },
  { rule: "the kernel goes before the system's", source: holds("#include <a.h>", "sizeof(struct task_struct) != 4", "sizeof(struct other) == 4"), files: { "/sys/a.h": "struct task_struct { int mine; }; struct other { int x; };" }, options: { systemFolders: ["/sys"] } },
  { rule: "hash lines in a struct",       source: holds("#define MORE\nstruct s {\n  int a;\n#ifdef MORE\n  long b;\n#else\n  char b[100];\n#endif\n}", "sizeof(struct s) == 16") },
  { rule: "hash lines in an enum",        source: holds("enum e {\n  A = 2,\n#if 0\n  B,\n#endif\n  C\n};", "C == 3") },
  { rule: "hash lines in a typedef",      source: holds("typedef struct {\n#if 1\n  char x[3];\n#endif\n} three_t;\nstruct six { three_t a, b; };", "sizeof(struct six) == 6", "sizeof(three_t) == 3") },
  { rule: "pragma pack",                  source: holds("#pragma pack(push, 1)\nstruct p { char c; long l; };\n#pragma pack(pop)\nstruct q { char c; long l; };", "sizeof(struct p) == 9", "sizeof(struct q) == 16") },
  { rule: "what is out is not read",      source: holds('#if 0\n#include "none.h"\nimport "none.bt";\n#error no\n#endif', "1 == 1") },
  { rule: "an import without .bt",        source: 'import "lib/names";\nBEGIN { print(twice(2)); }', files: { "lib/names.bt": "macro twice(x) { x * 2 }" } },
  { rule: "a folder",                     source: 'import "lib";\nBEGIN { print((twice(2), DEEP, sizeof(struct d))); }', files: { "lib/names.bt": "macro twice(x) { x * 2 }", "lib/deep/d.h": "#define DEEP 1\nstruct d { int x; };", "lib/README.md": "no" } },
  { rule: "the library that is there",    source: 'import "stdlib/base";\nimport "stdlib";\nBEGIN { print(1); }' },
  { rule: "the version of the kernel",    source: "#include <linux/version.h>\n#if LINUX_VERSION_CODE >= KERNEL_VERSION(4, 10, 0) && LINUX_VERSION_CODE < KERNEL_VERSION(99, 0, 0)\nstruct s { int x; };\n#endif\nBEGIN { print(sizeof(struct s)); }" },
  { rule: "pasting in the script's own defines", source: holds("#define CAT(a, b) a ## b\n#define X1 5\n#define S \"a\" \"b\"", "CAT(X, 1) == 5", 'S == "ab"') },
  { rule: "compilers' own headers",       source: holds("#include <stddef.h>\n#include <stdbool.h>\n#include <limits.h>\n#include <stdint.h>\nstruct s { bool b; size_t n; max_align_t m; };", "sizeof(struct s) == 48", "INT_MAX == 2147483647", "LONG_MIN == -9223372036854775808", "sizeof(struct s) == 48") },
])("$rule", ({ source, files, options }) => {
  const { messages } = compiled(source, files, options);
  expect(messages).toEqual([]);
});

// biome-ignore format: one case per line
test.each<{ rule: string; source: string; code: string; says: RegExp; files?: Files }>([
  { rule: "no such header",          source: '#include "none.h"\nBEGIN { }',                  code: "include/missing", says: /none\.h.*-I DIR/s },
  { rule: "no such system header",   source: "#include <openssl/none.h>\nBEGIN { }",          code: "include/missing", says: /none\.h/ },
  { rule: "no such import",          source: 'import "none";\nBEGIN { }',                     code: "include/missing", says: /none/ },
  { rule: "a mistake in a header",   source: '#include "a.h"\nBEGIN { }',                     code: "c/unknown-type",  says: /^a\.h:.*nobody_t/s, files: { "a.h": "struct a { nobody_t x; };" } },
  { rule: "no text of C",            source: '#include "a.h"\nBEGIN { }',                     code: "c/syntax",        says: /^a\.h:/, files: { "a.h": "struct a { int x };" } },
  { rule: "defined twice",           source: '#include "a.h"\nstruct a { long y; };\nBEGIN { }', code: "c/redefined",  says: /struct a/, files: { "a.h": "struct a { int x; };" } },
  { rule: "a header that refuses",   source: '#include "a.h"\nBEGIN { }',                     code: "include/error",   says: /not here/, files: { "a.h": "#error not here" } },
  { rule: "a script that refuses",   source: "#ifndef X\n#error define X\n#endif\nBEGIN { }", code: "include/error",   says: /define X/ },
  { rule: "a circle",                source: '#include "a.h"\nBEGIN { }',                     code: "include/depth",   says: /pragma once/, files: { "a.h": '#include "a.h"' } },
  { rule: "a function of a header",  source: '#include "shop.h"\nBEGIN { print(helper(2)); }', code: "name/function",  says: /bpf\.c/, files: { "shop.h": SHOP } },
  { rule: "a macro that is no expression", source: '#include "shop.h"\nBEGIN { DO(1); }',     code: "macro/header",    says: /DO/, files: { "shop.h": SHOP } },
  { rule: "a folder in itself",      source: 'import "a";\nBEGIN { }',                        code: "include/depth",   says: /folders/, files: Object.fromEntries([["a/x.bt", 'import "../a";'], ["a/../a/x.bt", 'import "a";']].concat([[`a${"/b".repeat(40)}/c.bt`, ""]]) ) },
])("refused: $rule", ({ source, code, says, files }) => {
  const { codes, messages } = compiled(source, files);
  expect(codes).toEqual([code]);
  expect(messages[0]).toMatch(says);
});
