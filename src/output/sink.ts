import type { OutputRecord } from "../base/output-record.ts";

/** Where text goes: a stream, a file, a page. Called rarely, with much at once. */
export interface Sink {
  write(text: string): void;
}

/** Writes a script's records in one format. What is written reaches the sink at `flush`, or when it has become much. */
export interface RecordWriter {
  write(record: OutputRecord): void;
  flush(): void;
}

/** A cell of a tool's row. Text is lossless (base/lossless-text.ts) and not escaped. */
export type Cell = string | number | bigint | boolean | null;

/** Writes rows of cells in one format; `flush` as for RecordWriter. */
export interface RowWriter {
  row(cells: readonly Cell[]): void;
  flush(): void;
}

const MUCH = 1 << 16; // UTF-16 units

/** Collects text so that the sink is called once for many records. */
export class TextBuffer {
  readonly #sink: Sink;
  #text = "";

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  add(text: string): void {
    this.#text += text;
    if (this.#text.length >= MUCH) this.flush();
  }

  flush(): void {
    if (this.#text === "") return;
    const text = this.#text;
    this.#text = "";
    this.#sink.write(text);
  }
}
