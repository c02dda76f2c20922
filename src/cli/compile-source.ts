import { readFileSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import type { SourceText } from "../base/span.ts";
import { compile } from "../pipeline.ts";
import { importsOf } from "./imports.ts";
import { lateOptimizer } from "./late-optimizer.ts";
import { printDiagnostics } from "./report-error.ts";
import type { RunOptions, ScriptProgram } from "./run-script.ts";

/** A source text as a program to run. What is wrong with it is printed. */
export function compileSource(source: SourceText, options: RunOptions): ScriptProgram {
  return async ({ target }, pid, program) => {
    lateOptimizer(source.text);
    const folders = [dirname(source.name), ...options.compile.includeDirs];
    const { compiled, report } = compile(source, target, {
      ...options.compile,
      ...(program !== undefined && { program }),
      ...(options.verbose && { onNote: (text) => process.stderr.write(`note: ${text}\n`) }),
      name: source.name,
      ...(pid !== undefined && { pid }),
      environment: settingsOf(process.env),
      readInclude: (path) => readInclude(path, folders),
      ...(await importsOf(source.text, target, folders)),
    });
    printDiagnostics(
      options.quiet || options.noWarnings
        ? report.diagnostics.filter((d) => d.severity === "error")
        : report.diagnostics,
      source,
    );
    return compiled;
  };
}

/** Variables of the environment that scripts of the tracing language know as settings. */
function settingsOf(environment: NodeJS.ProcessEnv): ReadonlyMap<string, string> {
  const found = Object.entries(environment).filter(([name]) => name.startsWith("BPFTRACE_"));
  return new Map(found.map(([name, value]) => [name, value ?? ""]));
}

/** The text of an included file, here or in one of the folders. */
export function readInclude(path: string, folders: readonly string[]): string | undefined {
  for (const folder of isAbsolute(path) ? [""] : folders) {
    try {
      return readFileSync(join(folder, path), "utf8");
    } catch {
      // the next folder may have it
    }
  }
  return undefined;
}
