import { readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { openLinux } from "../../src/linux/backend.ts";
import { FtraceRecords } from "../../src/linux/ftrace-records.ts";
import { functionCount } from "../../src/linux/function-list-key.ts";
import { inOrder, type KernelFunction, kernelFunctions } from "../../src/linux/kernel-functions.ts";
import { walkSymbols } from "../../src/linux/symbol-walk.ts";
import { traceableSymbols } from "../../src/linux/traceable-symbols.ts";
import { Kallsyms } from "../../src/symbols/kallsyms.ts";
import { needs } from "./needs.ts";

// Functions that can be traced, found among the symbols that a program walks, against the kernel's own list of them.

const backend = openLinux();
const { kernel, target } = backend;
afterAll(() => backend[Symbol.dispose]());

function walk(prefix: string): string | undefined {
  const btf = target.kernelBtf();
  return btf && walkSymbols(kernel, btf, prefix);
}

test("a walk finds the symbols that begin so, where the kernel's own table of symbols has them", (t) => {
  needs(t, "btf");
  const text = walk("vfs_rea");
  if (text === undefined) return t.skip("needs iterators over symbols, Linux 6.0");
  const table = new Kallsyms(readFileSync("/proc/kallsyms", "utf8"));
  const walked = text.split("\n").filter((line) => line !== "");
  const found = walked.map((line) => `${line.split("\t")[2]} ${line.split("\t")[0]}`);
  const known = table.matching("vfs_rea*").map(({ name, address }) => `${name} ${address.toString(16)}`);
  expect(found.sort()).toEqual(known.sort());
  expect(found.some((line) => line.startsWith("vfs_read "))).toBe(true);
});

test("the functions found are those of the kernel's list, every one of them", (t) => {
  needs(t, "btf", "kprobe");
  const btf = target.kernelBtf();
  const text = walk("");
  const list = target.tracefs().functionList();
  const total = functionCount(target.tracefs().root());
  if (btf === undefined || text === undefined || list === undefined || total === undefined)
    return t.skip("needs iterators over symbols, Linux 6.0");
  using records = FtraceRecords.open(kernel, btf, total);
  expect(records).toBeDefined();
  if (records === undefined) return;
  const key = ({ name, module = "" }: KernelFunction) => `${name} ${module}`;
  const found = inOrder(traceableSymbols(text, () => true, records) ?? []).map(key);
  const listed = kernelFunctions("*", list, () => new Kallsyms("")).map(key);
  const [ours, theirs] = [new Set(found), new Set(listed)];
  expect(found.filter((name) => !theirs.has(name))).toEqual([]);
  expect(listed.filter((name) => !ours.has(name))).toEqual([]);
  expect(found.length).toBeGreaterThan(10_000);
  expect(FtraceRecords.open(kernel, btf, total + 1)).toBeUndefined(); // the kernel counts otherwise
});

test("a pattern of functions is answered by a walk, with their addresses", (t) => {
  needs(t, "btf", "kprobe");
  if (walk("vfs_rea") === undefined) return t.skip("needs iterators over symbols, Linux 6.0");
  const [read] = target.kernelFunctions("vfs_rea?");
  expect(read).toEqual({ name: "vfs_read" });
  expect(target.functionAddress({ name: "vfs_read" })).toBe(target.kernelSymbol("vfs_read"));
});
