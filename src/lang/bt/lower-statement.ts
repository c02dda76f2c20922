import { unreachable } from "../../base/errors.ts";
import type { Block, Expr, IfStatement, Statement } from "./ast.ts";
import { findBuiltin } from "./builtins/table.ts";
import { isTrue } from "./comptime.ts";
import type { Lowerer } from "./lower.ts";
import { branchOn } from "./lower-condition.ts";
import { lowerFor, lowerRepeated, lowerWhile } from "./lower-loop.ts";
import { assignMap, lowerKey } from "./lower-map.ts";
import { compoundOp, lowerMapCompound, scaled } from "./lower-operators.ts";
import { changePart, partOfTarget, withPart } from "./lower-part.ts";
import { convertInt } from "./lower-store.ts";
import { CONTROL, CONTROL_MAP } from "./plan-builder.ts";
import { I64, isAggregate, isSigned, type Type, U64 } from "./types.ts";

/** Emits the code of a block's statements, without its result. */
export function lowerBlock(l: Lowerer, block: Block): void {
  for (const [i, statement] of block.statements.entries()) {
    if (!l.b.reachable) return; // behind break, continue, return or exit()
    const before = l.b.span;
    l.b.span = statement.span;
    if (statement.kind === "while") lowerWhile(l, statement, block.statements.slice(0, i));
    else lowerStatement(l, statement);
    l.b.span = before;
  }
}

function lowerStatement(l: Lowerer, s: Exclude<Statement, { kind: "while" }>): void {
  switch (s.kind) {
    case "block":
      return lowerBlock(l, s);
    case "import":
      return;
    case "if":
      return lowerIf(l, s);
    case "expression":
      return l.statement(s.expr, () => {
        l.operand(s.expr);
      });
    case "assign":
      return l.statement(undefined, () => assign(l, s));
    case "let":
      return l.statement(undefined, () => {
        if (s.value) l.writeVariable(s, l.operand(s.value), l.typeOf(s.value));
        else l.zeroVariable(s);
      });
    case "discard":
      return l.statement(undefined, () => {
        l.operand(s.value);
      });
    case "unroll":
      return unroll(l, s);
    case "for":
      return lowerFor(l, s);
    case "break":
      l.frame.breakTo.at(-1)?.();
      return;
    case "continue":
      l.frame.continueTo.at(-1)?.();
      return;
    case "hashLine":
    case "openEnd":
      throw new Error("bug: a `#` line that was not taken out");
    case "return":
      return leave(l, s);
    default:
      unreachable(s);
  }
}

/** Ends the program, or the function of the script's own around here, whose result is a variable. */
function leave(l: Lowerer, s: Extract<Statement, { kind: "return" }>): void {
  const { endFunction } = l.frame;
  const { value } = s;
  if (!endFunction) {
    if (l.variant.kind === "test" && value) keepResult(l, value);
    return l.frame.leave();
  }
  if (value && l.hasVariable(s))
    l.statement(undefined, () => l.writeVariable(s, l.operand(value), l.typeOf(value)));
  endFunction();
}

/** What a test returns is kept beside the control words: loops' callbacks have no other way out. */
function keepResult(l: Lowerer, value: Expr): void {
  l.statement(undefined, () => {
    l.b.store("map", 8, l.b.mapValueAddr(CONTROL_MAP, CONTROL.result), 0, l.int(value));
  });
}

function lowerIf(l: Lowerer, s: IfStatement): void {
  const { b } = l;
  const known = l.comptime(s.test);
  if (known !== undefined) return takeBranch(l, s, isTrue(known));
  const then = b.block();
  const otherwise = b.block();
  const done = b.block();
  const end = l.branches(() => branchOn(l, s.test, then, otherwise));
  b.enter(then);
  end();
  lowerBlock(l, s.then);
  b.jump(done);
  b.enter(otherwise);
  end();
  if (s.else?.kind === "if") lowerIf(l, s.else);
  else if (s.else) lowerBlock(l, s.else);
  b.jump(done);
  b.enter(done);
}

function takeBranch(l: Lowerer, s: IfStatement, holds: boolean): void {
  if (holds) lowerBlock(l, s.then);
  else if (s.else?.kind === "if") lowerIf(l, s.else);
  else if (s.else) lowerBlock(l, s.else);
}

/** A body that is repeated more often than this is compiled once, as a loop: a program has room for so many instructions. */
const MOST_COPIES = 100;

function unroll(l: Lowerer, s: Extract<Statement, { kind: "unroll" }>): void {
  const { b } = l;
  const rounds = Number(l.constant(s.count) ?? 0n);
  if (rounds * l.frame.rounds > MOST_COPIES) return lowerRepeated(l, s.body, rounds);
  const outside = l.frame.rounds;
  l.frame.rounds *= rounds;
  const done = b.block();
  l.frame.breakTo.push(() => b.jump(done));
  for (let i = 0; i < rounds; i++) {
    const next = b.block();
    l.frame.continueTo.push(() => b.jump(next));
    lowerBlock(l, s.body);
    l.frame.continueTo.pop();
    b.jump(next);
    b.enter(next);
  }
  l.frame.breakTo.pop();
  l.frame.rounds = outside;
  b.jump(done);
  b.enter(done);
}

function assign(l: Lowerer, s: Extract<Statement, { kind: "assign" }>): void {
  const { target } = s;
  if (target.kind === "map") return assignToMap(l, s, target);
  if (target.kind !== "variable") return assignToPart(l, s);
  if (s.op === "=") return l.writeVariable(target, l.operand(s.value), l.typeOf(s.value));
  const type = l.typeOf(target);
  const old = l.int(target);
  const amount = scaled(l, l.int(s.value), type);
  const changed = l.b.binary(compoundOp(l, s, type), old, amount);
  const wide: Type = isSigned(type) ? I64 : U64;
  l.writeVariable(target, { kind: "int", value: convertInt(l, changed, wide, type) }, type);
}

/** `$t.0 = x`, `@m[k].0 += x`. */
function assignToPart(l: Lowerer, s: Extract<Statement, { kind: "assign" }>): void {
  const part = partOfTarget(l, s.target);
  if (!part) throw new Error("bug: an assignment to what has no place");
  if (s.op !== "=") {
    changePart(l, part, compoundOp(l, s, l.typeOf(s.target)), () => l.int(s.value));
    return;
  }
  const operand = l.operand(s.value);
  const from = l.typeOf(s.value);
  withPart(l, part, (place, type) => l.store(operand, isAggregate(from) ? I64 : from, place, type));
}

function assignToMap(
  l: Lowerer,
  s: Extract<Statement, { kind: "assign" }>,
  target: Extract<Expr, { kind: "map" }>,
): void {
  if (s.op !== "=") return lowerMapCompound(l, s, target);
  const map = l.env.map(target.name);
  const { value } = s;
  const builtin = value.kind === "call" || value.kind === "identifier" ? findBuiltin(value.name) : undefined;
  if (builtin?.place === "mapValue" && builtin.aggregate) {
    const args = value.kind === "call" ? value.args : [];
    return builtin.aggregate(l, map, target.keys, args);
  }
  const from = l.typeOf(value);
  const operand = l.operand(value);
  const type = isAggregate(from) ? I64 : from;
  assignMap(l, map, target.keys && lowerKey(l, map, target.keys), operand, type);
}
