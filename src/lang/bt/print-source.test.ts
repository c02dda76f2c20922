import fc from "fast-check";
import { expect, test } from "vitest";
import { Report, renderDiagnostic } from "../../base/diagnostic.ts";
import { textOfBytes } from "../shared/c-escape.ts";
import type { Block, Expr, Statement } from "./ast.ts";
import { parseOneExpression, parseScript } from "./parse.ts";
import { printExprSource, printSource } from "./print-source.ts";
import type { TypeSyntax } from "./type-syntax.ts";

const span = { start: 0, end: 0 };

/** The tree without places and brackets, which generated trees do not have. */
function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare);
  if (value instanceof Uint8Array) return [...value];
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([name]) => !/^(?:span|parens|.*Span)$/.test(name));
  return Object.fromEntries(entries.map(([name, one]) => [name, bare(one)]));
}

const name = fc.constantFrom("a", "b2", "_x", "pid", "arg0", "count", "comm", "then");

const leaf: fc.Arbitrary<Expr> = fc.oneof(
  fc
    .bigInt({ min: 0n, max: (1n << 64n) - 1n })
    .map((value): Expr => ({ kind: "integer", value, suffix: "", text: `${value}`, span })),
  fc
    .uint8Array({ maxLength: 8 })
    .map((bytes): Expr => ({ kind: "string", value: textOfBytes(bytes), bytes, span })),
  fc.integer({ min: 0, max: 255 }).map((code): Expr => ({ kind: "character", value: BigInt(code), span })),
  fc.boolean().map((value): Expr => ({ kind: "bool", value, span })),
  name.map((one): Expr => ({ kind: "identifier", name: one, span })),
  name.map((one): Expr => ({ kind: "variable", name: one, span })),
  fc.constantFrom("", "m", "m2").map((one): Expr => ({ kind: "map", name: one, span })),
  fc.integer({ min: 0, max: 99 }).map((index): Expr => ({ kind: "positional", index, span })),
  fc.constant<Expr>({ kind: "positionalCount", span }),
);

const simpleType: fc.Arbitrary<TypeSyntax> = fc.oneof(
  fc
    .constantFrom("uint64", "int8", "foo", "foo_t", "unsigned long")
    .map((one): TypeSyntax => ({ kind: "namedType", name: one, span })),
  fc
    .constantFrom<"struct" | "union" | "enum">("struct", "union", "enum")
    .map((tag): TypeSyntax => ({ kind: "recordType", tag, name: "s", span })),
);
const length = fc
  .integer({ min: 0, max: 99 })
  .map((n): Expr => ({ kind: "integer", value: BigInt(n), suffix: "", text: `${n}`, span }));
const type: fc.Arbitrary<TypeSyntax> = fc.oneof(
  simpleType,
  simpleType.map((to): TypeSyntax => ({ kind: "pointerType", to, span })),
  simpleType.map((to): TypeSyntax => ({ kind: "pointerType", to: { kind: "pointerType", to, span }, span })),
  fc.record({ of: simpleType, length }).map((one): TypeSyntax => ({ kind: "arrayType", ...one, span })),
  simpleType.map((of): TypeSyntax => ({ kind: "arrayType", of: { kind: "pointerType", to: of, span }, span })),
  length.map((size): TypeSyntax => ({ kind: "sizedType", name: "string", size, span })),
  name.map((one): TypeSyntax => ({ kind: "typeofType", operand: { kind: "variable", name: one, span }, span })),
);

