import { unreachable } from "../base/errors.ts";
import { escapeControls, escapeForeign } from "../base/lossless-text.ts";
import type { Histogram, MapEntry, MapSnapshot, OutputRecord, Series, Stats } from "../base/output-record.ts";
import type { Value } from "../base/shown-value.ts";
import { keyText, valueText } from "../base/value-text.ts";
import { histogramLines } from "./histogram-text.ts";
import { seriesLines } from "./series-text.ts";
import type { RecordWriter, Sink } from "./sink.ts";
import { TextBuffer } from "./sink.ts";

/**
 * bpftrace's text format. `errors` gets what is no output of the script: messages, failures, losses; it is the same sink
 * when left out. `ownTexts`: what a plan's settings call so.
 */
export function createTextWriter(
  sink: Sink,
  errors: Sink = sink,
  ownTexts: readonly string[] = [],
): RecordWriter {
  const quote = escapeForeign(ownTexts);
  const out = new TextBuffer(sink);
  const err = errors === sink ? out : new TextBuffer(errors);
  return {
    write(record) {
      if (record.kind === "printf") out.add(record.text);
      else (isRemark(record) ? err : out).add(quotedText(record, quote));
    },
    flush() {
      out.flush();
      err.flush();
    },
  };
}

type Quote = (text: string) => string;

function isRemark(record: OutputRecord): boolean {
  return record.kind === "message" || record.kind === "failure" || record.kind === "lost";
}

const LEVELS = { error: "ERROR", warn: "WARNING", debug: "DEBUG" } as const;

/** What a record is in the text format, line ends included; nothing for some. */
export function recordText(record: OutputRecord): string {
  return quotedText(record, escapeControls);
}

function quotedText(record: OutputRecord, quote: Quote): string {
  switch (record.kind) {
    case "printf":
    case "time":
    case "cat":
    case "system":
      return record.text;
    case "join":
      return `${record.text}\n`;
    case "attached":
      return `Attached ${record.probes} ${record.probes === 1 ? "probe" : "probes"}\n`;
    case "message":
      return `${endLine(`${record.where ? `${record.where}: ` : ""}${LEVELS[record.level]}: ${record.text}`)}${record.shown ?? ""}`;
    case "failure":
      return endLine(`ERROR: ${record.text}`);
    case "value":
    case "element":
      return `${valueText(record.type, record.value, quote)}\n`;
    case "map":
      return quotedMap(record.map, quote);
    case "lost": {
      const events = record.losses.events + record.losses.unread;
      return events > 0n ? `Lost ${events} events\n` : "";
    }
    case "end":
      return "\n\n";
    default:
      return unreachable(record);
  }
}

function endLine(text: string): string {
  return text.endsWith("\n") ? text : `${text}\n`;
}

/** A map as bpftrace prints it: a line per entry; a histogram on lines of its own, with an empty line behind. */
export function mapText(map: MapSnapshot): string {
  return quotedMap(map, escapeControls);
}

function quotedMap(map: MapSnapshot, quote: Quote): string {
  return map.entries.map((entry) => entryText(map, entry, quote)).join("");
}

function entryText(map: MapSnapshot, entry: MapEntry, quote: Quote): string {
  const key = map.keyType === undefined ? "" : `[${keyText(map.keyType, entry.key ?? null, quote)}]`;
  const { value: kind } = map;
  switch (kind.kind) {
    case "hist":
    case "lhist": {
      const lines = histogramLines(entry.value as Histogram, kind);
      return `${map.name}${key}:\n${lines.map((line) => `${line}\n`).join("")}\n`;
    }
    case "tseries": {
      const lines = seriesLines(entry.value as Series, kind.interval);
      return `${map.name}${key}:\n${lines.map((line) => `${line}\n`).join("")}\n`;
    }
    case "stats":
      return `${map.name}${key}: ${statsText(entry.value as Stats)}\n`;
    case "value":
      return `${map.name}${key}: ${valueText(kind.type, entry.value as Value, quote)}\n`;
    default:
      return `${map.name}${key}: ${entry.value}\n`;
  }
}

function statsText({ count, average, total }: Stats): string {
  return `count ${count}, average ${average}, total ${total}`;
}
