import type { SoftwareEvent } from "../../abi/attach-spec.ts";
import { HARDWARE_EVENTS } from "../../abi/perf-event.ts";
import { didYouMean } from "../../base/suggest.ts";
import type { AttachPoint } from "./ast.ts";
import type { Env } from "./env.ts";
import { partText } from "./part-text.ts";
import type { ResolvedPoint } from "./resolve-probes.ts";

/** Software events by their names and short names, with the number of events per sample when none is given. */
// biome-ignore format: one event per line
const SOFTWARE_EVENTS: Readonly<Record<string, readonly [SoftwareEvent, number]>> = {
  "alignment-faults": ["alignment-faults", 1],
  "bpf-output":       ["bpf-output", 1],
  "cgroup-switches":  ["cgroup-switches", 1],
  "context-switches": ["context-switches", 1000],
  cs:                 ["context-switches", 1000],
  "cpu-clock":        ["cpu-clock", 1_000_000],
  cpu:                ["cpu-clock", 1_000_000],
  "cpu-migrations":   ["cpu-migrations", 1],
  dummy:              ["dummy", 1],
  "emulation-faults": ["emulation-faults", 1],
  "major-faults":     ["major-faults", 1],
  "minor-faults":     ["minor-faults", 100],
  "page-faults":      ["page-faults", 100],
  faults:             ["page-faults", 100],
  "task-clock":       ["task-clock", 1_000_000],
};

export function softwareEventNames(): string[] {
  return Object.keys(SOFTWARE_EVENTS);
}

const NANOSECONDS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
  d: 86_400e9,
};

/** `profile:hz:99`, `interval:s:5`, `software:page-faults:1` and their short forms. */
export function resolvePerfPoint(
  point: AttachPoint,
  kind: "profile" | "interval" | "software",
  env: Env,
): readonly ResolvedPoint[] {
  const parts = point.parts.map((part) => partText(part, env) ?? "");
  if (kind === "software") return software(point, parts, env);
  const rate = parseRate(parts);
  if (!rate) {
    env.report.error(
      "probe/rate",
      point.span,
      kind === "profile" ? "a profile probe needs a rate" : "an interval probe needs a time",
      kind === "profile"
        ? "write `profile:hz:99 { … }`, or `profile:ms:10` for every 10 ms"
        : "write `interval:s:1 { … }`, or `interval:ms:100`",
    );
    return [];
  }
  const attach = attachOf(kind, rate, env.onlyProcess);
  return [
    {
      kind,
      programType: "perfEvent",
      section: "perf_event",
      attach,
      probe: `${kind}:${parts.join(":")}`,
      func: "",
      signature: kind,
      space: "auto",
    },
  ];
}

type Rate = { hz: number } | { ns: number };

function attachOf(kind: "profile" | "interval", rate: Rate, pid: number): ResolvedPoint["attach"] {
  if (kind === "interval") return { kind, periodNs: Math.round("hz" in rate ? 1e9 / rate.hz : rate.ns) };
  const process = pid > 0 ? { pid } : {};
  return "hz" in rate ? { kind, freqHz: rate.hz, ...process } : { kind, periodNs: rate.ns, ...process };
}

/** `hz:99`, `ms:10`, `10ms`, `1000000` (nanoseconds); the number may be written as `1e3`. */
function parseRate(parts: readonly string[]): Rate | undefined {
  const [first = "", second] = parts;
  if (parts.length > 2 || first === "") return undefined;
  if (second !== undefined) {
    return rate(wholeNumber(second), first);
  }
  const short = /^(\w*?)(hz|ns|us|ms|s|m|h|d)?$/.exec(first);
  return rate(wholeNumber(short?.[1] ?? ""), short?.[2] ?? "ns");
}

const LONGEST_NS = 1e18; // 31 years; the kernel takes up to 2^63

function rate(count: number | undefined, unit: string): Rate | undefined {
  if (count === undefined || count < 1) return undefined;
  if (unit === "hz") return { hz: count };
  const ns = count * (NANOSECONDS[unit] ?? Number.NaN);
  return ns <= LONGEST_NS ? { ns } : undefined;
}

/** A count as probes are written with it: digits with `_` between them, or an integer such as 1e6. */
export function wholeNumber(text: string): number | undefined {
  const plain = text.replaceAll("_", "");
  return /^\d+(e\d{1,2})?$/.test(plain) && Number.isSafeInteger(Number(plain)) ? Number(plain) : undefined;
}

function software(point: AttachPoint, parts: readonly string[], env: Env): readonly ResolvedPoint[] {
  const [name = "", count] = parts;
  const event = SOFTWARE_EVENTS[name];
  const period = count === undefined || count === "" ? event?.[1] : wholeNumber(count);
  if (!event || parts.length > 2) {
    env.report.error(
      "probe/not-found",
      point.parts[0]?.span ?? point.span,
      `there is no software event \`${name}\``,
      Object.hasOwn(HARDWARE_EVENTS, name)
        ? `it is the processor's own: write \`hardware:${name}\``
        : (didYouMean(name, Object.keys(SOFTWARE_EVENTS)) ??
            `there are ${Object.keys(SOFTWARE_EVENTS).join(", ")}`),
    );
    return [];
  }
  if (period === undefined || period < 1) {
    env.report.error(
      "probe/rate",
      point.parts[1]?.span ?? point.span,
      "the number of events per sample must be a whole number from 1",
      `write \`software:${name}:1\` to see every event`,
    );
    return [];
  }
  const pid = env.onlyProcess > 0 ? { pid: env.onlyProcess } : {};
  return [
    {
      kind: "software",
      programType: "perfEvent",
      section: "perf_event",
      attach: { kind: "software", event: event[0], period, ...pid },
      probe: `software:${parts.join(":")}`,
      func: "",
      signature: "software",
      space: "auto",
    },
  ];
}
