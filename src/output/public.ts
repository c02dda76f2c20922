// biome-ignore-all lint/performance/noBarrelFile: this file is the entry `skep/output`
export type {
  Bucket,
  Histogram,
  Losses,
  MapEntry,
  MapSnapshot,
  OutputRecord,
  SnapshotKind,
  Stats,
} from "../base/output-record.ts";
export type { EnumValue, Shape, ShapeField, StackFrame, Value } from "../base/shown-value.ts";
export { keyText, valueText } from "../base/value-text.ts";
export type { BarItem, BarOptions } from "./bars.ts";
export { barLines } from "./bars.ts";
export { createCsvWriter } from "./csv.ts";
export { cutToWidth, displayWidth, padToWidth } from "./display-width.ts";
export type { HistogramScale } from "./histogram-text.ts";
export { bucketLabel, histogramLines } from "./histogram-text.ts";
export { createJsonWriter, recordJson } from "./json.ts";
export { lossSentences } from "./losses-text.ts";
export { rowCells } from "./row-cells.ts";
export { createRowsJsonWriter } from "./rows-json.ts";
export type { Cell, RecordWriter, RowWriter, Sink } from "./sink.ts";
export type { Column, TableOptions } from "./table.ts";
export { createTableWriter, formatTable } from "./table.ts";
export { createTextWriter, mapText, recordText } from "./text.ts";
export { formatBytes, formatDuration } from "./units.ts";
