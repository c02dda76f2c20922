import type { Report } from "../../base/diagnostic.ts";
import { unreachable } from "../../base/errors.ts";
import type { Span } from "../../base/span.ts";
import { didYouMean } from "../../base/suggest.ts";
import type { Block, Expr, Statement } from "./ast.ts";
import { findBuiltin } from "./builtins/table.ts";
import { checkExpr, checkMapUse } from "./check-expr.ts";
import { checkFormat } from "./check-format.ts";
import type { Checked, Checker, Variable } from "./checker.ts";
import { constantOf, textOf } from "./const-eval.ts";
import type { Env, MapInfo } from "./env.ts";
import { keyTypeOf, storedType } from "./map-types.ts";
import type { ProbeVariant } from "./probe-variant.ts";
import { resolveType } from "./type-resolve.ts";
import { I64, isAggregate, isInteger, isScalar, NONE, type Type, typeName, U64, unify } from "./types.ts";

type Scope = Map<string, Variable>;

/** Checks one program's predicate and body. `final`: types are settled, so faults are reported. */
export class BodyChecker implements Checker {
  readonly env: Env;
  readonly variant: ProbeVariant;
  readonly final: boolean;
  readonly types = new Map<Expr, Type>();
  readonly variables = new Map<object, Variable>();
  private readonly report: Report;
  private scopes: Scope[] = [];
  /** Variables of scopes that have ended, for scripts that assign in a branch and read after it. */
  private readonly ended: Scope = new Map();
  private loops = 0;
  private count = 0;
  /** Types of earlier rounds, by where the variable was made. */
  private readonly known = new Map<number, Type>();

  constructor(env: Env, variant: ProbeVariant, report: Report, final: boolean) {
    this.env = env;
    this.variant = variant;
    this.report = report;
    this.final = final;
  }

  /** Goes round until the variables' types are settled. */
  run(): Checked {
    for (let round = 0; round < 8; round++) {
      const before = this.settled();
      this.once(round < 7 ? undefined : this.report);
      if (this.settled() === before) break;
    }
    this.once(this.report);
    return { types: this.types, variables: this.variables };
  }

  private settled(): string {
    return [...this.known].map(([at, type]) => `${at}:${typeName(type)}`).join();
  }

  private active: Report | undefined;

  private once(report: Report | undefined): void {
    this.active = report;
    this.types.clear();
    this.variables.clear();
    this.scopes = [new Map()];
    this.ended.clear();
    this.count = 0;
    const { predicate, body } = this.variant.probe;
    if (predicate) this.condition(predicate);
    this.block(body);
  }

  // ---- Checker

  expr(expr: Expr): Type {
    const known = this.types.get(expr);
    if (known) return known;
    const type = checkExpr(this, expr);
    this.types.set(expr, type);
    return type;
  }

  fail(code: string, span: Span, message: string, help: string): Type {
    this.active?.error(code, span, message, help);
    return NONE;
  }

  warn(code: string, span: Span, message: string, help: string): void {
    this.active?.warn(code, span, message, help);
  }

  constant(expr: Expr): bigint | undefined {
    return constantOf(expr, this.env);
  }

  text(expr: Expr): string | undefined {
    return textOf(expr, this.env);
  }

  mapArgument(expr: Expr | undefined, usage: string, span: Span): MapInfo | undefined {
    if (expr?.kind !== "map" || expr.keys !== undefined) {
      this.fail(
        "type/not-a-map",
        expr?.span ?? span,
        `\`${usage}\` takes a map`,
        "give a map without a key, such as `@counts`",
      );
      return undefined;
    }
    return this.env.map(expr.name);
  }

  integer(expr: Expr, what: string): Type {
    const type = this.expr(expr);
    if (isScalar(type) || isAggregate(type)) return type;
    if (type.kind !== "none")
      this.fail(
        "type/not-a-number",
        expr.span,
        `${what} must be a number, but this is ${typeName(type)}`,
        "use a number or a pointer here",
      );
    return I64;
  }

