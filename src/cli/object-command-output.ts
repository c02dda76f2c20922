import type { Cell } from "../output/sink.ts";
import { formatTable } from "../output/table.ts";
import { jsonError } from "./json-error.ts";
import { jsonOf } from "./object-command-select.ts";
import type { FdSink } from "./output-stream.ts";

type OutputStyle = Readonly<{ json: boolean; pretty: boolean }>;

/** Where a command on the kernel's objects writes: JSON on one line or on many, or text for people. */
export class ObjectOutput {
  readonly json: boolean;
  readonly pretty: boolean;
  readonly sink: FdSink;

  constructor(sink: FdSink, { json, pretty }: OutputStyle) {
    this.sink = sink;
    this.json = json;
    this.pretty = pretty;
  }

  /** Prints one JSON value. Integers of any size keep their digits. */
  value(value: unknown): void {
    this.sink.write(`${this.pretty ? prettyJson(value) : jsonOf(value)}\n`);
  }

  text(text: string): void {
    this.sink.write(text);
  }

  /** Says that all went well: bpftool writes `null` then. `said` is for people. */
  done(said = ""): void {
    if (this.json) this.value(null);
    else if (said !== "") this.text(`${said}\n`);
  }

  /** Says as JSON that it went wrong, unless a part of the answer is written already. */
  failed(error: unknown): void {
    const said = this.json && !this.sink.hasWritten ? jsonError(error) : undefined;
    if (said !== undefined) this.value(said);
  }

  /** A table; numbers stand to the right. Columns in which no row has anything are left out. */
  table(columns: readonly string[], rows: readonly (readonly (Cell | undefined)[])[]): void {
    const used = columns.map(
      (name, i) => i === 0 || rows.length === 0 || rows.some((row) => !isNothing(row[i])) || name === "NAME",
    );
    const isRight = (i: number) => rows.every((row) => isNothing(row[i]) || typeof row[i] !== "string");
    const kept = columns.flatMap((name, i) =>
      used[i] ? [{ name, align: isRight(i) ? ("right" as const) : ("left" as const) }] : [],
    );
    const cells = rows.map((row) => row.filter((_, i) => used[i]).map((cell) => cell ?? null));
    this.sink.write(formatTable({ columns: kept }, cells));
  }

  /** What is known of one object, a line each; what is not is left out. */
  facts(facts: readonly (readonly [name: string, value: Cell | undefined])[]): void {
    const known = facts.filter(([, value]) => !isNothing(value));
    const width = Math.max(0, ...known.map(([name]) => name.length));
    this.sink.write(known.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`).join(""));
  }
}

function isNothing(cell: Cell | undefined): boolean {
  return cell === undefined || cell === null || cell === "";
}

/** JSON on many lines; lists of plain values stay on one. */
export function prettyJson(value: unknown, indent = ""): string {
  if (value === null || typeof value !== "object") return jsonOf(value);
  const inner = `${indent}    `;
  if (Array.isArray(value)) {
    if (value.every((item) => item === null || typeof item !== "object")) return jsonOf(value);
    return `[\n${value.map((item) => inner + prettyJson(item, inner)).join(",\n")}\n${indent}]`;
  }
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  if (members.length === 0) return "{}";
  const lines = members.map(
    ([name, member]) => `${inner}${JSON.stringify(name)}: ${prettyJson(member, inner)}`,
  );
  return `{\n${lines.join(",\n")}\n${indent}}`;
}
