import type { Value } from "../../../ir/ir.ts";
import type { FormatPart } from "../../../plan/plan.ts";
import { sizeOfValue } from "../../../plan/value-type.ts";
import type { Expr } from "../ast.ts";
import type { Builtin } from "../builtin.ts";
import type { Checker } from "../checker.ts";
import type { Composite } from "../composite.ts";
import { gfpFlagNames } from "../gfp-flags.ts";
import { placeText } from "../include-files.ts";
import { checkSeqPrintf, isPinned, lowerSeqPrintf } from "../lower-seq-printf.ts";
import type { EventValue, Lowering } from "../lowering.ts";
import { mapLayout } from "../map-layout.ts";
import { hasControls } from "../own-texts.ts";
import { CONTROL, CONTROL_MAP } from "../plan-builder.ts";
import { parseFormat, withFlagNames } from "../printf-format.ts";
import { I64, isAggregate, NONE, type Type, typeName, U64 } from "../types.ts";

/** The value of an argument as an event carries it; an aggregate is read as its number. */
export function eventValue(l: Lowering, expr: Expr): EventValue {
  const type = l.typeOf(expr);
  const text = l.text(expr);
  if (text !== undefined && type.kind === "string") return { type, operand: { kind: "text", text } };
  return { type: isAggregate(type) ? numberType(type) : type, operand: l.operand(expr) };
}

function numberType(type: Type): Type {
  return "signed" in type && type.signed ? I64 : U64;
}

export function formatOf(l: Lowering, expr: Expr | undefined): readonly FormatPart[] {
  const format = parseFormat((expr && l.text(expr)) ?? "");
  return format.ok ? withFlagNames(format.parts, () => gfpFlagNames(l.env)) : [];
}

/** The script's own texts with colours and the like become part of the format, since those in data are not shown. */
function withOwnTexts(l: Lowering, parts: readonly FormatPart[], values: readonly Expr[]) {
  if (parts.some((part) => part.kind === "arg" && (part.width === "*" || part.precision === "*")))
    return { parts, values };
  const left = [...values];
  const rest: Expr[] = [];
  const filled = parts.map((part): FormatPart => {
    const value = part.kind === "arg" ? left.shift() : undefined;
    const text = value && ownText(l, part, value);
    if (text !== undefined && hasControls(text)) return { kind: "text", text };
    if (value) rest.push(value);
    return part;
  });
  return { parts: filled, values: rest };
}

/** What the script itself writes for a conversion that shows it as it is: a text, or a character by its number. */
function ownText(l: Lowering, part: FormatPart, value: Expr): string | undefined {
  if (isPlain(part, "s")) return l.text(value);
  const code = isPlain(part, "c") ? l.constant(value) : undefined;
  return code !== undefined && code > 0n && code < 128n ? String.fromCharCode(Number(code)) : undefined;
}

function isPlain(part: FormatPart, conversion: string): boolean {
  return (
    part.kind === "arg" &&
    part.conversion === conversion &&
    part.width === undefined &&
    part.precision === undefined
  );
}

function formatted(name: "printf" | "cat" | "system", doc: string, unsafe: boolean): Builtin {
  return {
    name,
    usage: `${name}("format", value, …)`,
    doc,
    form: "call",
    arity: [1, Number.POSITIVE_INFINITY],
    place: "statement",
    ...(unsafe && { unsafe: true }),
    check(c, use, args) {
      c.format(use, args, 0);
      if (isPinned(c.variant)) checkSeqPrintf(c, use, name, args);
      return NONE;
    },
    lower(l, use, [format, ...values]) {
      const parts = formatOf(l, format);
      if (isPinned(l.variant)) return lowerSeqPrintf(l, parts, values);
      const known = withOwnTexts(l, parts, values);
      l.emit(
        known.values.map((value) => eventValue(l, value)),
        (fields) => ({ kind: name, format: known.parts, args: fields, span: use.span }),
      );
      return { kind: "none" };
    },
  };
}

