import { Report } from "../../base/diagnostic.ts";
import type { Span } from "../../base/span.ts";
import type { Probe } from "./ast.ts";
import { parseScript } from "./parse.ts";

/** A probe without a body at the entry of a function of a program, as if the script had it where `span` is. */
export function entryProbe(program: string, func: string, span: Span): Probe {
  const quoted = (name: string) => `"${name.replace(/["\\]/g, "\\$&")}"`;
  const text = `uprobe:${quoted(program)}:${quoted(func)} { }`;
  const probe = parseScript({ name: "watchpoint", text }, new Report())?.items[0];
  if (probe?.kind !== "probe") throw new Error(`bug: ${text} is no probe`);
  return placed(probe, span) as Probe;
}

/** The tree with all its positions in one place. */
function placed(value: unknown, span: Span): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => placed(one, span));
  if ("start" in value && "end" in value && typeof value.start === "number") return span;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, placed(child, span)]));
}
