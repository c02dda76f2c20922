import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryCase, mapsFor, rawTracepointBuilder } from "../../test/support/arbitrary-module.ts";
import { compileModule, runIr, runObject } from "../../test/support/differential.ts";
import { manyValues, nestedCalls } from "../../test/support/large-modules.ts";
import { Report } from "../base/diagnostic.ts";
import { parseBtf } from "../btf/decode.ts";
import type { BtfId } from "../btf/types.ts";
import { FuncBuilder } from "../ir/build.ts";
import type { Func, Module } from "../ir/ir.ts";
import { generate } from "./generate.ts";

const INPUTS = { ctx: [3n, 5n, 7n, 11n, 13n], pidTgid: 99n };

test.each([3, 4] as const)("code for cpu v%i does what the IR means", (cpu) => {
  fc.assert(
    fc.property(arbitraryCase({ size: 60 }), ({ module, inputs }) => {
      expect(runObject(compileModule(module, cpu), inputs)).toEqual(runIr(module, inputs));
    }),
    { numRuns: 200, interruptAfterTimeLimit: 20_000 },
  );
});

function moduleOf(funcs: Func[], text = ""): Module {
  return { source: { name: "t.c", text }, license: "GPL", funcs, maps: mapsFor(new Uint8Array(256)) };
}

test.each([10, 40, 70, 150])("%i values that live across a call end up somewhere", (count) => {
  const module = manyValues(count);
  const object = compileModule(module, 3);
  expect(runObject(object, INPUTS)).toEqual(runIr(module, INPUTS));
  expect(object.maps.some((map) => map.name === ".scratch")).toBe(count > 60);
});

test("a big slot goes to the scratch map, and its lookup comes after the predicate", () => {
  const b = rawTracepointBuilder("main");
  const [wanted, home] = [b.block(), b.block()];
  const base = b.slotAddr(b.slot("big", 4000)); // taken early, used late
  b.branch("eq", 64, b.load("ctx", 8, b.ctx(), 0), b.const(3), wanted, home);
  b.enter(home);
  b.return(b.const(7));
  b.enter(wanted);
  for (const off of [0, 2000, 3992]) b.store("stack", 8, base, off, b.load("ctx", 8, b.ctx(), 8));
  const at = b.binary("and", b.load("ctx", 8, b.ctx(), 16), b.const(0xff8));
  const inside = b.block();
  b.branch("le", 64, at, b.const(3992), inside, home);
  b.enter(inside);
  b.store("stack", 8, b.offset(base, at), 0, b.const(1));
  b.return(b.binary("add", b.load("stack", 8, base, 0), b.load("stack", 8, base, 3992)));
  const module = moduleOf([b.func]);
  const object = compileModule(module, 3);
  expect(object.maps.at(-1)).toMatchObject({
    name: ".scratch",
    type: "percpuArray",
    valueSize: 4000,
    maxEntries: 1,
  });
  expect(runObject(object, INPUTS)).toEqual(runIr(module, INPUTS));
  const insns = object.programs[0]?.insns ?? [];
  const firstJump = insns.findIndex((insn) => insn.kind === "jump");
  expect(insns.findIndex((insn) => insn.kind === "call")).toBeGreaterThan(firstJump);
});

test("functions that call each other share 512 bytes", () => {
  const module = nestedCalls(6, 200);
  const object = compileModule(module, 3);
  expect(runObject(object, INPUTS)).toEqual(runIr(module, INPUTS));
  // What does not fit lies in the map, each function below its caller.
  expect(object.maps.at(-1)?.valueSize).toBeGreaterThanOrEqual(600);
});

test("programs that may interrupt one another have scratch entries of their own", () => {
  const big = (name: string, type: "rawTracepoint" | "tracepoint" | "kprobe", section: string) => {
    const b = new FuncBuilder(name, { type, section });
    const base = b.slotAddr(b.slot("big", 600));
    b.store("stack", 8, base, 0, b.const(1));
    b.return(b.load("stack", 8, base, 0));
    return b.func;
  };
  const module = moduleOf([
    big("a", "tracepoint", "tracepoint/a/b"),
    big("b", "kprobe", "kprobe/x"),
    big("c", "rawTracepoint", "raw_tp/x"),
    big("d", "kprobe", "uprobe/x"),
  ]);
  const object = compileModule(module, 3);
  expect(object.maps.at(-1)).toMatchObject({ maxEntries: 3, valueSize: 600 });
  const keys = object.programs.map(
    ({ insns }) => insns.find((insn) => insn.kind === "store" && insn.size === 4) as { src: { imm: number } },
  );
  expect(keys.map((store) => store.src.imm)).toEqual([0, 0, 1, 2]);
});

