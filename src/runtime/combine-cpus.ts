import { unreachable } from "../base/errors.ts";
import type { Stats } from "../base/output-record.ts";
import type { MapValuePlan } from "../plan/plan.ts";

/** One map value as the kernel gives it: one part, or a part per CPU, each `stride` bytes after the other. */
export type CpuValues = Readonly<{ view: DataView; parts: number; stride: number }>;

type Cells = Extract<MapValuePlan, { kind: "count" | "sum" | "min" | "max" | "avg" | "stats" }>;
type Buckets = Extract<MapValuePlan, { kind: "hist" | "lhist" }>;

/** A value's parts; throws when they are smaller than the plan says. */
export function splitCpus(value: Uint8Array, perCpu: boolean, valueSize: number, needed: number): CpuValues {
  const stride = perCpu ? Math.ceil(valueSize / 8) * 8 : value.byteLength;
  const parts = perCpu && stride > 0 ? Math.floor(value.byteLength / stride) : 1;
  if (parts < 1 || stride < needed)
    throw new Error(`bug: a map value of ${value.byteLength} bytes cannot hold what the plan says`);
  return { view: new DataView(value.buffer, value.byteOffset, value.byteLength), parts, stride };
}

/** Bytes of one CPU's part that an aggregate uses. */
export function aggregateSize(plan: Cells | Buckets): number {
  switch (plan.kind) {
    case "count":
      return 8;
    case "hist":
    case "lhist":
      return plan.buckets * 8;
    default:
      return 16;
  }
}

/**
 * Combines the CPUs' parts of a counter; totals wrap at 64 bits as the kernel's do. `present`: something was stored.
 * Without anything stored the value is zero.
 */
export function combineCells(plan: Cells, cpus: CpuValues): { present: boolean; value: bigint | Stats } {
  switch (plan.kind) {
    case "count": {
      const value = sumAt(cpus, 0);
      return { present: value !== 0n, value };
    }
    case "sum":
      return { present: anyAt(cpus, 8), value: withSign(sumAt(cpus, 0), plan.signed) };
    case "min":
    case "max":
      return extreme(plan, cpus);
    case "avg":
    case "stats": {
      const count = sumAt(cpus, 0);
      const total = withSign(sumAt(cpus, 8), plan.signed);
      const average = count === 0n ? 0n : total / count;
      return { present: count !== 0n, value: plan.kind === "avg" ? average : { count, average, total } };
    }
    default:
      return unreachable(plan);
  }
}

function withSign(value: bigint, signed: boolean): bigint {
  return signed ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value);
}

function sumAt({ view, parts, stride }: CpuValues, offset: number): bigint {
  let sum = 0n;
  for (let i = 0; i < parts; i++) sum += view.getBigUint64(i * stride + offset, true);
  return BigInt.asUintN(64, sum);
}

function anyAt({ view, parts, stride }: CpuValues, offset: number): boolean {
  for (let i = 0; i < parts; i++) if (view.getBigUint64(i * stride + offset, true) !== 0n) return true;
  return false;
}

function extreme(
  plan: Extract<Cells, { kind: "min" | "max" }>,
  { view, parts, stride }: CpuValues,
): { present: boolean; value: bigint } {
  let best: bigint | undefined;
  for (let i = 0; i < parts; i++) {
    if (view.getBigUint64(i * stride + 8, true) === 0n) continue;
    const value = withSign(view.getBigUint64(i * stride, true), plan.signed);
    if (best === undefined || (plan.kind === "min" ? value < best : value > best)) best = value;
  }
  return { present: best !== undefined, value: best ?? 0n };
}

/** The CPUs' bucket counts added up, and their total. */
export function combineBuckets(plan: Buckets, cpus: CpuValues): { counts: BigUint64Array; total: bigint } {
  const { view, parts, stride } = cpus;
  const counts = new BigUint64Array(plan.buckets);
  let total = 0n;
  for (let part = 0; part < parts; part++)
    for (let i = 0; i < plan.buckets; i++) {
      const at = part * stride + i * 8;
      if (view.getUint32(at, true) === 0 && view.getUint32(at + 4, true) === 0) continue; // most are; no bigint for them
      const count = view.getBigUint64(at, true);
      counts[i] = (counts[i] as bigint) + count;
      total += count;
    }
  return { counts, total };
}

/** Whether the u64 at `offset` is set in any CPU's part, and in which first. */
export function firstPresent(cpus: CpuValues, offset: number): number | undefined {
  for (let i = 0; i < cpus.parts; i++)
    if (cpus.view.getBigUint64(i * cpus.stride + offset, true) !== 0n) return i;
  return undefined;
}
