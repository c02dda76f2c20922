import { existsSync, readFileSync } from "node:fs";
import { SkepError } from "../base/errors.ts";
import type { SourceText } from "../base/span.ts";
import { isShipped } from "../shipped.ts";
import { type ParsedOptions, valueOf } from "./options.ts";
import { UsageError } from "./report-error.ts";
import { nearTools } from "./tool-command.ts";

/** The program that is named or given, and what stands behind it. Throws UsageError, SkepError. */
export function programOf(options: ParsedOptions): {
  source: SourceText;
  args: readonly string[];
  bytes?: Uint8Array;
} {
  const text = valueOf(options, "expression");
  if (text !== undefined) return { source: { name: "-e", text }, args: options.rest };
  const [path, ...args] = options.rest;
  if (path === undefined)
    throw new UsageError(
      "there is no program to run",
      "give a file, or a program with -e 'PROGRAM'; `skep --help` shows examples",
    );
  const name = path === "-" ? "stdin" : path;
  const bytes = readScript(path, valueOf(options, "sim") === "");
  if (isShipped(bytes)) return { source: { name, text: "" }, args, bytes };
  return { source: { name, text: bytes.toString("utf8") }, args };
}

/**
 * `skep --sim NAME -e …`: the name stands where a script would, and what follows would be told to be none of a script's
 * options. Throws SkepError.
 */
export function checkAfterSim(options: ParsedOptions): void {
  const [path] = options.rest;
  if (valueOf(options, "sim") !== "" || path === undefined || path === "-" || existsSync(path)) return;
  if (valueOf(options, "expression") === undefined && !options.switches.has("list")) readScript(path, true);
}

/** `afterSim`: a bare --sim stands before it, which takes a name only behind a "=". */
function readScript(path: string, afterSim: boolean): Buffer {
  try {
    return readFileSync(path === "-" ? 0 : path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new SkepError(code === "ENOENT" ? `there is no file or tool \`${path}\`` : `cannot read ${path}`, {
      code: "cli/no-script",
      remedy:
        code === "ENOENT"
          ? (afterSim ? `if it names a simulated machine, write \`--sim=${path}\`; ` : "") +
            (nearTools(path) ??
              "give the path of a script, a tool's name (`skep --help` lists them), or a program with -e")
          : "check that it is a file that you may read",
      cause,
    });
  }
}

/** `--name=value` behind the script's name: what getopt() reads. Without a value it is "". */
export function namedOptions(args: readonly string[]): ReadonlyMap<string, string> {
  const named = new Map<string, string>();
  for (const arg of args) {
    const match = /^--([A-Za-z][\w-]*)(?:=(.*))?$/s.exec(arg);
    if (match?.[1]) named.set(match[1], match[2] ?? "");
  }
  return named;
}
