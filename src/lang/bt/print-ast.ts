import type { Span } from "../../base/span.ts";
import { escapeBytes } from "../shared/c-escape.ts";
import type { Script } from "./ast.ts";

/**
 * The tree as text, for `skep -d ast`: one node per line, children indented under it with the name of the field that
 * holds them. Every field of every node is shown, in a fixed order; places in the source are shown when `text` is
 * given, as line:column of each item and statement.
 */
export function printAst(script: Script, text?: string): string {
  const lines: string[] = ["script"];
  const places = text === undefined ? undefined : placesIn(text);
  for (const item of script.items) printNode(item, "", 1, places, lines);
  return `${lines.join("\n")}\n`;
}

type Node = Readonly<Record<string, unknown>>;

/** Fields that only say where something stands or how it was spelled. */
const HIDDEN: ReadonlySet<string> = new Set(["kind", "span", "text", "parens"]);
/** Nodes that show their place. */
const PLACED: ReadonlySet<string> = new Set([
  ...[
    "probe",
    "macro",
    "subprogram",
    "mapDeclaration",
    "config",
    "cRecord",
    "cEnum",
    "cTypedef",
    "define",
    "include",
  ],
  ...["expression", "assign", "let", "discard", "if", "while", "unroll", "for", "break", "continue", "return"],
]);

function printNode(
  node: Node,
  label: string,
  depth: number,
  places: ((span: Span) => string) | undefined,
  lines: string[],
): void {
  const kind = typeof node["kind"] === "string" ? node["kind"] : undefined;
  const words = [label === "" ? undefined : `${label}:`, kind].filter((word) => word !== undefined);
  const children: [string, Node][] = [];
  for (const [name, value] of Object.entries(node)) {
    if ((HIDDEN.has(name) && !(name === "text" && kind === undefined)) || name.endsWith("Span")) continue;
    if (isNode(value)) children.push([name, value]);
    else if (Array.isArray(value) && value.some(isNode))
      for (const [index, one] of value.entries()) children.push([`${name}[${index}]`, one as Node]);
    else if (kind === "string" && name === "value") continue;
    else words.push(`${kind === "string" && name === "bytes" ? "" : `${name}=`}${scalar(value)}`);
  }
  if (places && kind !== undefined && PLACED.has(kind)) words.push(`@${places(node["span"] as Span)}`);
  lines.push("  ".repeat(depth) + words.join(" "));
  for (const [name, child] of children) printNode(child, name, depth + 1, places, lines);
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

function scalar(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (value instanceof Uint8Array) return `"${escapeBytes(value)}"`;
  if (Array.isArray(value)) return `[${value.map(scalar).join(", ")}]`;
  return String(value);
}

/** Line and column of a span's start; the lines are counted once. */
function placesIn(text: string): (span: Span) => string {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return ({ start }) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= start) low = middle;
      else high = middle - 1;
    }
    return `${low + 1}:${start - (starts[low] ?? 0) + 1}`;
  };
}
