import { expect, test } from "vitest";
import { fakeTarget } from "../../test/support/fake-target.ts";
import { SkepError } from "../base/errors.ts";
import type { UsdtProbe } from "../plan/target.ts";
import { matchProbes } from "./probe-list.ts";

const operand = { size: 4, signed: true, source: { kind: "register", name: "di" } } as const;
const usdt: readonly UsdtProbe[] = [
  { provider: "shop", name: "sold", offset: 16, args: [{ text: "-4@%edi", operand }, { text: "8@odd" }] },
  { provider: "shop", name: "sold", offset: 32, args: [{ text: "-4@%esi", operand }] },
  { provider: "till", name: "open", offset: 48, args: [] },
];
const target = fakeTarget({ functions: ["main", "read_line", "read_all", "read_all"], usdt });

const list = (pattern: string) => matchProbes(pattern, target, { mapped: () => [] });

// biome-ignore format: one case per line
test.each<{ pattern: string; shows: readonly string[] }>([
  { pattern: "tracepoint:sched:sched_process_ex*", shows: ["tracepoint:sched:sched_process_exec", "tracepoint:sched:sched_process_exit"] },
  { pattern: "t:sched:*fork",                      shows: ["tracepoint:sched:sched_process_fork"] },
  { pattern: "tracepoint:*fork",                   shows: ["tracepoint:sched:sched_process_fork"] },
  { pattern: "sched:*fork",                        shows: ["tracepoint:sched:sched_process_fork"] },
  { pattern: "*:sched:*fork",                      shows: ["tracepoint:sched:sched_process_fork"] },
  { pattern: "*fork",                              shows: ["tracepoint:sched:sched_process_fork"] },
  { pattern: "fork",                               shows: ["tracepoint:sched:sched_process_fork"] },
  { pattern: "*process_exec",                      shows: ["tracepoint:sched:sched_process_exec", "rawtracepoint:sched_process_exec"] },
  { pattern: "rawtracepoint:sys_*",                shows: ["rawtracepoint:sys_enter", "rawtracepoint:sys_exit"] },
  { pattern: "rt:sched:sched_process_exec",        shows: ["rawtracepoint:sched_process_exec"] },
  { pattern: "software:page*",                     shows: ["software:page-faults:"] },
  { pattern: "profile",                            shows: ["profile:hz:", "profile:s:", "profile:ms:", "profile:us:"] },
  { pattern: "interv*",                            shows: ["interval:hz:", "interval:s:", "interval:ms:", "interval:us:"] },
  { pattern: "BEG*",                               shows: ["BEGIN"] },
  { pattern: "BEGIN",                              shows: ["BEGIN"] },
  { pattern: "uprobe:made-up:read*",               shows: ["uprobe:/bin/made-up:read_all", "uprobe:/bin/made-up:read_line"] },
  { pattern: "uretprobe:made-up",                  shows: ["uretprobe:/bin/made-up:main", "uretprobe:/bin/made-up:read_all", "uretprobe:/bin/made-up:read_line"] },
  { pattern: "usdt:made-up:*",                     shows: ["usdt:/bin/made-up:shop:sold", "usdt:/bin/made-up:till:open"] },
  { pattern: "usdt:made-up:till:*",                shows: ["usdt:/bin/made-up:till:open"] },
  { pattern: "usdt:made-up:sold",                  shows: ["usdt:/bin/made-up:shop:sold"] },
])("$pattern", ({ pattern, shows }) => {
  expect(list(pattern).probes.map(({ probe }) => probe)).toEqual(shows);
});

// biome-ignore format: one case per line
test.each([
  { pattern: "uprobe:made-up:cpp:*",               shows: ['uprobe:/bin/made-up:cpp:"shop::Till::sell(int)"', "uprobe:/bin/made-up:cpp:main"] },
  { pattern: "uprobe:made-up:cpp:shop::Till::sell", shows: ['uprobe:/bin/made-up:cpp:"shop::Till::sell(int)"'] },
  { pattern: 'uprobe:made-up:c++:"shop::*"',       shows: ['uprobe:/bin/made-up:c++:"shop::Till::sell(int)"'] },
  { pattern: "uprobe:made-up:*sell*",              shows: ["uprobe:/bin/made-up:_ZN4shop4Till4sellEi"] },
])("by the names of the source: $pattern", ({ pattern, shows }) => {
  const shop = fakeTarget({ functions: ["main", "_ZN4shop4Till4sellEi"] });
  const { probes } = matchProbes(pattern, shop, { mapped: () => [] });
  expect(probes.map(({ probe }) => probe)).toEqual(shows);
});

