import type { Diagnostic } from "../base/diagnostic.ts";
import type { SourceText } from "../base/span.ts";
import { diagnosticJson, jsonError } from "./json-error.ts";
import { FdSink, openOutput } from "./output-stream.ts";

/**
 * Runs a script's command; where it asks for `-f json`, an error is a line of the output too, in the form that errors
 * while tracing have. It is thrown on in any case.
 */
export async function answeringInLines<T>(argv: readonly string[], run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (asksJsonLines(argv)) tellErrorLine(error, optionOf(argv, "-o", "--output"));
    throw error;
  }
}

/** Writes an error as a line of the output: of the file `output`, else of stdout. Bugs of ours are for stderr alone. */
export function tellErrorLine(error: unknown, output: string | undefined): void {
  const said = jsonError(error);
  if (said === undefined) return;
  const { error: message, ...more } = said;
  const line = `${JSON.stringify({ type: "error", data: message, ...more })}\n`;
  append(line, said.code === "cli/output" ? undefined : output); // the file may be what is wrong
}

/** The same for what is wrong with a script: a line for each diagnostic, in the order of the source. */
export function tellDiagnosticLines(
  diagnostics: readonly Diagnostic[],
  source: SourceText,
  output: string | undefined,
): void {
  const sorted = [...diagnostics].sort((a, b) => a.span.start - b.span.start);
  const lines = sorted.map((diagnostic) => {
    const { severity, message, help, ...more } = diagnosticJson(diagnostic, source);
    return `${JSON.stringify({ type: severity, data: message, remedy: help, ...more })}\n`;
  });
  append(lines.join(""), output);
}

function append(text: string, output: string | undefined): void {
  using sink = output === undefined ? new FdSink(1) : openOutput(output, "append");
  sink.write(text);
}

/** Whether a script's command line asks for JSON; also one that cannot be read, whose error is to be told in that form. */
function asksJsonLines(argv: readonly string[]): boolean {
  return optionOf(argv, "-f", "--format") === "json";
}

function optionOf(argv: readonly string[], short: string, long: string): string | undefined {
  const end = argv.indexOf("--");
  const words = end === -1 ? argv : argv.slice(0, end);
  for (const [index, word] of words.entries()) {
    if (word === short || word === long) return words[index + 1];
    if (word.startsWith(`${long}=`)) return word.slice(long.length + 1);
    if (word.startsWith(short) && !word.startsWith("--")) return word.slice(short.length).replace(/^=/, "");
  }
  return undefined;
}