  mapKey(map: MapInfo, keys: readonly Expr[], span: Span): void {
    if (keys.length === 0) {
      if (map.keyed === true)
        this.fail(
          "map/key",
          span,
          `\`@${map.name}\` needs a key: elsewhere it has one`,
          `write \`@${map.name}[…]\``,
        );
      map.keyed ??= false;
      return;
    }
    if (map.keyed === false)
      this.fail(
        "map/key",
        span,
        `\`@${map.name}\` has no key elsewhere`,
        "give one of the two maps another name",
      );
    map.keyed ??= true;
    const types = keys.map((key) => keyTypeOf(this.keyPart(key)));
    const type: Type =
      types.length === 1 && types[0] ? types[0] : { kind: "tuple", fields: types.map((t) => ({ type: t })) };
    if (types.some((t) => t.kind === "none")) return;
    const both = map.key ? unify(map.key, type) : type;
    if (both) {
      map.key = both;
      map.keySpan ??= span;
      return;
    }
    this.fail(
      "map/key-type",
      span,
      `the key of \`@${map.name}\` is ${typeName(type)} here and ${typeName(map.key ?? NONE)} elsewhere`,
      "use keys of one type for a map",
    );
  }

  private keyPart(key: Expr): Type {
    const type = this.expr(key);
    if (isAggregate(type)) return I64;
    if (type.kind === "void" || type.kind === "args")
      return this.fail(
        "map/key-type",
        key.span,
        `${typeName(type)} cannot be a key`,
        "use a number, a string or a tuple",
      );
    return type;
  }

  format(use: Expr, args: readonly Expr[], at: number): void {
    checkFormat(this, use, args, at);
  }

  // ---- variables

  variable(name: string, node: Expr): Variable | undefined {
    for (let i = this.scopes.length - 1; i >= 0; i--) {
      const found = this.scopes[i]?.get(name);
      if (found) return this.use(found, node);
    }
    const hoisted = this.ended.get(name);
    if (!hoisted) return undefined;
    hoisted.zeroed = true;
    this.scopes[0]?.set(name, hoisted);
    return this.use(hoisted, node);
  }

  variableNames(): string[] {
    return [...new Set([...this.scopes.flatMap((scope) => [...scope.keys()]), ...this.ended.keys()])].map(
      (n) => `$${n}`,
    );
  }

  private use(variable: Variable, node: object): Variable {
    this.variables.set(node, variable);
    return variable;
  }

  private declare(
    name: string,
    span: Span,
    type: Type,
    node: object,
    options: { zeroed: boolean; declared: boolean },
  ): void {
    const known = this.known.get(span.start);
    const merged = (known && unify(known, type)) ?? type;
    const variable = { name, span, type: merged, id: this.count++, ...options };
    this.scopes.at(-1)?.set(name, variable);
    this.known.set(span.start, merged);
    this.use(variable, node);
  }

  private assignVariable(target: Extract<Expr, { kind: "variable" }>, type: Type, span: Span): void {
    const found = this.variable(target.name, target);
    if (!found) {
      if (type.kind !== "none")
        this.declare(target.name, target.span, type, target, { zeroed: false, declared: false });
      return;
    }
    const both = unify(found.type, type);
    if (both && !(found.declared && typeName(both) !== typeName(found.type) && !isInteger(both))) {
      if (!found.declared) {
        found.type = both;
        this.known.set(found.span.start, both);
      }
    } else if (type.kind !== "none" && found.type.kind !== "none")
      this.fail(
        "type/assign",
        span,
        `\`$${target.name}\` holds ${typeName(found.type)}, so ${typeName(type)} cannot be assigned to it`,
        "use another variable for a value of another type",
      );
    this.types.set(target, found.type);
  }

  // ---- statements

  block(block: Block): void {
    this.scopes.push(new Map());
    for (const statement of block.statements) this.statement(statement);
    if (block.result) this.expr(block.result);
    this.endScope();
  }

  private endScope(): void {
    for (const [name, variable] of this.scopes.pop() ?? []) this.ended.set(name, variable);
  }

