const UNITS = { ns: 1, us: 1e3, ms: 1e6, s: 1e9, min: 60e9, h: 3600e9 } as const;

/** Nanoseconds as a number, or a text: "250 us", "10ms", "1.5 s", "2 min". */
export type Duration = number | `${number}${keyof typeof UNITS}` | `${number} ${keyof typeof UNITS}`;

/** Whole nanoseconds, at least 0. Throws RangeError for a text that is no duration. */
export function nanoseconds(duration: Duration): number {
  if (typeof duration === "number") return Math.max(0, Math.round(duration));
  const ns = parseDuration(duration);
  if (ns === undefined)
    throw new RangeError(`\`${duration}\` is no duration; write it as 10ms, 1.5 s or 2 min`);
  return ns;
}

/** Nanoseconds of a text such as "10 ms", or undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  const [, number, unit] = /^\s*(\d+(?:\.\d+)?)\s*(ns|us|ms|s|min|h)\s*$/.exec(text) ?? [];
  return unit === undefined ? undefined : Math.round(Number(number) * UNITS[unit as keyof typeof UNITS]);
}
