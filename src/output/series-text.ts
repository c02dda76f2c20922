import type { Series } from "../base/output-record.ts";

const COLUMNS = 51; // between the two lines at the sides
const RIGHT = COLUMNS + 1;

/** A line per interval in bpftrace's layout: a star between the smallest and the largest value, a dot where zero is. */
export function seriesLines(series: Series, interval: bigint): string[] {
  const values = series.flatMap(({ value }) => (value === undefined ? [] : [value]));
  let min = values[0] ?? 0n;
  let max = min;
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const label = `hh:mm:ss.${unitOf(interval)}`;
  const width = Math.max(label.length, ...series.map((point) => point.label.length)) + 1;
  const bounds = `${" ".repeat(width)}${String(min).padEnd(RIGHT)}${max}`;
  const zero = min < 0n && max > 0n ? columnOf(0n, min, max) : undefined;
  const rows = series.map((point) => {
    const marks: string[] = Array.from({ length: RIGHT + 1 }, (_, i) => (i === 0 || i === RIGHT ? "|" : " "));
    if (zero !== undefined) marks[zero] = ".";
    if (point.value !== undefined) marks[columnOf(point.value, min, max)] = "*";
    return `${point.label.padEnd(width)}${marks.join("")} ${point.value ?? "-"}`;
  });
  const line = "_".repeat(COLUMNS);
  return [bounds, `${label.padEnd(width)}|${line}|`, ...rows, `${" ".repeat(width)}v${line}v`, bounds];
}

function columnOf(value: bigint, min: bigint, max: bigint): number {
  return max === min ? 0 : Number(((value - min) * BigInt(RIGHT)) / (max - min));
}

function unitOf(interval: bigint): string {
  if (interval % 1_000_000n === 0n) return "ms";
  return interval % 1000n === 0n ? "us" : "ns";
}
