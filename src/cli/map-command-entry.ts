import { MAP_TYPES } from "../abi/map-types.ts";
import type { BtfBlob } from "../btf/decode.ts";
import type { BtfId } from "../btf/types.ts";
import type { LinuxMap } from "../linux/maps.ts";
import { hexBytes, plainValue } from "./map-command-json.ts";
import { jsonOf } from "./object-command-select.ts";

type Json = Readonly<Record<string, unknown>>;

/** A map, and its types, read once for all of its entries. */
export type MapView = Readonly<{
  map: LinuxMap;
  btf: BtfBlob | undefined;
  key: BtfId | undefined;
  value: BtfId | undefined;
  /** Bytes from one CPU's value to the next one's; undefined where there is one for all. */
  step: number | undefined;
}>;

/** Reads a map's types. Throws SkepError. */
export function viewOf(map: LinuxMap): MapView {
  const { btfKey, btfValue, valueSize, type } = map.spec;
  const btf = btfKey || btfValue ? map.btf() : undefined;
  return {
    map,
    btf,
    key: btf && btfKey ? (btfKey as BtfId) : undefined,
    value: btf && btfValue ? (btfValue as BtfId) : undefined,
    step: MAP_TYPES[type].perCpu ? Math.ceil(valueSize / 8) * 8 : undefined,
  };
}

/** An entry as bpftool writes it. */
export function entryJson(view: MapView, key: Uint8Array, value: Uint8Array): Json {
  const formattedKey = formatted(view, view.key, key);
  if (view.step === undefined)
    return {
      key: hexBytes(key),
      value: hexBytes(value),
      ...(view.value !== undefined && {
        formatted: { key: formattedKey, value: formatted(view, view.value, value) },
      }),
    };
  const cpus = cpusOf(view, view.step, value);
  return {
    key: hexBytes(key),
    values: cpus.map(({ cpu, bytes }) => ({ cpu, value: hexBytes(bytes) })),
    ...(view.value !== undefined && {
      formatted: {
        key: formattedKey,
        values: cpus.map(({ cpu, bytes }) => ({ cpu, value: formatted(view, view.value, bytes) })),
      },
    }),
  };
}

/** An entry for people: "[1] = {…}". */
export function entryText(view: MapView, key: Uint8Array, value: Uint8Array): string {
  const shownKey = key.length === 0 ? "" : `[${keyText(view, key).text}] = `;
  const one = (bytes: Uint8Array) =>
    view.value === undefined ? plainHex(bytes) : jsonOf(formatted(view, view.value, bytes));
  if (view.step === undefined) return shownKey + one(value);
  return `${shownKey}[${cpusOf(view, view.step, value)
    .map(({ bytes }) => one(bytes))
    .join(view.value === undefined ? ", " : ",")}]`;
}

/** A key: its bytes for JSON, and how people read it. */
export function keyText(view: MapView, key: Uint8Array): { json: string[]; text: string } {
  const text = view.key === undefined ? plainHex(key) : jsonOf(formatted(view, view.key, key));
  return { json: hexBytes(key), text };
}

/** A value that has no key, as bpftool writes it. */
export function singleJson(_view: MapView, value: Uint8Array): { key: string[]; value: string[] } {
  return { key: [], value: hexBytes(value) };
}

export function singleText(view: MapView, value: Uint8Array): string {
  return view.value === undefined ? plainHex(value) : jsonOf(formatted(view, view.value, value));
}

/** Each CPU's part of a value. */
export function cpusOf(
  { map }: MapView,
  step: number,
  value: Uint8Array,
): { cpu: number; bytes: Uint8Array }[] {
  return Array.from({ length: value.length / step }, (_, cpu) => ({
    cpu,
    bytes: value.subarray(cpu * step, cpu * step + map.spec.valueSize),
  }));
}

/** Bytes as two digits each. */
export function plainHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

function formatted({ btf }: MapView, id: BtfId | undefined, bytes: Uint8Array): unknown {
  return btf && id ? plainValue(btf, id, bytes) : undefined;
}