const tree = fc.letrec<{ expr: Expr; statement: Statement; valued: Block; plain: Block }>((tie) => ({
  expr: fc.oneof(
    { maxDepth: 5, depthSize: "medium", depthIdentifier: "tree" },
    leaf,
    fc.record({
      kind: fc.constant("unary" as const),
      op: fc.constantFrom("!" as const, "~" as const, "-" as const, "+" as const, "*" as const, "&" as const),
      operand: tie("expr"),
      span: fc.constant(span),
    }),
    fc.record({
      kind: fc.constant("update" as const),
      op: fc.constantFrom("++" as const, "--" as const),
      prefix: fc.boolean(),
      target: tie("expr"),
      span: fc.constant(span),
    }),
    fc.record({
      kind: fc.constant("binary" as const),
      op: fc.constantFrom(
        ...(["||", "&&", "|", "^", "&", "==", "!=", "<", ">=", "<<", ">>", "+", "-", "*", "/", "%"] as const),
      ),
      opSpan: fc.constant(span),
      left: tie("expr"),
      right: tie("expr"),
      span: fc.constant(span),
    }),
    fc.record({
      kind: fc.constant("ternary" as const),
      test: tie("expr"),
      then: tie("expr"),
      otherwise: tie("expr"),
      span: fc.constant(span),
    }),
    fc.record({
      kind: fc.constant("ternary" as const),
      test: tie("expr"),
      otherwise: tie("expr"),
      span: fc.constant(span),
    }),
    fc.record({ kind: fc.constant("cast" as const), type, operand: tie("expr"), span: fc.constant(span) }),
    fc.record({ kind: fc.constant("comptime" as const), operand: tie("expr"), span: fc.constant(span) }),
    fc.record({
      kind: fc.constant("member" as const),
      object: tie("expr"),
      name,
      nameSpan: fc.constant(span),
      arrow: fc.boolean(),
      span: fc.constant(span),
    }),
    fc.record({
      kind: fc.constant("tupleField" as const),
      object: tie("expr"),
      index: fc.nat(20),
      indexSpan: fc.constant(span),
      span: fc.constant(span),
    }),
    fc.record({
      kind: fc.constant("index" as const),
      object: tie("expr"),
      index: tie("expr"),
      span: fc.constant(span),
    }),
    fc.record({
      kind: fc.constant("map" as const),
      name: fc.constantFrom("", "m"),
      keys: fc.array(tie("expr"), { minLength: 1, maxLength: 3 }),
      span: fc.constant(span),
    }),
    fc.record({
      kind: fc.constant("call" as const),
      name,
      nameSpan: fc.constant(span),
      args: fc.array(tie("expr"), { maxLength: 3 }),
      span: fc.constant(span),
    }),
    fc.record({
      kind: fc.constant("tuple" as const),
      elements: fc.array(tie("expr"), { maxLength: 3 }),
      span: fc.constant(span),
    }),
    fc.record({
      kind: fc.constant("record" as const),
      fields: fc.array(
        fc.record({ name, nameSpan: fc.constant(span), value: tie("expr"), span: fc.constant(span) }),
        { minLength: 1, maxLength: 2 },
      ),
      span: fc.constant(span),
    }),
    fc.record({
      kind: fc.constant("offsetof" as const),
      base: fc.constant<TypeSyntax>({ kind: "recordType", tag: "struct", name: "s", span }),
      path: fc.array(fc.record({ name, span: fc.constant(span) }), { minLength: 1, maxLength: 2 }),
      span: fc.constant(span),
    }),
    fc.record({ kind: fc.constant("blockExpr" as const), block: tie("valued"), span: fc.constant(span) }),
    fc.record({
      kind: fc.constant("ifExpr" as const),
      test: tie("expr"),
      then: tie("valued"),
      else: tie("valued"),
      span: fc.constant(span),
    }),
  ),
  statement: fc.oneof(
    { maxDepth: 4, depthSize: "medium", depthIdentifier: "tree" },
    fc.record({ kind: fc.constant("expression" as const), expr: tie("expr"), span: fc.constant(span) }),
    fc.record({
      kind: fc.constant("assign" as const),
      target: tie("expr"),
      op: fc.constantFrom("=" as const, "+=" as const, "<<=" as const),
      opSpan: fc.constant(span),
      value: tie("expr"),
      span: fc.constant(span),
    }),
    fc.record({
      kind: fc.constant("let" as const),
      name,
      nameSpan: fc.constant(span),
      type,
      value: tie("expr"),
      span: fc.constant(span),
    }),
    fc.record({
      kind: fc.constant("let" as const),
      name,
      nameSpan: fc.constant(span),
      span: fc.constant(span),
    }),
    fc.record({ kind: fc.constant("discard" as const), value: tie("expr"), span: fc.constant(span) }),
    fc.record({ kind: fc.constant("return" as const), value: tie("expr"), span: fc.constant(span) }),
    fc.constantFrom<Statement>({ kind: "return", span }, { kind: "break", span }, { kind: "continue", span }),
    fc.record({
      kind: fc.constant("while" as const),
      test: tie("expr"),
      body: tie("plain"),
      span: fc.constant(span),
    }),
    fc.record({
      kind: fc.constant("unroll" as const),
      count: tie("expr"),
      body: tie("plain"),
      span: fc.constant(span),
    }),
    fc.record({
      kind: fc.constant("for" as const),
      name,
      nameSpan: fc.constant(span),
      over: tie("expr"),
      body: tie("plain"),
      span: fc.constant(span),
    }),
    fc.record({
      kind: fc.constant("for" as const),
      name,
      nameSpan: fc.constant(span),
      over: fc.record({
        kind: fc.constant("range" as const),
        start: tie("expr"),
        end: tie("expr"),
        span: fc.constant(span),
      }),
      body: tie("plain"),
      span: fc.constant(span),
    }),
    fc.record({
      kind: fc.constant("if" as const),
      test: tie("expr"),
      then: tie("plain"),
      span: fc.constant(span),
    }),
    fc.record({
      kind: fc.constant("if" as const),
      test: tie("expr"),
      then: tie("plain"),
      else: tie("plain"),
      span: fc.constant(span),
    }),
    tie("plain"),
  ),
  plain: fc.record({
    kind: fc.constant("block" as const),
    statements: fc.array(tie("statement"), { maxLength: 3 }),
    span: fc.constant(span),
  }),
  valued: fc.record({
    kind: fc.constant("block" as const),
    statements: fc.array(tie("statement"), { maxLength: 2 }),
    result: tie("expr"),
    span: fc.constant(span),
  }),
}));

test("an expression that is printed reads back as the same tree", () => {
  fc.assert(
    fc.property(tree.expr, (expr) => {
      const text = printExprSource(expr);
      const report = new Report();
      const back = parseOneExpression({ name: "-e", text }, report);
      const why = report.diagnostics.map((d) => renderDiagnostic(d, { name: "-e", text })).join("\n");
      expect(bare(back), `${text}\n${why}`).toEqual(bare(expr));
    }),
    { numRuns: 2000 },
  );
});

test("a probe's predicate and body that are printed read back as the same trees", () => {
  fc.assert(
    fc.property(tree.plain, tree.expr, (body, predicate) => {
      const point = {
        kind: "attachPoint" as const,
        written: "begin",
        writtenSpan: span,
        type: "begin" as const,
        parts: [],
        span,
      };
      const script = {
        kind: "script" as const,
        items: [{ kind: "probe" as const, attachPoints: [point], predicate, body, span }],
        comments: [],
        span,
      };
      const text = printSource(script);
      const report = new Report();
      const back = parseScript({ name: "-e", text }, report);
      const why = report.diagnostics.map((d) => renderDiagnostic(d, { name: "-e", text })).join("\n");
      expect(bare(back), `${text}\n${why}`).toEqual(bare(script));
      expect(back && printSource(back, text)).toBe(text);
    }),
    { numRuns: 1000 },
  );
});