test("functions of the kernel without a prototype in BTF are no fentry probes", () => {
  const all = {
    ...target,
    kernelFunctions: () => [{ name: "__probestub_sys_exit" }, { name: "__probestub_sys_exit.part.0" }],
  };
  const names = (pattern: string) =>
    matchProbes(pattern, all, { mapped: () => [] }).probes.map(({ probe }) => probe);
  expect(names("kprobe:__p*")).toEqual(["kprobe:__probestub_sys_exit", "kprobe:__probestub_sys_exit.part.0"]);
  expect(names("fentry:__p*")).toEqual(["fentry:vmlinux:__probestub_sys_exit"]);
});

test("user probes of all that a process has mapped", () => {
  const mapped = ["/bin/made-up", "/lib/locale-archive", "/lib/other"];
  const userFunctions: typeof target.userFunctions = (path, pattern) => {
    if (path.includes("locale")) throw new SkepError("no ELF file", { code: "elf/bad-magic", remedy: "" });
    return target.userFunctions(path, pattern);
  };
  const { probes } = matchProbes("usdt:*", { ...target, userFunctions }, { mapped: () => mapped });
  expect(probes.map(({ probe }) => probe)).toEqual(
    ["/bin/made-up", "/lib/other"].flatMap((path) => [`usdt:${path}:shop:sold`, `usdt:${path}:till:open`]),
  );
});

// biome-ignore format: one case per line
test.each<{ rule: string; pattern: string; args: readonly string[] }>([
  { rule: "a system call",    pattern: "tracepoint:syscalls:sys_enter_creat", args: ["int __syscall_nr", "const char * pathname", "umode_t mode"] },
  { rule: "an array",         pattern: "tracepoint:sched:sched_process_exit", args: ["char comm[16]", "pid_t pid", "int prio"] },
  { rule: "text elsewhere",   pattern: "tracepoint:sched:sched_process_exec", args: ["__data_loc char[] filename", "pid_t pid", "pid_t old_pid"] },
  { rule: "a raw tracepoint", pattern: "rawtracepoint:sched_process_exec", args: ["struct task_struct * p", "int old_pid", "struct linux_binprm * bprm"] },
  { rule: "a USDT probe",     pattern: "usdt:made-up:sold", args: ["int32 arg0", "? arg1"] },
])("arguments of $rule", ({ pattern, args }) => {
  const [first] = list(pattern).probes;
  expect(first?.args().map(({ type, name }) => `${type} ${name}`)).toEqual(args);
});

// biome-ignore format: one case per line
test.each<{ rule: string; pattern: string; help: RegExp }>([
  { rule: "a name misspelt",         pattern: "tracepoint:sched:sched_process_exce", help: /sched:sched_process_exec/ },
  { rule: "a category misspelt",     pattern: "tracepoint:shced:sched_process_exec", help: /sched:sched_process_exec/ },
  { rule: "a type misspelt",         pattern: "trcepoint:sched:sched_process_exec", help: /near names: tracepoint/ },
  { rule: "software, another name",  pattern: "tpoint:major_faults", help: /software:major-faults/ },
  { rule: "a function misspelt",     pattern: "uprobe:made-up:maim", help: /main/ },
  { rule: "a file that is not there", pattern: "uprobe:nowhere:main", help: /no file `nowhere`/ },
  { rule: "no file at all",          pattern: "usdt:*", help: /-p/ },
])("nothing: $rule", ({ pattern, help }) => {
  const { probes, help: said } = list(pattern);
  expect(probes).toEqual([]);
  expect(said).toMatch(help);
});

test("a program without USDT probes says so", () => {
  const { help } = matchProbes("usdt:made-up:*", fakeTarget(), { mapped: () => [] });
  expect(help).toMatch(/built without USDT probes/);
});
