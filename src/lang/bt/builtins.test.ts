import { expect, test } from "vitest";
import { fakeTarget } from "../../../test/support/fake-target.ts";
import { Report, renderDiagnostic } from "../../base/diagnostic.ts";
import { checkModule } from "../../ir/check.ts";
import type { Plan } from "../../plan/plan.ts";
import type { Target } from "../../plan/target.ts";
import { BUILTINS } from "./builtins/table.ts";
import { compileBt } from "./compile-bt.ts";
import type { BtOptions } from "./env.ts";

// Every builtin has a program that uses it, compiles and passes the check of its code.

const target = fakeTarget({
  usdt: [
    {
      provider: "shop",
      name: "sold",
      offset: 16,
      args: Array.from({ length: 10 }, () => ({
        text: "8@$7",
        operand: { size: 8, signed: false, source: { kind: "immediate", value: 7n } },
      })),
    },
  ],
});

function compile(source: string, on: Target = target, options: BtOptions = {}): Plan {
  const report = new Report();
  const name = "test.bt";
  const compiled = compileBt({ name, text: source }, on, report, options);
  if (!compiled)
    throw new Error(report.diagnostics.map((d) => renderDiagnostic(d, { name, text: source })).join("\n"));
  expect(checkModule(compiled.module)).toEqual([]);
  return compiled.plan;
}

const value = (use: string) =>
  `BEGIN { $x = ${use}; print($x); @m = ${use}; @k[${use}] = 1; printf("%s\\n", ((1, ${use}), 2)); }`;
const number = (use: string, probe = "BEGIN") =>
  `${probe} { print(${use}); @[${use}] = count(); $x = ${use} + 1; if (${use} > 5) { @s = sum(${use}); } @h = hist(${use}); }`;
const action = (use: string) => `BEGIN { ${use}; }`;
const numbered = (name: string, probe: string) =>
  Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`${name}${i}`, number(`${name}${i}`, probe)]));

