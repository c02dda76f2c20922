import { escapeControls } from "../../base/lossless-text.ts";
import type { Expr } from "./ast.ts";
import { walk } from "./walk.ts";

/** Colours and other sequences that the script itself writes reach the terminal; those in data do not. */
export function hasControls(text: string): boolean {
  return escapeControls(text) !== text;
}

/** The texts with control characters that a script, or what its names stand for, writes as constants. */
export function ownTexts(root: unknown, defines: ReadonlyMap<string, Expr>): readonly string[] {
  const texts = new Set<string>();
  walk(
    root,
    (node) => {
      if (node.kind !== "string" || !("value" in node) || typeof node.value !== "string") return;
      if (hasControls(node.value)) texts.add(node.value);
    },
    defines,
  );
  return [...texts];
}
