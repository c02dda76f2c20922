import type { Losses } from "../base/output-record.ts";

// What happened, and what helps against it in a script.
const REASONS: readonly (readonly [keyof Losses, (n: bigint) => string, string])[] = [
  [
    "events",
    (n) => `${counted(n, "event was", "events were")} dropped: the ring buffer was full`,
    "print less often, count in a map, or write `config = { perf_rb_pages = 4096 }`",
  ],
  ["unread", (n) => `${counted(n, "event", "events")} could not be read`, "run `skep doctor` and report it"],
  [
    "mapFull",
    (n) => `${counted(n, "update was", "updates were")} dropped: the map was full`,
    "write `config = { max_map_keys = 100000 }`, delete keys that are done with, or let old keys go: `let @m = lruhash(4096)`",
  ],
  [
    "stacks",
    (n) => `${counted(n, "stack", "stacks")} could not be stored`,
    "ask for fewer frames: `kstack(8)`, or filter by process with `/pid == 123/`",
  ],
  [
    "truncatedStrings",
    (n) => `${counted(n, "string was", "strings were")} cut at the length limit`,
    "write `config = { max_strlen = 4096 }`",
  ],
  [
    "unnamed",
    (n) => `${counted(n, "address of code has", "addresses of code have")} no name`,
    "install the debug symbols of the program (-dbgsym, -debuginfo), or have its compiler write a perf map: `node --perf-basic-prof`",
  ],
];

function counted(n: bigint, one: string, many: string): string {
  return `${n} ${n === 1n ? one : many}`;
}

/** A sentence for each kind of loss that occurred. */
export function lossSentences(losses: Losses): string[] {
  return lossAdvice(losses).map(({ sentence }) => sentence);
}

/** As `lossSentences`, each followed by what a script can do about it. */
export function lossAdvice(losses: Losses): Readonly<{ sentence: string; help: string }>[] {
  return REASONS.flatMap(([kind, say, help]) =>
    losses[kind] > 0n ? [{ sentence: say(losses[kind]), help }] : [],
  );
}
