import fc from "fast-check";
import { expect, test } from "vitest";
import { Report, renderDiagnostic } from "../../base/diagnostic.ts";
import { parseScript } from "./parse.ts";
import { printAst } from "./print-ast.ts";
import { printSource } from "./print-source.ts";

/** Parses and checks what must hold for every text. */
function survive(text: string): void {
  const report = new Report();
  const source = { name: "-e", text };
  const script = parseScript(source, report);
  expect(report.diagnostics.length).toBeLessThanOrEqual(20);
  expect(script === undefined).toBe(report.hasErrors);
  for (const d of report.diagnostics) {
    expect(d.span.start).toBeGreaterThanOrEqual(0);
    expect(d.span.end).toBeLessThanOrEqual(text.length + 1);
    expect(d.span.start).toBeLessThanOrEqual(d.span.end);
    expect(d.help).not.toBe("");
    renderDiagnostic(d, source);
  }
  if (script) {
    printAst(script, text);
    const printed = printSource(script, text);
    const again = parseScript({ name: "-e", text: printed }, new Report());
    expect(again && printAst(again), printed).toBe(printAst(script));
  }
}

/** Processor time, which other work on the machine does not lengthen. */
function millisecondsSince(started: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1000;
}

const PIECES = [
  ...[
    "BEGIN",
    "kprobe:f",
    "tracepoint:a:b",
    "uprobe:/bin/sh:f",
    "interval:s:1",
    "x=k:f+0x10",
    "$1",
    "$#",
    "$x",
    "@",
    "@m",
  ],
  ...[
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    ";",
    ",",
    ":",
    "::",
    ".",
    "..",
    "->",
    "?",
    "=",
    "==",
    "+",
    "-",
    "*",
    "/",
    "++",
    "--",
  ],
  ...[
    "<<=",
    ">>",
    "&&",
    "&",
    "!",
    "~",
    "%",
    "|",
    "^",
    "#",
    "//",
    "/*",
    "*/",
    '"s"',
    '"',
    "'a'",
    "'",
    "“x”",
    "–",
    "\\",
    "\n",
  ],
  ...[
    "if",
    "else",
    "for",
    "while",
    "unroll",
    "let",
    "return",
    "break",
    "macro",
    "fn",
    "import",
    "config",
    "struct",
    "enum",
  ],
  ...[
    "union",
    "typedef",
    "sizeof",
    "offsetof",
    "typeof",
    "comptime",
    "delete",
    "uint64",
    "int8[4]",
    "struct x *",
    "void",
  ],
  ...[
    "1",
    "0x1f",
    "1e6",
    "5ms",
    "1.5",
    "08",
    "0",
    "true",
    "pid",
    "count()",
    "print(1)",
    "_",
    "const",
    "__attribute__((packed))",
  ],
  ...[
    "#define X 1\n",
    "#if 1\n",
    "#include <a.h>\n",
    "#endif\n",
    "\0",
    "\u00a0",
    "\ufeff",
    "é",
    "😀",
    "\ud800",
    "\t",
    " ",
    "\r\n",
  ],
];

const soup = fc.array(fc.constantFrom(...PIECES), { maxLength: 60 });

test("a backslash at the end of the text joins its line with nothing", () => {
  survive("#1e6\\");
  survive("#define A 1 \\ ");
});

test("token soup never throws", () => {
  fc.assert(
    fc.property(soup, fc.constantFrom("", " "), (pieces, glue) => survive(pieces.join(glue))),
    { numRuns: 3000 },
  );
});

test("token soup inside a probe never throws", () => {
  fc.assert(
    fc.property(soup, (pieces) => survive(`BEGIN { ${pieces.join(" ")} }`)),
    { numRuns: 3000 },
  );
});

test("arbitrary text never throws", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => survive(text)),
    { numRuns: 1000 },
  );
});

