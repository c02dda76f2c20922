import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryCase } from "../../test/support/arbitrary-module.ts";
import { FuncBuilder } from "./build.ts";
import { checkFunc, checkModule } from "./check.ts";
import type { Block, Func, Value } from "./ir.ts";

const PROGRAM = { type: "rawTracepoint", section: "raw_tp/x" } as const;

test("generated modules keep every rule", () => {
  fc.assert(
    fc.property(arbitraryCase({ size: 40 }), ({ module }) => {
      expect(checkModule(module)).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

function program(write: (b: FuncBuilder) => void): Func {
  const b = new FuncBuilder("f", PROGRAM);
  write(b);
  return b.func;
}

// biome-ignore format: one case per line
test.each<{ rule: string; write: (b: FuncBuilder) => void; says: RegExp }>([
  { rule: "width of operands",      write: (b) => b.return(b.truncate(b.const(1, 32))),                                   says: /v0 is i32, not i64/ },
  { rule: "constants unsigned",     write: (b) => { b.func.blocks[0]?.insts.push({ kind: "const", result: 0 as Value, bits: 32, value: -1n }); b.func.types.push("i32"); b.return(); }, says: /not in unsigned form/ },
  { rule: "use before definition",  write: (b) => b.return(b.binary("add", b.const(1), 7 as Value)),                       says: /v7 is used and never defined/ },
  { rule: "base is a pointer",      write: (b) => b.return(b.load("map", 8, b.const(1), 0)),                               says: /v0 is i64, not ptr/ },
  { rule: "no wide store of i32",   write: (b) => { b.store("ctx", 8, b.ctx(), 0, b.const(1, 32)); b.return(); },          says: /v1 is i32, not i64 or ptr/ },
  { rule: "slots exist",            write: (b) => { b.slotStart(3 as never); b.return(); },                                says: /there is no slot 3/ },
  { rule: "edges carry arguments",  write: (b) => { const x = b.block("i64"); b.jump(b.block()); b.enter(x); b.return(); }, says: /does not exist/ },
  { rule: "cmpxchg has expected",   write: (b) => { b.atomicFetch("cmpxchg", 8, b.ctx(), 0, b.const(1)); b.return(); },    says: /expected value goes with cmpxchg/ },
  { rule: "six arguments",          write: (b) => { const one = b.const(1); b.helper("x", [one, one, one, one, one, one]); b.return(); }, says: /6 arguments/ },
])("refuses: $rule", ({ write, says }) => {
  expect(checkFunc(program(write)).join("\n")).toMatch(says);
});

test("a value must be defined on every way to its use", () => {
  const b = new FuncBuilder("f", PROGRAM);
  const [left, right, join] = [b.block(), b.block(), b.block()];
  const one = b.const(1);
  b.branch("eq", 64, one, one, left, right);
  b.enter(left);
  const only = b.const(2);
  b.jump(join);
  b.enter(right);
  b.jump(join);
  b.enter(join);
  b.return(only);
  expect(checkFunc(b.func)).toEqual([`f: b3: v${only} is used where its definition in b1 may not have run`]);
});

test("the context belongs to the entry block of a program", () => {
  const b = new FuncBuilder("f", undefined, []);
  b.ctx();
  b.return();
  expect(checkFunc(b.func)).toEqual(["f: b0: the context is taken in the entry block of a program alone"]);
});

test("the entry block is not jumped to", () => {
  const func = program((b) => b.return());
  const entry = func.blocks[0] as Block;
  entry.terminator = { kind: "jump", to: { block: entry.id, args: [] } };
  expect(checkFunc(func)).toEqual(["f: the entry block has predecessors"]);
});

test("unreachable blocks are a problem only when asked for", () => {
  const b = new FuncBuilder("f", PROGRAM);
  b.return();
  b.enter(b.block());
  b.return();
  expect(checkFunc(b.func)).toEqual([]);
  expect(checkFunc(b.func, undefined, { reachable: true })).toEqual(["f: b1: nothing jumps here"]);
});
