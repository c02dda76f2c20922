import { jsonError } from "./json-error.ts";
import { printJson } from "./object-command-select.ts";

/** Whether a command line asks for JSON; also one that cannot be read, whose error is to be told in that form. */
export function asksJson(argv: readonly string[]): boolean {
  const end = argv.indexOf("--");
  const words = end === -1 ? argv : argv.slice(0, end);
  return words.some((word) => word === "--json" || word === "--pretty" || /^-[a-z]*j[a-z]*$/.test(word));
}

/** Runs what may fail before anything is written: where JSON is asked for, what went wrong is an object on stdout too. */
export async function answering<T>(argv: readonly string[], run: () => T | Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    tellAsJson(argv, error);
    throw error;
  }
}

/** The options of a command line, or the error, told as JSON where that is asked for. Throws what `parse` throws. */
export function parsedFor<T>(argv: readonly string[], parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    tellAsJson(argv, error);
    throw error;
  }
}

/** Says what went wrong as JSON, where the command line asks for that. */
export function tellAsJson(argv: readonly string[], error: unknown): void {
  const said = asksJson(argv) ? jsonError(error) : undefined;
  if (said !== undefined) printJson(said);
}
