import type { HistoryStep } from "./finding.ts";

const ASSIGNED = /(?:^|[\s*(])([A-Za-z_]\w*)\s*=(?!=)/;

/** The name of the variable that a value came to be in, as the source line where it comes from says. */
export function namedIn(why: readonly HistoryStep[]): string | undefined {
  const origin = why.find((step) => step.line !== undefined);
  return origin?.line && ASSIGNED.exec(origin.line.text)?.[1];
}
