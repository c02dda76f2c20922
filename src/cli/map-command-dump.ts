import type { Chunk } from "../linux/map-walk.ts";
import { mapOf } from "../linux/open.ts";
import { ByteText, type HexPart, LONGEST_TEMPLATE } from "./byte-text.ts";
import { entryJson, entryText, type MapView, viewOf } from "./map-command-entry.ts";
import { type Values, type ValueWriter, valueWriter, writeAny } from "./map-json-writer.ts";
import type { ObjectCall } from "./object-command.ts";
import { jsonOf, openSelected, takeNothing, takeSelection } from "./object-command-select.ts";

/** `map dump MAP`: all entries. Much is written as it is read, so that a million entries take no memory. */
export function dumpMap(call: ObjectCall): void {
  const { kernel, words, out } = call;
  const { selection, rest } = takeSelection("map", words);
  takeNothing(rest);
  const maps = openSelected(kernel, "map", selection).map((fd) => mapOf(kernel, fd));
  try {
    if (out.pretty) {
      const all = maps.map((map) => dumpAll(viewOf(map)));
      return out.value(maps.length === 1 ? all[0] : all);
    }
    const text = new ByteText((bytes) => out.sink.writeBytes(bytes));
    // Several maps of one name: a list of lists, as bpftool has it.
    for (const [i, map] of maps.entries()) {
      if (out.json && maps.length > 1) text.text(i === 0 ? "[" : ",");
      if (!out.json && maps.length > 1) text.text(`map ${map.id}:\n`);
      writeEntries(viewOf(map), text, out.json);
    }
    if (out.json) text.text(maps.length > 1 ? "]\n" : "\n");
    text.flush();
  } finally {
    for (const map of maps) map[Symbol.dispose]();
  }
}

function dumpAll(view: MapView): unknown[] {
  if (view.map.spec.keySize === 0) return [];
  return Array.from(view.map.entries(), ([key, value]) => entryJson(view, key, value));
}

function writeEntries(view: MapView, out: ByteText, json: boolean): void {
  const { map } = view;
  const { keySize } = map.spec;
  let count = 0;
  if (json) out.text("[");
  const write = json ? jsonEntryWriter(view) : textEntryWriter(view);
  if (keySize > 0)
    for (const chunk of map.chunks()) {
      const keys = valuesOf(chunk.keys);
      const values = valuesOf(chunk.values);
      for (let i = 0; i < chunk.count; i++) {
        if (json && count++ > 0) out.text(",");
        write(out, keys, i * keySize, values, i * map.valueBytes);
      }
    }
  if (json) out.text("]");
}

function valuesOf(bytes: Chunk["keys"]): Values {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
}

type EntryWriter = (out: ByteText, keys: Values, keyAt: number, values: Values, valueAt: number) => void;

const [NEWLINE, BRACE] = [0x0a, 0x7d] as const;

function jsonEntryWriter(view: MapView): EntryWriter {
  const { map, btf, key, value, step } = view;
  const { keySize, valueSize } = map.spec;
  const valueBytes = step === undefined ? map.valueBytes : valueSize;
  // Where it must be exact and is rare, the plain way is taken.
  if (step !== undefined || (keySize + valueBytes) * 7 + 64 > LONGEST_TEMPLATE)
    return (out, keys, keyAt, values, valueAt) =>
      writeAny(
        out,
        jsonOf(
          entryJson(
            view,
            keys.bytes.subarray(keyAt, keyAt + keySize),
            values.bytes.subarray(valueAt, valueAt + map.valueBytes),
          ),
        ),
      );
  const heads = [hexTemplate('{"key":[', keySize), hexTemplate('],"value":[', valueBytes)] as const;
  const typed = btf && value !== undefined;
  const writeKey = typed && key !== undefined ? valueWriter(btf, key) : undefined;
  const writeValue = typed ? valueWriter(btf, value) : undefined;
  const close = ascii("]");
  const [before, between] = [
    ascii(writeKey ? ',"formatted":{"key":' : ',"formatted":{'),
    ascii(writeKey ? ',"value":' : '"value":'),
  ];
  return (out, keys, keyAt, values, valueAt) => {
    out.template(heads[0].text, heads[0].parts, keys.bytes, keyAt);
    out.template(heads[1].text, heads[1].parts, values.bytes, valueAt);
    out.raw(close);
    if (writeValue !== undefined) {
      out.raw(before);
      writeKey?.(out, keys, keyAt);
      out.raw(between);
      writeValue(out, values, valueAt);
      out.byte(BRACE);
    }
    out.byte(BRACE);
  };
}

function textEntryWriter(view: MapView): EntryWriter {
  const { map, btf, key, value, step } = view;
  const { keySize } = map.spec;
  if (step !== undefined || btf === undefined)
    return (out, keys, keyAt, values, valueAt) =>
      writeAny(
        out,
        `${entryText(view, keys.bytes.subarray(keyAt, keyAt + keySize), values.bytes.subarray(valueAt, valueAt + map.valueBytes))}\n`,
      );
  const writeKey = key === undefined ? plainWriter(keySize) : valueWriter(btf, key);
  const writeValue = value === undefined ? plainWriter(map.valueBytes) : valueWriter(btf, value);
  const [open, equals] = [ascii("["), ascii("] = ")];
  return (out, keys, keyAt, values, valueAt) => {
    out.raw(open);
    writeKey(out, keys, keyAt);
    out.raw(equals);
    writeValue(out, values, valueAt);
    out.byte(NEWLINE);
  };
}

/** A text with a place for two digits per byte: `"0x00","0x00"`. */
function hexTemplate(head: string, count: number): { text: Uint8Array; parts: readonly HexPart[] } {
  const one = '"0x00"';
  const text = ascii(head + Array.from({ length: count }, () => one).join(","));
  return { text, parts: [{ first: head.length + 3, step: one.length + 1, count }] };
}

function plainWriter(size: number): ValueWriter {
  const text = ascii(Array.from({ length: size }, () => "00").join(" "));
  const parts = [{ first: 0, step: 3, count: size }];
  return (out, { bytes }, at) => out.template(text, parts, bytes, at);
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}
