import type { Value } from "../base/shown-value.ts";

/** What an option of a tool takes. "user": a number or a user's name; "mask": names of bits, several at once. */
export type ToolOptionType = "switch" | "int" | "text" | "user" | "mask" | "pattern";

/** An option, found by its long name in Tool.options. The program reads it with `getopt("name", default)`. */
export type ToolOption = Readonly<{
  type: ToolOptionType;
  /** One letter. */
  short?: string;
  /** What help calls its value. */
  value?: string;
  help: string;
  /** Smallest number that "int" takes (default 0). */
  min?: number;
  max?: number;
  /** Bits by name, for "mask". */
  bits?: Readonly<Record<string, number>>;
}>;

/** A cell as the writers in output/ take it. */
export type ToolCell = string | number | bigint | boolean | null;

/** A row: cells by the columns' keys. */
export type ToolRow = Readonly<Record<string, ToolCell>>;

/** Options as given: digits, texts, "true" for switches. What is not there was not given. */
export type ToolSettings = ReadonlyMap<string, string>;

export type ToolColumn = Readonly<{
  /** Name of the field in what the program prints; machine formats use it. */
  key: string;
  /** Head of the column in the table. */
  name: string;
  width?: number;
  align?: "left" | "right";
  /** Only shown when one of these options is given. */
  when?: readonly string[];
  /** Not shown when one of these options is given. */
  unless?: readonly string[];
  /** How a table shows a number; machine formats give it as it is. */
  shownAs?: "octal" | "seconds";
}>;

/** What `--summary` counts at the end: rows by the text of one column. */
export type ToolSummary = Readonly<{ key: string; total: string; top: string; most: number }>;

export type ToolExample = Readonly<{ args: string; shows: string }>;

/**
 * A tool as data. Its program is a script of the tracing language that prints one named tuple per row, with fields named
 * as the columns' keys; for each option given it finds `WITH_NAME` defined (dashes are underlines), and the name of the
 * architecture in capitals. `-c` gives the option "family": see family.ts.
 */
export type Tool = Readonly<{
  name: string;
  summary: string;
  options: Readonly<Record<string, ToolOption>>;
  program: string;
  columns: readonly ToolColumn[];
  /** What watching costs. */
  overhead: string;
  /** What it cannot see. */
  limits: readonly string[];
  examples: readonly ToolExample[];
  counts?: ToolSummary;
  /** Makes rows of what the program prints, where that is more than a row each; made anew for each run. */
  rows?: (settings: ToolSettings) => RowMaker;
}>;

/** A printed tuple, by the names of its fields, as a row; undefined when it is none, or only a part of one. */
export type RowMaker = (fields: Readonly<Record<string, Value>>) => ToolRow | undefined;

/** Marks a program's text, so that editors can colour it. */
export const bt = String.raw;

/** Checks a definition's type and gives it back. */
export function defineTool(tool: Tool): Tool {
  return tool;
}

/** The columns that a run with these options shows. */
export function shownColumns(tool: Tool, settings: ToolSettings): readonly ToolColumn[] {
  const given = (names: readonly string[] | undefined) => names?.some((name) => settings.has(name));
  return tool.columns.filter((c) => (given(c.when) ?? true) && !(given(c.unless) ?? false));
}

/** The program with the definitions that a run's options and machine ask for. */
export function toolSource(tool: Tool, settings: ToolSettings, arch: string): string {
  const names = [...settings.keys()].map((name) => `WITH_${name.toUpperCase().replaceAll("-", "_")}`);
  return [arch.toUpperCase(), ...names].map((name) => `#define ${name} 1\n`).join("") + tool.program;
}
