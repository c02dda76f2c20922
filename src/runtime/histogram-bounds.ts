import type { Bucket, Histogram } from "../base/output-record.ts";
import type { MapValuePlan } from "../plan/plan.ts";

type HistPlan = Extract<MapValuePlan, { kind: "hist" }>;
type LhistPlan = Extract<MapValuePlan, { kind: "lhist" }>;
type Bounds = Readonly<{ low?: bigint; high?: bigint }>;

/**
 * Which values bucket `index` of hist() counts. With n = 2^bits: bucket 0 is for negatives, buckets 1 … 2n for the
 * values 0 … 2n-1, and every n buckets after them share the next power of two.
 */
export function histBounds(index: number, bits: number): Bounds {
  if (index === 0) return { high: 0n };
  return { low: histLow(index - 1, bits), high: histLow(index, bits) };
}

function histLow(step: number, bits: number): bigint {
  const n = 2 ** bits;
  if (step < 2 * n) return BigInt(step);
  return BigInt(n + (step % n)) << BigInt(Math.floor(step / n) - 1);
}

/** Which values bucket `index` of lhist() counts; the last step ends at `max` even where it is cut short. */
export function lhistBounds(index: number, plan: LhistPlan): Bounds {
  if (index === 0) return { high: plan.min };
  if (index === plan.buckets - 1) return { low: plan.max };
  const low = plan.min + BigInt(index - 1) * plan.step;
  const high = low + plan.step;
  return { low, high: high < plan.max ? high : plan.max };
}

/** The buckets from the first to the last that counted something, each count divided by `div`. */
export function buildHistogram(plan: HistPlan | LhistPlan, counts: BigUint64Array, div: bigint): Histogram {
  let first = 0;
  while (first < counts.length && counts[first] === 0n) first++;
  let last = counts.length - 1;
  while (last > first && counts[last] === 0n) last--;
  const buckets: Bucket[] = [];
  for (let i = first; i <= last && i < counts.length; i++) {
    const bounds = plan.kind === "hist" ? histBounds(i, plan.bits) : lhistBounds(i, plan);
    buckets.push({ ...bounds, count: (counts[i] as bigint) / div });
  }
  return buckets;
}
