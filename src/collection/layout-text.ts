import { unreachable } from "../base/errors.ts";
import type { Layout } from "./value-layout.ts";

/** A type as C names it, in a word or two: "u32", "char[16]", "struct event". */
export function layoutText(layout: Layout): string {
  switch (layout.kind) {
    case "int":
      return `${layout.signed ? "s" : "u"}${layout.bytes * 8}`;
    case "bool":
      return "bool";
    case "float":
      return layout.bytes === 4 ? "float" : "double";
    case "enum":
      return layout.name === "" ? "enum" : `enum ${layout.name}`;
    case "pointer":
      return "pointer";
    case "text":
      return `char[${layout.bytes || ""}]`;
    case "bytes":
      return `u8[${layout.bytes || ""}]`;
    case "array":
      return `${layoutText(layout.of)}[${layout.length || ""}]`;
    case "record":
      return recordText(layout);
    default:
      return unreachable(layout);
  }
}

const MOST_NAMED = 4;

function recordText({ name, union, fields }: Extract<Layout, { kind: "record" }>): string {
  if (name !== "") return `${union ? "union" : "struct"} ${name}`;
  const named = fields.slice(0, MOST_NAMED).map((field) => field.name);
  return `${union ? "union" : "struct"} { ${named.join(", ")}${fields.length > MOST_NAMED ? ", …" : ""} }`;
}