test("recursion and frames beyond help are the user's to mend", () => {
  const self = new FuncBuilder("again", undefined, ["i64"]);
  self.return(self.call("again", [self.param(0)]));
  const main = rawTracepointBuilder("main");
  main.return(main.call("again", [main.const(1)]));
  const large = rawTracepointBuilder("large");
  large.return(large.load("stack", 8, large.slotAddr(large.slot("pinned", 520, { place: "stack" })), 0));
  const vast = rawTracepointBuilder("vast");
  vast.return(vast.load("stack", 8, vast.slotAddr(vast.slot("vast", 5 << 20)), 0));
  const fine = rawTracepointBuilder("fine");
  fine.return();
  const complain = (...funcs: Func[]) => {
    const report = new Report();
    const object = generate(moduleOf(funcs), { cpuVersion: 3, report });
    return { codes: report.diagnostics.map((d) => d.code), programs: object.programs.map((p) => p.name) };
  };
  expect(complain(main.func, self.func, fine.func)).toEqual({
    codes: ["codegen/recursion"],
    programs: ["fine"],
  });
  expect(complain(large.func, fine.func)).toEqual({ codes: ["codegen/stack-too-large"], programs: ["fine"] });
  expect(complain(vast.func, fine.func)).toEqual({ codes: ["codegen/scratch-too-large"], programs: ["fine"] });
});

test("a function above one that makes tail calls keeps within 256 bytes", () => {
  const callee = new FuncBuilder("callee", undefined, []);
  callee.helper("bpf_tail_call", [callee.const(0), callee.mapAddr("table"), callee.const(0)]);
  callee.return();
  const main = rawTracepointBuilder("main");
  const base = main.slotAddr(main.slot("big", 300));
  main.store("stack", 8, base, 0, main.call("callee", []));
  main.return(main.load("stack", 8, base, 0));
  const object = compileModule(moduleOf([main.func, callee.func]), 3);
  expect(object.maps.at(-1)?.name).toBe(".scratch");
});

test("every function has a type, every instruction its line, the first of each function a name", () => {
  const text = "int first;\nint second;\n";
  const sub = new FuncBuilder("helper.one", undefined, ["i64", "ptr"]);
  sub.span = { start: 15, end: 21 };
  sub.return(sub.param(0));
  const main = rawTracepointBuilder("main");
  main.span = { start: 4, end: 9 };
  main.return(main.call("helper.one", [main.const(1), main.ctx()]));
  const object = compileModule(moduleOf([main.func, sub.func], text), 3);
  const [program] = object.programs;
  expect(program?.functions.map(({ name, insnIndex }) => [name, insnIndex])).toEqual([
    ["main", 0],
    ["helper.one", 4],
  ]);
  const btf = parseBtf(object.btf ?? new Uint8Array());
  const typeOf = (id = 0) => btf.type(id as BtfId);
  expect(typeOf(program?.functions[0]?.btfId)).toMatchObject({ kind: "func", name: "main", linkage: "global" });
  const type = typeOf(program?.functions[1]?.btfId);
  expect(type).toMatchObject({ kind: "func", name: "helper_one", linkage: "static" });
  expect(type.kind === "func" && typeOf(type.proto)).toMatchObject({
    params: [{ name: "arg1" }, { name: "arg2" }],
  });
  const metas = program?.insns.map((insn) => [
    insn.meta?.symbol,
    insn.meta?.line?.line,
    insn.meta?.line?.column,
  ]);
  expect(metas).toEqual([
    ["main", 1, 5],
    [undefined, 1, 5],
    [undefined, 1, 5],
    [undefined, 1, 5],
    ["helper.one", 2, 5],
    [undefined, 2, 5],
  ]);
  expect(program?.insns[0]?.meta?.line).toEqual({ file: "t.c", line: 1, column: 5, text: "int first;" });
});

test("a function that stands nowhere in the source has the line of its program: no line at all would cost it all others", () => {
  const sub = new FuncBuilder("walk", undefined, ["i64", "ptr"]);
  sub.return(sub.param(0));
  const main = rawTracepointBuilder("main");
  main.span = { start: 4, end: 9 };
  main.return(main.call("walk", [main.const(1), main.ctx()]));
  const [program] = compileModule(moduleOf([main.func, sub.func], "int first;\n"), 3).programs;
  expect(program?.insns.map((insn) => insn.meta?.line?.column)).toEqual([5, 5, 5, 5, 5, undefined]);
});

test("a function that nobody calls is left out", () => {
  const idle = new FuncBuilder("idle", undefined, []);
  idle.return();
  const main = rawTracepointBuilder("main");
  main.return();
  const object = compileModule(moduleOf([main.func, idle.func]), 3);
  expect(object.programs[0]?.functions.map((f) => f.name)).toEqual(["main"]);
});

test("the module is not changed", () => {
  fc.assert(
    fc.property(arbitraryCase({ size: 30 }), ({ module }) => {
      const before = structuredClone(module);
      compileModule(module, 3);
      expect(module).toEqual(before);
    }),
    { numRuns: 20 },
  );
});
