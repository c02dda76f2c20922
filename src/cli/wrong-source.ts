import type { Diagnostic } from "../base/diagnostic.ts";
import { SkepError } from "../base/errors.ts";
import type { SourceText } from "../base/span.ts";

/** A script or text of assembly that does not compile. The message is finished: it holds what is wrong, with carets. */
export class WrongSource extends Error {
  readonly diagnostics: readonly Diagnostic[];
  readonly source: SourceText;

  constructor(message: string, diagnostics: readonly Diagnostic[], source: SourceText) {
    super(message);
    this.diagnostics = diagnostics;
    this.source = source;
  }
}

/** An error whose message is laid out for people: `details` is the same as data, and stands in JSON in its place. */
export class DetailedError extends SkepError {
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    message: string,
    options: Readonly<{ code: string; remedy: string; details: Readonly<Record<string, unknown>> }>,
  ) {
    super(message, options);
    this.details = options.details;
  }
}
