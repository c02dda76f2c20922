import type { SourceText } from "../base/span.ts";
import { compile } from "../pipeline.ts";
import { headerFiles, scriptFolders } from "./header-folders.ts";
import { importsOf } from "./imports.ts";
import { tellDiagnosticLines } from "./json-lines-error.ts";
import { lateOptimizer } from "./late-optimizer.ts";
import { printDiagnostics } from "./report-error.ts";
import type { RunOptions, ScriptProgram } from "./run-script.ts";

/** A source text as a program to run. What is wrong with it is printed. */
export function compileSource(source: SourceText, options: RunOptions): ScriptProgram {
  return async ({ target }, pid, program) => {
    lateOptimizer(source.text);
    const files = headerFiles(source.name, options.compile.includeDirs, () => target.kernelBtf() !== undefined);
    const { compiled, report } = compile(source, target, {
      ...options.compile,
      ...(program !== undefined && { program }),
      ...(options.verbose && { onNote: (text) => process.stderr.write(`note: ${text}\n`) }),
      name: source.name,
      ...(pid !== undefined && { pid }),
      environment: settingsOf(process.env),
      ...files,
      ...(await importsOf(source.text, target, scriptFolders(source.name, options.compile.includeDirs))),
    });
    printDiagnostics(
      options.quiet || options.noWarnings
        ? report.diagnostics.filter((d) => d.severity === "error")
        : report.diagnostics,
      source,
    );
    if (!compiled && options.format === "json") tellDiagnosticLines(report.diagnostics, source, options.output);
    return compiled;
  };
}

/** Variables of the environment that scripts of the tracing language know as settings. */
function settingsOf(environment: NodeJS.ProcessEnv): ReadonlyMap<string, string> {
  const found = Object.entries(environment).filter(([name]) => name.startsWith("BPFTRACE_"));
  return new Map(found.map(([name, value]) => [name, value ?? ""]));
}
