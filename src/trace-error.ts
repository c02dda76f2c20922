import type { Diagnostic } from "./base/diagnostic.ts";

/** The script is wrong. The message holds all that is, with lines and carets. */
export class TraceError extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(message: string, diagnostics: readonly Diagnostic[]) {
    super(message);
    this.name = "TraceError";
    this.diagnostics = diagnostics;
  }
}
