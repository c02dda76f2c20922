// What may be linked with what: bpftool and we say the same of files that clang builds. Nothing is loaded.
import { execFileSync } from "node:child_process";
import { afterAll, expect, test } from "vitest";
import { SkepError } from "../../src/base/errors.ts";
import { fromElf } from "../../src/object/from-elf.ts";
import { linkFiles } from "../../src/object/link.ts";
import type { ObjectSpec } from "../../src/object/object.ts";
import { ObjectLab, read } from "./clang-object.ts";

const lab = new ObjectLab();
afterAll(() => lab[Symbol.dispose]());

const MACHINE = process.arch === "arm64" ? "aarch64" : "x86_64";
const HEAD = `
  #include <linux/bpf.h>
  #include <bpf/bpf_helpers.h>
  typedef __u32 u32;
  typedef __u64 u64;
  struct point { int x; int y; };
  enum libbpf_tristate_of_ours { NO, YES };
  char LICENSE[] SEC("license") = "GPL";`;
const program = (name: string, body: string) => `SEC("raw_tp/sys_enter") int ${name}(void *ctx) { ${body} }`;
const map = (value: string, entries = 10) =>
  `struct { __uint(type, BPF_MAP_TYPE_HASH); __type(key, u32); __type(value, ${value}); __uint(max_entries, ${entries}); } m SEC(".maps")`;
const usesMap = (name: string) => program(name, "u32 k = 1; return bpf_map_lookup_elem(&m, &k) != 0;");

/** Declarations and definitions by what they are called in the table. */
const FILES: Readonly<Record<string, string>> = {
  "extern int v": `extern int v; ${program("a", "return v;")}`,
  "int v": `int v = 3; ${program("b", "return v;")}`,
  "int v, again": `int v = 4; ${program("b2", "return v;")}`,
  "weak int v": `__weak int v = 1; ${program("c", "return v;")}`,
  "weak int v, again": `__weak int v = 2; ${program("c2", "return v;")}`,
  "unsigned v": `unsigned v = 3; ${program("d", "return v;")}`,
  "u64 v": `u64 v = 1; ${program("e", "return v;")}`,
  "static int v": `static volatile int v = 1; ${program("f", "return v;")}`,
  "const int v": `const volatile int v = 3; ${program("g", "return v;")}`,
  "extern point p": `extern struct point p; ${program("h", "return p.x + p.y;")}`,
  "point p": `struct point p = { 1, 2 }; ${program("i", "return p.x;")}`,
  "other point p": `struct wide { int x; int y; int z; } p = { 1, 2, 3 }; ${program("j", "return p.x;")}`,
  "extern f(int)": `extern int f(int a); ${program("k", "return f(1);")}`,
  "f(int)": `__noinline int f(int a) { return a * 3; } ${program("l", "return f(2);")}`,
  "weak f(int)": `__weak __noinline int f(int a) { return a * 4; } ${program("n", "return f(2);")}`,
  "f(int, int)": `__noinline int f(int a, int b) { return a * b; } ${program("o", "return f(2, 3);")}`,
  "u64 f(u64)": `__noinline u64 f(u64 a) { return a * 5; } ${program("q", "return f(7);")}`,
  "hidden f(int)": `__hidden __noinline int f(int a) { return a * 3; } ${program("r", "return f(2);")}`,
  "map m": `${map("u64")}; ${usesMap("s")}`,
  "weak map m": `${map("u64")} __weak; ${usesMap("t")}`,
  "larger weak map m": `${map("u64", 20)} __weak; ${usesMap("u")}`,
  "extern map m": `extern ${map("u64")}; ${usesMap("w")}`,
  "extern map m of u32": `extern ${map("u32")}; ${usesMap("x")}`,
  "extern map m of points": `extern ${map("struct point")}; ${usesMap("y")}`,
  "weak CONFIG_HZ": `extern int CONFIG_HZ __kconfig __weak; ${program("z", "return CONFIG_HZ;")}`,
  "char CONFIG_HZ": `extern char CONFIG_HZ __kconfig __weak; ${program("z1", "return CONFIG_HZ;")}`,
  "strong CONFIG_HZ": `extern int CONFIG_HZ __kconfig; ${program("z2", "return CONFIG_HZ;")}`,
  "weak ksym": `extern const int bpf_prog_active __ksym __weak; ${program("z3", "return (int)(long)&bpf_prog_active;")}`,
  "strong ksym": `extern const int bpf_prog_active __ksym; ${program("z4", "return (int)(long)&bpf_prog_active;")}`,
  "typeless ksym": `extern const void bpf_prog_active __ksym; ${program("z5", "return (int)(long)&bpf_prog_active;")}`,
};

