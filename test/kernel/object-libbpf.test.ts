// The same files through libbpf and through us: the kernel must hold the same instructions.

import { afterAll, expect, test } from "vitest";
import { openLinux } from "../../src/linux/backend.ts";
import type { Fd } from "../../src/linux/fd.ts";
import { mapInfoOf, programInfo } from "../../src/linux/objects.ts";
import { fromElf } from "../../src/object/from-elf.ts";
import type { ObjectSpec } from "../../src/object/object.ts";
import { relocate } from "../../src/object/relocate.ts";
import { toElf } from "../../src/object/to-elf.ts";
import { compile } from "../../src/pipeline.ts";
import { cpuMs } from "../support/cpu-time.ts";
import { type Dump, dumpById, dumpByLibbpf, ObjectLab, read, run } from "./clang-object.ts";
import { needs } from "./needs.ts";

const backend = openLinux();
const lab = new ObjectLab();

afterAll(() => {
  lab[Symbol.dispose]();
  backend[Symbol.dispose]();
});

function dumpByUs(object: ObjectSpec): Dump {
  using loaded = backend.load(object);
  const names = object.programs.filter((p) => p.autoload !== false).map((p) => p.name);
  const idOf = (name: string) => programInfo(backend.kernel, loaded.programFd(name)).id;
  return new Map(names.sort().map((name) => [name, dumpById(idOf(name))]));
}

const FILES = [
  { file: "fields.c", cpu: "v2", programs: 5 },
  { file: "fields.c", cpu: "v3", programs: 5 },
  { file: "kernel-symbols.c", cpu: "v3", programs: 1 },
  { file: "everything.c", cpu: "v2", programs: 4 },
  { file: "everything.c", cpu: "v3", programs: 4 },
] as const;

test.for(FILES)("$file for $cpu: the kernel gets what libbpf gives it", ({ file, cpu, programs }, t) => {
  needs(t, "tp-btf", "bpf-loop", "tracefs");
  const path = lab.compile(file, { cpu });
  const object = fromElf(read(path));
  const theirs = dumpByLibbpf(path);
  expect(theirs.size).toBe(programs);
  expect(dumpByUs(relocate(object, backend.target))).toEqual(theirs);
});

test.for(FILES)("$file for $cpu: what we write is what we read, to us and to libbpf", ({ file, cpu }, t) => {
  needs(t, "tp-btf", "bpf-loop", "tracefs");
  const path = lab.compile(file, { cpu });
  const object = fromElf(read(path));
  const bytes = toElf(object);
  expect(fromElf(bytes)).toEqual(object);
  expect(toElf(fromElf(bytes))).toEqual(bytes);
  expect(dumpByLibbpf(lab.write("written.o", bytes))).toEqual(dumpByLibbpf(path));
});

/** Instructions of each function as llvm-objdump prints them, without what only says where functions lie in .text. */
function disassembled(path: string): string[] {
  const listing = run("llvm-objdump", ["-d", "-r", "--no-show-raw-insn", path]);
  const text = listing.replace(/^Disassembly of .*$|^[0-9a-f]+ <LBB\w+>:$/gm, "");
  const functions = text.split(/^(?=[0-9a-f]{16} <)/m).slice(1);
  return functions
    .map((part) =>
      part
        .replace(/^[0-9a-f]+ /, "")
        .replace(/<[\w.]+(?:\+0x[0-9a-f]+)?>$|^\s*\d+:/gm, "")
        .replace(/\s*\n\s*[0-9a-f]{16}:/g, " reloc")
        .replace(/\n\n+/g, "\n")
        .replace(/call -?\d+ reloc.*\.text$/gm, "call in .text")
        .trim(),
    )
    .sort();
}

test("llvm-objdump shows the same instructions of what we write", () => {
  const path = lab.compile("fields.c");
  const written = lab.write("fields-written.o", toElf(fromElf(read(path))));
  expect(disassembled(written)).toEqual(disassembled(path));
});

/** The declarations of a skeleton: its maps, programs and variables, without the file's bytes. */
function skeleton(path: string): string {
  const text = run("bpftool", ["gen", "skeleton", path, "name", "test"]);
  return text.replace(/\\x[0-9a-f]{2}|\\\d|\\\n/g, "").replace(/\*(?:data_)?sz = \d+/g, "");
}

test("bpftool makes the same skeleton of what we write", () => {
  for (const file of ["everything.c", "fields.c"]) {
    const path = lab.compile(file);
    const written = lab.write("skeleton.o", toElf(fromElf(read(path))));
    expect(skeleton(written).match(/struct [\s\S]*?\n\}/)).toEqual(skeleton(path).match(/struct [\s\S]*?\n\}/));
  }
});