const EXAMPLES: Readonly<Record<string, string>> = {
  ...numbered("arg", "usdt:made-up:shop:sold"),
  ...numbered("sarg", "uprobe:made-up:main"),
  pid: number("pid"),
  tid: number("tid"),
  uid: number("uid"),
  gid: number("gid"),
  cpu: number("cpu"),
  numaid: number("numaid"),
  cgroup: number("cgroup"),
  rand: number("rand"),
  ncpus: number("ncpus"),
  ppid: number("ppid"),
  comm: value("comm"),
  curtask:
    "BEGIN { $t = curtask; print($t->pid); @t = curtask; @[curtask] = 1; print(curtask->real_parent->comm); }",
  cpid: number("cpid"),
  username: value("username"),
  nsecs: number("nsecs(monotonic)"),
  elapsed: number("elapsed"),
  jiffies: number("jiffies"),
  time: action('time("%H\\n"); time()'),
  strftime: value('strftime("%H:%M", nsecs)'),
  args: "tracepoint:syscalls:sys_enter_openat { print(args.dfd); }",
  retval: number("retval", "uretprobe:made-up:main"),
  probe:
    'uprobe:made-up:main { print(probe); @[probe] = 1; $p = probe; print($p); if (probe == "uprobe:/bin/made-up:main") { @n++; } }',
  func: 'uprobe:made-up:main { print(func); @[func] = 1; if ("main" != func) { @n++; } }',
  ctx: "uprobe:made-up:main { print(ctx); print(((struct pt_regs *)ctx)->di); }",
  reg: number('reg("ip")', "uprobe:made-up:main"),
  usermode: number("usermode", "profile:hz:99"),
  kstack:
    "profile:hz:99 { @[kstack] = count(); @a[kstack(3)] = 1; @b[kstack(perf)] = 1; @c[kstack(raw, 2)] = 1; $s = kstack(2); print($s); print(len($s)); @last = kstack; }",
  ustack: 'uprobe:made-up:main { @[ustack] = count(); print(ustack(perf, 3)); printf("%s\\n", ustack); }',
  str: 'uprobe:made-up:main { $s = str(arg0); print($s); @[str(arg0, 5)] = str(arg1, arg2); if (str(arg0) == "x") { @n++; } }',
  kstr: 'BEGIN { print(kstr(kaddr("linux_banner"), 5)); }',
  ustr: "uprobe:made-up:main { print(ustr(arg0)); }",
  buf: 'uprobe:made-up:main { print(buf(arg0, 5)); $b = buf(arg0, arg1); @[buf(arg0, 3)] = buf(arg0, 8); printf("%r\\n", $b); }',
  strlen: number("strlen(comm)"),
  strncmp: number('strncmp(comm, "abc", 2)'),
  strcontains: 'BEGIN { if (strcontains(comm, "sh")) { print(1); } print(strcontains("bash", "as")); }',
  join: 'tracepoint:syscalls:sys_enter_execve { join(args.argv); join(args.argv, ","); }',
  ksym: value('ksym(kaddr("vfs_read"))'),
  usym: 'uprobe:made-up:main { @[usym(reg("ip"))] = count(); print(usym(arg0)); $u = usym(arg0); print($u); }',
  kaddr: number('kaddr("vfs_read")'),
  uaddr: 'uprobe:made-up:main { print(uaddr("main")); }',
  kptr: "BEGIN { print(*kptr((uint8 *)5)); }",
  uptr: "BEGIN { print(*uptr((uint8 *)5)); }",
  ntop: value("ntop(0x0100007f)"),
  pton: value('pton("10.0.0.1")'),
  macaddr: "BEGIN { $m = macaddr(curtask->comm); print($m); @[$m] = 1; print($m == macaddr(curtask->comm)); }",
  cgroupid: number('cgroupid("/sys/fs/cgroup/made-up")'),
  cgroup_path: value('cgroup_path(cgroup, "unified:*")'),
  strerror: value("strerror(2)"),
  bswap: number("bswap((uint16)pid)"),
  count: "BEGIN { @ = count(); @k[1] = count(); print(@k[1]); if (@ > 1) { @ = 0; } }",
  sum: "BEGIN { @ = sum(-1); @k[1] = sum(uid); print(@k[1]); }",
  avg: "BEGIN { @ = avg(-1); @k[1] = avg(uid); print(@k[1]); @ = 5; }",
  stats: "BEGIN { @ = stats(-1); @k[1] = stats(uid); print(@k[1]); }",
  min: "BEGIN { @ = min(-1); @k[1] = min(uid); print((@k[1], @)); }",
  max: "BEGIN { @ = max(-1); @k[1] = max(uid); print((@k[1], @)); }",
  hist: "BEGIN { @ = hist(pid); @k[1] = hist(pid, 3); print(@k[1]); }",
  lhist: "BEGIN { @ = lhist(pid, 0, 100, 10); @k[1] = lhist(pid, -5, 5, 1); print(@k); }",
  printf: action('printf("%d %s\\n", pid, comm)'),
  cat: action('cat("/proc/%d/maps", pid)'),
  system: action('system("echo %d", pid)'),
  errorf: action('errorf("%d", pid)'),
  warnf: action('warnf("%d", pid)'),
  debugf: action('debugf("%d", pid)'),
  print: action("@m[1] = 1; print(@m); print(@m, 5); print(@m, 5, 2); print(pid)"),
  clear: action("@m[1] = 1; clear(@m)"),
  zero: action("@m[1] = 1; zero(@m)"),
  exit: "BEGIN { if (pid) { exit(3); } exit(); }",
  delete: action("@m[1] = 1; delete(@m, 1); delete(@m[1]); @n = 1; delete(@n)"),
  has_key: "BEGIN { @m[1] = 1; if (has_key(@m, 1)) { print(has_key(@m, 2)); } }",
  len: "profile:hz:9 { @m[1] = 1; print(len(@m)); print(len(kstack)); }",
  signal: action('signal("KILL"); signal(9)'),
  tseries:
    'BEGIN { @ = tseries(pid, 100ms, 20); @k[comm] = tseries(-1, 1s, 5, "max"); print(@k[comm]); print(@); @a = tseries(1, 5us, 3, "avg"); @b = tseries(uid, 7ns, 2, "min"); @c = tseries(2, 1s, 5, "sum"); }',
  find: "BEGIN { @m[1] = 1; let $x; if (find(@m, 1, $x)) { print($x); } @c[1] = count(); let $n; if (find(@c, 1, $n)) { print($n); } }",
  skboutput: 'tracepoint:sched:sched_switch { print(skboutput("x.pcapng", 5, 100, 14)); }',
  unwatch: action("unwatch(5)"),
  signal_thread: action('signal_thread("KILL"); signal_thread(9)'),
  override: "kprobe:vfs_read { override(2); }",
  write_user:
    'uprobe:made-up:main { write_user(arg0, "abc", 4); print(write_user(arg0, (uint8 *)arg1, 16)); $r = write_user(arg0, comm, 3); }',
  assert: action('assert(pid > 1, "no init")'),
  static_assert: action('static_assert(sizeof(uint64) == 8, "size")'),
  fail: action('if (0) { fail("%d is wrong", 5); }'),
  assert_str: action("assert_str(comm)"),
  is_array:
    'BEGIN { if comptime (is_array(pton("::1"))) { print(1); } else { print($x); } print(is_array(comm)); }',
  is_integer:
    "BEGIN { if comptime (is_integer(pid)) { print(1); } else { print($x); } print(is_integer(comm)); }",
  is_literal:
    "BEGIN { if comptime (is_literal(5)) { print(1); } else { print($x); } print(is_literal(comm)); }",
  is_ptr: "BEGIN { if comptime (is_ptr(curtask)) { print(1); } else { print($x); } print(is_ptr(comm)); }",
  is_str: "BEGIN { if comptime (is_str(comm)) { print(1); } else { print($x); } print(is_str(pid)); }",
  is_unsigned_integer:
    "BEGIN { if comptime (is_unsigned_integer(pid)) { print(1); } else { print($x); } print(is_unsigned_integer(-1)); }",
  strstr: number('strstr(comm, "sh")'),
  globmatch: 'BEGIN { if (globmatch(comm, "*sh[0-9]?")) { print(globmatch("a", "*")); } }',
  strcap: number("strcap(comm)"),
  default_str_length: number("default_str_length"),
  memcmp: number('memcmp(comm, "bash", 4)'),
  pcomm: `${value("pcomm")} END { print(pcomm(curtask)); }`,
  leader_comm: `${value("leader_comm")} END { print(leader_comm(curtask)); }`,
  leader_tid: `${value("leader_tid()")} END { print(leader_tid(curtask)); }`,
  signal_name: value("signal_name(9)"),
  str_concat: `${value('str_concat(comm, "/")')} END { @[str_concat("a", str_concat("b", comm))] = 1; }`,
  dw_ustack: "profile:hz:9 { @[dw_ustack(perf, 3)] = count(); print(dw_ustack); }",
  percpu_kaddr:
    'BEGIN { print(*percpu_kaddr("runqueues")); $q = (struct sock *)percpu_kaddr("runqueues", 1); if ($q != 0) { print($q->sk_userlocks); } }',
  socket_cookie: "BEGIN { print(socket_cookie((struct sock *)5)); }",
  syscall_name: value("syscall_name(3)"),
  kfunc_exist: 'BEGIN { if comptime (kfunc_exist("no_such")) { print($x); } print(kfunc_exist("vfs_read")); }',
  kfunc_allowed: 'BEGIN { print(kfunc_allowed("vfs_read")); }',
  is_err: "BEGIN { print(is_err((void *)-5)); }",
  has_cpid: "BEGIN { if (has_cpid) { print(cpid); } }",
  probetype:
    'BEGIN { print(probetype); @[probetype] = 1; if comptime (probetype != "special") { print($x); } if comptime (probetype() == "special") { exit(); } }',
  getopt: 'BEGIN { print((getopt("a", 1), getopt("b", "x"), getopt("c"), getopt("d", true))); }',
};

