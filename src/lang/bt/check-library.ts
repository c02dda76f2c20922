import type { Expr } from "./ast.ts";
import type { BodyChecker } from "./check-body.ts";
import type { ImportedFunction } from "./env.ts";
import { isAggregate, isScalar, type Type, typeName } from "./types.ts";

type Call = Extract<Expr, { kind: "call" }>;

const MOST_ARGUMENTS = 5; // registers

/** A call of a function of an imported object: numbers go as they are, everything else by its address. */
export function checkLibraryCall(c: BodyChecker, call: Call, callee: ImportedFunction): Type {
  const { name, params, returns } = callee;
  const usage = `${name}(${params.map((p) => `${typeName(p.type)} ${p.name}`).join(", ")})`;
  if (params.length > MOST_ARGUMENTS || [returns, ...params.map((p) => p.type)].some(isLarge))
    return c.fail(
      "import/function",
      call.nameSpan,
      `\`${usage}\` cannot be called`,
      "let it take at most 5 numbers or pointers, and give a number or a pointer",
    );
  if (call.args.length !== params.length)
    return c.fail(
      "type/arguments",
      call.span,
      `${name}() takes ${params.length} argument${params.length === 1 ? "" : "s"}, not ${call.args.length}`,
      `write \`${usage}\``,
    );
  for (const [i, arg] of call.args.entries()) argument(c, arg, params[i]?.type ?? returns);
  return returns.kind === "void" ? { kind: "none" } : returns;
}

function argument(c: BodyChecker, arg: Expr, type: Type): void {
  const map = mapOf(arg);
  if (map && type.kind === "pointer") {
    c.env.map(map).readInProgram = true;
    return;
  }
  const given = c.value(arg);
  if (given.kind === "none" || isScalar(given) || isAggregate(given)) return;
  if (type.kind === "pointer" && given.kind !== "void" && given.kind !== "args") return;
  c.fail(
    "type/argument",
    arg.span,
    `the function takes ${typeName(type)} here, not ${typeName(given)}`,
    type.kind === "pointer" ? "give a value that is in memory, or its address" : "give a number",
  );
}

/** The map that an argument `&@m` hands over, rather than its value. */
export function mapOf(arg: Expr): string | undefined {
  if (arg.kind !== "unary" || arg.op !== "&" || arg.operand.kind !== "map") return undefined;
  return arg.operand.keys === undefined ? arg.operand.name : undefined;
}

/** Whether it takes more than a register. */
function isLarge(type: Type): boolean {
  return !isScalar(type) && type.kind !== "void";
}
