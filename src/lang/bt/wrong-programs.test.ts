import { expect, test } from "vitest";
import { fakeTarget } from "../../../test/support/fake-target.ts";
import { Report } from "../../base/diagnostic.ts";
import { compile } from "../../pipeline.ts";
import { compileBt } from "./compile-bt.ts";
import type { BtOptions } from "./env.ts";

// Programs that are wrong in one place: one error, which points to that place (between ⟦ and ⟧) and says what helps.

type Wrong = Readonly<{ source: string; code: string; help: RegExp; options?: BtOptions }>;

const target = fakeTarget({ functions: ["main", "malloc", "free", "readline"] });

function errorsOf(source: string, options: BtOptions = {}) {
  const report = new Report();
  const compiled = compileBt({ name: "test.bt", text: source }, target, report, options);
  return { compiled, errors: report.diagnostics.filter((d) => d.severity === "error") };
}

// biome-ignore format: one case per line
const NAMES: readonly Wrong[] = [
  { source: "BEGIN { print(⟦$x⟧); }",                                          code: "name/variable",  help: /assign it first: `\$x = …`/ },
  { source: "BEGIN { print(pid == ⟦$PID⟧); }",                                 code: "name/variable",  help: /shell.*`\$1`/ },
  { source: "BEGIN { $count = 1; print(⟦$cuont⟧); }",                          code: "name/variable",  help: /did you mean `\$count`/ },
  { source: "BEGIN { @start[1] = 1; print(⟦@strat[1]⟧); }",                    code: "name/map",       help: /did you mean `@start`/ },
  { source: "BEGIN { print(⟦@never⟧); }",                                      code: "name/map",       help: /store something first/ },
  { source: "BEGIN { clear(⟦@never⟧); }",                                      code: "name/map",       help: /store something first/ },
  { source: "BEGIN { for ($kv : ⟦@never⟧) { print($kv.0); } }",                code: "name/map",       help: /store something first/ },
  { source: "BEGIN { delete(⟦@never⟧, 1); }",                                  code: "name/map",       help: /store something first/ },
  { source: "BEGIN { print(len(⟦@never⟧)); }",                                 code: "name/map",       help: /store something first/ },
  { source: "BEGIN { print(⟦pdi⟧); }",                                         code: "name/unknown",   help: /did you mean `pid`/ },
  { source: "BEGIN { print(⟦TCP_ESTABLISHD⟧); }",                              code: "name/unknown",   help: /did you mean `TCP_ESTABLISHED`/ },
  { source: "BEGIN { ⟦prinft⟧(\"x\"); }",                                      code: "name/function",  help: /did you mean .*`printf`/ },
  { source: "BEGIN { $c = (uint64)1; $d = (int64)-1; $c = ⟦$d⟧; }",              code: "type/assign",    help: /\(uint64\)/ },
  { source: "BEGIN { let $c = (int64)1; $c = ⟦(uint64)5⟧; }",                   code: "type/assign",    help: /\(int64\)/ },
  { source: "BEGIN { @c = (uint64)1; @c = ⟦(int64)5⟧; }",                       code: "type/assign",    help: /\(uint64\)/ },
  { source: "BEGIN { $t = ⟦bpf_get_current_task_btf⟧(); }",                     code: "name/function",  help: /`curtask`/ },
  { source: "BEGIN { ⟦bpf_sys_close⟧(3); }",                                    code: "name/function",  help: /import "file\.bpf\.c"/ },
  { source: "BEGIN { ⟦frobnicate⟧(1, 2); }",                                   code: "name/function",  help: /help language/ },
  { source: "BEGIN { print(⟦arg0⟧); }",                                        code: "name/not-here",  help: /uprobe/ },
  { source: "BEGIN { print(⟦retval⟧); }",                                      code: "name/not-here",  help: /uretprobe/ },
  { source: "BEGIN { print(⟦args⟧.x); }",                                      code: "name/not-here",  help: /tracepoint/ },
  { source: "uprobe:made-up:main { print(⟦retval⟧); }",                        code: "name/not-here",  help: /uretprobe/ },
  { source: "uretprobe:made-up:main { print(⟦arg0⟧); }",                       code: "name/not-here",  help: /uprobe/ },
  { source: "uprobe:made-up:main { print(⟦args⟧.x); }",                        code: "name/not-here",  help: /arg0/ },
  { source: "tracepoint:sched:sched_switch { print(⟦func⟧); }",                code: "name/not-here",  help: /uprobe/ },
  { source: "BEGIN { print(⟦path(curtask)⟧); }",                               code: "name/not-here",  help: /security_file_open/ },
  { source: "BEGIN { print(⟦reg(\"ip\")⟧); }",                                 code: "name/not-here",  help: /uprobe/ },
  { source: "uprobe:made-up:main { print(reg(⟦\"pi\"⟧)); }",                   code: "type/register",  help: /did you mean `.*ip/ },
  { source: "BEGIN { print(kaddr(⟦\"vfs_raed\"⟧)); }",                         code: "name/symbol",    help: /kallsyms/ },
  { source: "uprobe:made-up:main { print(uaddr(⟦\"maim\"⟧)); }",               code: "name/symbol",    help: /did you mean `main`/ },
  { source: "BEGIN { print(cgroupid(⟦\"/sys/fs/cgroup/none\"⟧)); }",           code: "name/cgroup",    help: /existing/ },
  { source: "BEGIN { ⟦static_assert(sizeof(int32) == 8, \"size\")⟧; }",          code: "assert/failed",  help: /change/ },
  { source: "BEGIN { static_assert(⟦pid == 8⟧, \"size\"); }",                   code: "type/comptime",  help: /assert/ },
  { source: "BEGIN { if ($# == 0) { ⟦fail(\"give %d\", 1)⟧; } }",               code: "assert/failed",  help: /message/ },
  { source: "BEGIN { fail(\"%d\", ⟦pid⟧); }",                                   code: "type/comptime",  help: /errorf/ },
  { source: "BEGIN { assert(1, ⟦comm⟧); }",                                     code: "format/literal", help: /quotes/ },
  { source: "BEGIN { if comptime ⟦(pid == 1)⟧ { } }",                           code: "type/comptime",  help: /comptime/ },
  { source: "BEGIN { assert_str(⟦5⟧); }",                                       code: "type/not-a-string", help: /str\(…\)/ },
  { source: "BEGIN { @a[1] = 1; find(@a, 1, ⟦5⟧); }",                           code: "type/target",    help: /declare/ },
  { source: "BEGIN { @a[1] = 1; $s = \"a\"; find(@a, 1, ⟦$s⟧); }",              code: "type/assign",    help: /another variable/ },
  { source: "BEGIN { print(strstr(comm, ⟦comm⟧)); }",                           code: "type/constant",  help: /quotes/ },
  { source: "BEGIN { print(strstr(⟦5⟧, \"a\")); }",                             code: "type/not-a-string", help: /str\(…\)/ },
  { source: "BEGIN { print(globmatch(comm, ⟦comm⟧)); }",                        code: "type/constant",  help: /quotes/ },
  { source: `BEGIN { print(globmatch(comm, ⟦"${"x".repeat(63)}"⟧)); }`,         code: "type/pattern",   help: /shorter/ },
  { source: "BEGIN { print(memcmp(comm, comm, ⟦pid⟧)); }",                      code: "type/constant",  help: /number/ },
  { source: "BEGIN { print(strcap(⟦5⟧)); }",                                    code: "type/not-a-string", help: /strcap/ },
  { source: "BEGIN { ⟦write_user(1, comm, 4)⟧; }",                             code: "name/not-here",  help: /uprobe/ },
  { source: "BEGIN { print(str_concat(comm, ⟦5⟧)); }",                         code: "type/not-a-string", help: /str\(/ },
  { source: "config = { unstable_dw_ustack = error } p:hz:9 { print(⟦dw_ustack⟧); }", code: "config/forbidden", help: /ustack\(\)/ },
  { source: "BEGIN { print(config.⟦max_strln⟧); }",                            code: "type/field",     help: /max_strlen/ },
  { source: "BEGIN { print(pcomm(⟦\"a\"⟧)); }",                                 code: "type/address",   help: /curtask/ },
  { source: "BEGIN { print(kfunc_exist(⟦comm⟧)); }",                            code: "type/constant",  help: /kfunc_exist/ },
  { source: "BEGIN { print(percpu_kaddr(⟦\"no_such\"⟧)); }",                    code: "name/symbol",    help: /kallsyms/ },
  { source: "BEGIN { print(pid(⟦boot⟧)); }",                                    code: "type/namespace", help: /pid\(init\)/ },
  { source: "BEGIN { ⟦override(1)⟧; }",                                         code: "name/not-here",  help: /kprobe/ },
  { source: "BEGIN { signal_thread(⟦\"SIGNONE\"⟧); }",                          code: "type/signal",    help: /KILL/ },
  { source: "i:s:1 { write_user(1, comm, ⟦17000⟧); }",                          code: "type/constant",  help: /bytes/ },
  { source: "i:s:1 { write_user(1, ⟦comm⟧, 17); }",                             code: "type/address",   help: /fewer/ },
  { source: "config = { ⟦max_strln⟧ = 5 } BEGIN { }",                           code: "config/unknown", help: /did you mean `max_strlen`/ },
  { source: "config = { max_strlen = ⟦0⟧ } BEGIN { }",                          code: "config/value",   help: /max_strlen = 64/ },
  { source: "config = { print_maps_on_exit = ⟦maybe⟧ } BEGIN { }",              code: "config/value",   help: /= false/ },
  { source: "config = { stack_mode = ⟦flat⟧ } BEGIN { }",                       code: "config/value",   help: /= bpftrace/ },
  { source: "config = { license = ⟦\"MIT\"⟧ } BEGIN { }",                         code: "config/value",   help: /GPL/ },
  { source: "BEGIN { if (comm == ⟦bash⟧) { } }",                                code: "name/unknown",   help: /write `"bash"`/ },
  { source: "BEGIN { if (⟦bash⟧ != comm) { } }",                                code: "name/unknown",   help: /write `"bash"`/ },
  { source: "BEGIN { printf(\"⟦%q⟧\", 1); }",                                    code: "format/conversion", help: /%d/ },
  { source: "config = { missing_probes = ⟦1⟧ } BEGIN { }",                      code: "config/value",   help: /= error/ },
  { source: "config = { unstable_map_decl = error } ⟦let @a = hash(5);⟧ BEGIN { @a[1] = 1; }", code: "config/forbidden", help: /unstable_map_decl/ },
  { source: "⟦⟧config = { max_bpf_progs = 1 } BEGIN { } END { }",               code: "config/limit",   help: /max_bpf_progs/ },
  { source: "⟦⟧config = { max_probes = 1 } BEGIN { } END { }",                  code: "config/limit",   help: /max_probes/ },
  { source: "#define ADD(a, b) a + b\nBEGIN { print(⟦ADD(1)⟧); }",               code: "type/arguments", help: /ADD\(a, b\)/ },
  { source: "BEGIN { @ = tseries(1, ⟦pid⟧, 5); }",                              code: "type/tseries",   help: /100ms/ },
  { source: "BEGIN { @ = tseries(1, 1s, ⟦0⟧); }",                               code: "type/tseries",   help: /100ms/ },
  { source: "BEGIN { @ = tseries(1, 1s, 5, ⟦\"mean\"⟧); }",                     code: "type/tseries",   help: /last value/ },
  { source: "BEGIN { @ = tseries(1, 1s, 5); $x = ⟦@⟧; }",                       code: "type/aggregate", help: /print/ },
  { source: "BEGIN { @ = tseries(1, 1s, 5); @ = ⟦tseries(1, 2s, 5)⟧; }",        code: "map/value-type", help: /another map/ },
  { source: "config = { unstable_tseries = error } BEGIN { @ = ⟦tseries(1, 1s, 5)⟧; }", code: "config/forbidden", help: /unstable_tseries/ },
  { source: "BEGIN { print(⟦path(1)⟧); }",                                     code: "name/not-here",  help: /d_name/ },
];

// biome-ignore format: one case per line
const TYPES: readonly Wrong[] = [
  { source: "BEGIN { $x = 1; $x = ⟦\"text\"⟧; }",                              code: "type/assign",    help: /another variable/ },
  { source: "BEGIN { let $x : uint8 = ⟦\"text\"⟧; }",                          code: "type/assign",    help: /declared type/ },
  { source: "BEGIN { let $x : string = \"a\"; $x = ⟦5⟧; }",                    code: "type/assign",    help: /another variable/ },
  { source: "BEGIN { let $x = 1; let ⟦$x⟧ = 2; }",                             code: "type/redeclared", help: /second `let`/ },
  { source: "BEGIN { let $x : ⟦uint7⟧; }",                                     code: "type/unknown",   help: /did you mean `uint/ },
  { source: "BEGIN { let $x : ⟦string[99999999]⟧; }",                          code: "type/size",      help: /string\[64\]/ },
  { source: "BEGIN { print(\"a\" ⟦<⟧ \"b\"); }",                               code: "type/operator",  help: /== or !=/ },
  { source: "BEGIN { print(⟦\"a\"⟧ + 1); }",                                   code: "type/operator",  help: /compared with == and != only/ },
  { source: "BEGIN { print(⟦comm == 5⟧); }",                                   code: "type/operator",  help: /leave the quotes away|number/ },
  { source: "BEGIN { if ⟦(pid == \"1\")⟧ { } }",                               code: "type/operator",  help: /leave the quotes away/ },
  { source: "tracepoint:syscalls:sys_enter_openat /⟦args.filename == \"x\"⟧/ { }", code: "type/operator", help: /str\(…\)/ },
  { source: "BEGIN { print(-⟦\"a\"⟧); }".replace("-⟦\"a\"⟧", "⟦-\"a\"⟧"),      code: "type/operator",  help: /number/ },
  { source: "BEGIN { $x = (1, 2); ⟦$x++⟧; }",                                  code: "type/operator",  help: /number/ },
  { source: "BEGIN { $s = \"a\"; ⟦$s⟧ += 1; }",                                code: "type/operator",  help: /number/ },
  { source: "BEGIN { $x = 1; $x += ⟦\"a\"⟧; }",                                code: "type/not-a-number", help: /number/ },
  { source: "BEGIN { @s = \"a\"; ⟦@s++⟧; }",                                   code: "type/operator",  help: /count\(\)/ },
  { source: "BEGIN { @h = hist(1); ⟦@h⟧ += 1; }",                              code: "type/operator",  help: /numbers/ },
  { source: "BEGIN { if ⟦((1, 2))⟧ { } }",                                     code: "type/condition", help: /compare/ },
  { source: "BEGIN /⟦(1, 2)⟧/ { }",                                            code: "type/condition", help: /compare/ },
  { source: "BEGIN { $x = 1 ? \"a\" : ⟦2⟧; }",                                 code: "type/branches",  help: /one type/ },
  { source: "BEGIN { print(⟦(struct task_struct)1⟧); }",                       code: "type/cast",      help: /struct task_struct \*/ },
  { source: "BEGIN { print(⟦(uint8)\"a\"⟧); }",                                code: "type/cast",      help: /numbers and pointers/ },
  { source: "BEGIN { print(((⟦struct tsk_struct⟧ *)1)->pid); }",               code: "type/unknown",   help: /did you mean `struct task_struct`/ },
  { source: "BEGIN { print(curtask->⟦pdi⟧); }",                                code: "type/field",     help: /did you mean `pid`/ },
  { source: "BEGIN { print(curtask->real_parent->⟦tgdi⟧); }",                  code: "type/field",     help: /did you mean `tgid`/ },
  { source: "BEGIN { $x = 1; print($x->⟦pid⟧); }",                             code: "type/field",     help: /cast it to a pointer/ },
  { source: "BEGIN { print(comm.⟦x⟧); }",                                      code: "type/field",     help: /struct/ },
  { source: "tracepoint:syscalls:sys_enter_openat { print(args.⟦fielname⟧); }", code: "type/field",    help: /did you mean `filename`/ },
  { source: "tracepoint:syscalls:sys_enter_openat { print(args.⟦zzzzz⟧); }",   code: "type/field",     help: /it has .*filename/ },
  { source: "BEGIN { $t = (1, 2); print($t.⟦2⟧); }",                           code: "type/field",     help: /\.0 to \.1/ },
  { source: "BEGIN { print(pid.⟦0⟧); }",                                       code: "type/field",     help: /tuple/ },
  { source: "BEGIN { $r = (x = 1, y = 2); print($r.⟦z⟧); }",                   code: "type/field",     help: /`x`|`y`|\.0/ },
  { source: "BEGIN { print(⟦comm⟧[\"a\"]); }".replace("⟦comm⟧[\"a\"]", "comm[⟦\"a\"⟧]"), code: "type/index", help: /number/ },
  { source: "struct s { int a[3]; } BEGIN { print(((struct s *)1)->a[⟦3⟧]); }", code: "type/index",    help: /0 to 2/ },
  { source: "BEGIN { $p = (void *)1; print(⟦$p⟧[0]); }",                       code: "type/index",     help: /uint8 \*/ },
  { source: "BEGIN { print(⟦*comm⟧); }",                                       code: "type/operator",  help: /uint32 \*/ },
  { source: "BEGIN { print(⟦&pid⟧); }",                                        code: "type/operator",  help: /field/ },
  { source: "BEGIN { ⟦pid⟧ = 1; }",                                            code: "type/target",    help: /\$x/ },
  { source: "BEGIN { $x = ⟦printf(\"a\")⟧; }",                                 code: "type/no-value",  help: /statement/ },
  { source: "BEGIN { print(⟦clear(@m)⟧); @m[1] = 1; }",                        code: "type/no-value",  help: /statement/ },
  { source: "BEGIN { @x = ⟦exit()⟧; }",                                        code: "type/no-value",  help: /statement/ },
  { source: "BEGIN { $x = ⟦count()⟧; }",                                       code: "type/aggregate", help: /@x = count\(\)/ },
  { source: "BEGIN { printf(\"%d\", ⟦sum(1)⟧); }",                             code: "type/aggregate", help: /@x = sum\(n\)/ },
  { source: "BEGIN { ⟦hist(1)⟧; }",                                            code: "type/aggregate", help: /@x = hist/ },
  { source: "BEGIN { @h = hist(1); print((1, ⟦@h⟧)); }",                       code: "type/aggregate", help: /print\(\)/ },
  { source: "BEGIN { @h[1] = hist(1); if (⟦@h[1]⟧ > 1) { } }",                 code: "type/aggregate", help: /print\(\)/ },
  { source: "BEGIN { @s = stats(1); $x = ⟦@s⟧; }",                             code: "type/aggregate", help: /print\(\)/ },
  { source: "BEGIN { @h[1] = hist(1); for ($kv : ⟦@h⟧) { } }",                 code: "type/aggregate", help: /print\(\)/ },
  { source: "BEGIN { @l = ⟦lhist(1, 10, 0, 1)⟧; }",                            code: "type/lhist",     help: /lhist\(n, 0, 1000, 10\)/ },
  { source: "BEGIN { @l = ⟦lhist(1, 0, pid, 1)⟧; }",                           code: "type/lhist",     help: /lhist\(n, 0, 1000, 10\)/ },
  { source: "BEGIN { @h = hist(1, ⟦9⟧); }",                                    code: "type/hist",      help: /hist\(n, 2\)/ },
  { source: "BEGIN { unroll⟦(pid)⟧ { } }",                                     code: "type/unroll",    help: /for \(\$i/ },
  { source: "BEGIN { unroll⟦(0)⟧ { } }",                                     code: "type/unroll",    help: /for \(\$i/ },
  { source: "BEGIN { for ($i : 0..⟦\"a\"⟧) { } }",                             code: "type/not-a-number", help: /number/ },
  { source: "BEGIN { @m[1] = 1; for ($kv : ⟦@m[1]⟧) { } }",                    code: "type/not-a-map", help: /the key out/ },
  { source: "tracepoint:sched:sched_switch { $x = ⟦args⟧; }",                  code: "type/assign",    help: /field/ },
];

// biome-ignore format: one case per line
const MAPS: readonly Wrong[] = [
  { source: "BEGIN { @m[1] = 1; ⟦@m⟧ = 2; }",                                  code: "map/key",        help: /@m\[…\]/ },
  { source: "BEGIN { @m = 1; ⟦@m[1]⟧ = 2; }",                                  code: "map/key",        help: /another name/ },
  { source: "BEGIN { @m[1] = 1; ⟦@m[\"a\"]⟧ = 2; }",                           code: "map/key-type",   help: /one type/ },
  { source: "BEGIN { @m[1, 2] = 1; ⟦@m[1]⟧ = 2; }",                            code: "map/key-type",   help: /one type/ },
  { source: "BEGIN { @m[1, 2] = 1; delete(⟦@m⟧, 1); }",                        code: "map/key-type",   help: /one type/ },
  { source: "BEGIN { @m = 1; @m = ⟦\"a\"⟧; }",                                 code: "map/value-type", help: /another map/ },
  { source: "BEGIN { @m = count(); @m = ⟦hist(1)⟧; }",                         code: "map/value-type", help: /another map/ },
  { source: "BEGIN { @m = \"a\"; @m = ⟦count()⟧; }",                           code: "map/value-type", help: /another map/ },
  { source: "BEGIN { @m[1] = 1; clear(⟦@m[1]⟧); }",                            code: "type/not-a-map", help: /the key out/ },
  { source: "BEGIN { zero(⟦pid⟧); }",                                          code: "type/not-a-map", help: /without a key/ },
  { source: "BEGIN { @m = 1; for ($kv : ⟦@m⟧) { } }",                          code: "map/key",        help: /with keys/ },
  { source: "BEGIN { delete(⟦1⟧); }",                                          code: "type/not-a-map", help: /delete\(@map\[key\]\)/ },
  { source: "BEGIN { print(len(⟦5⟧)); }",                                      code: "type/not-a-map", help: /map/ },
  { source: "let @m = ⟦hsah⟧(10); BEGIN { @m[1] = 1; }",                       code: "map/type",       help: /did you mean `hash`/ },
  { source: "let @m = hash(⟦0⟧); BEGIN { @m[1] = 1; }",                        code: "map/size",       help: /1000/ },
  { source: "tracepoint:sched:sched_switch { @[⟦args⟧] = 1; }",                code: "map/key-type",   help: /tuple/ },
];

// biome-ignore format: one case per line
const CALLS: readonly Wrong[] = [
  { source: "BEGIN { printf(⟦\"%q\\n\"⟧, 1); }".replace("⟦\"%q\\n\"⟧", "\"⟦%q⟧\\n\""), code: "format/conversion", help: /%%/ },
  { source: "BEGIN { printf(\"100⟦%⟧\"); }",                                   code: "format/conversion", help: /%%/ },
  { source: "BEGIN { printf(\"⟦%8.2f⟧ ms\\n\", nsecs / 1e6); }",                 code: "format/conversion", help: /%d\.%03d/ },
  { source: "BEGIN { printf(\"\\t\\\"⟦%y⟧\", 1); }",                           code: "format/conversion", help: /%%/ },
  { source: "BEGIN { ⟦printf(\"%d %d\\n\", 1)⟧; }",                            code: "format/count",   help: /add the missing/ },
  { source: "BEGIN { printf(\"%d\\n\", 1, ⟦2⟧); }",                            code: "format/count",   help: /remove the value/ },
  { source: "BEGIN { printf(\"%s\\n\", ⟦pid⟧); }",                             code: "format/type",    help: /%d/ },
  { source: "BEGIN { printf(\"%d\\n\", ⟦comm⟧); }",                            code: "format/type",    help: /%s/ },
  { source: "tracepoint:syscalls:sys_enter_openat { printf(\"%s\\n\", ⟦args.filename⟧); }", code: "format/type", help: /str\(/ },
  { source: "BEGIN { printf(\"%r\\n\", ⟦comm⟧); }",                            code: "format/type",    help: /buf\(/ },
  { source: "BEGIN { $f = \"%d\"; printf(⟦$f⟧, 1); }",                         code: "format/literal", help: /quotes/ },
  { source: "BEGIN { time(⟦pid⟧); }",                                          code: "format/literal", help: /quotes/ },
  { source: "BEGIN { ⟦printf()⟧; }",                                           code: "type/arguments", help: /printf\("format"/ },
  { source: "BEGIN { ⟦print()⟧; }",                                            code: "type/arguments", help: /print\(value\)/ },
  { source: "BEGIN { print(⟦strlen(\"a\", 2)⟧); }",                            code: "type/arguments", help: /strlen\(string\)/ },
  { source: "BEGIN { ⟦print(1, 2)⟧; }",                                        code: "type/arguments", help: /print\(value\)/ },
  { source: "BEGIN { print(⟦pid⟧(1, 2)); }".replace("⟦pid⟧(1, 2)", "⟦pid(1, 2)⟧"), code: "type/arguments", help: /pid/ },
  { source: "BEGIN { print(⟦cpu⟧(5)); }",                                      code: "type/call",      help: /write `cpu`/ },
  { source: "BEGIN { print(⟦strlen⟧); }",                                      code: "type/call",      help: /strlen\(string\)/ },
  { source: "BEGIN { print(strlen(⟦5⟧)); }",                                   code: "type/not-a-string", help: /str\(/ },
  { source: "BEGIN { print(str(⟦(1, 2)⟧)); }",                                 code: "type/address",   help: /pointer/ },
  { source: "BEGIN { print(ntop(⟦(1, 2)⟧)); }",                                  code: "type/address",   help: /uint8/ },
  { source: "BEGIN { print(macaddr(⟦5⟧)); }",                                  code: "type/address",   help: /char\[6\]/ },
  { source: "BEGIN { print(pton(⟦\"10.0.0\"⟧)); }",                            code: "type/inet",      help: /10\.0\.0\.1/ },
  { source: "BEGIN { print(ksym(⟦comm⟧)); }",                                  code: "type/not-a-number", help: /number/ },
  { source: "BEGIN { print(nsecs(⟦lunar⟧)); }",                                code: "type/clock",     help: /monotonic/ },
  { source: "BEGIN { print(pid(⟦curr⟧)); }",                                   code: "type/namespace", help: /init/ },
  { source: "BEGIN { signal(⟦\"KLIL\"⟧); }",                                   code: "type/signal",    help: /KILL/ },
  { source: "BEGIN { signal(⟦99⟧); }",                                         code: "type/signal",    help: /KILL/ },
  { source: "profile:hz:9 { @[kstack(⟦999⟧)] = count(); }",                    code: "type/stack",     help: /kstack\(perf, 10\)/ },
  { source: "profile:hz:9 { @[ustack(⟦prf⟧, 3)] = count(); }",                 code: "type/stack",     help: /ustack\(perf, 10\)/ },
  { source: "BEGIN { print(kaddr(⟦pid⟧)); }",                                  code: "type/constant",  help: /kaddr\("/ },
  { source: "BEGIN { print(buf(⟦1⟧)); }".replace("buf(⟦1⟧)", "⟦buf(1)⟧"),       code: "type/arguments", help: /buf\(address, length\)/ },
  { source: "BEGIN { print(strcontains(comm, ⟦comm⟧)); }",                     code: "type/constant",  help: /quotes/ },
  { source: "BEGIN { print(strncmp(comm, \"a\", ⟦pid⟧)); }",                   code: "type/constant",  help: /number/ },
  { source: "BEGIN { print(⟦getopt(\"n\", 1)⟧); }",                            code: "args/option",    help: /--n=1/, options: { named: new Map([["n", "many"]]) } },
  { source: "BEGIN { print(⟦getopt(\"n\", 1)⟧); }",                            code: "args/option",    help: /--n=1/, options: { named: new Map([["n", ""]]) } },
  { source: "BEGIN { print(⟦getopt(\"n\")⟧); }",                               code: "args/option",    help: /--n=false/, options: { named: new Map([["n", "maybe"]]) } },
  { source: "BEGIN { print(⟦getopt(\"n\", true)⟧); }",                         code: "args/option",    help: /--n=false/, options: { named: new Map([["n", "2"]]) } },
  { source: "BEGIN { print(getopt(⟦pid⟧, 1)); }",                              code: "type/constant",  help: /getopt\("pid", 0\)/ },
];

// biome-ignore format: one case per line
const PROBES: readonly Wrong[] = [
  { source: "⟦block⟧:block_rq_insert { @[comm] = count(); }",                  code: "probe/unknown-type", help: /did you mean `tracepoint:block:block_rq_insert`/ },
  { source: "⟦sched⟧:sched_wakeup { @ts = nsecs; }",                           code: "probe/unknown-type", help: /did you mean `tracepoint:sched:sched_wakeup`/ },
  { source: "⟦tpoint⟧:major_faults { @[comm] = count(); }",                    code: "probe/unknown-type", help: /did you mean `software:major-faults:1`/ },
  { source: "⟦tracpoint⟧:sched:sched_switch { }",                              code: "probe/unknown-type", help: /did you mean `tracepoint:sched:sched_switch`/ },
  { source: "⟦BEGAN⟧ { }",                                                     code: "probe/unknown-type", help: /BEGIN/ },
  { source: "tracepoint:⟦inet⟧:inet_sock_set_state { }",                       code: "probe/not-found",  help: /did you mean `tracepoint:sock:inet_sock_set_state`/ },
  { source: "tracepoint:sched:⟦sched_swich⟧ { }",                              code: "probe/not-found",  help: /did you mean `tracepoint:sched:sched_switch`/ },
  { source: "tracepoint:⟦shced⟧:sched_switch { }",                             code: "probe/not-found",  help: /did you mean `tracepoint:sched:sched_switch`/ },
  { source: "⟦tracepoint:sched_switch⟧ { }",                                   code: "probe/parts",      help: /did you mean `tracepoint:sched:sched_switch`/ },
  { source: "rawtracepoint:⟦sched_swich⟧ { }",                                 code: "probe/not-found",  help: /did you mean `.*sched_switch`/ },
  { source: "kprobe:⟦vfs_raed⟧ { }",                                           code: "probe/not-found",  help: /did you mean `kprobe:vfs_read`/ },
  { source: "kprobe:⟦__x64_sys_openat⟧ { }",                                   code: "probe/not-found",  help: /`tracepoint:syscalls:sys_enter_openat`/ },
  { source: "kprobe:⟦finish_task_switch⟧ { }",                                 code: "probe/not-found",  help: /`tracepoint:sched:sched_switch`/ },
  { source: "⟦kretprobe:vfs_read+4⟧ { }",                                      code: "probe/offset",     help: /kprobe/ },
  { source: "⟦kprobe:a:b:c⟧ { }",                                              code: "probe/parts",      help: /kprobe:vfs_read/ },
  { source: "fentry:⟦ext4_file_open⟧ { }",                                     code: "probe/no-prototype", help: /kprobe:ext4_file_open/ },
  { source: "hardware:⟦cache-mises⟧:1000 { }",                                 code: "probe/not-found",  help: /did you mean `cache-misses`/ },
  { source: "hardware:cycles:⟦0⟧ { }",                                         code: "probe/rate",       help: /hardware:cycles:1e6/ },
  { source: "iter:⟦tasks⟧ { }",                                                code: "probe/not-found",  help: /BTF/ },
  { source: "⟦iter⟧ { }",                                                      code: "probe/parts",      help: /iter:task/ },
  { source: "⟦watchpoint:0x1000:4⟧ { }",                                       code: "probe/watchpoint", help: /watchpoint:0x7ffe1000:8:w/ },
  { source: "watchpoint:0x1000:⟦3⟧:w { }",                                     code: "probe/watchpoint", help: /length/ },
  { source: "watchpoint:0x1000:4:⟦q⟧ { }",                                     code: "probe/watchpoint", help: /rw/ },
  { source: "watchpoint:⟦0x1002⟧:4:w { }",                                     code: "probe/watchpoint", help: /aligned/ },
  { source: "watchpoint:⟦nowhere⟧:4:w { }",                                    code: "probe/watchpoint", help: /number/ },
  { source: "self:signal:⟦SIGNOPE⟧ { }",                                       code: "probe/not-found",  help: /SIGUSR1/ },
  { source: "self:signal:⟦KILL⟧ { }",                                          code: "probe/not-found",  help: /SIGUSR1/ },
  { source: "⟦self:SIGUSR1⟧ { }",                                              code: "probe/parts",      help: /self:signal:SIGUSR1/ },
  { source: "⟦test⟧ { }",                                                      code: "probe/parts",      help: /--test/ },
  { source: "⟦bench:sums { @ = count(); }⟧",                                   code: "probe/idle",       help: /--bench/ },
  { source: "software:⟦page-fault⟧:1 { }",                                     code: "probe/not-found",  help: /did you mean `page-faults`/ },
  { source: "software:page-faults:⟦often⟧ { }",                                code: "probe/rate",       help: /software:page-faults:1/ },
  { source: "⟦profile⟧ { }",                                                   code: "probe/rate",       help: /profile:hz:99/ },
  { source: "⟦profile:hz:0⟧ { }",                                              code: "probe/rate",       help: /profile:hz:99/ },
  { source: "⟦interval:x:1⟧ { }",                                              code: "probe/rate",       help: /interval:s:1/ },
  { source: "#define LIB \"made-up\"\nuprobe:⟦LIB⟧:main { }",                   code: "probe/no-binary",  help: /#define/ },
  { source: "uprobe:⟦nonexistent⟧:main { }",                                   code: "probe/no-binary",  help: /PATH/ },
  { source: "uprobe:made-up:⟦mian⟧ { }",                                       code: "probe/not-found",  help: /did you mean `main`/ },
  { source: "uprobe:made-up:⟦main+99⟧ { }",                                    code: "probe/offset",     help: /inside/ },
  { source: "⟦uretprobe:made-up:main+4⟧ { }",                                  code: "probe/offset",     help: /uprobe/ },
  { source: "⟦usdt::shop:sold⟧ { }",                                           code: "probe/parts",      help: /-p PID/ },
  { source: "uprobe:made-up:main ⟦#⟧ counts\n{ }",                              code: "syntax/unexpected-token", help: /`\/\/`/ },
  { source: "function ⟦add⟧($a : int64) : int64 { return $a; }",                 code: "syntax/unexpected-token", help: /`fn add/ },
  { source: "⟦uprobe:made-up⟧ { }",                                            code: "probe/parts",      help: /readline/ },
  { source: "usdt:made-up:⟦query⟧ { }",                                        code: "probe/not-found",  help: /uprobe/ },
  { source: "⟦BEGIN:now⟧ { }",                                                 code: "probe/extra-part", help: /`BEGIN \{ … \}`/ },
  { source: "tracepoint:sched:⟦$1⟧ { }",                                       code: "args/missing",     help: /script\.bt ARG/ },
];

// biome-ignore format: one case per line
const SYNTAX: readonly Wrong[] = [
  { source: "BEGIN { printf(⟦“⟧hi\\n”); }",                                    code: "syntax/typographic-quote", help: /"/ },
  { source: "⟦‘⟧tracepoint:sched:sched_switch { @ = count(); }’",              code: "syntax/typographic-quote", help: /'|"/ },
  { source: "BEGIN { print(1)⟦ ⟧print(2); }",                                  code: "syntax/missing-semicolon", help: /;/ },
  { source: "BEGIN { ⟦break⟧; }",                                              code: "syntax/loop",      help: /return/ },
  { source: "BEGIN { if (1) { ⟦continue⟧; } }",                                code: "syntax/loop",      help: /return/ },
  { source: "config = { ⟦max_strln⟧ = 5 } BEGIN { }",                          code: "config/unknown",   help: /did you mean `max_strlen`/ },
  { source: "config = { max_strlen = ⟦0⟧ } BEGIN { }",                         code: "config/value",     help: /64/ },
  { source: "macro m() { ⟦@x⟧++ } BEGIN { @x = 1; m(); }",                       code: "macro/map",      help: /@x.*parameters/ },
  { source: "macro m($x) { $x++ } BEGIN { @x = 1; m(⟦@x⟧); }",                  code: "macro/argument", help: /variable/ },
  { source: "macro m($x) { $x++ } BEGIN { m(⟦1 + 1⟧); }",                       code: "macro/argument", help: /\$x = …/ },
  { source: "macro m(@x) { @x++ } BEGIN { $y = 1; m(⟦$y⟧); }",                  code: "macro/argument", help: /m\(x\)/ },
  { source: "macro m(a) { a } BEGIN { print(⟦m()⟧); }",                         code: "type/arguments", help: /m\(a\)/ },
  { source: "macro m(a) { a } macro ⟦m⟧(b) { b } BEGIN { print(m(1)); }",       code: "name/duplicate", help: /another name/ },
  { source: "macro m(a) { ⟦m(a)⟧ } BEGIN { print(m(1)); }",                     code: "name/recursive", help: /loop/ },
  { source: "macro m() { ⟦$caller⟧ } BEGIN { $caller = 1; print(m()); }",       code: "name/variable",  help: /assign it first/ },
  { source: "fn f($a : uint64) : uint64 { return ⟦\"a\"⟧; } BEGIN { print(f(1)); }", code: "type/return", help: /declared type/ },
  { source: "fn f($a : uint64) : ⟦uint64⟧ { if ($a) { return 1; } } BEGIN { print(f(1)); }", code: "type/return", help: /return/ },
  { source: "fn f() : void { return ⟦1⟧; } BEGIN { f(); }",                     code: "type/return",    help: /return;/ },
  { source: "fn f() : int64 { ⟦return⟧; } BEGIN { print(f()); }",               code: "type/return",    help: /return …/ },
  { source: "fn f($a : uint64) : uint64 { return $a; } BEGIN { print(f(⟦\"a\"⟧)); }", code: "type/assign", help: /uint64/ },
  { source: "fn f($a : uint64) : uint64 { return ⟦f($a)⟧; } BEGIN { print(f(1)); }", code: "name/recursive", help: /loop/ },
  { source: "asyncwatchpoint:/bin/ls:⟦f+arg1⟧:4:w { }",                        code: "probe/watchpoint", help: /-p PID/ },
  { source: "watchpoint:libc:⟦0x1000⟧:4:w { }",                                code: "probe/watchpoint", help: /watchpoint:libc:free\+arg0/ },
  { source: "watchpoint:⟦f+arg1⟧:4:w { }",                                   code: "probe/watchpoint", help: /-p PID/ },
  { source: "import ⟦\"x.bt\"⟧; BEGIN { }",                                    code: "include/missing", help: /-I DIR/ },
  { source: "import ⟦\"x.so\"⟧; BEGIN { }",                                    code: "import/kind",    help: /bpf\.c/ },
  { source: "import ⟦\"x.bpf.c\"⟧; BEGIN { }",                                 code: "include/missing", help: /-I DIR/ },
  { source: "BEGIN { ⟦import \"x.bt\"⟧; }",                                    code: "import/place",   help: /first line/ },
  { source: "#define A ⟦A⟧\nBEGIN { print(A); }",                              code: "name/define",      help: /circle/ },
];

const ALL = [...NAMES, ...TYPES, ...MAPS, ...CALLS, ...PROBES, ...SYNTAX];

test.each(ALL)("$source", ({ source, code, help, options }) => {
  const plain = source.replace(/[⟦⟧]/g, "");
  const { compiled, errors } = errorsOf(plain, options);
  expect(errors.map((e) => e.code)).toEqual([code]);
  const [error] = errors;
  const start = source.indexOf("⟦");
  const marked = source.slice(start + 1, source.indexOf("⟧"));
  expect(plain.slice(error?.span.start, error?.span.end)).toBe(marked);
  expect(error?.span.start).toBe(start);
  expect(error?.help).toMatch(help);
  expect(compiled).toBeUndefined();
});

test.each([
  { source: "kprobe:vfs_read { }", lacks: "kprobe", help: /tracepoint/ },
  { source: "kprobe:__ext4_alloc_blocks { }", lacks: "kprobe", help: /no function `__ext4_alloc_blocks`/ },
  { source: "fentry:do_nanosleep { }", lacks: "fentry", help: /tracepoint/ },
  { source: "hardware:cycles:1e6 { }", lacks: "hardwareCounters", help: /profile:hz:99/ },
] as const)("a kernel without $lacks: $source", ({ source, lacks, help }) => {
  const report = compile(
    { name: "script", text: source },
    fakeTarget({ lacks: [lacks, "kprobe", "fentry"] }),
  ).report;
  expect(report.diagnostics).toMatchObject([{ code: "probe/unsupported", help: expect.stringMatching(help) }]);
});

test("there are many of them", () => {
  expect(ALL.length).toBeGreaterThanOrEqual(150);
});
