/**
 * The machine refused, or what the user gave cannot be used: something to report with a way out.
 * `code` is stable and listed in docs/errors.md; `remedy` is an imperative sentence with the command to run.
 */
export class SkepError extends Error {
  readonly code: string;
  readonly remedy: string;

  constructor(message: string, options: { code: string; remedy: string; cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "SkepError";
    this.code = options.code;
    this.remedy = options.remedy;
  }
}

/** Marks a `switch` as complete: the compiler rejects the call while a variant is left, and it throws if reached. */
export function unreachable(value: never): never {
  throw new Error(`bug: unexpected ${JSON.stringify(value, (_, v) => (typeof v === "bigint" ? `${v}n` : v))}`);
}