/** Builtins that no probe of this version may use; wrong-programs.test.ts has them. */
const NOWHERE = new Set(["path"]);

test.each(BUILTINS.filter(({ name }) => !NOWHERE.has(name)))("$name", ({ name, unsafe, usage, doc }) => {
  const source = EXAMPLES[name];
  if (source === undefined) throw new Error(`write an example that uses ${name}`);
  const plan = compile(source, target, { pid: 42 });
  expect(plan.unsafe).toEqual(unsafe ? [name] : []);
  expect(usage).toContain(name);
  expect(doc).toMatch(/^[A-Z0-9].*\.$/s);
});

test.each(Object.entries(EXAMPLES))("%s without any of the newer features of kernels", (_, source) => {
  const old = fakeTarget({
    kernelVersion: (5 << 16) | (8 << 8),
    usdt: target.usdtProbes(""),
    lacks: [
      "attachCookie",
      "currentTaskBtf",
      "atomicFetch",
      "percpuLookup",
      "noPreallocTracing",
      "commPadded",
      "snprintf",
      "strncmp",
      "ktimeBoot",
      "ktimeTai",
      "cpuV4",
      "rawTracepointCookie",
    ],
  });
  compile(source, old, { pid: 42 });
});

test.each(Object.entries(EXAMPLES))("%s on ARM", (_, source) => {
  const arm = fakeTarget({ arch: "aarch64", usdt: target.usdtProbes("") });
  compile(source.replaceAll('reg("ip")', 'reg("pc")').replaceAll("->di", "->ip"), arm, { pid: 42 });
});

