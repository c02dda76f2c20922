import type { SourceText, Span } from "./span.ts";
import { lineAndColumn, lineText } from "./span.ts";

/** A remark that belongs to a diagnostic and points somewhere else in the same source. */
export type Note = Readonly<{ span?: Span; message: string }>;

/** Something in the user's program that is wrong or doubtful. `help` says what to write instead. */
export type Diagnostic = Readonly<{
  severity: "error" | "warning";
  code: string; // "syntax/unexpected-token"; stable, listed in docs/errors.md
  span: Span;
  message: string;
  help: string;
  notes?: readonly Note[];
}>;

/** Collects diagnostics while a program is compiled. One error per place: a second at the same start is dropped. */
export class Report {
  readonly diagnostics: Diagnostic[] = [];

  get hasErrors(): boolean {
    return this.diagnostics.some((d) => d.severity === "error");
  }

  error(code: string, span: Span, message: string, help: string, notes?: readonly Note[]): void {
    this.add({ severity: "error", code, span, message, help, ...(notes && { notes }) });
  }

  /** Warnings with the same code and message are given once. */
  warn(code: string, span: Span, message: string, help: string): void {
    if (this.diagnostics.some((d) => d.code === code && d.message === message)) return;
    this.add({ severity: "warning", code, span, message, help });
  }

  private add(diagnostic: Diagnostic): void {
    const same = (d: Diagnostic) =>
      d.severity === diagnostic.severity && d.span.start === diagnostic.span.start;
    if (this.diagnostics.some(same)) return;
    this.diagnostics.push(diagnostic);
  }
}

/** A diagnostic as text: file, line, the source line, a caret range, and the help. No colour. */
export function renderDiagnostic(d: Diagnostic, source: SourceText): string {
  const { line, column } = lineAndColumn(source.text, d.span.start);
  const lines = [`${source.name}:${line}:${column}: ${d.severity}[${d.code}]: ${d.message}`];
  lines.push(...excerpt(source, d.span, "^"));
  for (const note of d.notes ?? []) {
    lines.push(`note: ${note.message}`);
    if (note.span) lines.push(...excerpt(source, note.span, "~"));
  }
  lines.push(`help: ${d.help}`);
  return lines.join("\n");
}

function excerpt(source: SourceText, span: Span, mark: string): string[] {
  const { line, column } = lineAndColumn(source.text, span.start);
  const text = lineText(source.text, line);
  const gutter = String(line).padStart(4);
  const width = Math.max(1, Math.min(span.end - span.start, text.length - column + 1));
  const pad = text.slice(0, column - 1).replace(/[^\t]/g, " ");
  return [`${gutter} | ${text}`, `${" ".repeat(gutter.length)} | ${pad}${mark.repeat(width)}`];
}
