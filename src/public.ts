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
export type { Place } from "./collection/attach-place.ts";
export type { Attachment } from "./collection/attachment.ts";
export { Collection, type RelocatedCollection } from "./collection/collection.ts";
export type { MapSettings, ProgramSettings } from "./collection/configure.ts";
export type { EventStream } from "./collection/event-stream.ts";
export type { Link } from "./collection/link-handle.ts";
export type {
  CollectionLoadOptions,
  EventOptions,
  LoadedCollection,
} from "./collection/loaded-collection.ts";
export type {
  AnyMap,
  ArrayMap,
  BloomFilter,
  Enum,
  EventBuffer,
  HashMap,
  Input,
  KeyedMap,
  LpmTrie,
  MapOfMaps,
  MappedArray,
  OneOf,
  PerCpuMap,
  ProgramArray,
  QueueMap,
  SocketMap,
  StorageMap,
  StructMap,
  UpdateOptions,
  UserRingMap,
} from "./collection/map-types.ts";
export type { ObjectTypes, Settings, UnknownTypes } from "./collection/object-types.ts";
export { openPinned } from "./collection/open-map.ts";
export type {
  AttachOptions,
  Program,
  ProgramStats,
  ProgramTestResult,
  ProgramTestRun,
} from "./collection/program-handle.ts";
export { type Compiled, type CompileOptions, compile, load } from "./pipeline.ts";
export {
  type Trace,
  type TraceMaps,
  type TraceOptions,
  type TraceRecord,
  trace,
} from "./trace.ts";
export { TraceError } from "./trace-error.ts";
