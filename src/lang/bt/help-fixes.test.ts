import { expect, test } from "vitest";
import { fakeTarget } from "../../../test/support/fake-target.ts";
import { Report } from "../../base/diagnostic.ts";
import { compileBt } from "./compile-bt.ts";

// What a help says is tried: the program that it suggests compiles.

const target = fakeTarget({ functions: ["main", "malloc", "free", "readline"] });

function diagnose(text: string): Report {
  const report = new Report();
  compileBt({ name: "test.bt", text }, target, report, { pid: 42 });
  return report;
}

// biome-ignore format: one case per line
const NEAR: readonly string[] = [
  "BEGIN { $count = 1; print($cuont); }", "BEGIN { @start = 1; print(@strat); }", "BEGIN { print(pdi); }", "BEGIN { print(TCP_ESTABLISHD); }",
  "BEGIN { prinft(\"x\"); }", "BEGIN { print(curtask->pdi); }", "BEGIN { print(curtask->real_parent->tgdi); }", "BEGIN { print(strln(comm)); }",
  "BEGIN { let $x : uint46 = 1; }", "BEGIN { print(((struct tsk_struct *)1)->pid); }", "config = { max_strln = 5 } BEGIN { }", "let @m = lruhsh(5); BEGIN { @m[1] = 1; }",
  "tracepoint:syscalls:sys_enter_openat { print(args.fielname); }", "BEGIN { print(kstrr(5)); }", "BEGIN { print(nsecss); }",
];