test("a good script with one piece changed never throws", () => {
  const good =
    '#!/usr/bin/skep\n#define N 4\nstruct s { int a[N]; unsigned b : 3; };\nlet @m = hash(10);\nkprobe:f+4,uprobe:/a/b:"c d" /pid == 1/ {\n  $x = (struct s *)arg0; @m[$x->a[0], comm] += (1, (a = 2)).0;\n  if ($x.b & 1) { print("\\x41 é"); } else { for ($i : 0..10) { @ = $i ? 1 : 2 } }\n}\n';
  fc.assert(
    fc.property(fc.nat(good.length), fc.nat(6), fc.constantFrom("", ...PIECES), (at, length, piece) => {
      survive(good.slice(0, at) + piece + good.slice(at + length));
    }),
    { numRuns: 2000 },
  );
});

// biome-ignore format: one case per line
test.each<{ rule: string; make: (n: number) => string; codes: string[] | undefined }>([
  { rule: "brackets",          make: (n) => `BEGIN { $x = ${"(".repeat(n)}1${")".repeat(n)}; }`,      codes: ["syntax/too-deep"] },
  { rule: "open brackets",     make: (n) => `BEGIN { $x = ${"(".repeat(n)}`,                         codes: undefined },
  { rule: "blocks",            make: (n) => `BEGIN ${"{".repeat(n)}${"}".repeat(n)}`,                codes: ["syntax/too-deep"] },
  { rule: "open blocks",       make: (n) => `BEGIN ${"{".repeat(n)}`,                                codes: undefined },
  { rule: "operators",         make: (n) => `BEGIN { $x = 1${" + 1".repeat(n)}; }`,                  codes: ["syntax/too-deep"] },
  { rule: "prefix operators",  make: (n) => `BEGIN { $x = ${"!".repeat(n)}1; }`,                     codes: ["syntax/too-deep"] },
  { rule: "minuses",           make: (n) => `BEGIN { $x = ${"- ".repeat(n)}1; }`,                    codes: ["syntax/too-deep"] },
  { rule: "members",           make: (n) => `BEGIN { $x = $y${".a".repeat(n)}; }`,                   codes: ["syntax/too-deep"] },
  { rule: "indexes",           make: (n) => `BEGIN { $x = $y${"[1]".repeat(n)}; }`,                  codes: ["syntax/too-deep"] },
  { rule: "map keys",          make: (n) => `BEGIN { $x = ${"@[".repeat(n)}1${"]".repeat(n)}; }`,    codes: ["syntax/too-deep"] },
  { rule: "ternaries",         make: (n) => `BEGIN { $x = ${"1 ? 2 : ".repeat(n)}3; }`,              codes: ["syntax/too-deep"] },
  { rule: "casts",             make: (n) => `BEGIN { $x = ${"(uint8)".repeat(n)}3; }`,               codes: ["syntax/too-deep"] },
  { rule: "calls",             make: (n) => `BEGIN { ${"f(".repeat(n)}1${")".repeat(n)}; }`,         codes: ["syntax/too-deep"] },
  { rule: "stars of a type",   make: (n) => `BEGIN { $x = (int8 ${"*".repeat(n)})1; }`,              codes: ["syntax/too-deep"] },
  { rule: "typeof",            make: (n) => `BEGIN { $x = ${"(typeof(".repeat(n)}1; }`,              codes: undefined },
  { rule: "else if",           make: (n) => `BEGIN { ${"if (1) {} else ".repeat(n)}{} }`,            codes: ["syntax/too-deep"] },
  { rule: "nested if",         make: (n) => `BEGIN { ${"if (1) { ".repeat(n)}${"}".repeat(n)} }`,    codes: ["syntax/too-deep"] },
  { rule: "bare while",        make: (n) => `BEGIN { ${"while (1) ".repeat(n)} }`,                   codes: undefined },
  { rule: "structs",           make: (n) => `struct a { ${"struct { ".repeat(n)}${"};".repeat(n)} };`, codes: ["syntax/too-deep"] },
  { rule: "declarators",       make: (n) => `struct a { int ${"(*".repeat(n)}x${")".repeat(n)}; };`, codes: ["syntax/too-deep"] },
  { rule: "many labels",       make: (n) => "a=".repeat(n),                                          codes: undefined },
  { rule: "many parts",        make: (n) => `kprobe${":a".repeat(n)} {}`,                            codes: [] },
  { rule: "slashes",           make: (n) => `x:${"/".repeat(n)}`,                                    codes: undefined },
  { rule: "slashes in a part", make: (n) => `x:${"/a".repeat(n)}`,                                   codes: undefined },
  { rule: "open braces globs", make: (n) => `k:${"{a,".repeat(n)}`,                                  codes: undefined },
  { rule: "many probes",       make: (n) => "BEGIN{}".repeat(n),                                     codes: [] },
  { rule: "many statements",   make: (n) => `BEGIN { ${"@x++;".repeat(n)} }`,                        codes: [] },
  { rule: "many arguments",    make: (n) => `BEGIN { f(${"a+1,".repeat(n)}1); }`,                    codes: [] },
  { rule: "many comments",     make: (n) => `${"/**/".repeat(n)}BEGIN {}`,                           codes: [] },
  { rule: "many quotes",       make: (n) => `BEGIN { ${"'".repeat(n)} }`,                            codes: undefined },
  { rule: "typographic",       make: (n) => `BEGIN { ${"“".repeat(n)} }`,                            codes: undefined },
  { rule: "one long string",   make: (n) => `BEGIN { print("${"\\n".repeat(n)}"); }`,                codes: [] },
  { rule: "one long number",   make: (n) => `BEGIN { print(${"9".repeat(n)}); }`,                    codes: ["syntax/number-range"] },
  { rule: "one long name",     make: (n) => `BEGIN { print(${"a".repeat(n)}); }`,                    codes: [] },
  { rule: "NUL bytes",         make: (n) => `BEGIN {${"\0".repeat(n)}}`,                             codes: ["syntax/unexpected-character"] },
  { rule: "blank lines",       make: (n) => `BEGIN {${"\n".repeat(n)}}`,                             codes: [] },
  { rule: "a long define",     make: (n) => `#define X ${"(".repeat(n)}\nBEGIN {}`,                  codes: [] },
  { rule: "many defines",      make: (n) => "#define X (\n".repeat(n),                               codes: [] },
  { rule: "commas",            make: (n) => `kprobe:f${",".repeat(n)}`,                              codes: undefined },
])("100,000 × $rule: in bounded time, without overflow", ({ make, codes }) => {
  const text = make(100_000);
  const report = new Report();
  const started = process.cpuUsage();
  parseScript({ name: "-e", text }, report);
  expect(millisecondsSince(started)).toBeLessThan(4000);
  if (codes) expect(report.diagnostics.map((d) => d.code)).toEqual(codes);
  survive(make(500));
});

test("500 lines take a few milliseconds when warm", () => {
  const probe =
    'tracepoint:syscalls:sys_enter_openat,\nkprobe:vfs_* /pid == $1 && comm != "bash"/ {\n  $start = @start[tid];\n  if ($start > 0) {\n    @usecs[comm, ustack(perf, 3)] = hist((nsecs - $start) / 1000);\n    printf("%-6d %-16s %s\\n", pid, comm, str(args.filename, 64));\n  } else {\n    $s = (struct task_struct *)curtask;\n    @[$s->mm.owner->pid]++;\n  }\n}\n';
  const text = probe.repeat(46);
  expect(text.split("\n").length).toBeGreaterThan(500);
  const times: number[] = [];
  for (let i = 0; i < 60; i++) {
    const started = process.cpuUsage();
    expect(parseScript({ name: "-e", text }, new Report())).toBeDefined();
    times.push(millisecondsSince(started));
  }
  expect(Math.min(...times)).toBeLessThan(15);
});
