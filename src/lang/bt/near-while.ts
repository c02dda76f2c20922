import type { Expr, Statement } from "./ast.ts";
import { walk } from "./walk.ts";

type While = Extract<Statement, { kind: "while" }>;
type Constant = (expr: Expr) => bigint | undefined;
/** `variable` is compared with a constant on its right. */
type Bound = Readonly<{ variable: string; op: string; limit: bigint }>;

const MIRRORED: Readonly<Record<string, string>> = { "<": ">", "<=": ">=", ">": "<", ">=": "<=", "!=": "!=" };

/**
 * How often a `while` goes round at most, where the statements `before` it in its block and its own text show that: a
 * variable starts at a constant, is compared with one, and each round that goes on takes one step. Undefined otherwise,
 * and where rounds fork: as a plain loop each would double what the verifier follows.
 */
export function mostRounds(loop: While, before: readonly Statement[], constant: Constant): number | undefined {
  for (const bound of boundsOf(loop.test, constant)) {
    const step = stepOf(loop, bound.variable, constant);
    const start = startOf(bound.variable, before, constant);
    const rounds = step === undefined || start === undefined ? undefined : roundsOf(bound, start, step);
    if (rounds !== undefined) return forks(loop.body, bound.variable) ? undefined : rounds;
  }
  return undefined;
}

/** The comparisons that all have to hold for another round. */
function boundsOf(test: Expr, constant: Constant): Bound[] {
  if (test.kind !== "binary") return [];
  const { op, left, right } = test;
  if (op === "&&") return [...boundsOf(left, constant), ...boundsOf(right, constant)];
  const bound = (variable: Expr, other: Expr, as: string | undefined): Bound[] => {
    const limit = variable.kind === "variable" && as !== undefined ? constant(other) : undefined;
    return variable.kind === "variable" && as !== undefined && limit !== undefined
      ? [{ variable: variable.name, op: as, limit }]
      : [];
  };
  return [...bound(left, right, op), ...bound(right, left, MIRRORED[op])];
}

function roundsOf({ op, limit }: Bound, start: bigint, step: bigint): number | undefined {
  const way = limit - start;
  const far = way < 0n ? -way : way;
  const size = step < 0n ? -step : step;
  if (far > 127n || size > 127n || limit > 127n || limit < -127n) return undefined; // it could leave its type's range
  const towards = step > 0n ? ["<", "<="] : [">", ">="];
  if (op === "!=") return way * step >= 0n && way % step === 0n ? Number(far / size) : undefined;
  if (!towards.includes(op)) return undefined;
  if (way * step < 0n) return 1;
  return Number(far / size) + 1;
}

/** What each round that goes on adds to the variable: a statement of the body, which no `continue` skips. */
function stepOf({ test, body }: While, name: string, constant: Constant): bigint | undefined {
  const steps = body.statements.filter((statement) => changes(statement, name));
  const [only] = steps;
  if (only === undefined || steps.length > 1 || changes(test, name) || changes(body.result, name))
    return undefined;
  for (const statement of body.statements) {
    if (statement === only) break;
    if (skips(statement)) return undefined;
  }
  const step = oneStep(only, constant);
  return step === 0n ? undefined : step;
}

function oneStep(statement: Statement, constant: Constant): bigint | undefined {
  if (statement.kind === "expression" && statement.expr.kind === "update")
    return statement.expr.op === "++" ? 1n : -1n;
  if (statement.kind !== "assign" || statement.target.kind !== "variable") return undefined;
  const amount = constant(statement.value);
  if (amount === undefined) return undefined;
  if (statement.op === "+=") return amount;
  return statement.op === "-=" ? -amount : undefined;
}

/** The constant that the variable certainly has behind these statements. */
function startOf(name: string, before: readonly Statement[], constant: Constant): bigint | undefined {
  const last = before.findLast((statement) => changes(statement, name));
  if (last?.kind === "let" && last.name === name) return last.value && withoutCast(last.value, constant);
  if (last?.kind !== "assign" || last.op !== "=" || last.target.kind !== "variable") return undefined;
  return withoutCast(last.value, constant);
}

function withoutCast(value: Expr, constant: Constant): bigint | undefined {
  const known = constant(value);
  if (known !== undefined || value.kind !== "cast") return known;
  const inner = constant(value.operand);
  return inner !== undefined && inner >= 0n && inner <= 127n ? inner : undefined; // the same in each type
}

/** Whether variables may hold one thing or another behind a round, as what is only known at run time decides. */
function forks(body: unknown, counter: string): boolean {
  let found = false;
  walk(body, (node) => {
    const n = node as Expr | Statement;
    if (n.kind === "while" || n.kind === "for" || n.kind === "unroll") found = true;
    else if (n.kind === "if" || n.kind === "ifExpr")
      found ||= !isKnown(n.test, counter) && decides([n.then, n.else]);
    else if (n.kind === "ternary") found ||= !isKnown(n.test, counter) && decides([n.then, n.otherwise]);
    else if (n.kind === "binary" && (n.op === "&&" || n.op === "||")) found ||= decides(n.right);
  });
  return found;
}

/** Whether the verifier knows what an expression of constants and the counter gives: it computes all but quotients. */
function isKnown(test: Expr, counter: string): boolean {
  let known = true;
  walk(test, (node) => {
    const n = node as Expr;
    if (n.kind === "variable") known &&= n.name === counter;
    else if (n.kind === "binary") known &&= n.op !== "/" && n.op !== "%";
    else known &&= n.kind === "integer" || n.kind === "unary";
  });
  return known;
}

function decides(branch: unknown): boolean {
  let found = false;
  walk(branch, (node) => {
    const n = node as Expr | Statement;
    if (n.kind === "assign" || n.kind === "update") found ||= n.target.kind === "variable";
    else found ||= n.kind === "let" || n.kind === "continue";
  });
  return found;
}

/** Whether the variable may be another behind this code: it is set there, or its address is taken. */
function changes(root: unknown, name: string): boolean {
  let found = false;
  walk(root, (node) => {
    const n = node as Expr | Statement;
    if (n.kind === "assign" || n.kind === "update") found ||= isVariable(n.target, name);
    else if (n.kind === "let" || n.kind === "for") found ||= n.name === name;
    else if (n.kind === "unary" && n.op === "&") found ||= isVariable(n.operand, name);
  });
  return found;
}

function isVariable(expr: Expr, name: string): boolean {
  return expr.kind === "variable" && expr.name === name;
}

function skips(statement: Statement): boolean {
  let found = false;
  walk(statement, ({ kind }) => {
    found ||= kind === "continue";
  });
  return found;
}