/** The first name that "did you mean" offers, in the place that is marked. */
test.each(NEAR)("did you mean: %s", (text) => {
  const [error] = diagnose(text).diagnostics;
  const name = /^did you mean `([^`]+)`/.exec(error?.help ?? "")?.[1];
  if (!error || name === undefined) throw new Error(`no name is offered: ${error?.help}`);
  const fixed = text.slice(0, error.span.start) + name + text.slice(error.span.end);
  expect(diagnose(fixed).diagnostics).toEqual([]);
});

type Fix = Readonly<{ wrong: string; code: string; says: string; fixed: string }>;

// biome-ignore format: one case per line
const FIXES: readonly Fix[] = [
  { wrong: "BEGIN { print($x); }",                            code: "name/variable",   says: "`$x = …`",            fixed: "BEGIN { $x = 1; print($x); }" },
  { wrong: "BEGIN { print(@never); }",                        code: "name/map",        says: "`@never = …`",        fixed: "BEGIN { @never = 1; print(@never); }" },
  { wrong: "BEGIN { $x = count(); }",                         code: "type/aggregate",  says: "@x = count()",        fixed: "BEGIN { @x = count(); }" },
  { wrong: "BEGIN { print(pid == \"1\"); }",                  code: "type/operator",   says: "leave the quotes away", fixed: "BEGIN { print(pid == 1); }" },
  { wrong: "tracepoint:syscalls:sys_enter_openat /args.filename == \"x\"/ { }", code: "type/operator", says: "str(…)", fixed: "tracepoint:syscalls:sys_enter_openat /str(args.filename) == \"x\"/ { }" },
  { wrong: "BEGIN { @m[1] = 1; @m = 2; }",                    code: "map/key",         says: "`@m[…]`",             fixed: "BEGIN { @m[1] = 1; @m[2] = 2; }" },
  { wrong: "BEGIN { printf(pid); }",                          code: "format/literal",  says: "in quotes",           fixed: "BEGIN { printf(\"%d\", pid); }" },
  { wrong: "BEGIN { print(comm[\"a\"]); }",                   code: "type/index",      says: "number",              fixed: "BEGIN { print(comm[1]); }" },
  { wrong: "BEGIN { $p = (void *)1; print($p[0]); }",         code: "type/index",      says: "((uint8 *)…)[i]",     fixed: "BEGIN { $p = (void *)1; print(((uint8 *)$p)[0]); }" },
  { wrong: "BEGIN { @h = hist(1, 9); }",                      code: "type/hist",       says: "`hist(n, 2)`",        fixed: "BEGIN { @h = hist(1, 2); }" },
  { wrong: "BEGIN { @l = lhist(1, 10, 0, 1); }",              code: "type/lhist",      says: "`lhist(n, 0, 1000, 10)`", fixed: "BEGIN { @l = lhist(1, 0, 1000, 10); }" },
  { wrong: "BEGIN { @ = tseries(1, pid, 5); }",               code: "type/tseries",    says: "`tseries(n, 100ms, 20)`", fixed: "BEGIN { @ = tseries(1, 100ms, 20); }" },
  { wrong: "BEGIN { unroll(pid) { } }",                       code: "type/unroll",     says: "for ($i : 0..n)",     fixed: "BEGIN { for ($i : 0..pid) { } }" },
  { wrong: "BEGIN { break; }",                                code: "syntax/loop",     says: "`return`",            fixed: "BEGIN { return; }" },
  { wrong: "BEGIN { let $x = 1; let $x = 2; }",               code: "type/redeclared", says: "second `let`",        fixed: "BEGIN { let $x = 1; $x = 2; }" },
  { wrong: "BEGIN { print((struct task_struct)1); }",         code: "type/cast",       says: "`(struct task_struct *)…`", fixed: "BEGIN { print((struct task_struct *)1); }" },
  { wrong: "BEGIN { $t = (1, 2); print($t.2); }",             code: "type/field",      says: ".0 to .1",            fixed: "BEGIN { $t = (1, 2); print($t.1); }" },
  { wrong: "BEGIN { pid = 1; }",                              code: "type/target",     says: "`$x`",                fixed: "BEGIN { $x = 1; }" },
  { wrong: "let @m = hash(0); BEGIN { @m[1] = 1; }",          code: "map/size",        says: "`let @m = hash(1000);`", fixed: "let @m = hash(1000); BEGIN { @m[1] = 1; }" },
  { wrong: "macro m() { @x++ } BEGIN { @x = 1; m(); }",       code: "macro/map",       says: "`m(@x)`",             fixed: "macro m(@x) { @x++ } BEGIN { @x = 1; m(@x); }" },
  { wrong: "macro m($x) { $x++ } BEGIN { m(1 + 1); }",        code: "macro/argument",  says: "`$x = …; m($x)`",     fixed: "macro m($x) { $x++ } BEGIN { $x = 1 + 1; m($x); }" },
  { wrong: "macro m(@x) { print(@x) } BEGIN { $y = 1; m($y); }", code: "macro/argument", says: "`m(x)`",            fixed: "macro m(x) { print(x) } BEGIN { $y = 1; m($y); }" },
  { wrong: "fn f() : int64 { return; } BEGIN { print(f()); }", code: "type/return",    says: "`return …;`",         fixed: "fn f() : int64 { return 1; } BEGIN { print(f()); }" },
  { wrong: "BEGIN { static_assert(pid == 8, \"size\"); }",    code: "type/comptime",   says: "`assert(…, \"size\")`", fixed: "BEGIN { assert(pid == 8, \"size\"); }" },
  { wrong: "BEGIN { if comptime (pid == 1) { } }",            code: "type/comptime",   says: "leave `comptime` away", fixed: "BEGIN { if (pid == 1) { } }" },
  { wrong: "BEGIN { if (pid = 1) { } }",                      code: "syntax/assignment-in-condition", says: "==",   fixed: "BEGIN { if (pid == 1) { } }" },
  { wrong: "BEGIN { print(strstr(comm, comm)); }",            code: "type/constant",   says: "in quotes",           fixed: "BEGIN { print(strstr(comm, \"sh\")); }" },
  { wrong: "profile:99 { } BEGIN { print(1) print(2) }",      code: "syntax/missing-semicolon", says: "`;`",        fixed: "profile:hz:99 { } BEGIN { print(1); print(2) }" },
  { wrong: "BEGIN { print(ntohs(80)); }",                     code: "name/function",   says: "`bswap(number)`",     fixed: "BEGIN { print(bswap((uint16)80)); }" },
  { wrong: "BEGIN { @ = quantize(80); }",                     code: "name/function",   says: "`hist(n)`",           fixed: "BEGIN { @ = hist(80); }" },
  { wrong: "struct bio { void *bi_bdev; }; BEGIN { print(((struct bio *)1)->bi_disk); }", code: "type/field", says: "`bi_bdev->bd_disk`", fixed: "struct bdev { int bd_disk; }; struct bio { struct bdev *bi_bdev; }; BEGIN { print(((struct bio *)1)->bi_bdev->bd_disk); }" },
  { wrong: "tracepoint:syscalls:sys_exit_openat { print(retval); }", code: "name/not-here", says: "`args.ret`",     fixed: "tracepoint:syscalls:sys_exit_openat { print(args.ret); }" },
  { wrong: "software:cache-misses:100 { }",                   code: "probe/not-found", says: "`hardware:cache-misses`", fixed: "hardware:cache-misses:100 { }" },
  { wrong: "# a comment\nBEGIN { }",                          code: "syntax/bad-directive", says: "`//`",           fixed: "// a comment\nBEGIN { }" },
  { wrong: "BEGIN { nsecs(utc); }",                           code: "type/clock",      says: "boot, monotonic or tai", fixed: "BEGIN { print(nsecs(boot)); }" },
  { wrong: "BEGIN { @m[1] = 1; for ($kv : @m[1]) { } }",      code: "type/not-a-map",  says: "the key out",         fixed: "BEGIN { @m[1] = 1; for ($kv : @m) { } }" },
];

// biome-ignore format: one case per line
test.each([
  { old: "kfunc:do_nanosleep { } kfunc:do_nanosleep { }",  says: "write `fentry`" },
  { old: "kretfunc:do_nanosleep { }",                      says: "write `fexit`" },
  { old: "uprobe:made-up:main { print(sarg0); print(sarg0 + 1); }", says: '*(uint64 *)(reg("sp") + 8)' },
  { old: "BEGIN { @a[1] = 1; @b[1] = 1; delete(@a[1], @b[1]); delete(@b[1], @a[1]); }", says: "`delete(@a, 1); delete(@b, 2);`" },
])("an old spelling is told once: $old", ({ old, says }) => {
  const diagnostics = diagnose(old).diagnostics.filter((d) => d.severity === "warning");
  expect(diagnostics.map((d) => d.code)).toEqual(["lint/deprecated"]);
  expect(diagnostics[0]?.help).toContain(says);
});

test.each(FIXES)("$code: $wrong", ({ wrong, code, says, fixed }) => {
  const [error] = diagnose(wrong).diagnostics;
  expect(error?.code).toBe(code);
  expect(error?.help).toContain(says);
  expect(diagnose(fixed).diagnostics.filter((d) => d.severity === "error")).toEqual([]);
});
