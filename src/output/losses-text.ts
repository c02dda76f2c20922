import type { Losses } from "../base/output-record.ts";

// What happened, and what helps against it.
const REASONS: readonly (readonly [keyof Losses, (n: bigint) => string])[] = [
  ["events", (n) => `${counted(n, "event was", "events were")} dropped: the ring buffer was full`],
  ["unread", (n) => `${counted(n, "event", "events")} could not be read`],
  ["mapFull", (n) => `${counted(n, "update was", "updates were")} dropped: the map was full`],
  ["stacks", (n) => `${counted(n, "stack", "stacks")} could not be stored`],
  ["truncatedStrings", (n) => `${counted(n, "string was", "strings were")} cut at the length limit`],
];

function counted(n: bigint, one: string, many: string): string {
  return `${n} ${n === 1n ? one : many}`;
}

/** A sentence for each kind of loss that occurred. */
export function lossSentences(losses: Losses): string[] {
  return REASONS.flatMap(([kind, say]) => (losses[kind] > 0n ? [say(losses[kind])] : []));
}
