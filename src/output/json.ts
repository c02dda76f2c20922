import { unreachable } from "../base/errors.ts";
import type {
  Bucket,
  Histogram,
  Losses,
  MapEntry,
  MapSnapshot,
  OutputRecord,
  Series,
  SeriesPoint,
  Stats,
} from "../base/output-record.ts";
import type { Value } from "../base/shown-value.ts";
import { jsonKey, jsonString, jsonValue } from "./json-value.ts";
import type { RecordWriter, Sink } from "./sink.ts";
import { TextBuffer } from "./sink.ts";

/** JSON lines as bpftrace's `-f json`: one object per line, `{"type": …, "data": …}`. */
export function createJsonWriter(sink: Sink): RecordWriter {
  const out = new TextBuffer(sink);
  return {
    write: (record) => out.add(recordJson(record)),
    flush: () => out.flush(),
  };
}

const LEVELS = { error: "error", warn: "warning", debug: "debug" } as const;

/** A record's line with its line end; empty for records that say nothing in JSON. */
export function recordJson(record: OutputRecord): string {
  switch (record.kind) {
    case "printf":
    case "time":
    case "cat":
    case "join":
      return line(record.kind, jsonString(record.text));
    case "system":
      return line("syscall", jsonString(record.text)); // bpftrace's name for it
    case "attached":
      return line("attached_probes", `{"probes": ${record.probes}}`);
    case "message":
      return line(LEVELS[record.level], jsonString(record.text));
    case "failure":
      return `{"type": "error", "data": ${jsonString(record.text)}, "code": ${jsonString(record.code)}}\n`;
    case "value":
    case "element":
      return line("value", jsonValue(record.type, record.value));
    case "map":
      return mapJson(record.map);
    case "lost":
      return line("lost_events", lossesJson(record.losses));
    case "end":
      return "";
    default:
      return unreachable(record);
  }
}

function line(type: string, data: string): string {
  return `{"type": "${type}", "data": ${data}}\n`;
}

// biome-ignore format: one counter per line
const LOSS_NAMES: readonly (readonly [keyof Losses, string])[] = [
  ["unread",           "unread"],
  ["mapFull",          "map_full"],
  ["stacks",           "stacks"],
  ["truncatedStrings", "truncated_strings"],
  ["unnamed",          "unnamed"],
];

/** `events` is always there; other losses where they occurred. */
function lossesJson(losses: Losses): string {
  const members = [`"events": ${losses.events}`];
  for (const [kind, name] of LOSS_NAMES) if (losses[kind] > 0n) members.push(`"${name}": ${losses[kind]}`);
  return `{${members.join(", ")}}`;
}

function mapJson(map: MapSnapshot): string {
  const { keyType, entries } = map;
  const type = map.value.kind;
  const name =
    type === "tseries"
      ? "tseries"
      : type === "hist" || type === "lhist"
        ? "hist"
        : type === "avg" || type === "stats"
          ? "stats"
          : "map";
  if (keyType === undefined) {
    const [only] = entries;
    return only === undefined ? "" : line(name, `{${jsonString(map.name)}: ${entryJson(map, only)}}`);
  }
  const members = entries.map((entry) => `${jsonKey(keyType, entry.key ?? null)}: ${entryJson(map, entry)}`);
  return line(name, `{${jsonString(map.name)}: {${members.join(", ")}}}`);
}

function entryJson({ value: kind }: MapSnapshot, { value }: MapEntry): string {
  switch (kind.kind) {
    case "value":
      return jsonValue(kind.type, value as Value);
    case "stats": {
      const { count, average, total } = value as Stats;
      return `{"count": ${count}, "average": ${average}, "total": ${total}}`;
    }
    case "hist":
    case "lhist":
      return `[${(value as Histogram).map(bucketJson).join(",")}]`;
    case "tseries":
      return `[${(value as Series).map(pointJson).join(",")}]`;
    default:
      return String(value);
  }
}

function pointJson({ label, value }: SeriesPoint): string {
  return `{"interval_start": ${jsonString(label)}, "value": ${value ?? "null"}}`;
}

/** Both bounds are inclusive here; an infinite one is left out. */
function bucketJson({ low, high, count }: Bucket): string {
  const members = [];
  if (low !== undefined) members.push(`"min": ${low}`);
  if (high !== undefined) members.push(`"max": ${high - 1n}`);
  members.push(`"count": ${count}`);
  return `{${members.join(", ")}}`;
}
