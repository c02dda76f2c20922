import { SkepError } from "../base/errors.ts";
import { UsageError } from "./report-error.ts";

/** What --json says in place of an answer: bpftool's `error`, with the code and the remedy. Undefined for bugs of ours. */
export function jsonError(error: unknown): Readonly<Record<string, string>> | undefined {
  if (error instanceof UsageError) return { error: error.message, code: "usage", remedy: error.help };
  if (error instanceof SkepError) return { error: error.message, code: error.code, remedy: error.remedy };
  return undefined;
}
