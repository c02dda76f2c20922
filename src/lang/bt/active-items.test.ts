import { expect, test } from "vitest";
import { cpuMs } from "../../../test/support/cpu-time.ts";
import { Report } from "../../base/diagnostic.ts";
import { Preprocessor } from "../c/preprocess.ts";
import { activeItems } from "./active-items.ts";
import { parseScript } from "./parse.ts";
import { printSource } from "./print-source.ts";

const PREDEFINED = [
  "BPFTRACE_HAVE_BTF 1",
  "LINUX_VERSION_CODE 0x61200",
  "KERNEL_VERSION(a, b, c) (((a) << 16) + ((b) << 8) + (c))",
];

/** The names of the structs that are left, and the codes of errors. */
function left(lines: string[]): { names: string[]; defines: string[]; codes: string[] } {
  const report = new Report();
  const script = parseScript({ name: "-e", text: `${lines.join("\n")}\n` }, report);
  const preprocessor = new Preprocessor({ arch: "x86_64", report, find: () => undefined });
  for (const line of PREDEFINED) preprocessor.define(line, 0);
  const { items, defines } = activeItems(script?.items ?? [], preprocessor, report);
  const names = items.map((item) => (item.kind === "cRecord" ? (item.name ?? "") : item.kind));
  return { names, defines: [...defines.keys()], codes: report.diagnostics.map((d) => d.code) };
}

const S = (name: string) => `struct ${name} { int x; };`;

// biome-ignore format: one case per line
test.each<{ rule: string; lines: string[]; gives: string[] }>([
  { rule: "nothing to leave out",      lines: ["#include <a.h>", S("a")],                                    gives: ["include", "a"] },
  { rule: "defined",                   lines: ["#ifdef BPFTRACE_HAVE_BTF", S("a"), "#else", S("b"), "#endif", S("c")], gives: ["a", "c"] },
  { rule: "not defined",               lines: ["#ifndef BPFTRACE_HAVE_BTF", "#include <a.h>", "#else", S("b"), "#endif"], gives: ["b"] },
  { rule: "one of several",            lines: ["#if 0", S("a"), "#elif 1", S("b"), "#elif 1", S("c"), "#else", S("d"), "#endif"], gives: ["b"] },
  { rule: "inside of one that is out", lines: ["#if 0", "#if 1", S("a"), "#else", S("b"), "#endif", "#else", S("c"), "#endif"], gives: ["c"] },
  { rule: "inside of one that is in",  lines: ["#if 1", "#ifdef X", S("a"), "#else", S("b"), "#endif", S("c"), "#endif"], gives: ["b", "c"] },
  { rule: "a define before",           lines: ["#define X 2", "#if X > 1 && defined(X)", S("a"), "#endif"],  gives: ["a"] },
  { rule: "a define behind",           lines: ["#ifdef X", S("a"), "#endif", "#define X"],                   gives: [] },
  { rule: "a define taken back",       lines: ["#define X 1", "#undef X", "#ifdef X", S("a"), "#endif"],     gives: [] },
  { rule: "a define that is out",      lines: ["#if 0", "#define X 1", "#endif", "#if defined X", S("a"), "#endif"], gives: [] },
  { rule: "a define by a define",      lines: ["#define X Y", "#define Y (1 << 3)", "#if X == 8", S("a"), "#endif"], gives: ["a"] },
  { rule: "defines in a circle are 0", lines: ["#define A B", "#define B A", "#if A", S("a"), "#else", S("b"), "#endif"], gives: ["b"] },
  { rule: "elifdef and elifndef",      lines: ["#define Y", "#ifdef X", S("a"), "#elifdef Y", S("b"), "#endif", "#if 0", "#elifndef X", S("c"), "#endif"], gives: ["b", "c"] },
  { rule: "a define with parameters",  lines: ["#define AT(a, b) ((a) * 10 + (b))", "#if AT(2, 3) == 23", S("a"), "#endif"], gives: ["macro", "a"] },
  { rule: "unknown names are 0",       lines: ["#if NOBODY", S("a"), "#else", S("b"), "#endif"],             gives: ["b"] },
  { rule: "versions",                  lines: ["#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 18, 0)", S("a"), "#endif", "#if LINUX_VERSION_CODE < KERNEL_VERSION(6,18,0)", S("b"), "#endif"], gives: ["a"] },
  { rule: "not defined by an operator", lines: ["#if !defined(X) || 0", S("a"), "#endif"],                   gives: ["a"] },
])("conditions: $rule", ({ lines, gives }) => {
  const { names, codes } = left(lines);
  expect(names).toEqual(gives);
  expect(codes).toEqual([]);
});

// biome-ignore format: one case per line
test.each<{ rule: string; lines: string[] }>([
  { rule: "an #if without end",     lines: ["#if 1", S("a")] },
  { rule: "an #endif alone",        lines: ["#endif"] },
  { rule: "an #else alone",         lines: ["#else"] },
  { rule: "two #else",              lines: ["#if 1", "#else", "#else", "#endif"] },
  { rule: "no constant",            lines: ["#if $x", "#endif"] },
  { rule: "no expression",          lines: ["#if", "#endif"] },
  { rule: "an #ifdef of nothing",   lines: ["#ifdef", "#endif"] },
  { rule: "division by zero",       lines: ["#if 1 / 0", "#endif"] },
])("bad conditions: $rule", ({ lines }) => {
  expect(left(lines).codes).toEqual(["syntax/conditional"]);
});

