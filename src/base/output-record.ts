import type { Shape, Value } from "./shown-value.ts";
import type { Span } from "./span.ts";

/**
 * What a script says to the outside, in the order in which it happened. Produced by runtime/, written by output/. Text
 * kinds hold finished text with the line ends that the script wrote.
 */
export type OutputRecord = Readonly<
  | { kind: "attached"; probes: number }
  | { kind: "printf" | "time" | "cat" | "system"; text: string }
  | { kind: "join"; text: string } // writers end the line
  | {
      kind: "message";
      level: "error" | "warn" | "debug";
      text: string;
      where?: string;
      shown?: string;
      span?: Span;
    } // errorf, warnf, debugf
  | { kind: "value"; type: Shape; value: Value }
  | { kind: "map"; map: MapSnapshot }
  | { kind: "element"; name: string; keyType: Shape; key: Value; type: Shape; value: Value }
  | { kind: "lost"; losses: Losses }
  /** Something that user space was asked to do and could not: a file that cannot be read, an unreadable event. */
  | { kind: "failure"; code: string; text: string; span?: Span }
  /** Tracing has ended; maps may follow. */
  | { kind: "end" }
>;

/** What happened and is not in the output, since the last such record. Shown + lost = generated. */
export type Losses = Readonly<{
  /** Events that found no room in the ring buffer. */
  events: bigint;
  /** Updates of a map that was full. */
  mapFull: bigint;
  /** Stacks that could not be taken or stored. */
  stacks: bigint;
  /** Strings that were longer than their limit. */
  truncatedStrings: bigint;
  /** Records that the program reading them was too slow to take. */
  unread: bigint;
  /** Addresses of code that were shown as numbers, since nothing names them; each counted once. */
  unnamed: bigint;
}>;

/** The content of a map at one moment, sorted as it is shown. */
export type MapSnapshot = Readonly<{
  /** As in the script, with the "@". */
  name: string;
  /** Absent for maps without a key, which have one entry, or none before anything was stored. */
  keyType?: Shape;
  value: SnapshotKind;
  entries: readonly MapEntry[];
}>;

export type SnapshotKind = Readonly<
  | { kind: "value"; type: Shape }
  | { kind: "count" | "sum" | "min" | "max" | "avg" | "stats" }
  | { kind: "hist"; bits: number }
  | { kind: "lhist"; step: bigint }
  | { kind: "tseries"; interval: bigint } // nanoseconds
>;

/** `value` fits the snapshot's kind: a Value, a bigint, Stats, a Histogram, or a Series. */
export type MapEntry = Readonly<{ key?: Value; value: Value | Stats | Histogram | Series }>;

/** `average` is total / count, rounded towards zero. */
export type Stats = Readonly<{ count: bigint; average: bigint; total: bigint }>;

/** Buckets from the first to the last that is not empty, without gaps. */
export type Histogram = readonly Bucket[];

/** Intervals without gaps, the oldest first; `label` is the time of day at which one began, `value` absent where nothing came. */
export type Series = readonly SeriesPoint[];
export type SeriesPoint = Readonly<{ label: string; value?: bigint }>;

/** Counts values v with low <= v < high; an absent bound is infinite. */
export type Bucket = Readonly<{ low?: bigint; high?: bigint; count: bigint }>;
