import { createCsvWriter } from "./output/csv.ts";
import { createRowsJsonWriter } from "./output/rows-json.ts";
import type { Cell, RowWriter, Sink } from "./output/sink.ts";
import { createTableWriter } from "./output/table.ts";
import type { ToolCell, ToolColumn, ToolRow } from "./tools/define-tool.ts";

export type RowFormat = "table" | "json" | "csv";

export type RowOutputOptions = Readonly<{ format: RowFormat; terminalWidth?: () => number }>;

/** Writes a tool's rows. */
export interface RowOutput {
  row(row: ToolRow): void;
  flush(): void;
}

/** `terminalWidth`: columns of the terminal that shows a table, asked for each line; without it nothing is cut. */
export function createRowOutput(
  sink: Sink,
  columns: readonly ToolColumn[],
  options: RowOutputOptions,
): RowOutput {
  const keys = columns.map((column) => column.key);
  const writer = writerOf(sink, columns, keys, options);
  const cells: readonly ((row: ToolRow) => Cell)[] = columns.map(({ key, shownAs }) =>
    options.format === "table" ? (row) => shown(row[key], shownAs) : (row) => plain(row[key], shownAs),
  );
  return { row: (row) => writer.row(cells.map((cell) => cell(row))), flush: () => writer.flush() };
}

function writerOf(
  sink: Sink,
  columns: readonly ToolColumn[],
  keys: readonly string[],
  { format, terminalWidth }: RowOutputOptions,
): RowWriter {
  if (format === "json") return createRowsJsonWriter(sink, keys);
  if (format === "csv") return createCsvWriter(sink, keys);
  if (terminalWidth === undefined) return createTableWriter(sink, { columns });
  return createTableWriter(sink, {
    columns,
    get terminalWidth() {
      return terminalWidth();
    },
  });
}

const NS = 1e9;

function plain(cell: ToolCell | undefined, shownAs: ToolColumn["shownAs"]): Cell {
  if (cell === undefined) return null;
  return shownAs === "seconds" ? Number(cell) / NS : cell;
}

function shown(cell: ToolCell | undefined, shownAs: ToolColumn["shownAs"]): Cell {
  if (cell === undefined || cell === null || typeof cell === "boolean" || typeof cell === "string")
    return cell ?? null;
  if (shownAs === "seconds") return (Number(cell) / NS).toFixed(6);
  return shownAs === "octal" ? cell.toString(8).padStart(8, "0") : cell;
}
