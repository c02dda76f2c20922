import type { Span } from "../../base/span.ts";
import { didYouMean } from "../../base/suggest.ts";
import type { Expr } from "./ast.ts";
import type { BodyChecker } from "./check-body.ts";
import type { Composite } from "./composite.ts";
import { movedField } from "./moved-field.ts";
import type { Type } from "./types.ts";
import { I64, isInteger, isScalar, NONE, typeName } from "./types.ts";

type Access = Extract<Expr, { kind: "member" | "tupleField" | "index" }>;

/** `a.b`, `a->b`, `$t.0`, `a[i]`. */
export function checkMember(c: BodyChecker, expr: Access): Type {
  if (expr.kind === "member" && expr.object.kind === "identifier" && expr.object.name === "args")
    return argsField(c, expr);
  const object = c.expr(expr.object);
  if (object.kind === "none") {
    if (expr.kind === "index") c.expr(expr.index);
    return NONE;
  }
  if (expr.kind === "tupleField") return tupleElement(c, object, expr.index, expr.indexSpan);
  if (expr.kind === "index") return element(c, expr, object);
  const composite = compositeOf(object);
  if (composite) return field(c, composite, expr.name, expr.nameSpan, object);
  if (object.kind === "tuple") {
    const found = object.fields.find((f) => f.name === expr.name);
    if (found) return found.type;
    const names = object.fields.flatMap((f) => (f.name ? [f.name] : []));
    return c.fail(
      "type/field",
      expr.nameSpan,
      `this tuple has no field \`${expr.name}\``,
      didYouMean(expr.name, names) ?? "use `.0`, `.1` … for its elements",
    );
  }
  const isPointer = object.kind === "pointer";
  return c.fail(
    "type/field",
    expr.nameSpan,
    `${typeName(object)} has no fields`,
    isPointer || isInteger(object)
      ? "cast it to a pointer to a struct first: `((struct NAME *)…)->field`"
      : "use a struct or a pointer to one",
  );
}

function argsField(c: BodyChecker, expr: Extract<Expr, { kind: "member" }>): Type {
  const type = c.expr(expr.object);
  if (type.kind !== "args") return NONE;
  return field(c, type.composite, expr.name, expr.nameSpan, type);
}

function compositeOf(type: Type): Composite | undefined {
  if (type.kind === "struct" || type.kind === "args") return type.composite;
  return type.kind === "pointer" && type.to.kind === "struct" ? type.to.composite : undefined;
}

function field(c: BodyChecker, composite: Composite, name: string, span: Span, object: Type): Type {
  const found = composite.field(name);
  if (!found) {
    const names = composite.fields().map((f) => f.name);
    const moved = movedField(composite, name);
    const near = moved ? `write \`${moved}\`, where this kernel has it` : didYouMean(name, names);
    const few = names.length > 0 && names.length <= 12 ? `it has ${names.join(", ")}` : undefined;
    const where =
      object.kind === "args"
        ? `\`${c.variant.points[0]?.probe ?? "this probe"}\` has no argument`
        : `${composite.name} has no field`;
    const list =
      object.kind === "args"
        ? `skep list -v '${c.variant.points[0]?.probe ?? "tracepoint:*"}'`
        : `skep list -v '${composite.name}'`;
    return c.fail("type/field", span, `${where} \`${name}\``, near ?? few ?? `list them with \`${list}\``);
  }
  if (found.dataLoc && found.type.kind === "string")
    return { kind: "string", size: c.env.options.maxStringBytes };
  if (
    found.type.kind === "pointer" &&
    object.kind === "pointer" &&
    object.kernelObject &&
    found.type.to.kind === "struct"
  )
    return { ...found.type, kernelObject: true };
  return found.type;
}

function tupleElement(c: BodyChecker, object: Type, index: number, span: Span): Type {
  if (object.kind !== "tuple")
    return c.fail("type/field", span, `${typeName(object)} is no tuple`, "only tuples have numbered elements");
  const found = object.fields[index];
  if (found) return found.type;
  return c.fail(
    "type/field",
    span,
    `the tuple has ${object.fields.length} elements, there is no .${index}`,
    `use .0 to .${object.fields.length - 1}`,
  );
}

function element(c: BodyChecker, expr: Extract<Expr, { kind: "index" }>, object: Type): Type {
  const index = c.expr(expr.index);
  if (!isScalar(index) && index.kind !== "none")
    c.fail(
      "type/index",
      expr.index.span,
      `an index must be a number, but this is ${typeName(index)}`,
      "use a number",
    );
  const constant = c.constant(expr.index);
  if (object.kind === "array") {
    if (constant !== undefined && object.length > 0 && (constant < 0n || constant >= BigInt(object.length)))
      return c.fail(
        "type/index",
        expr.index.span,
        `the array has ${object.length} elements, there is no [${constant}]`,
        `use 0 to ${object.length - 1}`,
      );
    return object.of;
  }
  if (object.kind === "pointer") return object.to.kind === "void" ? pointerToVoid(c, expr) : object.to;
  if (object.kind === "string") {
    if (constant !== undefined && object.size > 0 && (constant < 0n || constant >= BigInt(object.size)))
      return c.fail(
        "type/index",
        expr.index.span,
        `the text has ${object.size} bytes, there is no [${constant}]`,
        `use 0 to ${object.size - 1}`,
      );
    return { kind: "int", size: 1, signed: true };
  }
  if (object.kind === "tuple" && constant !== undefined)
    return tupleElement(c, object, Number(constant), expr.index.span);
  if (isInteger(object)) return I64;
  return c.fail(
    "type/index",
    expr.object.span,
    `${typeName(object)} has no elements`,
    "use an array or a pointer",
  );
}

function pointerToVoid(c: BodyChecker, expr: Extract<Expr, { kind: "index" }>): Type {
  return c.fail(
    "type/index",
    expr.object.span,
    "a void pointer has no elements",
    "cast it first: `((uint8 *)…)[i]`",
  );
}
