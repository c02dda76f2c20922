import type { SourceLine } from "../base/source-line.ts";
import { lineAndColumn, lineText, type SourceText, type Span, textAt } from "../base/span.ts";
import type { InsnMeta } from "../isa/insn.ts";

/** Turns source positions into the line and column that debuggers and the kernel's log show. */
export class Lines {
  private readonly source: SourceText;
  private readonly starts: number[] = [0];
  private readonly known = new Map<number, InsnMeta>();
  /** What was asked for last: instructions in a row come from one place. */
  private lastSpan: Span | undefined;
  private lastMeta: InsnMeta | undefined;

  constructor(source: SourceText) {
    this.source = source;
    for (let at = source.text.indexOf("\n"); at !== -1; at = source.text.indexOf("\n", at + 1))
      this.starts.push(at + 1);
  }

  /** What an instruction from that position carries; the same object for the same position. */
  metaOf(span: Span | undefined): InsnMeta | undefined {
    if (!span) return undefined;
    if (span === this.lastSpan) return this.lastMeta;
    let meta = this.known.get(span.start);
    if (!meta) {
      meta = { line: this.lineOf(span) };
      this.known.set(span.start, meta);
    }
    this.lastSpan = span;
    this.lastMeta = meta;
    return meta;
  }

  lineOf(span: Span): SourceLine {
    const at = textAt(this.source, span.start);
    if (at.source !== this.source) {
      const { line, column } = lineAndColumn(at.source.text, at.offset);
      return { file: at.source.name, line, column, text: lineText(at.source.text, line) };
    }
    const { starts, source } = this;
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] as number) <= span.start) low = middle;
      else high = middle;
    }
    const start = starts[low] as number;
    const end = (starts[low + 1] ?? source.text.length + 1) - 1;
    const text = source.text.slice(start, end).replace(/\r$/, "");
    return { file: source.name, line: low + 1, column: span.start - start + 1, text };
  }
}
