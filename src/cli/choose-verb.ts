import { didYouMean } from "../base/suggest.ts";
import { UsageError } from "./report-error.ts";

/** The verb that a word stands for: it may be shortened as long as it is the only one that begins so. Throws UsageError. */
export function chooseVerb(command: string, word: string, verbs: readonly string[]): string {
  if (verbs.includes(word)) return word;
  const [first, ...others] = verbs.filter((verb) => verb.startsWith(word));
  if (first !== undefined && others.length === 0) return first;
  if (first !== undefined)
    throw new UsageError(
      `\`skep ${command} ${word}\` can mean several things`,
      `write one of: ${[first, ...others].join(", ")}`,
    );
  throw new UsageError(
    `\`skep ${command} ${word}\` is not known`,
    didYouMean(word, verbs) ?? `write one of: ${verbs.join(", ")}`,
  );
}
