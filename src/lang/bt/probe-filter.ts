import type { Script } from "./ast.ts";
import type { Env } from "./env.ts";
import type { ProbeKind } from "./probe-variant.ts";
import type { ResolvedPoint } from "./resolve-probes.ts";

/** What runs once, or is run by user space. */
const SPECIAL: ReadonlySet<ProbeKind> = new Set(["begin", "end", "self"]);

/** Leaves of a script's places those whose names match an expression; BEGIN, END and signals stay in any case. */
export class ProbeFilter {
  readonly #wanted: RegExp | undefined;
  #kept = 0;
  #dropped = 0;

  constructor(wanted: RegExp | undefined) {
    this.#wanted = wanted;
  }

  /** Whether there were places, and none of them matched. */
  get leavesNone(): boolean {
    return this.#dropped > 0 && this.#kept === 0;
  }

  kept(points: readonly ResolvedPoint[]): readonly ResolvedPoint[] {
    const wanted = this.#wanted;
    if (wanted === undefined) return points;
    return points.flatMap((point) => {
      if (SPECIAL.has(point.kind)) return [point];
      const left = partOf(point, wanted);
      if (left === undefined) this.#dropped++;
      else this.#kept++;
      return left === undefined ? [] : [left];
    });
  }
}

/** Of a place that stands for many, those that are wanted. */
function partOf(point: ResolvedPoint, wanted: RegExp): ResolvedPoint | undefined {
  const { names, syscalls } = point;
  if (names === undefined || syscalls === undefined) return wanted.test(point.probe) ? point : undefined;
  const kept = names.filter((name) => wanted.test(name));
  if (kept.length === 0) return undefined;
  const places = new Map(kept.map((name, index) => [name, index + 1]));
  const numbers = [...syscalls].flatMap(([number, place]): readonly [number, number][] => {
    const now = places.get(names[place - 1] ?? "");
    return now === undefined ? [] : [[number, now]];
  });
  return { ...point, names: kept, syscalls: new Map(numbers) };
}

/** Tells that nothing would be traced. */
export function reportFiltered(script: Script, env: Env): void {
  const first = script.items.find(
    (item) =>
      item.kind === "probe" && item.attachPoints.some(({ type }) => !/^(begin|end|self)$/.test(type ?? "")),
  );
  env.report.error(
    "probe/filtered",
    first?.span ?? script.span,
    "--probe-filter leaves none of the script's probes",
    "give an expression that matches a name; -l in its place lists the script's",
  );
}
