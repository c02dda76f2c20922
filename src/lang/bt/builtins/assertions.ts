import type { FormatPart } from "../../../plan/plan.ts";
import type { Expr } from "../ast.ts";
import type { Builtin } from "../builtin.ts";
import type { Checker } from "../checker.ts";
import { isTrue, QUESTION_NAMES } from "../comptime.ts";
import { placeText } from "../include-files.ts";
import type { Lowering } from "../lowering.ts";
import { CONTROL, CONTROL_MAP } from "../plan-builder.ts";
import { parseFormat } from "../printf-format.ts";
import { BOOL, I64, NONE, typeName } from "../types.ts";

function textOf(c: Checker, expr: Expr | undefined): string | undefined {
  const text = expr && c.text(expr);
  if (expr && text === undefined)
    c.fail("format/literal", expr.span, "the message must be a string literal", "write it in quotes");
  return text;
}

/** Emits what a failed assertion does: the message, then exit(1). */
function failAt(l: Lowering, use: Expr, text: string): void {
  const { b } = l;
  const format: readonly FormatPart[] = [{ kind: "text", text }];
  const where = placeText(l.env, use.span);
  l.emit([], () => ({ kind: "errorf", level: "error", where, format, args: [], span: use.span }));
  l.emit([{ type: I64, operand: { kind: "int", value: b.const(1) } }], ([code]) => ({
    kind: "exit",
    ...(code && { code }),
    span: use.span,
  }));
  b.store("map", 8, b.mapValueAddr(CONTROL_MAP, 0), CONTROL.exited, b.const(1));
  l.leave();
}

const assertion: Builtin = {
  name: "assert",
  usage: 'assert(condition, "message")',
  doc: "Ends tracing with the message and status 1 when the condition does not hold.",
  form: "call",
  arity: [2, 2],
  place: "statement",
  check(c, _use, [condition, message]) {
    if (condition) c.condition(condition);
    textOf(c, message);
    return NONE;
  },
  lower(l, use, [condition, message]) {
    if (!condition) throw new Error("bug: assert() without a condition");
    const fails = l.b.block();
    const holds = l.b.block();
    l.branch(condition, holds, fails);
    l.b.enter(fails);
    failAt(l, use, (message && l.text(message)) ?? "");
    l.b.enter(holds);
    return { kind: "none" };
  },
};

const staticAssert: Builtin = {
  name: "static_assert",
  usage: 'static_assert(condition, "message")',
  doc: "Stops the compilation with the message when the condition does not hold.",
  form: "call",
  arity: [2, 2],
  place: "statement",
  check(c, use, [condition, message]) {
    const text = textOf(c, message);
    if (!condition) return NONE;
    c.condition(condition);
    const value = c.comptime(condition);
    if (!c.isFinal()) return NONE;
    if (value === undefined)
      return c.fail(
        "type/comptime",
        condition.span,
        "this is not known before the program runs",
        `check it while it runs: \`assert(…, "${text ?? "message"}")\``,
      );
    if (c.reachable && !isTrue(value))
      c.fail("assert/failed", use.span, text ?? "the assertion does not hold", "change what it asks for");
    return NONE;
  },
  lower: () => ({ kind: "none" }),
};

const fail: Builtin = {
  name: "fail",
  usage: 'fail("format", value, …)',
  doc: "Stops the compilation with the message, unless it stands in a branch that is known not to run.",
  form: "call",
  arity: [1, Number.POSITIVE_INFINITY],
  place: "statement",
  check(c, use, args) {
    const text = textOf(c, args[0]);
    for (const arg of args.slice(1)) c.expr(arg);
    if (!c.reachable || text === undefined || !c.isFinal()) return NONE;
    const format = parseFormat(text);
    const values = args.slice(1).map((arg) => c.comptime(arg));
    const unknown = values.indexOf(undefined);
    const at = args[unknown + 1];
    if (unknown >= 0 && at)
      return c.fail(
        "type/comptime",
        at.span,
        "this is not known before the program runs",
        "use errorf() and exit()",
      );
    const message = format.ok ? filled(format.parts, values) : text;
    return c.fail("assert/failed", use.span, message, "change what the message asks for");
  },
  lower: () => ({ kind: "none" }),
};

function filled(parts: readonly FormatPart[], values: readonly unknown[]): string {
  let next = 0;
  return parts.map((part) => (part.kind === "text" ? part.text : String(values[next++] ?? ""))).join("");
}

const assertStr: Builtin = {
  name: "assert_str",
  usage: "assert_str(value)",
  doc: "Stops the compilation when the value is no string.",
  form: "call",
  arity: [1, 1],
  place: "statement",
  check(c, _use, [value]) {
    const type = value && c.expr(value);
    const isText =
      type?.kind === "string" ||
      (type?.kind === "array" && type.of.kind === "int" && type.of.size === 1) ||
      (type?.kind === "pointer" && type.to.kind === "int" && type.to.size === 1);
    if (!value || !type || isText || type.kind === "none") return NONE;
    return c.fail(
      "type/not-a-string",
      value.span,
      `a string is needed here, but this is ${typeName(type)}`,
      "read it first: `str(…)`",
    );
  },
  lower: () => ({ kind: "none" }),
};

/** `is_integer(x)` and its like: answered while compiling, so they can stand behind `if comptime`. */
function question(name: string): Builtin {
  const what = name.slice(3).replaceAll("_", " ").replace("ptr", "pointer").replace("str", "string");
  return {
    name,
    usage: `${name}(value)`,
    doc: `Whether the value is of the kind "${what}"; known while compiling.`,
    form: "call",
    arity: [1, 1],
    check(c, _use, [value]) {
      if (value) c.expr(value);
      return BOOL;
    },
    lower: (l, use) => ({ kind: "int", value: l.b.const(l.comptime(use) === 1n ? 1 : 0) }),
  };
}

export const assertionBuiltins: readonly Builtin[] = [
  assertion,
  staticAssert,
  fail,
  assertStr,
  ...QUESTION_NAMES.map(question),
];
