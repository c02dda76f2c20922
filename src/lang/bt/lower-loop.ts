import { FuncBuilder } from "../../ir/build.ts";
import { buildCfg } from "../../ir/cfg.ts";
import type { Func, Value, ValueType } from "../../ir/ir.ts";
import type { Block, Expr, Range, Statement } from "./ast.ts";
import type { Variable } from "./checker.ts";
import { type Frame, newFrame } from "./frame.ts";
import { MOST_ROUNDS } from "./long-loops.ts";
import type { Lowerer } from "./lower.ts";
import { branchOn } from "./lower-condition.ts";
import { aggregateNumber } from "./lower-map.ts";
import { blockParam } from "./lower-memory.ts";
import { loadPlace, storeValue } from "./lower-store.ts";
import type { DirectPlace, Operand } from "./lowering.ts";
import { mapLayout } from "./map-layout.ts";
import { mostRounds } from "./near-while.ts";
import { CONTROL, CONTROL_MAP } from "./plan-builder.ts";
import { I64, isAggregate, isInteger, tupleLayout, U64 } from "./types.ts";
import { namesUsed, walk } from "./walk.ts";

type For = Extract<Statement, { kind: "for" }>;
type While = Extract<Statement, { kind: "while" }>;

/** So many rounds, those of loops around it counted, are a loop in the program itself; more go through bpf_loop. */
const PLAIN_ROUNDS = 64;

/** `for ($kv : @map)` and `for ($i : a..b)`. What a loop keeps on the stack is given back behind it. */
export function lowerFor(l: Lowerer, s: For): void {
  const { over } = s;
  if (over.kind !== "range") return l.statement(undefined, () => overMap(l, s, over));
  const start = l.constant(over.start);
  const end = l.constant(over.end);
  const rounds = start !== undefined && end !== undefined ? Math.max(1, Number(end - start)) : Infinity;
  if (l.env.target.has("bpfLoop") && rounds * l.frame.rounds > PLAIN_ROUNDS)
    return l.statement(undefined, () => overRange(l, s, over));
  const { frame } = l;
  const outside = frame.rounds;
  frame.rounds *= rounds;
  l.statement(undefined, () => plainRange(l, s, over));
  frame.rounds = outside;
}

/** A loop of blocks: the verifier follows every round, so the bounds must be near. */
function plainRange(l: Lowerer, s: For, { start, end }: Range): void {
  const { b } = l;
  const limits = l.temporaryOfLoop(16);
  l.statement(undefined, () => {
    b.store("stack", 8, limits.base, 0, l.int(start));
    b.store("stack", 8, limits.base, 8, l.int(end));
  });
  const head = b.block();
  const body = b.block();
  const next = b.block();
  const done = b.block();
  b.jump(head);
  b.enter(head);
  const at = b.load("stack", 8, limits.base, 0);
  b.branch("slt", 64, at, b.load("stack", 8, limits.base, 8), body, done);
  b.enter(body);
  l.writeVariable(s, { kind: "int", value: b.load("stack", 8, limits.base, 0) }, I64);
  insideLoop(
    l,
    () => b.jump(done),
    () => b.jump(next),
    () => l.block(s.body),
  );
  b.jump(next);
  b.enter(next);
  b.store("stack", 8, limits.base, 0, b.binary("add", b.load("stack", 8, limits.base, 0), b.const(1)));
  b.jump(head);
  b.enter(done);
}

function insideLoop(l: Lowerer, onBreak: () => void, onContinue: () => void, body: () => void): void {
  l.frame.breakTo.push(onBreak);
  l.frame.continueTo.push(onContinue);
  body();
  l.frame.breakTo.pop();
  l.frame.continueTo.pop();
}