function message(name: "errorf" | "warnf" | "debugf", level: "error" | "warn" | "debug", doc: string): Builtin {
  return {
    ...formatted("printf", doc, false),
    name,
    usage: `${name}("format", value, …)`,
    lower(l, use, [format, ...rest]) {
      const { parts, values } = withOwnTexts(l, formatOf(l, format), rest);
      l.emit(
        values.map((value) => eventValue(l, value)),
        (fields) => ({
          kind: "errorf",
          level,
          where: placeText(l.env, use.span),
          format: parts,
          args: fields,
          span: use.span,
        }),
      );
      return { kind: "none" };
    },
  };
}

const print: Builtin = {
  name: "print",
  usage: "print(value) or print(@map [, top [, divisor]])",
  doc: "Prints a value, or a map with all its keys (the `top` largest, values divided by `divisor`).",
  form: "call",
  arity: [1, 3],
  place: "statement",
  check(c, use, [value, top, div]) {
    if (value?.kind === "map" && value.keys === undefined) {
      const map = c.env.map(value.name);
      c.holdsValues(map, value.span);
      if (map.keyed === false && map.value && !isAggregate(map.value)) c.expr(value);
      for (const option of [top, div]) if (option) c.integer(option, "top and divisor");
      return NONE;
    }
    const options = [top, div].filter((o) => o !== undefined);
    if (value?.kind === "map") return checkElement(c, value);
    if (options.length > 0)
      return c.fail(
        "type/arguments",
        use.span,
        "top and divisor are for maps",
        value?.kind === "string" ? "write `printf(…)` for a format with values" : "write `print(value)`",
      );
    const type = value && c.expr(value);
    if (value && type?.kind === "args") {
      c.expr(c.replace(value, () => argsRecord(value, type.composite)));
      return NONE;
    }
    if (value && type?.kind === "void")
      return c.fail("type/print", value.span, `${typeName(type)} cannot be printed`, "print its fields");
    return NONE;
  },
  lower(l, use, [value, top, div]) {
    if (!value) return { kind: "none" };
    if (value.kind === "map" && value.keys === undefined)
      return isPlainValue(l, value)
        ? printPlainValue(l, use, value, div)
        : printMap(l, use, value.name, top, div);
    if (value.kind === "map" && isAggregateMap(l, value)) return printAggregate(l, use, value);
    const shown = l.replaced(value);
    if (shown.kind === "tuple" || shown.kind === "record") return printFields(l, use, shown);
    l.emit([eventValue(l, value)], ([field]) => {
      if (!field) throw new Error("bug: print without its value");
      return { kind: "print", value: field, span: use.span };
    });
    return { kind: "none" };
  },
};

/** `args` as a whole: its fields by name. */
function argsRecord(args: Expr, composite: Composite): Expr {
  const { span } = args;
  const fields = composite.fields().map(({ name }) => {
    const value: Expr = { kind: "member", object: args, name, nameSpan: span, arrow: false, span };
    return { name, nameSpan: span, value, span };
  });
  return { kind: "record", fields, span };
}

/** A tuple's fields travel side by side, so that texts in it take only the room that they need. */
function printFields(l: Lowering, use: Expr, tuple: Extract<Expr, { kind: "tuple" | "record" }>) {
  const values =
    tuple.kind === "tuple"
      ? tuple.elements.map((e) => eventValue(l, e))
      : tuple.fields.map((f) => ({ ...eventValue(l, f.value), name: f.name }));
  l.emit(values, (fields) => {
    const size = Math.max(0, ...fields.map((field) => field.offset + sizeOfValue(field.type)));
    return { kind: "print", value: { type: { kind: "tuple", fields, size }, offset: 0 }, span: use.span };
  });
  return { kind: "none" } as const;
}

type MapExpr = Extract<Expr, { kind: "map" }>;

