import { isatty } from "node:tty";
import { type Diagnostic, renderDiagnostic } from "../base/diagnostic.ts";
import { SkepError } from "../base/errors.ts";
import type { SourceText } from "../base/span.ts";
import { EXIT } from "./exit-status.ts";
import { OutputClosed } from "./output-stream.ts";

/** The command line is wrong; `message` says how. */
export class UsageError extends Error {
  readonly help: string;

  constructor(message: string, help: string) {
    super(message);
    this.help = help;
  }
}

/** Prints diagnostics to stderr, in the order of the source. */
export function printDiagnostics(diagnostics: readonly Diagnostic[], source: SourceText): void {
  if (diagnostics.length === 0) return; // asking about the terminal loads Node's network code, 3 ms
  const sorted = [...diagnostics].sort((a, b) => a.span.start - b.span.start);
  const paint = isColoured() ? coloured : (text: string): string => text;
  for (const diagnostic of sorted) process.stderr.write(`${paint(renderDiagnostic(diagnostic, source))}\n`);
}

/** On a terminal, unless the environment says otherwise: NO_COLOR, and BPFTRACE_COLOR as always, never or auto. */
function isColoured(): boolean {
  const wish = process.env["BPFTRACE_COLOR"];
  if (wish === "always" || wish === "never") return wish === "always";
  return !process.env["NO_COLOR"] && process.env["TERM"] !== "dumb" && isatty(2);
}

const RED = "\x1b[1;31m";
const YELLOW = "\x1b[1;33m";
const GREEN = "\x1b[32m";
const PLAIN = "\x1b[0m";

/** A rendered diagnostic: what it is, where it points to and the help in colours. */
function coloured(text: string): string {
  const mark = /: warning\[/.test(text) ? YELLOW : RED;
  return text
    .replace(/(error|warning)\[[^\]]*\]/, (word) => mark + word + PLAIN)
    .replace(/^( +\| *)(\^+)$/m, (_, before: string, carets: string) => before + mark + carets + PLAIN)
    .replace(/^help:/m, `${GREEN}help:${PLAIN}`);
}

/** Errors that are not the machine's: what is refused of ours and of a script, and an argument that names nothing. */
const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  "system/verifier-refused": EXIT.bug,
  "system/call-refused": EXIT.program,
  "sim/no-scenario": EXIT.usage,
};

/** Prints an error to stderr and gives the exit status for it. */
export function printError(error: unknown): number {
  if (error instanceof OutputClosed) return EXIT.ok; // the reader has seen enough
  if (error instanceof UsageError) {
    process.stderr.write(`skep: ${error.message}\nhelp: ${error.help}\n`);
    return EXIT.usage;
  }
  if (error instanceof SkepError) {
    process.stderr.write(`error[${error.code}]: ${error.message}${causes(error)}\nhelp: ${error.remedy}\n`);
    return STATUS_OF_CODE[error.code] ?? EXIT.machine;
  }
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(
    `skep: this is a bug in skep\n${trace}\nhelp: report it with the program you ran, this text and the output of \`skep --version\`\n`,
  );
  return EXIT.bug;
}

/** What lies behind an error, where it adds something. */
function causes(error: Error): string {
  let text = "";
  let { cause } = error;
  for (let depth = 0; cause instanceof Error && depth < 4; depth++) {
    if (!error.message.includes(cause.message)) text += `\n  because: ${cause.message}`;
    cause = cause.cause;
  }
  return text;
}
