import { didYouMean } from "../../base/suggest.ts";
import type { Expr, Script } from "./ast.ts";
import type { Env } from "./env.ts";
import { walk } from "./walk.ts";

/** Warns of options that were given behind `--` and that no getopt() of the scripts reads. */
export function warnOfUnknownOptions(scripts: readonly Script[], env: Env): void {
  const given = [...env.options.named.keys()];
  if (!env.options.namedForScript || given.length === 0) return;
  const known = new Set<string>();
  for (const script of scripts)
    walk(script, (node) => {
      const name = optionName(node as Expr);
      if (name !== undefined) known.add(name);
    });
  const start = scripts[0]?.span.start ?? 0;
  for (const name of given) {
    if (known.has(name)) continue;
    const all = [...known].map((option) => `--${option}`);
    env.report.warn(
      "lint/unknown-option",
      { start, end: start + 1 },
      `the script has no option --${name}`,
      didYouMean(`--${name}`, all) ??
        (all.length === 0 ? `leave --${name} away` : `its options are ${all.join(", ")}`),
    );
  }
}

function optionName(node: Expr): string | undefined {
  if (node.kind !== "call" || node.name !== "getopt") return undefined;
  const [name] = node.args;
  return name?.kind === "string" ? name.value : undefined;
}
