import { Report } from "../../base/diagnostic.ts";
import { lineAndColumn } from "../../base/span.ts";
import type { Preprocessor, TopLevel } from "./ast.ts";
import type { Env } from "./env.ts";
import { parseScript } from "./parse.ts";

type Include = Extract<Preprocessor, { kind: "include" }>;

const MOST_DEPTH = 16;

/**
 * Puts the items of included files where they are included. The kernel's own headers (`<linux/…>`) need no files: BTF
 * has their types. Positions inside of included files do not survive, so their faults are told at the include.
 */
export function expandIncludes(items: readonly TopLevel[], env: Env, depth = 0): readonly TopLevel[] {
  if (!items.some((item) => item.kind === "include")) return items;
  return items.flatMap((item) => (item.kind === "include" ? included(item, env, depth) : [item]));
}

function included(item: Include, env: Env, depth: number): readonly TopLevel[] {
  if (depth >= MOST_DEPTH) {
    env.report.error(
      "include/depth",
      item.span,
      `files include each other more than ${MOST_DEPTH} deep`,
      "remove the circle",
    );
    return [];
  }
  const text = env.options.readInclude(item.path);
  if (text === undefined) {
    if (!item.system)
      env.report.error(
        "include/missing",
        item.span,
        `there is no file \`${item.path}\``,
        "give the folder it is in with -I DIR",
      );
    else if (!env.target.kernelBtf())
      env.report.warn(
        "include/no-btf",
        item.span,
        `\`${item.path}\` is not read, and this kernel has no BTF to take its types from`,
        "define the types in the script, or use a kernel with CONFIG_DEBUG_INFO_BTF",
      );
    return [];
  }
  const report = new Report();
  const source = { name: item.path, text };
  const script = parseScript(source, report);
  const [fault] = report.diagnostics;
  if (!script || fault) {
    const where = fault ? lineAndColumn(text, fault.span.start) : { line: 1, column: 1 };
    env.report.error(
      "include/syntax",
      item.span,
      `${item.path}:${where.line}:${where.column}: ${fault?.message ?? "it cannot be read"}`,
      fault?.help ?? "only C types, defines and probes can be included",
    );
    return [];
  }
  return expandIncludes(script.items, env, depth + 1);
}
