import { setFlagsFromString } from "node:v8";

/** Longer scripts than one-liners, in characters: below, V8 does not begin to optimize while they are compiled. */
const LONG = 2000;

/**
 * Called before a script is compiled: has V8 wait longer before it optimizes a function (work in bytes of bytecode; V8's
 * own number is 67,584). A compiler that runs once is over before optimized code has paid for itself: 500 lines cost
 * 700 ms of processor time with V8's number and 280 with this one, and still 10,000 lines cost less. What runs for long
 * (decoding events, printing) is optimized all the same, some thousand calls later.
 *
 * And has the space for new objects grow at once to 16 times of the 1 MiB that it begins with, not twofold each time
 * that it was too small: what a compilation makes lives until its end, so each collection before copies all of it
 * (10 ms of 200 for 500 lines).
 */
export function lateOptimizer(script: string): void {
  if (script.length <= LONG) return;
  setFlagsFromString("--interrupt-budget=1000000");
  setFlagsFromString("--semi-space-growth-factor=16");
}
