import type { Note, Report } from "../../base/diagnostic.ts";
import type { Span } from "../../base/span.ts";

/** After so many errors a script is not read further. */
export const MAX_FAULTS = 20;

class Abandoned extends Error {}

/**
 * Thrown where a construct cannot be read on; caught where reading can start again. It has been reported. One object
 * for all: making an error costs more than reading a line.
 */
export const ABANDONED: Error = new Abandoned("this construct was abandoned");

/** Thrown at the last allowed error; ends the whole parse. */
export class TooManyFaults extends Error {}

/** Syntax errors on their way to the report: counted, limited, and silent while the parser skips or tries something. */
export class Faults {
  count = 0;
  quiet = false;
  private readonly report: Report;

  constructor(report: Report) {
    this.report = report;
  }

  /** Reports and goes on. Throws TooManyFaults when there have been enough. */
  add(code: string, span: Span, message: string, help: string, notes?: readonly Note[]): void {
    if (this.quiet) return;
    this.count++;
    this.report.error(code, span, message, help, notes);
    if (this.count >= MAX_FAULTS) throw new TooManyFaults();
  }

  /** Tells of what is understood all the same. */
  warn(code: string, span: Span, message: string, help: string): void {
    if (!this.quiet) this.report.warn(code, span, message, help);
  }
}
