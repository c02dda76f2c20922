import type { Value } from "../../../ir/ir.ts";
import type { Expr } from "../ast.ts";
import type { Builtin } from "../builtin.ts";
import type { Checker } from "../checker.ts";
import { blockParam } from "../lower-memory.ts";
import type { Amount, DirectPlace, Lowering } from "../lowering.ts";
import { type PointerSpace, type Type, typeName } from "../types.ts";

type Text = Readonly<{ space: PointerSpace; address: Value; limit: Amount; size: number }>;

/** Bytes of a string with its NUL; 1 after a fault. */
function bytesOf(c: Checker, expr: Expr | undefined): number {
  const type: Type | undefined = expr && c.expr(expr);
  if (!expr || !type || type.kind === "none") return 1;
  if (type.kind === "string") return Math.max(1, type.size);
  c.fail(
    "type/not-a-string",
    expr.span,
    `str_concat takes strings, but this is ${typeName(type)}`,
    "read it first: `str(…)`",
  );
  return 1;
}

function textOf(l: Lowering, expr: Expr): Text {
  const type = l.typeOf(expr);
  const size = type.kind === "string" ? Math.max(1, type.size) : 1;
  const operand = l.operand(expr);
  if (operand.kind === "cstring") return { ...operand, size };
  const place = l.inMemory(operand, type);
  return { space: "kernel", address: l.b.toInt(l.address(place)), limit: { max: size }, size };
}

/** Copies the text to `to` and gives its length without the NUL: 0 when it could not be read. */
function appendText(l: Lowering, to: Value, text: Text): Value {
  const { b } = l;
  const read = l.copyString(text.space, to, text.limit, text.address);
  const some = b.block();
  const done = b.block("i64");
  b.branchWith("sgt", 64, read, b.const(0), [some, []], [done, [b.const(0)]]);
  b.enter(some);
  b.jump(done, b.binary("sub", read, b.const(1)));
  b.enter(done);
  return l.atMost(blockParam(done), text.size - 1);
}

function writeBoth(l: Lowering, to: DirectPlace, first: Expr, second: Expr, bytes: number): void {
  const [before, behind] = [textOf(l, first), textOf(l, second)];
  const room = l.temporary("concat", before.size + behind.size);
  l.zero(room, before.size + behind.size); // what lies behind the text belongs to the value, too
  const start = l.address(room);
  const length = appendText(l, start, before);
  appendText(l, l.b.offset(start, length), behind);
  l.store({ kind: "memory", place: room }, { kind: "string", size: bytes }, to, {
    kind: "string",
    size: bytes,
  });
}

const strConcat: Builtin = {
  name: "str_concat",
  usage: "str_concat(first, second)",
  doc: "Both strings as one.",
  form: "call",
  arity: [2, 2],
  check: (c, _use, [first, second]) => ({ kind: "string", size: bytesOf(c, first) + bytesOf(c, second) - 1 }),
  lower(l, _use, [first, second], type) {
    if (!first || !second || type.kind !== "string") throw new Error("bug: str_concat() without its strings");
    return { kind: "write", write: (to) => writeBoth(l, to, first, second, type.size) };
  },
};

export const concatBuiltins: readonly Builtin[] = [strConcat];
