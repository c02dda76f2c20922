import { readFileSync } from "node:fs";
import { isShipped } from "../shipped.ts";
import { answeringInLines } from "./json-lines-error.ts";
import { needsMore } from "./needs-more.ts";
import { shippedProgram } from "./open-shipped.ts";
import { type ParsedOptions, parseOptions, withLaterOptions } from "./options.ts";
import { UsageError } from "./report-error.ts";
import { BEHIND_SCRIPT, runOptions, SCRIPT_OPTIONS } from "./run-options.ts";
import { type RunOptions, runScript } from "./run-script.ts";

/** Options by which something else is asked for than to run the script. */
const OTHERS: readonly string[] = ["expression", "help", "version", "list", "fmt", "debug", "emit-elf", "info"];

/**
 * The run that a command line asks for when it does nothing but run a built script; undefined for all else, wrong usage
 * too: that is for the bundle that knows everything about scripts.
 */
export function shippedRun(argv: readonly string[]): (() => Promise<number>) | undefined {
  if (needsMore(argv)) return undefined;
  const asked = askedOf(argv);
  if (asked === undefined) return undefined;
  const { bytes, options } = asked;
  return () => answeringInLines(argv, () => runScript(shippedProgram(bytes, options), options));
}

function askedOf(argv: readonly string[]): { bytes: Uint8Array; options: RunOptions } | undefined {
  try {
    const parsed = withLaterOptions(parseOptions(argv, SCRIPT_OPTIONS), argv, BEHIND_SCRIPT);
    const [path = "", ...args] = parsed.rest;
    if (!path.endsWith(".skep") || OTHERS.some((name) => isGiven(parsed, name))) return undefined;
    const bytes = readFileSync(path);
    return isShipped(bytes) ? { bytes, options: { ...runOptions(parsed, args), shipped: bytes } } : undefined;
  } catch (error) {
    if (error instanceof UsageError || (error instanceof Error && "syscall" in error)) return undefined;
    throw error;
  }
}

function isGiven({ switches, values }: ParsedOptions, name: string): boolean {
  return switches.has(name) || values.has(name);
}
