import type { TracepointData } from "../hooks/tracepoint.ts";
import type { Result, Word } from "../hooks/word.ts";

/**
 * Where a host's network code passes by what programs attach to. Hosts that are the simulated machine run through its
 * kernel functions and tracepoints; other hosts run the same code in silence.
 */
export interface Trace {
  /** Runs `body` as a kernel function. Arguments are put into memory only when a program looks at them. */
  call<T extends Result>(name: string, args: readonly Word[], body: () => T): T;
  /** Fires the tracepoint "category:name". */
  fire(tracepoint: string, make: () => TracepointData): void;
}

/** Of hosts that nobody looks into. */
export const SILENT: Trace = {
  call: (_name, _args, body) => body(),
  fire: () => undefined,
};
