import type { Diagnostic } from "../base/diagnostic.ts";
import { SkepError } from "../base/errors.ts";
import { lineAndColumn, type SourceText } from "../base/span.ts";
import { ObjectError } from "../object/error.ts";
import { UsageError } from "./report-error.ts";
import { DetailedError, WrongSource } from "./wrong-source.ts";

/** An error as data: bpftool's `error`, with the code, the remedy and the place. */
export type JsonError = Readonly<{ error: string; code: string; remedy: string } & Record<string, unknown>>;

/** What --json says in place of an answer. Undefined for bugs of ours. */
export function jsonError(error: unknown): JsonError | undefined {
  if (error instanceof UsageError) return { error: error.message, code: "usage", remedy: error.help };
  if (error instanceof WrongSource) return wrongSourceJson(error);
  if (!(error instanceof SkepError)) return undefined;
  const { message, code, remedy } = error;
  if (error instanceof DetailedError) return { error: message, code, remedy, ...error.details };
  if (error instanceof ObjectError)
    return { error: message, code, remedy, section: error.section, offset: error.offset };
  return { error: message, code, remedy };
}

/** The first error at its top, all that is wrong behind it. */
function wrongSourceJson({ diagnostics, source }: WrongSource): JsonError {
  const all = diagnostics.map((diagnostic) => diagnosticJson(diagnostic, source));
  const first = all.find(({ severity }) => severity === "error") ?? all[0];
  if (first === undefined) throw new Error("bug: a source that is wrong for no reason");
  const { message, code, help, file, line, column } = first;
  return { error: message, code, remedy: help, file, line, column, diagnostics: all };
}

/** A diagnostic as data, its place as lines and columns from 1. */
export function diagnosticJson(diagnostic: Diagnostic, program: SourceText) {
  const { severity, code, message, help, span, notes } = diagnostic;
  const source = diagnostic.source ?? program;
  const end = lineAndColumn(source.text, span.end);
  return {
    severity,
    code,
    message,
    help,
    file: source.name,
    ...lineAndColumn(source.text, span.start),
    end_line: end.line,
    end_column: end.column,
    notes: notes?.map((note) => ({
      message: note.message,
      ...(note.span && lineAndColumn(source.text, note.span.start)),
    })),
  };
}
