import type { Histogram, MapEntry, MapSnapshot, Series, SnapshotKind, Stats } from "../base/output-record.ts";
import type { Value } from "../base/shown-value.ts";
import type { MapPlan } from "../plan/plan.ts";
import type { ValueType } from "../plan/value-type.ts";
import { sizeOfValue } from "../plan/value-type.ts";
import type { MapHandle } from "./backend.ts";
import type { CpuValues } from "./combine-cpus.ts";
import { aggregateSize, combineBuckets, combineCells, firstPresent, splitCpus } from "./combine-cpus.ts";
import type { DecodeContext, Decoder } from "./decode-value.ts";
import { compileDecoder } from "./decode-value.ts";
import { toBigint } from "./format-number.ts";
import { buildHistogram } from "./histogram-bounds.ts";
import { compareValues } from "./order.ts";
import { readSeries, SERIES_CELL_BYTES } from "./time-series.ts";

/** The arguments of `print(@map, top, div)`. */
export type ReadMapOptions = Readonly<{
  /** Keep only so many entries, those with the largest values; 0: all. */
  top?: number;
  /** Divide what is shown; 0 or 1: do not. */
  div?: bigint;
  /** Whether zero() ran on a map without a key, so that its zero is a value and not its absence. */
  zeroed?: boolean;
}>;

export type MapReader = (handle: MapHandle, options?: ReadMapOptions) => MapSnapshot;

/** `rank` orders entries by what their value amounts to; undefined where the key alone orders them. */
type Read = Readonly<{ present: boolean; value: Value | Stats | Histogram | Series; rank?: bigint }>;
type ReadValue = (value: Uint8Array, valueSize: number, div: bigint) => Read;
type Ranked = Readonly<{ entry: MapEntry; rank: number | bigint | undefined }>;

/**
 * Compiles a reader that combines, decodes and sorts a map as bpftrace prints it: ascending by integer value, average or
 * total count, otherwise by key.
 */
export function compileMapReader(plan: MapPlan, context: DecodeContext): MapReader {
  const readValue = compileValue(plan, context);
  const decodeKey = plan.key === undefined ? undefined : compileDecoder(plan.key, context);
  const head = {
    name: plan.name,
    ...(plan.key !== undefined && { keyType: plan.key }),
    value: snapshotKind(plan),
  };
  return (handle, { top = 0, div = 1n, zeroed = false } = {}) => {
    const by = div === 0n ? 1n : div;
    const size = handle.spec.valueSize;
    if (decodeKey === undefined) {
      const bytes = handle.lookup(new Uint8Array(handle.spec.keySize));
      const read = bytes === undefined ? undefined : readValue(bytes, size, by);
      const shown = read !== undefined && (read.present || zeroed);
      return { ...head, entries: shown ? [{ value: read.value }] : [] };
    }
    const ranked: Ranked[] = [];
    for (const [key, bytes] of handle.entries()) {
      const { value, rank } = readValue(bytes, size, by);
      ranked.push({ entry: { key: decodeAll(decodeKey, key), value }, rank: compact(rank) });
    }
    ranked.sort(compareRanked);
    const kept = top > 0 ? ranked.slice(-top) : ranked;
    return { ...head, entries: kept.map(({ entry }) => entry) };
  };
}

function decodeAll(decode: Decoder, bytes: Uint8Array): Value {
  return decode(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0, 0, bytes.byteLength);
}

/** Numbers compare faster; they mix with bigints under `<`. */
function compact(rank: bigint | undefined): number | bigint | undefined {
  if (rank === undefined) return undefined;
  const short = Number(rank);
  return Number.isSafeInteger(short) ? short : rank;
}

function compareRanked(a: Ranked, b: Ranked): number {
  if (a.rank !== undefined && b.rank !== undefined && a.rank !== b.rank) {
    if (a.rank < b.rank) return -1;
    if (a.rank > b.rank) return 1;
  }
  return compareValues(a.entry.key ?? null, b.entry.key ?? null);
}

function snapshotKind({ value }: MapPlan): SnapshotKind {
  switch (value.kind) {
    case "value":
      return { kind: "value", type: value.type };
    case "hist":
      return { kind: "hist", bits: value.bits };
    case "lhist":
      return { kind: "lhist", step: value.step };
    case "tseries":
      return { kind: "tseries", interval: value.interval };
    default:
      return { kind: value.kind };
  }
}

function compileValue(plan: MapPlan, context: DecodeContext): ReadValue {
  const { value, perCpu } = plan;
  switch (value.kind) {
    case "value":
      return compilePlain(plan, value.type, context);
    case "hist":
    case "lhist":
      return (bytes, valueSize, div) => {
        const cpus = splitCpus(bytes, perCpu, valueSize, aggregateSize(value));
        const { counts, total } = combineBuckets(value, cpus);
        const histogram = buildHistogram(value, counts, value.kind === "hist" ? div : 1n);
        return { present: total !== 0n, value: histogram, rank: total };
      };
    case "tseries":
      return (bytes, valueSize, div) => {
        const cpus = splitCpus(bytes, perCpu, valueSize, value.length * SERIES_CELL_BYTES);
        const series = readSeries(value, cpus, context.resolver.clockOffsetNs("boot"), div);
        return { present: series.length > 0, value: series };
      };
    default:
      return (bytes, valueSize, div) => {
        const cpus = splitCpus(bytes, perCpu, valueSize, aggregateSize(value));
        const { present, value: combined } = combineCells(value, cpus);
        if (typeof combined === "bigint") return { present, value: combined / div, rank: combined };
        return { present, value: { ...combined, average: combined.average / div }, rank: combined.average };
      };
  }
}

function compilePlain({ perCpu, presentOffset }: MapPlan, type: ValueType, context: DecodeContext): ReadValue {
  const decode = compileDecoder(type, context);
  const needed =
    presentOffset === undefined ? sizeOfValue(type) : Math.max(sizeOfValue(type), presentOffset + 8);
  const ranked = type.kind === "int" || type.kind === "enum";
  return (bytes, valueSize, div) => {
    const cpus = splitCpus(bytes, perCpu, valueSize, needed);
    const part = presentOffset === undefined ? 0 : firstPresent(cpus, presentOffset);
    const value = combinePlain(type, decode, bytes, cpus, part ?? 0);
    const shown = type.kind === "int" && div !== 1n ? divide(value as number | bigint, div) : value;
    return { present: part !== undefined, value: shown, ...(ranked && { rank: toBigint(value) }) };
  };
}

/** Integers add up over CPUs; of anything else the first CPU's is shown that has one. */
function combinePlain(
  type: ValueType,
  decode: Decoder,
  bytes: Uint8Array,
  cpus: CpuValues,
  part: number,
): Value {
  const at = (i: number): Value =>
    decode(bytes, cpus.view, i * cpus.stride, i * cpus.stride, (i + 1) * cpus.stride);
  if (cpus.parts === 1 || type.kind !== "int") return at(part);
  let sum = 0n;
  for (let i = 0; i < cpus.parts; i++) sum += toBigint(at(i));
  const bits = type.size * 8;
  const wrapped = type.signed ? BigInt.asIntN(bits, sum) : BigInt.asUintN(bits, sum);
  return type.size === 8 ? wrapped : Number(wrapped);
}

/** A number divided as print() does it, rounded towards zero. */
export function divide(value: number | bigint, div: bigint): number | bigint {
  return typeof value === "bigint" ? value / div : Number(BigInt(value) / div);
}