function overRange(l: Lowerer, s: For, { start, end }: Range): void {
  const { b } = l;
  const first = l.temporaryOfLoop(8);
  const count = b.block("i64");
  const empty = b.block();
  const done = b.block();
  const from = l.int(start);
  b.store("stack", 8, first.base, 0, from);
  const distance = b.binary("sub", l.int(end), from);
  b.branchWith("sgt", 64, distance, b.const(0), [count, [distance]], [empty, []]);
  b.enter(empty);
  b.jump(done);
  b.enter(count);
  const rounds = l.atMost(blockParam(count), MOST_ROUNDS);
  callLoop(
    l,
    s.body,
    [first],
    (call) => {
      const index = l.b.binary("add", l.b.param(0), l.b.load("stack", 8, call.extra(0), 0));
      l.writeVariable(s, { kind: "int", value: index }, I64);
      l.block(s.body);
    },
    ["i64", "ptr"],
    (callback, captures) => l.b.helper("bpf_loop", [rounds, l.b.funcAddr(callback), captures, l.b.const(0)]),
  );
  b.jump(done);
  b.enter(done);
}

/** The body so many times: what `unroll` means where it is long. */
export function lowerRepeated(l: Lowerer, body: Block, rounds: number): void {
  if (!l.env.target.has("bpfLoop")) return plainRepeated(l, body, rounds);
  const enter = (callback: string, captures: Value) =>
    l.b.helper("bpf_loop", [l.b.const(rounds), l.b.funcAddr(callback), captures, l.b.const(0)]);
  l.statement(undefined, () => callLoop(l, body, [], () => l.block(body), ["i64", "ptr"], enter));
}

function plainRepeated(l: Lowerer, code: Block, rounds: number): void {
  const { b } = l;
  const outside = l.frame.rounds;
  l.frame.rounds *= rounds;
  l.statement(undefined, () => {
    const counter = l.temporaryOfLoop(8);
    b.store("stack", 8, counter.base, counter.off, b.const(0));
    const head = b.block();
    const body = b.block();
    const next = b.block();
    const done = b.block();
    const count = () => b.load("stack", 8, counter.base, counter.off);
    b.jump(head);
    b.enter(head);
    b.branch("slt", 64, count(), b.const(rounds), body, done);
    b.enter(body);
    insideLoop(
      l,
      () => b.jump(done),
      () => b.jump(next),
      () => l.block(code),
    );
    b.jump(next);
    b.enter(next);
    b.store("stack", 8, counter.base, counter.off, b.binary("add", count(), b.const(1)));
    b.jump(head);
    b.enter(done);
  });
  l.frame.rounds = outside;
}

/**
 * `while (test) { … }`. One that the statements `before` it show to be short is a plain loop: of bpf_loop() the verifier
 * takes any number of rounds for possible, and follows the program behind it for each.
 */
export function lowerWhile(l: Lowerer, s: While, before: readonly Statement[]): void {
  const { frame } = l;
  const rounds = Math.max(1, mostRounds(s, before, (expr) => l.constant(expr)) ?? Infinity);
  if (l.env.target.has("bpfLoop") && rounds * frame.rounds > PLAIN_ROUNDS)
    return l.statement(undefined, () => whileInCallback(l, s));
  const outside = frame.rounds;
  frame.rounds *= rounds;
  plainWhile(l, s);
  frame.rounds = outside;
}

function whileInCallback(l: Lowerer, s: While): void {
  callLoop(
    l,
    [s.test, s.body],
    [],
    () => {
      const { b } = l;
      const body = b.block();
      const stop = b.block();
      const end = l.branches(() => branchOn(l, s.test, body, stop));
      b.enter(stop);
      b.return(b.const(1));
      b.enter(body);
      end();
      l.block(s.body);
    },
    ["i64", "ptr"],
    (callback, captures) =>
      l.b.helper("bpf_loop", [l.b.const(MOST_ROUNDS), l.b.funcAddr(callback), captures, l.b.const(0)]),
  );
}

