import { HARDWARE_EVENTS, type HardwareEvent, PERF_TYPES } from "../../abi/perf-event.ts";
import { didYouMean } from "../../base/suggest.ts";
import type { AttachPoint } from "./ast.ts";
import type { Env } from "./env.ts";
import { partText } from "./part-text.ts";
import { wholeNumber } from "./resolve-perf.ts";
import type { ResolvedPoint } from "./resolve-probes.ts";

/** Hardware events by their names and short names, with the number of events per sample when none is given. */
// biome-ignore format: one event per line
const EVENTS: Readonly<Record<string, readonly [HardwareEvent, number]>> = {
  "backend-stalls":      ["stalled-cycles-backend", 1_000_000],
  "branch-instructions": ["branches", 100_000],
  "branch-misses":       ["branch-misses", 100_000],
  branches:              ["branches", 100_000],
  "bus-cycles":          ["bus-cycles", 100_000],
  "cache-misses":        ["cache-misses", 1_000_000],
  "cache-references":    ["cache-references", 1_000_000],
  "cpu-cycles":          ["cpu-cycles", 1_000_000],
  cycles:                ["cpu-cycles", 1_000_000],
  "frontend-stalls":     ["stalled-cycles-frontend", 1_000_000],
  instructions:          ["instructions", 1_000_000],
  "ref-cycles":          ["ref-cycles", 1_000_000],
};

export function hardwareEventNames(): string[] {
  return Object.keys(EVENTS);
}

/** `hardware:cache-misses:1e6`: the processor's own counters. */
export function resolveHardware(point: AttachPoint, env: Env): readonly ResolvedPoint[] {
  const parts = point.parts.map((part) => partText(part, env) ?? "");
  const [name = "", count = ""] = parts;
  const event = EVENTS[name];
  if (event === undefined || parts.length > 2) {
    env.report.error(
      "probe/not-found",
      point.parts[0]?.span ?? point.span,
      `there is no hardware event \`${name}\``,
      didYouMean(name, hardwareEventNames()) ?? `there are ${hardwareEventNames().join(", ")}`,
    );
    return [];
  }
  const period = count === "" ? event[1] : wholeNumber(count);
  if (period === undefined || period < 1) {
    env.report.error(
      "probe/rate",
      point.parts[1]?.span ?? point.span,
      "the number of events per sample must be a whole number from 1",
      `write \`hardware:${name}:1e6\``,
    );
    return [];
  }
  if (!env.target.has("hardwareCounters")) {
    env.report.error(
      "probe/unsupported",
      point.writtenSpan,
      "this machine offers no hardware counters; virtual machines often have none",
      "sample by time instead: `profile:hz:99`, or count with `software:cpu-clock:1e6`",
    );
    return [];
  }
  const config = BigInt(HARDWARE_EVENTS[event[0]]);
  const pid = env.onlyProcess > 0 ? { pid: env.onlyProcess } : {};
  return [
    {
      kind: "hardware",
      programType: "perfEvent",
      section: "perf_event",
      attach: { kind: "perfEvent", type: PERF_TYPES.hardware, config, period: BigInt(period), ...pid },
      probe: `hardware:${parts.join(":")}`,
      func: "",
      signature: "hardware",
      space: "auto",
    },
  ];
}
