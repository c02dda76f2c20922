// biome-ignore-all lint/performance/noBarrelFile: this file is the entry `skep`
export { type Diagnostic, type Note, Report, renderDiagnostic } from "./base/diagnostic.ts";
export { SkepError } from "./base/errors.ts";
export type {
  Bucket,
  Histogram,
  Losses,
  MapEntry,
  MapSnapshot,
  OutputRecord,
  SnapshotKind,
  Stats,
} from "./base/output-record.ts";
export type { EnumValue, Shape, ShapeField, StackFrame, Value } from "./base/shown-value.ts";
export type { SourceText, Span } from "./base/span.ts";
export { type Compiled, type CompileOptions, compile, load } from "./pipeline.ts";
export {
  type Trace,
  type TraceMaps,
  type TraceOptions,
  type TraceRecord,
  trace,
} from "./trace.ts";
export { TraceError } from "./trace-error.ts";