function plainWhile(l: Lowerer, s: While): void {
  const { b } = l;
  const head = b.block();
  const body = b.block();
  const done = b.block();
  b.jump(head);
  b.enter(head);
  const stop = b.block();
  const end = l.branches(() => branchOn(l, s.test, body, stop));
  b.enter(stop);
  end();
  b.jump(done);
  b.enter(body);
  end();
  insideLoop(
    l,
    () => b.jump(done),
    () => b.jump(head),
    () => l.block(s.body),
  );
  b.jump(head);
  b.enter(done);
}

function overMap(l: Lowerer, s: For, over: Expr): void {
  if (over.kind !== "map") throw new Error("bug: a loop over no map");
  const map = l.env.map(over.name);
  const layout = mapLayout(map, l.env);
  const variable = l.checked.variables.get(s);
  if (variable?.type.kind !== "tuple") throw new Error("bug: a loop without its variable");
  const { type } = variable;
  const [keyType = U64, valueType = U64] = type.fields.map((f) => f.type);
  const valueOffset = tupleLayout(type.fields).offsets[1] ?? 8;
  callLoop(
    l,
    s.body,
    [],
    () => {
      const key: DirectPlace = { space: "map", base: l.b.param(1), off: 0 };
      const value: DirectPlace = { space: "map", base: l.b.param(2), off: 0 };
      const to = l.placeOfVariable(variable);
      l.statement(undefined, () => {
        storeValue(l, loadPlace(l, key, keyType), keyType, to, keyType);
        const stored = map.value ?? U64;
        const operand: Operand = isAggregate(stored)
          ? { kind: "int", value: aggregateNumber(l, value, stored) }
          : loadPlace(l, value, stored);
        const from = isAggregate(stored) ? valueType : stored;
        storeValue(l, operand, from, { ...to, off: to.off + valueOffset }, valueType);
      });
      l.block(s.body);
    },
    ["ptr", "ptr", "ptr", "ptr"],
    (callback, captures) =>
      l.b.helper("bpf_for_each_map_elem", [
        l.b.mapAddr(layout.spec.name),
        l.b.funcAddr(callback),
        captures,
        l.b.const(0),
      ]),
  );
}

type Call = { extra(index: number): Value };

/**
 * Makes a callback of a loop's body and calls it through `call`. What the body uses of the function around it is handed
 * over by address, in one block of pointers: variables, the places in `extras`, the context, and a word that says that
 * the program is to be left.
 */
function callLoop(
  l: Lowerer,
  code: unknown,
  extras: readonly DirectPlace[],
  body: (call: Call) => void,
  params: readonly ValueType[],
  call: (callback: string, captures: Value) => Value,
): void {
  const outer = l.frame;
  const { b } = outer;
  const captured = capturedVariables(l, code, outer);
  hideConstants(l, code, captured);
  const left = mayLeave(l, code) ? l.temporary("left", 8) : undefined;
  if (left) b.store("stack", 8, left.base, 0, b.const(0));
  const own = left ? [left, ...extras] : extras;
  const places = [...own, ...captured.map((v) => l.placeOfVariable(v))];
  const needsContext = usesContext(l, code);
  const captures = l.temporaryOfLoop((places.length + 1) * 8);
  for (const [index, place] of places.entries())
    b.store("stack", 8, captures.base, index * 8, l.address(place));
  if (needsContext) b.store("stack", 8, captures.base, places.length * 8, l.context());

  const name = `${l.variant.program}_${l.funcs.length}`;
  const inner = new FuncBuilder(name, undefined, params);
  inner.func.kind = "callback";
  if (b.span) inner.span = b.span;
  l.funcs.push(inner.func);
  const context = inner.param(params.length - 1);
  const pointer = (index: number) => inner.loadPtr("stack", context, index * 8);
  const frame: Frame = {
    ...newFrame(inner),
    breakTo: [() => inner.return(inner.const(1))],
    continueTo: [() => inner.return(inner.const(0))],
    leave: () => leaveCallback(inner, pointer(0), LEFT.program),
    endFunction: outer.endFunction && (() => leaveCallback(inner, pointer(0), LEFT.function)),
  };
  for (const [index, variable] of captured.entries())
    frame.variables.set(variable, { space: "stack", base: pointer(own.length + index), off: 0 });
  if (needsContext) frame.context = pointer(places.length);
  l.frame = frame;
  body({ extra: (index) => pointer(own.length - extras.length + index) });
  inner.return(inner.const(0));
  l.frame = outer;

  call(name, captures.base);
  if (!left) return;
  leaveAfter(b, left, LEFT.program, outer.leave);
  if (outer.endFunction) leaveAfter(b, left, LEFT.function, outer.endFunction);
}

