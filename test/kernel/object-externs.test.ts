// What objects declare and the kernel defines: configuration values of every type, variables and functions. libbpf and
// we take the same, refuse the same, and give the kernel the same instructions.
import { afterAll, expect, test } from "vitest";
import { SkepError } from "../../src/base/errors.ts";
import { openLinux } from "../../src/linux/backend.ts";
import { programInfo } from "../../src/linux/objects.ts";
import { fromElf } from "../../src/object/from-elf.ts";
import { relocate } from "../../src/object/relocate.ts";
import { type Dump, dumpById, dumpByLibbpf, ObjectLab, read } from "./clang-object.ts";
import { needs } from "./needs.ts";

const backend = openLinux();
const lab = new ObjectLab();
afterAll(() => {
  lab[Symbol.dispose]();
  backend[Symbol.dispose]();
});

const HEAD = `
  #include "vmlinux.h"
  #include <bpf/bpf_helpers.h>
  char LICENSE[] SEC("license") = "GPL";
  u64 out;`;
const value = (type: string, name: string, more = "") =>
  `extern ${type} ${name} __kconfig ${more}; SEC("raw_tp/sys_enter") int p(void *c) { out += ${name}; return 0; }`;
const text = (type: string, size: number) =>
  `extern ${type} CONFIG_CC_VERSION_TEXT[${size}] __kconfig; SEC("raw_tp/sys_enter") int p(void *c) { out += CONFIG_CC_VERSION_TEXT[${size - 2}]; return 0; }`;
const address = (declaration: string, name: string, more = "") =>
  `${declaration} __ksym ${more}; SEC("raw_tp/sys_enter") int p(void *c) { out = (u64)&${name}; return 0; }`;

// biome-ignore format: one case per line
const CASES: readonly { rule: string; text: string }[] = [
  { rule: "a number",                              text: value("int", "CONFIG_HZ") },
  { rule: "a long number",                         text: value("unsigned long", "CONFIG_LOG_BUF_SHIFT", "__weak") },
  { rule: "a short number",                        text: value("short", "CONFIG_NR_CPUS", "__weak") },
  { rule: "a number that does not fit",            text: value("signed char", "CONFIG_HZ") },
  { rule: "a number as bool",                      text: value("bool", "CONFIG_HZ") },
  { rule: "y as bool",                             text: value("bool", "CONFIG_SMP") },
  { rule: "y as tristate",                         text: value("enum libbpf_tristate", "CONFIG_BPF_SYSCALL") },
  { rule: "y as a character",                      text: value("char", "CONFIG_NET") },
  { rule: "y as a number",                         text: value("int", "CONFIG_SMP") },
  { rule: "what is not set, weak",                 text: value("enum libbpf_tristate", "CONFIG_NO_SUCH", "__weak") },
  { rule: "what is not set",                       text: value("int", "CONFIG_NO_SUCH") },
  { rule: "text that is cut",                      text: text("char", 8) },
  { rule: "text with room",                        text: text("char", 200) },
  { rule: "the kernel's version",                  text: value("int", "LINUX_KERNEL_VERSION") },
  { rule: "cookies",                               text: value("bool", "LINUX_HAS_BPF_COOKIE") },
  { rule: "wrapped system calls",                  text: value("long", "LINUX_HAS_SYSCALL_WRAPPER") },
  { rule: "an unknown computed value, weak",       text: value("int", "LINUX_NO_SUCH", "__weak") },
  { rule: "an unknown computed value",             text: value("int", "LINUX_NO_SUCH") },
  { rule: "a variable of a type",                  text: address("extern const int bpf_prog_active", "bpf_prog_active") },
  { rule: "a variable of another type",            text: address("extern const struct task_struct bpf_prog_active", "bpf_prog_active") },
  { rule: "a function's address",                  text: address("extern const void vfs_read", "vfs_read") },
  { rule: "no such symbol",                        text: address("extern const void no_such_symbol", "no_such_symbol") },
  { rule: "no such symbol, weak",                  text: address("extern const void no_such_symbol", "no_such_symbol", "__weak") },
  { rule: "no such symbol of a type, weak",        text: address("extern const int no_such_symbol", "no_such_symbol", "__weak") },
  { rule: "a function that is not there, weak",    text: `extern void no_such_function(void) __ksym __weak; SEC("raw_tp/sys_enter") int p(void *c) { if (no_such_function) no_such_function(); return 0; }` },
];

function byLibbpf(path: string): Dump | "refused" {
  try {
    return dumpByLibbpf(path);
  } catch {
    return "refused";
  }
}

function byUs(path: string): Dump | "refused" {
  try {
    const object = relocate(fromElf(read(path)), backend.target);
    using loaded = backend.load(object);
    const idOf = (name: string) => programInfo(backend.kernel, loaded.programFd(name)).id;
    return new Map(object.programs.map(({ name }) => [name, dumpById(idOf(name))]));
  } catch (error) {
    if (error instanceof SkepError) return "refused";
    throw error;
  }
}

test.for(CASES)("$rule", ({ rule, text: program }, t) => {
  needs(t, "btf", "raw-tp");
  const file = `extern${CASES.findIndex((one) => one.rule === rule)}.c`;
  const path = lab.compile(file, { text: HEAD + program });
  expect(byUs(path)).toEqual(byLibbpf(path));
});