/** `print(@m[key])`: the entry is read when it is printed for aggregates, at once otherwise. */
function checkElement(c: Checker, expr: MapExpr): Type {
  const map = c.env.map(expr.name);
  c.mapKey(map, expr.keys ?? [], expr.span);
  c.holdsValues(map, expr.span);
  if (map.value && !isAggregate(map.value)) c.expr(expr);
  return NONE;
}

function isAggregateMap(l: Lowering, expr: MapExpr): boolean {
  const type = l.env.map(expr.name).value;
  return type !== undefined && isAggregate(type);
}

/** A map without a key that is no aggregate: one value, which an event can carry. */
function isPlainValue(l: Lowering, expr: MapExpr): boolean {
  return l.env.map(expr.name).keyed === false && !isAggregateMap(l, expr);
}

/** Maps are printed when user space gets to it; this one is sent as it is now, also that it holds nothing. */
function printPlainValue(l: Lowering, use: Expr, expr: MapExpr, div: Expr | undefined) {
  const number = (value: Value): EventValue => ({ type: U64, operand: { kind: "int", value } });
  const { spec, presentOffset = 0 } = mapLayout(l.env.map(expr.name), l.env);
  const present = l.b.load("map", 8, l.b.mapValueAddr(spec.name, 0), presentOffset);
  const values = [number(present), eventValue(l, expr), ...(div ? [number(l.int(div))] : [])];
  l.emit(values, ([there, value, divisor]) => ({
    kind: "printMap",
    map: `@${expr.name}`,
    ...(value && { value }),
    ...(there && { present: there }),
    ...(divisor && { div: divisor }),
    span: use.span,
  }));
  return { kind: "none" } as const;
}

function printMap(l: Lowering, use: Expr, name: string, top: Expr | undefined, div: Expr | undefined) {
  const numbers = [top, div].map(
    (e): EventValue => ({ type: U64, operand: { kind: "int", value: e ? l.int(e) : l.b.const(0) } }),
  );
  l.emit(numbers, ([topField, divField]) => ({
    kind: "printMap",
    map: `@${name}`,
    ...(top && topField && { top: topField }),
    ...(div && divField && { div: divField }),
    span: use.span,
  }));
  return { kind: "none" } as const;
}

/** `print(@m[key])` of an aggregate: user space reads the entry, since its parts are spread over the CPUs. */
function printAggregate(l: Lowering, use: Expr, expr: MapExpr) {
  const map = l.env.map(expr.name);
  const type = map.key ?? U64;
  const key: EventValue = { type, operand: { kind: "memory", place: l.mapKey(map, expr.keys ?? []) } };
  l.emit([key], ([field]) => ({
    kind: "printMap",
    map: `@${expr.name}`,
    ...(field && { key: field }),
    span: use.span,
  }));
  return { kind: "none" } as const;
}

const exit: Builtin = {
  name: "exit",
  usage: "exit([status])",
  doc: "Ends tracing: END runs, maps are printed.",
  form: "call",
  arity: [0, 1],
  place: "statement",
  check(c, _use, [code]) {
    if (code) c.integer(code, "the exit status");
    return NONE;
  },
  lower(l, use, [code]) {
    const { b } = l;
    const status: EventValue[] = code ? [{ type: I64, operand: { kind: "int", value: l.int(code) } }] : [];
    l.emit(status, ([field]) => ({ kind: "exit", ...(field && { code: field }), span: use.span }));
    b.store("map", 8, b.mapValueAddr(CONTROL_MAP, 0), CONTROL.exited, b.const(1));
    l.leave();
    return { kind: "none" };
  },
};

export const outputBuiltins: readonly Builtin[] = [
  formatted(
    "printf",
    "Prints values in a format; %d %u %x numbers, %s text, %r bytes, %p addresses, %c characters.",
    false,
  ),
  formatted("cat", "Prints the contents of a file whose name is given as a format.", false),
  formatted("system", "Runs a shell command given as a format.", true),
  message("errorf", "error", "Prints an error message with the place in the script."),
  message("warnf", "warn", "Prints a warning with the place in the script."),
  message("debugf", "debug", "Prints a message under -d."),
  print,
  exit,
];