/** What a callback leaves beside its loop: the whole program, or the function of the script's own around the loop. */
const LEFT = { program: 1, function: 2 } as const;

function leaveCallback(b: FuncBuilder, left: Value, what: number): void {
  b.store("stack", 8, left, 0, b.const(what));
  b.return(b.const(1));
}

function leaveAfter(b: FuncBuilder, left: DirectPlace, what: number, go: () => void): void {
  const leave = b.block();
  const stay = b.block();
  b.branch("eq", 64, b.load("stack", 8, left.base, 0), b.const(what), leave, stay);
  b.enter(leave);
  go();
  b.enter(stay);
}

/** Variables of the function around a loop that the loop's code mentions. */
function capturedVariables(l: Lowerer, code: unknown, outer: Frame): Variable[] {
  const found = new Set<Variable>();
  const note = (node: object) => {
    const variable = l.checked.variables.get(node);
    if (variable && outer.variables.has(variable)) found.add(variable);
  };
  walk(code, note, l.env.defines);
  return [...found];
}

/**
 * Numbers that a loop changes must not be constants when it begins: the verifier would follow them round by round
 * instead of seeing at once that any round is like any other. They get a zero added that it knows nothing about.
 */
function hideConstants(l: Lowerer, code: unknown, captured: readonly Variable[]): void {
  const changed = new Set<Variable>();
  const note = (node: { readonly kind: string }) => {
    if ((node.kind !== "assign" && node.kind !== "update") || !("target" in node)) return;
    const variable = l.checked.variables.get(node.target as object);
    if (variable && captured.includes(variable) && isInteger(variable.type)) changed.add(variable);
  };
  walk(code, note, l.env.defines);
  if (changed.size === 0) return;
  const { b } = l;
  const flag = b.load("map", 8, b.mapValueAddr(CONTROL_MAP, 0), CONTROL.exited); // 0 or 1
  const zero = b.binary("rsh", flag, b.const(1));
  for (const variable of changed) {
    const { space, base, off } = l.placeOfVariable(variable);
    b.store(space, 8, base, off, b.binary("add", b.load(space, 8, base, off), zero));
  }
}

/** Whether the code may leave the program: `return` and `exit()`. */
function mayLeave(l: Lowerer, code: unknown): boolean {
  let found = false;
  walk(code, (node) => {
    if (node.kind === "return") found = true;
  });
  return found || namesUsed(code, l.env.defines).has("exit");
}

/** What is read from a program's context, or by helpers that take it. */
const OF_CONTEXT = /^(args|s?arg\d+|retval|reg|ctx|usermode|probe|func|[ku]stack)$/;

const OF_STACK = /^[ku]stack$/;

/** The context of programs that run by themselves is of use for stacks only. */
function usesContext(l: Lowerer, code: unknown): boolean {
  const { kind } = l.variant;
  const wanted = kind === "begin" || kind === "end" ? OF_STACK : OF_CONTEXT;
  return [...namesUsed(code, l.env.defines)].some((name) => wanted.test(name));
}

/** Blocks that can be reached, in order. The builder may have made others, behind `return` and `exit()`. */
export function dropUnreachable(func: Func): void {
  const { order } = buildCfg(func);
  if (order.length === func.blocks.length) return;
  const reached = new Uint8Array(func.blocks.length);
  for (const index of order) reached[index] = 1;
  func.blocks = func.blocks.filter((_, index) => reached[index] === 1);
}
