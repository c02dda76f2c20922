import type { AttachPart } from "./ast.ts";
import type { Env } from "./env.ts";

/** The text of an attach point's part with `$1`, `$2` … replaced by the script's arguments. */
export function partText(part: AttachPart | undefined, env: Env): string | undefined {
  if (!part?.pieces) return part?.text;
  let text = "";
  for (const piece of part.pieces) {
    if (typeof piece === "string") {
      text += piece;
      continue;
    }
    const value = piece === 0 ? env.options.name : env.options.args[piece - 1];
    if (value === undefined) {
      env.report.error(
        "args/missing",
        part.span,
        `the probe uses $${piece}, but the script was given ${env.options.args.length} arguments`,
        "put the arguments behind the script's name: `skep script.bt ARG…`",
      );
    }
    text += value ?? "";
  }
  return text;
}