test("a number is what the plan's types say", () => {
  const types = (expr: string, head = "") => {
    const [action] = compile(`${head} BEGIN { print(${expr}); }`).actions;
    return action?.kind === "print" ? action.value.type : undefined;
  };
  const int = (size: 1 | 2 | 4 | 8, signed: boolean) => ({ kind: "int", size, signed });
  // biome-ignore format: one case per line
  const rows: readonly (readonly [string, unknown])[] = [
    ["1", int(1, true)], ["-1", int(1, true)], ["0xffffffffffffffff", int(8, false)], ["1 + 1", int(1, true)],
    ["pid", int(4, false)], ["pid + 1", int(8, false)], ["pid - 1", int(8, true)], ["pid - uid", int(8, true)],
    ["nsecs - 1", int(8, true)], ["-pid", int(8, true)], ["~pid", int(8, false)], ["pid * -1", int(8, true)],
    ["pid << 2", int(8, false)], ["(int8)pid >> 1", int(8, true)], ["(uint16)pid", int(2, false)],
    ["1 ? pid : uid", int(8, false)], ["1 ? (int8)1 : (uint16)2", int(4, true)], ["1 ? pid : -1", int(8, true)],
    ["sizeof(uint32)", int(8, false)], ["'a'", int(1, true)], ["1e3", int(2, true)], ["5ms", int(4, true)],
    ["1 < 2", { kind: "bool" }], ["!pid", { kind: "bool" }], ["pid && 1", { kind: "bool" }], ["true", { kind: "bool" }],
    ["comm == \"a\"", { kind: "bool" }], ["comm", { kind: "string", size: 16 }], ["\"abc\"", { kind: "string", size: 4 }],
    ["1 ? \"a\" : \"abc\"", { kind: "string", size: 4 }], ["curtask", { kind: "pointer" }], ["(int32 *)5 + 1", { kind: "pointer" }],
    ["TCP_CLOSE", { kind: "enum", size: 4, signed: false, name: "", members: [["TCP_ESTABLISHED", 1n], ["TCP_SYN_SENT", 2n], ["TCP_CLOSE", 7n]] }],
    ["curtask->pid", int(4, true)], ["curtask->start_time", int(8, false)], ["((struct sock *)5)->sk_userlocks", int(1, false)],
    ["((struct sock *)5)->__sk_common.skc_dport", int(2, false)], ["curtask->comm", { kind: "string", size: 16 }], ["curtask->comm[0]", int(1, true)],
  ];
  for (const [expr, type] of rows) expect([expr, types(expr)]).toEqual([expr, type]);
});
