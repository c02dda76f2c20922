import { afterAll, expect, test } from "vitest";
import type { FeatureName } from "./features.ts";
import { needs } from "./needs.ts";
import { ScriptLab } from "./script-lab.ts";
import { TracedProgram } from "./traced-program.ts";

// Functions of the kernel as a process that the test started calls them.

const lab = new ScriptLab();
const program = new TracedProgram();
const path = program.path ?? "";
afterAll(() => {
  lab[Symbol.dispose]();
  program[Symbol.dispose]();
});

type Case = Readonly<{ rule: string; need: FeatureName; script: string; prints?: string; maps?: string }>;

const MISSING = 'str(uptr(arg1), 8) == "/nonexis"';

// biome-ignore format: one case per line
const CASES: readonly Case[] = [
  { rule: "kprobe: arguments by number",      need: "kprobe", script: `kprobe:do_sys_openat2 /${MISSING}/ { printf("%d %s\\n", (int32)arg0, str(uptr(arg1), 13)); }`, prints: "-100 /nonexistent/\n-5 /nonexistent/\n-100 /nonexistent/\n" },
  { rule: "kprobe: arguments by name",        need: "kprobe", script: `kprobe:do_sys_openat2 /${MISSING}/ { printf("%d %d\\n", args.dfd, args.how->flags & 0x7fff); }`, prints: "-100 0\n-5 2\n-100 0\n" },
  { rule: "kretprobe: what came back",        need: "kprobe", script: `kprobe:do_sys_openat2 /${MISSING}/ { @in[tid] = 1; } kretprobe:do_sys_openat2 /@in[tid]/ { printf("%d\\n", (int32)retval); delete(@in[tid]); }`, prints: "-2\n-2\n-2\n" },
  { rule: "kprobe: by pattern, names told",   need: "kprobe", script: `kprobe:do_sys_openat*, kprobe:ksys_lsee* /func == "ksys_lseek"/ { print((func, probe)); }`, prints: "(ksys_lseek, kprobe:ksys_lseek)\n" },
  { rule: "fentry: arguments with types",     need: "fentry", script: `fentry:do_sys_openat2 /str(uptr(args.filename), 8) == "/nonexis"/ { printf("%d %s\\n", args.dfd, func); }`, prints: "-100 do_sys_openat2\n-5 do_sys_openat2\n-100 do_sys_openat2\n" },
  { rule: "fexit: arguments and the result",  need: "fentry", script: `fexit:do_sys_openat2 /str(uptr(args.filename), 8) == "/nonexis"/ { printf("%d %ld\\n", args.dfd, retval); }`, prints: "-100 -2\n-5 -2\n-100 -2\n" },
  { rule: "fentry and fexit share a script",  need: "fentry", script: `fentry:vfs_open { @start[tid] = nsecs; } fexit:vfs_open /@start[tid]/ { @took = min(nsecs - @start[tid]); delete(@start[tid]); } END { print(@took > 0); clear(@took); clear(@start); }`, prints: "true\n" },
];

test.for(CASES)("$rule", async ({ need, script, prints, maps }, t) => {
  needs(t, need, "btf");
  if (program.path === undefined) return t.skip("needs a C compiler");
  const outcome = await lab.trace(script, [path, "syscalls"]);
  if (prints !== undefined) expect(outcome.printed).toBe(prints);
  if (maps !== undefined) expect(outcome.maps.split("\n").sort()).toEqual(maps.split("\n").sort());
});
