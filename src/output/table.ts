import { escapeLine } from "../base/lossless-text.ts";
import { cutToWidth, displayWidth, padToWidth } from "./display-width.ts";
import type { Cell, RowWriter, Sink } from "./sink.ts";
import { TextBuffer } from "./sink.ts";

/** `width` in terminal columns; the last column may do without. Numbers are usually aligned right. */
export type Column = Readonly<{ name: string; width?: number; align?: "left" | "right" }>;

export type TableOptions = Readonly<{
  columns: readonly Column[];
  /** Columns of the terminal, when one reads along: lines are cut there. Absent for files and pipes. */
  terminalWidth?: number;
  /** Whether the names stand above (default true). */
  header?: boolean;
}>;

/**
 * A table whose rows come one by one: the header goes out with the first row or flush, widths are fixed, and what is
 * wider than its column stays whole and pushes the rest to the right. Control characters, tabs and line ends are
 * escaped, so that each row is one line.
 */
export function createTableWriter(sink: Sink, options: TableOptions): RowWriter {
  const out = new TextBuffer(sink);
  const widths = options.columns.map(({ name, width }) => Math.max(width ?? 0, displayWidth(name)));
  let headerDue = options.header ?? true;
  const writeHeader = (): void => {
    if (!headerDue) return;
    headerDue = false;
    out.add(tableLine(options, widths, headerCells(options.columns)));
  };
  return {
    row(cells) {
      writeHeader();
      out.add(tableLine(options, widths, cells));
    },
    flush() {
      writeHeader();
      out.flush();
    },
  };
}

/** A table of rows that are all known: each column is as wide as its widest cell. */
export function formatTable(options: TableOptions, rows: readonly (readonly Cell[])[]): string {
  const { columns } = options;
  const all = (options.header ?? true) ? [headerCells(columns), ...rows] : rows;
  const widths = columns.map((_, i) =>
    all.reduce((max, row) => Math.max(max, displayWidth(cellText(row[i]))), 0),
  );
  return all.map((row) => tableLine(options, widths, row)).join("");
}

function headerCells(columns: readonly Column[]): string[] {
  return columns.map(({ name }) => name);
}

function tableLine(options: TableOptions, widths: readonly number[], cells: readonly Cell[]): string {
  const { columns, terminalWidth } = options;
  let line = "";
  for (const [i, { align = "left" }] of columns.entries()) {
    const text = cellText(cells[i]);
    const isLast = i === columns.length - 1;
    if (i > 0) line += " ";
    line += isLast && align === "left" ? text : padToWidth(text, widths[i] ?? 0, align);
  }
  line = line.trimEnd();
  return `${terminalWidth === undefined ? line : cutToWidth(line, terminalWidth)}\n`;
}

function cellText(cell: Cell | undefined): string {
  if (cell === undefined || cell === null) return "-";
  return typeof cell === "string" ? escapeLine(cell) : String(cell);
}