  condition(expr: Expr): void {
    const type = this.expr(expr);
    if (isScalar(type) || isAggregate(type) || type.kind === "string" || type.kind === "none") return;
    this.fail(
      "type/condition",
      expr.span,
      `a condition must be a number, but this is ${typeName(type)}`,
      "compare it with something",
    );
  }

  private statement(s: Statement): void {
    switch (s.kind) {
      case "block":
        return this.block(s);
      case "import":
        this.fail(
          "unsupported/import",
          s.span,
          "imports are not supported by this version of skep",
          "put the code in the script itself",
        );
        return;
      case "if":
        this.condition(s.test);
        this.block(s.then);
        if (s.else) this.statement(s.else);
        return;
      case "expression":
        this.expressionStatement(s.expr);
        return;
      case "assign":
        return this.assign(s);
      case "let":
        return this.let(s);
      case "discard":
        this.expr(s.value);
        return;
      case "while":
        this.condition(s.test);
        this.loop(s.body);
        return;
      case "unroll":
        return this.unroll(s);
      case "for":
        return this.forLoop(s);
      case "break":
      case "continue":
        if (this.loops === 0)
          this.fail(
            "syntax/loop",
            s.span,
            `\`${s.kind}\` outside of a loop`,
            "use `return` to leave the probe",
          );
        return;
      case "return":
        if (s.value) this.integer(s.value, "what a probe returns");
        return;
      default:
        unreachable(s);
    }
  }

  private loop(body: Block): void {
    this.loops++;
    this.block(body);
    this.loops--;
  }

  private expressionStatement(expr: Expr): void {
    const type = this.expr(expr);
    const effect =
      expr.kind === "call" || expr.kind === "update" || expr.kind === "blockExpr" || expr.kind === "ifExpr";
    if (!effect && type.kind !== "none")
      this.warn(
        "lint/unused",
        expr.span,
        "the value of this expression is not used",
        "assign it, print it, or remove the statement",
      );
  }

  private let(s: Extract<Statement, { kind: "let" }>): void {
    const declared = s.type && resolveType(s.type, this.env, (e) => this.expr(e));
    const value = s.value && this.expr(s.value);
    if (this.scopes.at(-1)?.has(s.name))
      this.fail(
        "type/redeclared",
        s.nameSpan,
        `\`$${s.name}\` is declared twice in this block`,
        "remove the second `let`",
      );
    if (declared && value && !unify(declared, value) && value.kind !== "none")
      this.fail(
        "type/assign",
        s.value?.span ?? s.span,
        `${typeName(value)} cannot be assigned to ${typeName(declared)}`,
        "change the declared type or the value",
      );
    const wide = value && isInteger(value) && !declared ? value : undefined;
    const size =
      declared?.kind === "string" && declared.size === 0 && value?.kind === "string" ? value : declared;
    this.declare(s.name, s.nameSpan, size ?? wide ?? value ?? I64, s, {
      zeroed: !s.value,
      declared: declared !== undefined,
    });
  }

  private unroll(s: Extract<Statement, { kind: "unroll" }>): void {
    const count = this.constant(s.count);
    if (count === undefined || count < 1n || count > 100n)
      this.fail(
        "type/unroll",
        s.count.span,
        "unroll takes a constant from 1 to 100",
        "write a number, or use `for ($i : 0..n)`",
      );
    this.expr(s.count);
    this.loop(s.body);
  }

  private forLoop(s: Extract<Statement, { kind: "for" }>): void {
    this.scopes.push(new Map());
    if (s.over.kind === "range") {
      this.integer(s.over.start, "the start of a range");
      this.integer(s.over.end, "the end of a range");
      this.declare(s.name, s.nameSpan, I64, s, { zeroed: false, declared: true });
    } else {
      const map = this.mapArgument(s.over, "for ($kv : @map)", s.over.span);
      if (map) {
        if (map.keyed === false)
          this.fail(
            "map/key",
            s.over.span,
            `\`@${map.name}\` has no keys to go through`,
            "use a map with keys",
          );
        map.keyed = true;
        map.readInProgram = true;
        const value = map.value ? storedType(map.value) : U64;
        const fields = [{ type: map.key ?? U64 }, { type: isAggregate(value) ? I64 : value }];
        this.declare(s.name, s.nameSpan, { kind: "tuple", fields }, s, { zeroed: false, declared: true });
      }
    }
    this.loop(s.body);
    this.endScope();
  }