test("values of the kernel's configuration are those that libbpf writes", () => {
  const path = lab.compile("everything.c");
  const script = `
    mount -t bpf bpf /sys/fs/bpf && bpftool prog loadall "$0" /sys/fs/bpf/x pinmaps /sys/fs/bpf/m >&2 || exit 1
    bpftool -j map dump pinned /sys/fs/bpf/m/*kconfig`;
  const dumped = run("unshare", ["-m", "sh", "-c", script, path]);
  const [entry] = JSON.parse(dumped) as { value: string[] }[];
  const { maps } = relocate(fromElf(read(path)), backend.target);
  const ours = maps.find((map) => map.name === ".kconfig")?.initial ?? [];
  expect(Array.from(ours)).toEqual(entry?.value.map(Number));
});

test("a program that reads what the kernel lacks is loaded where it does not get there, else the field is named", () => {
  const text = `
    #include "vmlinux.h"
    #include <bpf/bpf_helpers.h>
    #include <bpf/bpf_core_read.h>
    char LICENSE[] SEC("license") = "GPL";
    struct task_struct___x { long no_such_field; } __attribute__((preserve_access_index));
    SEC("raw_tp/sys_enter") int reads(void *ctx) {
      struct task_struct___x *t = (void *)bpf_get_current_task();
      return BPF_CORE_READ(t, no_such_field);
    }`;
  const object = relocate(fromElf(read(lab.compile("missing.c", { text }))), backend.target);
  expect(object.relocated.missing).toEqual([
    {
      program: "reads",
      insnIndex: expect.any(Number),
      what: expect.stringContaining("task_struct___x.no_such_field"),
    },
  ]);
  expect(() => backend.load(object)).toThrow(/no_such_field/);
});

test("the kernel is told the names of sections that libbpf tells it", () => {
  const path = lab.compile("everything.c");
  const script = `mount -t bpf bpf /sys/fs/bpf && bpftool prog loadall "$0" /sys/fs/bpf/x pinmaps /sys/fs/bpf/m >&2 || exit 1
    for p in /sys/fs/bpf/m/*; do bpftool -j map show pinned $p; echo; done`;
  const shown = run("unshare", ["-m", "sh", "-c", script, path]).trim().split(/\n+/);
  const theirs = shown.map((line) => (JSON.parse(line) as { name: string }).name).sort();
  using loaded = backend.load(fromElf(read(path), { name: "everything_v3" }));
  const names = relocate(fromElf(read(path)), backend.target).maps.map((map) => map.name);
  const ours = names.map((name) => {
    const map = loaded.map(name);
    if (!("fd" in map)) throw new Error("bug: a map without its descriptor");
    return mapInfoOf(backend.kernel, map.fd as Fd).name;
  });
  expect(ours.sort()).toEqual(theirs);
});

const SCRIPTS = [
  'tracepoint:syscalls:sys_enter_openat { @opens[comm] = count(); @sizes = hist(pid); printf("%s %d\\n", str(args.filename), pid); }',
  "BEGIN { @start = nsecs; } tracepoint:sched:sched_switch / pid > 1 / { @[kstack, args.next_comm] = sum(1); } END { clear(@start); }",
  "tracepoint:raw_syscalls:sys_enter { @[args.id] = stats(args.args[0]); $i = 0; while ($i < 10) { $i++; @n[$i] = $i; } }",
];

test.for(SCRIPTS)("what our compiler makes is loaded by libbpf: %s", (text, t) => {
  needs(t, "tracefs", "ringbuf");
  const { compiled, report } = compile({ name: "script", text }, backend.target);
  if (compiled === undefined) throw new Error(report.diagnostics.map((d) => d.message).join("; "));
  const { object } = compiled;
  const bytes = toElf(object);
  const back = fromElf(bytes);
  const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
  expect([...back.maps].sort(byName)).toEqual([...object.maps].sort(byName));
  expect(toElf(back)).toEqual(bytes);
  const theirs = dumpByLibbpf(lab.write("script.o", bytes));
  expect(theirs.size).toBe(object.programs.length);
  expect(dumpByUs(back)).toEqual(theirs);
  expect(run("llvm-objdump", ["-d", lab.path("script.o")])).toContain("exit");
});

test("hundreds of programs that share functions are read at once", () => {
  const programs = Array.from(
    { length: 400 },
    (_, i) => `SEC("raw_tp/sys_enter") int p${i}(void *c) { return shared(${i}); }`,
  );
  const text = `
    #include "vmlinux.h"
    #include <bpf/bpf_helpers.h>
    char LICENSE[] SEC("license") = "GPL";
    u64 n;
    static __noinline int shared(int a) { for (int i = 0; i < 100; i++) n += a * i; return n; }
    ${programs.join("\n")}`;
  const path = lab.compile("many.c", { text });
  const bytes = read(path);
  const started = cpuMs();
  const object = fromElf(bytes);
  expect(cpuMs() - started).toBeLessThan(3000);
  expect(object.programs).toHaveLength(400);
  expect(object.programs.every((p) => p.functions.length === 2)).toBe(true);
  expect(fromElf(toElf(object))).toEqual(object);
});
