/** A kind of probe, by its one canonical name. */
export type ProbeType = (typeof PROBE_TYPES)[number]["type"];

/**
 * Every kind of probe with its other spellings: short names, the capitals of older scripts, and the old names of
 * fentry and fexit.
 */
// biome-ignore format: one probe type per line
export const PROBE_TYPES = [
  { type: "begin",           also: ["BEGIN"] },
  { type: "end",             also: ["END"] },
  { type: "self",            also: [] },
  { type: "test",            also: [] },
  { type: "bench",           also: [] },
  { type: "kprobe",          also: ["k"] },
  { type: "kretprobe",       also: ["kr"] },
  { type: "fentry",          also: ["f", "kfunc"] },
  { type: "fexit",           also: ["fr", "kretfunc"] },
  { type: "uprobe",          also: ["u"] },
  { type: "uretprobe",       also: ["ur"] },
  { type: "usdt",            also: ["U"] },
  { type: "tracepoint",      also: ["t"] },
  { type: "rawtracepoint",   also: ["rt"] },
  { type: "profile",         also: ["p"] },
  { type: "interval",        also: ["i"] },
  { type: "software",        also: ["s"] },
  { type: "hardware",        also: ["h"] },
  { type: "watchpoint",      also: ["w"] },
  { type: "asyncwatchpoint", also: ["aw"] },
  { type: "iter",            also: ["it"] },
] as const;

const BY_SPELLING: ReadonlyMap<string, ProbeType> = new Map(
  PROBE_TYPES.flatMap(({ type, also }) => [
    [type, type] as const,
    ...also.map((name) => [name, type] as const),
  ]),
);

/** The probe type that `written` names, or undefined. Capitals count in short names: `U` is usdt, `u` is uprobe. */
export function probeTypeOf(written: string): ProbeType | undefined {
  return BY_SPELLING.get(written) ?? (written.length > 2 ? BY_SPELLING.get(written.toLowerCase()) : undefined);
}

/** A probe's type as scripts ask for it; BEGIN, END and signals of one's own are "special". */
export function typeOfProbe(type: string): string {
  return type === "begin" || type === "end" || type === "self" ? "special" : type;
}

/** All names that a probe can start with, canonical names first; for suggestions. */
export function probeTypeNames(): string[] {
  return [...PROBE_TYPES.map((row) => row.type as string), ...PROBE_TYPES.flatMap((row) => [...row.also])];
}
