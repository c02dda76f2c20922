import type { MapSpec, MapType } from "../../abi/map-spec.ts";
import type { Env, MapInfo } from "./env.ts";
import { isAggregate, roundUp, sizeOf, type Type, U64 } from "./types.ts";

/** How a map of the script is kept in the kernel. */
export type MapLayout = Readonly<{
  spec: MapSpec;
  perCpu: boolean;
  keySize: number;
  valueSize: number;
  /** Maps without a key: where in the value it is noted that something was stored. */
  presentOffset?: number;
}>;

const BPF_F_NO_PREALLOC = 1; // include/uapi/linux/bpf.h, v6.12
/**
 * Bytes that a map of values per CPU may take from its start. While programs run, the kernel has room for some thirty new
 * values of a histogram's size at a time and refuses more, mm/percpu.c (PCPU_EMPTY_POP_PAGES_HIGH), v6.12.
 */
const PER_CPU_AT_ONCE = 16 << 20;
/** Bytes that histograms in one place for all CPUs may take from the map's start: they lose no key in a burst then. */
const SHARED_AT_ONCE = 16 << 20;
const PREALLOC_LIMIT = 64; // bytes; larger values are allocated as they are needed, where the kernel can

/** Declared map types, by their names in `let @m = …`. */
export const DECLARED_TYPES: Readonly<Record<string, MapType>> = {
  hash: "hash",
  lruhash: "lruHash",
  percpuhash: "percpuHash",
  percpulruhash: "lruPercpuHash",
  array: "array",
  percpuarray: "percpuArray",
};

/**
 * Aggregates are kept per CPU, without contention, unless a program reads them: then there is one value for all. So there
 * is for histograms by key on machines with so many CPUs that a place for each would take much memory from the start.
 * Maps without a key are arrays with one value, reached without a lookup.
 */
export function mapLayout(info: MapInfo, env: Env): MapLayout {
  const value = info.value ?? U64;
  const declared = info.declared && DECLARED_TYPES[info.declared.type];
  const mayBePerCpu =
    isAggregate(value) &&
    (declared ? declared.startsWith("percpu") || declared === "lruPercpuHash" : !info.readInProgram);
  const name = mapName(info.name);
  if (!info.keyed) {
    const presentOffset = isAggregate(value) ? undefined : roundUp(sizeOf(value), 8);
    const valueSize = presentOffset === undefined ? valueBytes(value) : presentOffset + 8;
    const type = mayBePerCpu ? "percpuArray" : "array";
    const spec: MapSpec = { name, type, keySize: 4, valueSize, maxEntries: 1, flags: 0 };
    return {
      spec,
      perCpu: mayBePerCpu,
      keySize: 4,
      valueSize,
      ...(presentOffset !== undefined && { presentOffset }),
    };
  }
  const keySize = Math.max(1, info.key ? sizeOf(info.key) : 8);
  const valueSize = roundUp(valueBytes(value), 8);
  const maxEntries = info.declared?.entries ?? env.options.maxMapEntries;
  const bytes = maxEntries * valueSize;
  const fitsPerCpu = bytes * env.target.cpus <= PER_CPU_AT_ONCE;
  const isHistogram = value.kind === "hist" || value.kind === "lhist";
  const inOnePlace = mayBePerCpu && !declared && isHistogram && !fitsPerCpu && bytes <= SHARED_AT_ONCE;
  const perCpu = mayBePerCpu && !inOnePlace;
  const type = declared ?? (perCpu ? "percpuHash" : "hash");
  const isLargePerCpu = type === "percpuHash" && valueSize > PREALLOC_LIMIT;
  const atOnce = inOnePlace || (isLargePerCpu && fitsPerCpu);
  const lazily =
    !type.startsWith("lru") &&
    !atOnce &&
    valueSize + keySize > PREALLOC_LIMIT &&
    env.target.has("noPreallocTracing");
  const flags = lazily ? BPF_F_NO_PREALLOC : 0;
  return { spec: { name, type, keySize, valueSize, maxEntries, flags }, perCpu, keySize, valueSize };
}

/** Bytes of a value in its map: aggregates take more cells than one. */
export function valueBytes(type: Type): number {
  switch (type.kind) {
    case "count":
      return 8;
    case "sum":
    case "min":
    case "max":
    case "avg":
    case "stats":
      return 16;
    case "hist":
      return histBuckets(type.bits) * 8;
    case "lhist":
      return lhistBuckets(type) * 8;
    case "tseries":
      return type.length * 24;
    default:
      return Math.max(1, sizeOf(type));
  }
}

/** The map's name in the object: letters, digits, `_` and `.`, at most 15 characters; "AT_" stands for the `@`. */
export function mapName(name: string): string {
  return `AT_${name.replace(/[^A-Za-z0-9_]/g, "_")}`;
}

/**
 * Buckets of hist(x, bits): negatives, then values below 2^bits one by one, then 2^bits steps for each power of two up
 * to 2^63.
 */
export function histBuckets(bits: number): number {
  return 1 + 2 ** bits + (64 - bits) * 2 ** bits;
}

/** Buckets of lhist: below min, each step, max and above. */
export function lhistBuckets(type: Extract<Type, { kind: "lhist" }>): number {
  return Number((type.max - type.min + type.step - 1n) / type.step) + 2;
}