  private assign(s: Extract<Statement, { kind: "assign" }>): void {
    const { target } = s;
    if (target.kind === "map") return this.assignMap(s, target);
    const value = this.expr(s.value);
    if (isAggregateCall(s.value)) {
      this.fail(
        "type/aggregate",
        s.value.span,
        `${callName(s.value)}() can be assigned to a map only`,
        "write `@name = …`",
      );
      return;
    }
    if (target.kind !== "variable") {
      this.fail(
        "type/target",
        target.span,
        "this cannot be assigned to",
        "assign to a variable `$x` or a map `@x`",
      );
      return;
    }
    if (s.op === "=") {
      if (value.kind === "void")
        this.fail("type/assign", s.value.span, "this has no value to assign", "remove the assignment");
      return this.assignVariable(target, value, s.value.span);
    }
    const current = this.expr(target);
    this.arithmetic(current, target);
    this.integer(s.value, `what \`${s.op}\` takes`);
  }

  private arithmetic(type: Type, at: Expr): void {
    if (!isInteger(type) && type.kind !== "pointer" && type.kind !== "none")
      this.fail(
        "type/operator",
        at.span,
        `arithmetic needs numbers, but this is ${typeName(type)}`,
        "use a number here",
      );
  }

  private assignMap(s: Extract<Statement, { kind: "assign" }>, target: Extract<Expr, { kind: "map" }>): void {
    const map = checkMapUse(this, target);
    const value = this.expr(s.value);
    if (s.op !== "=") {
      map.readInProgram ||= map.value !== undefined && isAggregate(map.value);
      this.integer(s.value, `what \`${s.op}\` takes`);
      this.mapValue(map, map.value ?? I64, target.span);
      return;
    }
    if (value.kind === "none" || value.kind === "void") {
      if (s.value.kind === "call" && findBuiltin(s.value.name) && value.kind === "none")
        this.fail(
          "type/assign",
          s.value.span,
          `${s.value.name}() gives no value to assign`,
          "remove the assignment",
        );
      return;
    }
    const aggregate = isAggregate(value) && !isAggregateCall(s.value) ? I64 : value;
    this.mapValue(map, aggregate, s.value.span);
    this.types.set(target, map.value ?? aggregate);
  }

  /** Notes that values of this type are stored in the map. */
  mapValue(map: MapInfo, type: Type, span: Span): void {
    const stored = storedType(type);
    const old = map.value;
    const both = old ? unify(old, stored) : stored;
    if (both) {
      map.value = both;
      map.valueSpan ??= span;
      return;
    }
    if (
      old &&
      isAggregate(old) &&
      isInteger(stored) &&
      old.kind !== "hist" &&
      old.kind !== "lhist" &&
      old.kind !== "stats"
    )
      return;
    this.fail(
      "map/value-type",
      span,
      `\`@${map.name}\` holds ${typeName(old ?? NONE)}, so ${typeName(stored)} cannot be stored in it`,
      "use another map for values of another type",
    );
  }

  unknownVariable(expr: Extract<Expr, { kind: "variable" }>): Type {
    const near = didYouMean(`$${expr.name}`, this.variableNames());
    return this.fail(
      "name/variable",
      expr.span,
      `\`$${expr.name}\` is read but never assigned before`,
      near ?? `assign it first: \`$${expr.name} = …\``,
    );
  }
}

function isAggregateCall(expr: Expr): boolean {
  return (expr.kind === "call" || expr.kind === "identifier") && findBuiltin(expr.name)?.place === "mapValue";
}

function callName(expr: Expr): string {
  return expr.kind === "call" || expr.kind === "identifier" ? expr.name : "";
}
