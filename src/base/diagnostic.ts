import type { SourceFile, SourceText, Span } from "./span.ts";
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
  /** The file that it lies in, where that is not the program's own text; `span` counts in it. */
  source?: SourceText;
}>;

/** Where the positions of the first file begin that a source takes in; sources themselves are shorter. */
const FIRST_FILE_START = 2 ** 30;

/** Collects diagnostics while a program is compiled. One error per place: a second at the same start is dropped. */
export class Report {
  readonly diagnostics: Diagnostic[] = [];
  /** Files that the program takes in: positions in them are told apart by where they begin. */
  readonly files: SourceFile[] = [];

  /** Adds a file; its positions count from what this gives. */
  addFile(name: string, text: string): number {
    const last = this.files.at(-1);
    const start = last ? last.start + last.text.length + 1 : FIRST_FILE_START;
    this.files.push({ name, text, start });
    return start;
  }

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
    const one = this.inFile(diagnostic);
    const same = (d: Diagnostic) =>
      d.severity === one.severity && d.span.start === one.span.start && d.source === one.source;
    if (!this.diagnostics.some(same)) this.diagnostics.push(one);
  }

  private inFile(diagnostic: Diagnostic): Diagnostic {
    const file = this.files.findLast((one) => one.start <= diagnostic.span.start);
    if (!file) return diagnostic;
    const moved = ({ start, end }: Span): Span => ({ start: start - file.start, end: end - file.start });
    const notes = diagnostic.notes?.map((n) =>
      n.span && n.span.start >= file.start ? { ...n, span: moved(n.span) } : n,
    );
    return { ...diagnostic, span: moved(diagnostic.span), source: file, ...(notes && { notes }) };
  }
}

/** A diagnostic as text: file, line, the source line, a caret range, and the help. No colour. */
export function renderDiagnostic(d: Diagnostic, program: SourceText): string {
  const source = d.source ?? program;
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
