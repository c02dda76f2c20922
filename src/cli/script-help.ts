import { Report } from "../base/diagnostic.ts";
import type { SourceText } from "../base/span.ts";
import type { Expr } from "../lang/bt/ast.ts";
import { parseScript } from "../lang/bt/parse.ts";
import { walk } from "../lang/bt/walk.ts";
import { EXIT } from "./exit-status.ts";
import { FdSink } from "./output-stream.ts";
import { printDiagnostics } from "./report-error.ts";

type Option = Readonly<{ name: string; value: string; about: string }>;

/** `skep SCRIPT --help`: the options that the script itself reads with getopt(). Gives the exit status. */
export function printScriptHelp(source: SourceText): number {
  const report = new Report();
  const script = parseScript(source, report);
  if (!script) {
    printDiagnostics(report.diagnostics, source);
    return EXIT.program;
  }
  const found = new Map<string, Option>();
  walk(script, (node) => {
    const option = optionOf(node as Expr);
    if (option && !found.get(option.name)?.about) found.set(option.name, option);
  });
  new FdSink(1).write(helpText(source.name, [...found.values()]));
  return EXIT.ok;
}

function optionOf(node: Expr): Option | undefined {
  if (node.kind !== "call" || node.name !== "getopt") return undefined;
  const [name, otherwise, about] = node.args;
  if (name?.kind !== "string") return undefined;
  return {
    name: name.value,
    value: otherwise && otherwise.kind !== "bool" ? `=${written(otherwise)}` : "",
    about: about?.kind === "string" ? about.value : "",
  };
}

/** A default as the script gives it. */
function written(expr: Expr): string {
  if (expr.kind === "integer") return expr.text;
  if (expr.kind === "string") return expr.value === "" ? "TEXT" : expr.value;
  return "VALUE";
}

function helpText(name: string, options: readonly Option[]): string {
  if (options.length === 0) return `${name} has no options of its own\n`;
  const left = options.map((option) => `  --${option.name}${option.value}`);
  const width = Math.max(...left.map((text) => text.length)) + 2;
  const lines = options
    .map((option, i) => (left[i] ?? "").padEnd(width) + option.about)
    .map((l) => l.trimEnd());
  return `Options of ${name} (with their defaults):\n${lines.join("\n")}\n`;
}
