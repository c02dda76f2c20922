import { escapeLoneBytes } from "../base/lossless-text.ts";
import type { Cell, RowWriter, Sink } from "./sink.ts";
import { TextBuffer } from "./sink.ts";

/** Comma-separated values with a header line. Source: RFC 4180; text is quoted where it must be, null is empty. */
export function createCsvWriter(sink: Sink, columns: readonly string[]): RowWriter {
  const out = new TextBuffer(sink);
  let headerDue = true;
  const writeHeader = (): void => {
    if (headerDue) out.add(csvLine(columns));
    headerDue = false;
  };
  return {
    row(cells) {
      writeHeader();
      out.add(csvLine(cells));
    },
    flush() {
      writeHeader();
      out.flush();
    },
  };
}

function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvField).join(",")}\r\n`;
}

function csvField(cell: Cell): string {
  if (cell === null) return "";
  const text = typeof cell === "string" ? escapeLoneBytes(cell) : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
