import { Report } from "../base/diagnostic.ts";
import type { SourceText } from "../base/span.ts";
import { printObject } from "../codegen/print-object.ts";
import { printModule } from "../ir/print.ts";
import { parseScript } from "../lang/bt/parse.ts";
import { printAst } from "../lang/bt/print-ast.ts";
import { printSource } from "../lang/bt/print-source.ts";
import { type CompileOptions, compile } from "../pipeline.ts";
import { openMachine } from "./choose-machine.ts";
import { EXIT } from "./exit-status.ts";
import { lateOptimizer } from "./late-optimizer.ts";
import { FdSink } from "./output-stream.ts";
import { printDiagnostics } from "./report-error.ts";
import type { MachineChoice } from "./watched-machine.ts";

export type Stage = "ast" | "ir" | "asm" | "plan";

/** `skep -d STAGE`: prints what one stage of the compilation made of a script. */
export async function printStage(
  source: SourceText,
  stage: Stage,
  options: CompileOptions,
  choice: MachineChoice,
): Promise<number> {
  if (stage === "ast") return printTree(source);
  using machine = await openMachine(choice, "look");
  let ir = "";
  lateOptimizer(source.text);
  const { compiled, report } = compile(source, machine.backend.target, {
    ...options,
    name: source.name,
    onModule: (when, module) => {
      if (stage === "ir") ir += `; ${when}\n${printModule(module)}\n`;
    },
  });
  printDiagnostics(report.diagnostics, source);
  if (!compiled) return EXIT.program;
  if (stage === "ir") new FdSink(1).write(ir);
  else if (stage === "asm") new FdSink(1).write(`${printObject(compiled.object)}\n`);
  else new FdSink(1).write(`${JSON.stringify(compiled.plan, exactNumbers, 2)}\n`);
  return EXIT.ok;
}

/** Prints a script in its usual form, comments kept. Gives the exit status. */
export function formatScript(source: SourceText): number {
  const report = new Report();
  const script = parseScript(source, report);
  printDiagnostics(report.diagnostics, source);
  if (!script) return EXIT.program;
  new FdSink(1).write(printSource(script, source.text));
  return EXIT.ok;
}

function printTree(source: SourceText): number {
  const report = new Report();
  const script = parseScript(source, report);
  printDiagnostics(report.diagnostics, source);
  if (!script) return EXIT.program;
  new FdSink(1).write(`${printAst(script)}\n`);
  return EXIT.ok;
}

function exactNumbers(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
