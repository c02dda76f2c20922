// Tags on arguments of global functions: alone, together, on what is no pointer. The kernel and we say the same of each.
import { release } from "node:os";
import { afterAll, expect, test } from "vitest";
import { openLinux } from "../../src/linux/backend.ts";
import { VerifierRefused } from "../../src/linux/verifier-refused.ts";
import { fromElf } from "../../src/object/from-elf.ts";
import { type Relocated, relocate } from "../../src/object/relocate.ts";
import { kernelProfile } from "../../src/verify/profile/profile.ts";
import { verify } from "../../src/verify/verify.ts";
import { ObjectLab, read } from "./clang-object.ts";
import { needs } from "./needs.ts";
import { possibleCpus } from "./verify-cpus.ts";

const series = /^\d+\.\d+/.exec(release())?.[0] ?? "";
const backend = openLinux();
const lab = new ObjectLab();
afterAll(() => {
  lab[Symbol.dispose]();
  backend[Symbol.dispose]();
});

const HEAD = `
  #include "vmlinux.h"
  #include <bpf/bpf_helpers.h>
  #define T(x) __attribute__((btf_decl_tag("arg:" x)))
  char LICENSE[] SEC("license") = "GPL";
  struct own { int a; };`;
const raw = (body: string) => `SEC("raw_tp/sys_enter") int p(void *ctx) { ${body} }`;
const memory = (tags: string) =>
  `__noinline int f(struct own *q ${tags}) { return q ? q->a : 0; } ${raw("struct own o = {1}; return f(&o);")}`;
const number = (tags: string) => `__noinline int f(int q ${tags}) { return q + 1; } ${raw("return f(3);")}`;
const context = (tags: string) =>
  `__noinline int f(void *q ${tags}) { return q != 0; } ${raw("return f(ctx);")}`;
const task = (tags: string) => `
  __noinline int f(struct task_struct *q ${tags}) { return q ? q->pid : 0; }
  SEC("tp_btf/sched_process_exec") int p(unsigned long long *ctx) { return f((void *)ctx[0]); }`;

// biome-ignore format: one case per line
const CASES: readonly { rule: string; text: string }[] = [
  { rule: "memory without tags",                    text: memory("") },
  { rule: "memory that is not NULL",                text: memory('T("nonnull")') },
  { rule: "memory that may be NULL: not so",        text: memory('T("nullable")') },
  { rule: "memory, both",                           text: memory('T("nonnull") T("nullable")') },
  { rule: "memory, an unknown tag",                 text: memory('T("foo")') },
  { rule: "memory of an arena that may be NULL",    text: memory('T("arena") T("nullable")') },
  { rule: "a static function's tags do not matter", text: memory('T("nullable")').replace("__noinline", "static __noinline") },
  { rule: "a number that may be NULL",              text: number('T("nullable")') },
  { rule: "a number with an unknown tag",           text: number('T("foo")') },
  { rule: "the context",                            text: context('T("ctx")') },
  { rule: "the context that may be NULL",           text: context('T("ctx") T("nullable")') },
  { rule: "the context that is not NULL",           text: context('T("ctx") T("nonnull")') },
  { rule: "a pointer to void that may be NULL",     text: context('T("nullable")') },
  { rule: "an object",                              text: task('T("trusted")') },
  { rule: "an object that may be NULL",             text: task('T("trusted") T("nullable")') },
  { rule: "an object that is not NULL",             text: task('T("trusted") T("nonnull")') },
  { rule: "an untrusted object",                    text: task('T("untrusted")') },
  { rule: "an untrusted object that may be NULL",   text: task('T("untrusted") T("nullable")') },
  { rule: "trusted and untrusted",                  text: task('T("untrusted") T("trusted")') },
  { rule: "a function that is never called",        text: `__noinline int f(struct own *q T("nullable")) { return q ? q->a : 0; } volatile int no; ${raw("struct own o = {1}; return no ? f(&o) : 0;")}` },
];

function kernelAccepts(object: Relocated): boolean {
  try {
    backend.load(object).close();
    return true;
  } catch (error) {
    if (error instanceof VerifierRefused) return false;
    throw error;
  }
}

test.for(CASES)("$rule", ({ rule, text }, t) => {
  needs(t, "btf", "tp-btf");
  const file = `tags${CASES.findIndex((one) => one.rule === rule)}.c`;
  const object = relocate(fromElf(read(lab.compile(file, { text: HEAD + text }))), backend.target);
  const kernelBtf = backend.target.kernelBtf();
  const ours = verify(object, {
    profile: kernelProfile(series),
    possibleCpus: possibleCpus(),
    ...(kernelBtf && { kernelBtf }),
  });
  const refused = ours.programs.find(({ ok }) => !ok)?.findings[0];
  expect(refused === undefined, refused?.message).toBe(kernelAccepts(object));
});