/** The first probe without its `#` lines, as source on one line. */
function body(lines: string[]): { text: string; codes: string[] } {
  const report = new Report();
  const script = parseScript({ name: "-e", text: `${lines.join("\n")}\n` }, report);
  const preprocessor = new Preprocessor({ arch: "x86_64", report, find: () => undefined });
  for (const line of PREDEFINED) preprocessor.define(line, 0);
  const { items } = activeItems(script?.items ?? [], preprocessor, report);
  const probes = items.filter((item) => item.kind === "probe");
  const text = printSource({ kind: "script", items: probes, comments: [], span: { start: 0, end: 0 } });
  return { text: text.replace(/\s+/g, " ").trim(), codes: report.diagnostics.map((d) => d.code) };
}

// biome-ignore format: one case per line
test.each<{ rule: string; lines: string[]; gives: string; codes?: string[] }>([
  { rule: "a statement that is out",    lines: ["BEGIN { a();", "#ifdef X", "b();", "#else", "c();", "#endif", "}"],   gives: "BEGIN { a(); c(); }" },
  { rule: "BTF is there",               lines: ["BEGIN {", "#ifdef BPFTRACE_HAVE_BTF", "a();", "#endif", "}"],         gives: "BEGIN { a(); }" },
  { rule: "in an inner block",          lines: ["BEGIN { if (1) {", "#if 0", "a();", "#endif", "b(); } c(); }"],       gives: "BEGIN { if (1) { b(); } c(); }" },
  { rule: "one inside of another",      lines: ["BEGIN {", "#if 1", "#if 0", "a();", "#else", "b();", "#endif", "#endif", "}"], gives: "BEGIN { b(); }" },
  { rule: "no semicolon before the line", lines: ["BEGIN {", "#if 1", "a()", "#endif", "b() }"],                       gives: "BEGIN { a(); b(); }" },
  { rule: "the value of a block",       lines: ["BEGIN { $x = {", "#if 0", "1", "#else", "2", "#endif", "}; }"],       gives: "BEGIN { $x = { 2 }; }" },
  { rule: "the value of a branch",      lines: ["BEGIN { $x = if (1) {", "#if 1", "1", "#endif", "} else { 2 }; }"],   gives: "BEGIN { $x = if (1) { 1 } else { 2 }; }" },
  { rule: "a branch whose value nobody asks for", lines: ["BEGIN { if (1) {", "#if 1", "a()", "#endif", "} }"],        gives: "BEGIN { if (1) { a(); } }" },
  { rule: "a define in a block counts from there", lines: ["BEGIN {", "#define X 1", "#if X", "a();", "#endif", "}"],  gives: "BEGIN { a(); }" },
  { rule: "a define that changes",      lines: ["#define X 1", "BEGIN { a(X);", "#undef X", "#define X 2", "a(X); }"], gives: "BEGIN { a((1)); a((2)); }" },
  { rule: "a define by one that changes", lines: ["#define Y X + 1", "#define X 1", "BEGIN { a(Y);", "#undef X", "#define X 2", "a(Y); }"], gives: "BEGIN { a(((1) + 1)); a(((2) + 1)); }" },
  { rule: "a define that is taken back", lines: ["#define X 1", "BEGIN { a(X);", "#undef X", "a(X); }"],               gives: "BEGIN { a((1)); a(X); }" },
  { rule: "defines in a circle",        lines: ["#define X Y", "#define Y X", "BEGIN {", "a(X);", "#undef X", "}"],    gives: "BEGIN { a((X)); }" },
  { rule: "an #if that its block does not end", lines: ["BEGIN { if (1) {", "#if 1", "}", "#endif", "}"],              gives: "BEGIN { if (1) {} }", codes: ["syntax/conditional", "syntax/conditional"] },
  { rule: "a refusal that counts",      lines: ["BEGIN {", "#if 0", "#error no", "#else", "#error yes", "#endif", "}"], gives: "BEGIN {}", codes: ["include/error"] },
])("in blocks: $rule", ({ lines, gives, codes }) => {
  expect(body(lines)).toEqual({ text: gives, codes: codes ?? [] });
});

// biome-ignore format: one case per line
test.each<{ rule: string; lines: string[] }>([
  { rule: "a # line behind a statement", lines: ["BEGIN { a(); #if 1", "#endif", "}"] },
  { rule: "an #include in a block",      lines: ["BEGIN {", "#include <linux/sched.h>", "}"] },
  { rule: "no directive",                lines: ["BEGIN {", "# a comment", "}"] },
])("refused in blocks: $rule", ({ lines }) => {
  const report = new Report();
  expect(parseScript({ name: "-e", text: `${lines.join("\n")}\n` }, report)).toBeUndefined();
  expect(report.diagnostics[0]?.code).toBe("syntax/bad-directive");
});

test("defines that change and double at each step take no exponential time", () => {
  const lines = Array.from({ length: 60 }, (_, i) => `#define A${i} A${i + 1} + A${i + 1}`);
  expect(body([...lines, "BEGIN { a(A0); }", "#undef A59"]).codes).toEqual(["name/expansions"]);
});

test("defines with a value are given by name; those that are out or macros are not", () => {
  const lines = [
    "#define A 1",
    "#define B(x) x",
    "#define C",
    "#if 0",
    "#define D 1",
    "#endif",
    "#define E 2",
    "#undef E",
  ];
  expect(left(lines).defines).toEqual(["A"]);
});

test("defines that double at each step take no exponential time", () => {
  const lines = Array.from({ length: 60 }, (_, i) => `#define A${i} A${i + 1} + A${i + 1}`);
  const started = cpuMs();
  left([...lines, "#define A60 1", "#if A0", "#endif"]);
  expect(cpuMs() - started).toBeLessThan(1000);
});
