import type { Block, Expr, IfExpr, IfStatement, Statement } from "./ast.ts";

/** The value of a statement that ends a block, or undefined if it has none. */
export function asValue(statement: Statement): Expr | undefined {
  switch (statement.kind) {
    case "expression":
      return statement.expr;
    case "block":
      return statement.result && { kind: "blockExpr", block: statement, span: statement.span };
    case "if":
      return ifAsValue(statement);
    default:
      return undefined;
  }
}

/** An `if` has a value when each of its branches has one. */
function ifAsValue(statement: IfStatement): IfExpr | undefined {
  const { test, then, span } = statement;
  const otherwise = statement.else;
  if (then.result === undefined || otherwise === undefined) return undefined;
  if (otherwise.kind === "if") {
    const inner = ifAsValue(otherwise);
    return inner && { kind: "ifExpr", test, then, else: inner, span };
  }
  return otherwise.result && { kind: "ifExpr", test, then, else: otherwise, span };
}

/** The same statement where nobody asks for its value: results of blocks become statements. */
export function asStatements(statement: Statement): Statement {
  if (statement.kind === "block") return blockAsStatements(statement);
  if (statement.kind === "if") return ifAsStatements(statement);
  return statement;
}

function ifAsStatements(statement: IfStatement): IfStatement {
  const otherwise = statement.else;
  return {
    ...statement,
    then: blockAsStatements(statement.then),
    ...(otherwise && {
      else: otherwise.kind === "if" ? ifAsStatements(otherwise) : blockAsStatements(otherwise),
    }),
  };
}

function blockAsStatements(block: Block): Block {
  if (block.lines === "valued") return { ...block, lines: "plain" };
  if (block.result === undefined) return block;
  const { result, ...rest } = block;
  return { ...rest, statements: [...block.statements, exprAsStatement(result)] };
}

function exprAsStatement(expr: Expr): Statement {
  if (expr.kind === "blockExpr") return blockAsStatements(expr.block);
  if (expr.kind === "ifExpr") return ifAsStatements(ifExprAsStatement(expr));
  return { kind: "expression", expr, span: expr.span };
}

function ifExprAsStatement(expr: IfExpr): IfStatement {
  const { test, then, span } = expr;
  const otherwise = expr.else;
  return {
    kind: "if",
    test,
    then,
    else: otherwise.kind === "ifExpr" ? ifExprAsStatement(otherwise) : otherwise,
    span,
  };
}
