import type { Bucket, Histogram, SnapshotKind } from "../base/output-record.ts";

/** Which labels a histogram's bounds get: hist() counts in powers of two, lhist() in steps. */
export type HistogramScale = Extract<SnapshotKind, { kind: "hist" | "lhist" }>;

const BAR_COLUMNS = 52;

/** A line per bucket in bpftrace's layout: `[4, 8)                12 |@@@@      |`. */
export function histogramLines(histogram: Histogram, scale: HistogramScale): string[] {
  const largest = Math.fround(Math.max(0, ...histogram.map(({ count }) => Number(count))));
  return histogram.map((bucket) => {
    const bar = "@".repeat(barLength(bucket.count, largest));
    const count = String(bucket.count).padStart(8);
    return `${bucketLabel(bucket, scale).padEnd(16)}${count} |${bar.padEnd(BAR_COLUMNS)}|`;
  });
}

/** In single precision, so that bars are the same length as bpftrace's to the column. */
function barLength(count: bigint, largest: number): number {
  if (largest === 0) return 0;
  return Math.trunc(Math.fround(Math.fround(Math.fround(Number(count)) / largest) * BAR_COLUMNS));
}

/** `[4, 8)`, `[1]` for a power-of-two bucket of one value, `(..., 0)` and `[100, ...)` for the open ends. */
export function bucketLabel({ low, high }: Bucket, scale: HistogramScale): string {
  const label =
    scale.kind === "hist" ? (n: bigint) => powerLabel(n, scale.bits) : (n: bigint) => stepLabel(n, scale.step);
  if (low === undefined) return `(..., ${high === undefined ? "..." : label(high)})`;
  if (high === undefined) return `[${label(low)}, ...)`;
  if (scale.kind === "hist" && high - low === 1n) return `[${low}]`;
  return `[${label(low)}, ${label(high)})`;
}

/** `1K`, `2M`: by the power of two that the bucket's width has. */
function powerLabel(value: bigint, bits: number): string {
  const power = Math.max(0, value.toString(2).length - 1 - bits);
  const decade = Math.floor(power / 10);
  return `${value >> BigInt(10 * decade)}${"KMGTPE".charAt(decade - 1)}`;
}

/** K and M only where the step itself is a multiple of 1024. */
function stepLabel(value: bigint, step: bigint): string {
  if (step % 1024n !== 0n || value === 0n) return String(value);
  if (value % 1_048_576n === 0n) return `${value / 1_048_576n}M`;
  return value % 1024n === 0n ? `${value / 1024n}K` : String(value);
}
