import { Report } from "../../base/diagnostic.ts";
import type { Expr } from "./ast.ts";
import type { CHeaders } from "./c-headers.ts";
import { parseOneExpression } from "./parse.ts";
import { placedAt } from "./placed-at.ts";
import { replaceNodes } from "./replace-nodes.ts";

type Member = Extract<Expr, { kind: "member" }>;

const OBJECT = "__object";
const PATH = /^[A-Za-z_]\w*(?:\s*(?:\.|->)\s*[A-Za-z_]\w*|\s*\[[^\][]*\])*$/;

/**
 * A member whose name is a macro of the user's headers or of the script, such as `#define owner_pid head.owner.pid`, by
 * what the name stands for; undefined where it is a plain name. `object` is what stands before it.
 */
export function namedByMacro(node: Member, object: () => Expr, headers: CHeaders): Expr | undefined {
  const macro = headers.macro(node.name);
  if (macro === undefined || macro.takesArguments || macro.owner !== "user") return undefined;
  const path = headers.expanded(node.name, macro.at);
  if (path === node.name || !PATH.test(path)) return undefined;
  const text = `${OBJECT}${node.arrow ? "->" : "."}${path}`;
  const made = parseOneExpression({ name: node.name, text }, new Report());
  if (made === undefined) return undefined;
  return replaceNodes(placedAt(made, node.span), (one) =>
    one.kind === "identifier" && "name" in one && one.name === OBJECT ? object() : undefined,
  );
}
