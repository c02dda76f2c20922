import { expect, test } from "vitest";
import type { AttachSpec } from "../abi/attach-spec.ts";
import { parseSection } from "../abi/section-names.ts";
import { sectionPoints } from "./section-points.ts";

const FUNCTIONS = [
  { name: "main", offset: 0x100, address: 0n, size: 1 },
  { name: "mail", offset: 0x200, address: 0n, size: 1 },
];
const MACHINE = {
  resolveBinary: (name: string) =>
    name.startsWith("/") ? name : name === "libc.so.6" ? "/lib/libc.so.6" : undefined,
  userFunctions: (_path: string, pattern: string) =>
    FUNCTIONS.filter((f) =>
      pattern.endsWith("*") ? f.name.startsWith(pattern.slice(0, -1)) : f.name === pattern,
    ),
  kernelFunctions: (pattern: string) =>
    pattern === "vfs_*" ? [{ name: "vfs_read" }, { name: "vfs_write" }] : [],
};

const programOf = (section: string) =>
  ({
    name: "p",
    type: parseSection(section)?.rule.program ?? "kprobe",
    section,
    insns: [],
    functions: [],
  }) as const;

// biome-ignore format: one section per line
test.each<{ section: string; gives: AttachSpec | undefined }>([
  { section: "kprobe/do_unlinkat",          gives: { kind: "kprobe", function: "do_unlinkat", return: false } },
  { section: "kprobe/do_unlinkat+0x10",     gives: { kind: "kprobe", function: "do_unlinkat", return: false, offset: 16 } },
  { section: "kretprobe/nf_tables:nft_x",   gives: { kind: "kprobe", function: "nft_x", module: "nf_tables", return: true } },
  { section: "kprobe.multi/vfs_*",          gives: { kind: "kprobeMulti", functions: ["vfs_read", "vfs_write"], return: false } },
  { section: "kretprobe.multi/vfs_open",    gives: { kind: "kprobeMulti", functions: ["vfs_open"], return: true } },
  { section: "kprobe.session/vfs_open",     gives: { kind: "kprobeMulti", functions: ["vfs_open"], return: false, session: true } },
  { section: "ksyscall/openat",             gives: { kind: "ksyscall", name: "openat", return: false } },
  { section: "uprobe//bin/x:main",          gives: { kind: "uprobe", path: "/bin/x", offset: 0x100, return: false } },
  { section: "uprobe.s//bin/x:main+4",      gives: { kind: "uprobe", path: "/bin/x", offset: 0x104, return: false } },
  { section: "uretprobe/libc.so.6:mail",    gives: { kind: "uprobe", path: "/lib/libc.so.6", offset: 0x200, return: true } },
  { section: "uprobe//bin/x:0x77",          gives: { kind: "uprobe", path: "/bin/x", offset: 0x77, return: false } },
  { section: "uprobe.multi//bin/x:ma*",     gives: { kind: "uprobeMulti", path: "/bin/x", offsets: [0x100, 0x200], return: false } },
  { section: "uprobe.session//bin/x:main",  gives: { kind: "uprobeMulti", path: "/bin/x", offsets: [0x100], return: false, session: true } },
  { section: "usdt//bin/x:shop:sold",       gives: { kind: "usdt", path: "/bin/x", provider: "shop", name: "sold" } },
  { section: "tp/syscalls/sys_enter_openat", gives: { kind: "tracepoint", category: "syscalls", name: "sys_enter_openat" } },
  { section: "raw_tp/sys_enter",            gives: { kind: "rawTracepoint", name: "sys_enter" } },
  { section: "tp_btf/sched_switch",         gives: { kind: "btfTracepoint", name: "sched_switch" } },
  { section: "fentry.s/vfs_read",           gives: { kind: "fentry", function: "vfs_read" } },
  { section: "fmod_ret/nf_tables:nft_x",    gives: { kind: "fmodRet", function: "nft_x", module: "nf_tables" } },
  { section: "lsm/file_open",               gives: { kind: "lsm", hook: "file_open" } },
  { section: "iter/task",                   gives: { kind: "iter", target: "task" } },
  { section: "iter/bpf_map_elem",           gives: undefined },
  { section: "lsm_cgroup/socket_create",    gives: undefined },
  { section: "freplace/part",               gives: undefined },
  { section: "xdp",                         gives: undefined },
  { section: "kprobe",                      gives: undefined },
])("$section", ({ section, gives }) => {
  expect(sectionPoints(programOf(section), MACHINE)).toEqual(gives && [gives]);
});

// biome-ignore format: one section per line
test.each([
  { section: "kprobe/a b",                code: "linux/unknown-section", remedy: "kprobe/FUNCTION" },
  { section: "kretprobe/f+4",             code: "linux/unknown-section", remedy: "kretprobe/FUNCTION" },
  { section: "uprobe/main",               code: "linux/unknown-section", remedy: "PATH:FUNCTION" },
  { section: "uprobe/libd.so:main",       code: "linux/no-target",       remedy: "correct" },
  { section: "uprobe//bin/x:mian",        code: "linux/no-target",       remedy: "`main`" },
  { section: "kprobe.multi/no_*",         code: "linux/no-target",       remedy: "correct" },
  { section: "usdt//bin/x:sold",          code: "linux/unknown-section", remedy: "PROVIDER" },
])("$section is answered with $code", ({ section, code, remedy }) => {
  expect(() => sectionPoints(programOf(section), MACHINE)).toThrow(
    expect.objectContaining({ code, remedy: expect.stringContaining(remedy) }),
  );
});