const made = new Map<string, string>();
function built(name: string): string {
  const known = made.get(name);
  if (known !== undefined) return known;
  const text = HEAD + FILES[name];
  const path = lab.compile(`rule${made.size}.c`, { text, flags: ["-I", `/usr/include/${MACHINE}-linux-gnu`] });
  made.set(name, path);
  return path;
}

function ours(paths: readonly string[]): ObjectSpec | string {
  try {
    return fromElf(linkFiles(paths.map((name) => ({ name, bytes: read(name) }))));
  } catch (error) {
    if (error instanceof SkepError) return error.code;
    throw error;
  }
}

function theirs(paths: readonly string[]): ObjectSpec | string {
  const out = lab.path("theirs.o");
  try {
    execFileSync("bpftool", ["gen", "object", out, ...paths], { stdio: "pipe" });
  } catch {
    return "refused";
  }
  return fromElf(read(out));
}

/** What loaders see, whatever the order of types and maps. */
function seen({ programs, maps }: ObjectSpec): unknown {
  const code = programs.map(({ name, insns }) => [name, insns.map(({ meta: _, ...insn }) => insn)]);
  const known = maps.map(({ name, type, valueSize, maxEntries, initial }) => {
    return { name, type, valueSize, maxEntries, initial };
  });
  return { code, maps: known.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

// "without bpftool": of version 7.1 it refuses these, or crashes, or writes what libbpf does not load.
// biome-ignore format: one case per line
const RULES: readonly { files: readonly string[]; gives: "linked" | `object/${string}` | "linked without bpftool" }[] = [
  { files: ["extern int v", "int v"],                        gives: "linked" },
  { files: ["extern int v", "unsigned v"],                   gives: "linked" },
  { files: ["extern int v", "weak int v"],                   gives: "linked" },
  { files: ["extern int v", "u64 v"],                        gives: "object/cannot-link" },
  { files: ["int v", "int v, again"],                        gives: "object/duplicate-symbol" },
  { files: ["int v", "static int v"],                        gives: "linked" },
  { files: ["weak int v", "weak int v, again"],              gives: "linked" },
  { files: ["weak int v", "const int v"],                    gives: "linked without bpftool" },
  { files: ["extern int v", "const int v"],                  gives: "linked" },
  { files: ["extern point p", "point p"],                    gives: "linked" },
  { files: ["extern point p", "other point p"],              gives: "object/cannot-link" },
  { files: ["extern f(int)", "f(int)"],                      gives: "linked" },
  { files: ["extern f(int)", "weak f(int)", "f(int)"],       gives: "linked without bpftool" },
  { files: ["weak f(int)", "f(int)"],                        gives: "linked" },
  { files: ["extern f(int)", "f(int, int)"],                 gives: "object/cannot-link" },
  { files: ["extern f(int)", "u64 f(u64)"],                  gives: "object/cannot-link" },
  { files: ["weak f(int)", "u64 f(u64)"],                    gives: "object/cannot-link" },
  { files: ["hidden f(int)", "extern f(int)"],               gives: "linked" },
  { files: ["map m", "weak map m"],                          gives: "linked" },
  { files: ["map m", "larger weak map m"],                   gives: "object/cannot-link" },
  { files: ["weak map m", "larger weak map m"],              gives: "object/cannot-link" },
  { files: ["extern map m", "map m"],                        gives: "linked" },
  { files: ["map m", "extern map m"],                        gives: "linked" },
  { files: ["map m", "extern map m of u32"],                 gives: "object/cannot-link" },
  { files: ["extern map m of points", "map m"],              gives: "object/cannot-link" },
  { files: ["weak CONFIG_HZ", "strong CONFIG_HZ"],           gives: "linked" },
  { files: ["weak CONFIG_HZ", "char CONFIG_HZ"],             gives: "object/cannot-link" },
  { files: ["weak ksym", "strong ksym"],                     gives: "linked" },
  { files: ["weak ksym", "typeless ksym"],                   gives: "object/cannot-link" },
];

test.for(RULES)("$files: $gives", ({ files, gives }) => {
  const paths = files.map(built);
  const mine = ours(paths);
  if (gives === "linked without bpftool") return expect(mine).toBeTypeOf("object");
  const others = theirs(paths);
  if (typeof mine === "string" || typeof others === "string") {
    expect(mine).toBe(gives);
    return expect(others).toBe("refused");
  }
  expect(gives).toBe("linked");
  expect(seen(mine)).toEqual(seen(others));
});
