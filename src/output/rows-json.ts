import { jsonString } from "./json-value.ts";
import type { Cell, RowWriter, Sink } from "./sink.ts";
import { TextBuffer } from "./sink.ts";

/** JSON lines, one object per row with the columns' names as its members; integers have all their digits. */
export function createRowsJsonWriter(sink: Sink, columns: readonly string[]): RowWriter {
  const out = new TextBuffer(sink);
  const names = columns.map(jsonString);
  return {
    row: (cells) => out.add(`{${names.map((name, i) => `${name}:${cellJson(cells[i])}`).join(",")}}\n`),
    flush: () => out.flush(),
  };
}

function cellJson(cell: Cell | undefined): string {
  if (cell === undefined || cell === null) return "null";
  if (typeof cell === "string") return jsonString(cell);
  if (typeof cell === "number" && !Number.isFinite(cell)) return "null";
  return String(cell);
}
