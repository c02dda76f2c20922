import type { Series, SeriesPoint } from "../base/output-record.ts";
import type { MapValuePlan } from "../plan/plan.ts";
import type { CpuValues } from "./combine-cpus.ts";
import { compileStrftime } from "./strftime.ts";

type Plan = Extract<MapValuePlan, { kind: "tseries" }>;

/** One interval as all CPUs together saw it; `weight`: how many values, or when the last came. */
type Cell = { value: bigint; weight: bigint };

export const SERIES_CELL_BYTES = 24;

/**
 * The intervals of a time series from the first that has a value to the last, at most `length` up to the newest.
 * `offsetNs` makes Unix time of the time since boot.
 */
export function readSeries(plan: Plan, cpus: CpuValues, offsetNs: bigint, div: bigint): Series {
  const cells = combine(plan, cpus);
  let newest = -1n;
  for (const epoch of cells.keys()) if (epoch > newest) newest = epoch;
  if (newest < 0n) return [];
  const oldest = newest - BigInt(plan.length) + 1n;
  const label = compileLabel(plan.interval);
  const points: SeriesPoint[] = [];
  for (let epoch = oldest < 0n ? 0n : oldest; epoch <= newest; epoch++) {
    const cell = cells.get(epoch);
    if (!cell && points.length === 0) continue;
    const start = epoch * plan.interval + offsetNs;
    points.push({
      label: label(start - (start % plan.interval)),
      ...(cell && { value: shown(plan, cell) / div }),
    });
  }
  return points;
}

function shown({ how }: Plan, { value, weight }: Cell): bigint {
  return how === "avg" && weight !== 0n ? value / weight : value;
}

function combine(plan: Plan, { view, parts, stride }: CpuValues): Map<bigint, Cell> {
  const cells = new Map<bigint, Cell>();
  for (let part = 0; part < parts; part++)
    for (let index = 0; index < plan.length; index++) {
      const at = part * stride + index * SERIES_CELL_BYTES;
      const epoch = view.getBigUint64(at, true) - 1n;
      if (epoch < 0n) continue;
      const raw = view.getBigUint64(at + 8, true);
      const value = plan.signed ? BigInt.asIntN(64, raw) : raw;
      const weight = view.getBigUint64(at + 16, true);
      const other = cells.get(epoch);
      cells.set(epoch, other ? joined(plan, other, { value, weight }) : { value, weight });
    }
  return cells;
}

function joined({ how }: Plan, a: Cell, b: Cell): Cell {
  switch (how) {
    case "avg":
    case "sum":
      return { value: a.value + b.value, weight: a.weight + b.weight };
    case "max":
      return a.value > b.value ? a : b;
    case "min":
      return a.value < b.value ? a : b;
    case "last":
      return a.weight > b.weight ? a : b;
  }
}

/** The time of day with as many digits behind the second as the intervals need. */
function compileLabel(interval: bigint): (unixNs: bigint) => string {
  const clock = compileStrftime("%H:%M:%S");
  const digits = seriesDigits(interval);
  return (unixNs) =>
    `${clock(unixNs)}.${String(unixNs % 1_000_000_000n)
      .padStart(9, "0")
      .slice(0, digits)}`;
}

/** 3, 6 or 9. */
export function seriesDigits(interval: bigint): number {
  if (interval % 1_000_000n === 0n) return 3;
  return interval % 1000n === 0n ? 6 : 9;
}
