import { FuncBuilder } from "../../src/ir/build.ts";
import type { Func, Module, Value } from "../../src/ir/ir.ts";
import { mapsFor, rawTracepointBuilder } from "./arbitrary-module.ts";

function moduleOf(funcs: Func[]): Module {
  const initial = Uint8Array.from({ length: 256 }, (_, i) => i * 7);
  return { source: { name: "large", text: "" }, license: "GPL", funcs, maps: mapsFor(initial) };
}

/** `count` numbers that all live across calls. */
export function manyValues(count: number): Module {
  const b = rawTracepointBuilder("main");
  const values: Value[] = [];
  const base = b.mapValueAddr("in", 0);
  for (let i = 0; i < count; i++) {
    const loaded = b.load("map", 8, base, (i * 8) % 248);
    values.push(b.binary("add", loaded, b.const(i)));
  }
  const id = b.helper("bpf_get_current_pid_tgid", []);
  let sum = b.const(1);
  for (const value of values) sum = b.binary("xor", b.binary("mul", sum, b.const(31)), value);
  b.store("map", 8, b.mapValueAddr("out", 8), 0, b.helper("bpf_get_current_pid_tgid", []));
  for (const value of values.slice().reverse()) sum = b.binary("add", b.binary("mul", sum, b.const(31)), value);
  b.return(b.binary("xor", sum, b.binary("xor", id, id)));
  return moduleOf([b.func]);
}

/** `depth` functions, each with a slot of that many bytes, each calling the next. */
export function nestedCalls(depth: number, bytes: number): Module {
  const funcs: Func[] = [];
  for (let i = 0; i < depth; i++) {
    const b = i === 0 ? rawTracepointBuilder("main") : new FuncBuilder(`level${i}`, undefined, ["i64"]);
    const argument = i === 0 ? b.load("ctx", 8, b.ctx(), 0) : b.param(0);
    const base = b.slotAddr(b.slot("buffer", bytes));
    for (let off = 0; off < bytes; off += 8)
      b.store("stack", 8, base, off, b.binary("add", argument, b.const(off)));
    const below = i + 1 < depth ? b.call(`level${i + 1}`, [b.binary("mul", argument, b.const(3))]) : argument;
    const index = b.binary("and", argument, b.const(0x38));
    b.return(b.binary("xor", below, b.load("stack", 8, b.offset(base, index), bytes - 64)));
    funcs.push(b.func);
  }
  return moduleOf(funcs);
}

/**
 * `count` steps of arithmetic with a branch after each few; jumps from the first step to the last cross all the code.
 */
export function longFunction(count: number): Module {
  const b = rawTracepointBuilder("main");
  const end = b.block("i64");
  let value = b.load("ctx", 8, b.ctx(), 0);
  const out = b.mapValueAddr("out", 0);
  for (let i = 0; i < count; i++) {
    value = b.binary(i % 3 === 0 ? "xor" : "add", b.binary("mul", value, b.const(31)), b.const(i * 77));
    if (i % 8 !== 7) continue;
    b.store("map", 8, out, (i * 8) % 128, value);
    const next = b.block();
    b.branchWith("eq", 64, value, b.const(i), [end, [value]], [next, []]);
    b.enter(next);
  }
  b.jump(end, value);
  b.enter(end);
  b.return(end.params[0]?.value);
  return moduleOf([b.func]);
}
