import type { Value } from "../base/shown-value.ts";

/**
 * What an option takes. "user": a number or a user's name; "mask": names of bits, several at once; "pattern": a regular
 * expression.
 */
export type ToolOptionType = "switch" | "int" | "text" | "user" | "mask" | "pattern";

export type Arch = "x86_64" | "aarch64";

/** An option, found by its long name in Tool.options. The program reads it with `getopt("name", default)`. */
export type ToolOption = Readonly<{
  type: ToolOptionType;
  /** One letter. */
  short?: string;
  /** What help calls its value. */
  value?: string;
  help: string;
  /** The range of an "int" (default 0 to 2^32 - 1). */
  min?: number;
  max?: number;
  /** Bits by name, for "mask". */
  bits?: Readonly<Record<Arch, Readonly<Record<string, number>>>>;
}>;

/** A cell as the writers in output/ take it. */
export type ToolCell = string | number | bigint | boolean | null;

/** A row: cells by the columns' keys. */
export type ToolRow = Readonly<Record<string, ToolCell>>;

/** Options as given: digits, texts, "true" for switches. What is not there was not given. */
export type ToolSettings = ReadonlyMap<string, string>;

/** `shownAs`: how a table shows a number; machine formats have it as it is, and nanoseconds as seconds. */
export type ToolColumn = Readonly<{
  /** Name of the field in what the program prints; the member of a JSON object, the head of a CSV column. */
  key: string;
  /** Head of the column in the table. */
  name: string;
  width?: number;
  align?: "left" | "right";
  /** Only shown when this option is given. */
  when?: string;
  /** Not shown when this option is given. */
  unless?: string;
  shownAs?: "octal" | "seconds";
}>;

/** What `--summary` counts: rows by the text of one column, the `most` frequent ones shown. */
export type ToolSummary = Readonly<{ key: string; things: string; top: string; most: number }>;

export type ToolExample = Readonly<{ args: string; shows: string }>;

/** Whether an option was given, or the machine is of that architecture. `-c` gives the option "family", see family.ts. */
export type Is = (what: string) => boolean;

/** A tool as data: what it asks of the command line, the script that it runs, and how its rows look. */
export type Tool = Readonly<{
  name: string;
  summary: string;
  options: Readonly<Record<string, ToolOption>>;
  /** A script of the tracing language that prints a named tuple for each row, with the columns' keys as names. */
  program: (is: Is) => string;
  columns: readonly ToolColumn[];
  /** Bytes of the longest text that the program reads. */
  maxStringBytes: number;
  /** What watching costs. */
  overhead: string;
  /** What a reader of the rows must know: what they cannot show, and why. */
  notes: readonly string[];
  examples: readonly ToolExample[];
  counts?: ToolSummary;
  /** Makes rows of what the program prints, where that is not a row each. */
  rows?: (settings: ToolSettings) => RowMaker;
}>;

/** Takes what the program printed, by names, and gives the row that it completes. One for each run: it may remember. */
export type RowMaker = (fields: Readonly<Record<string, Value>>) => ToolRow | undefined;

/** Marks a program's text, so that editors can colour it. */
export const bt = String.raw;

export function defineTool(tool: Tool): Tool {
  return tool;
}

/** The columns that a run with these options shows. */
export function shownColumns(tool: Tool, settings: ToolSettings): readonly ToolColumn[] {
  return tool.columns.filter(
    ({ when, unless }) =>
      (when === undefined || settings.has(when)) && (unless === undefined || !settings.has(unless)),
  );
}

/** The tool's program for a run with these options on this machine. */
export function toolSource(tool: Tool, settings: ToolSettings, arch: Arch): string {
  return tool.program((what) => what === arch || settings.has(what));
}
