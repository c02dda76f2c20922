import type { Code } from "../world/wait.ts";

/** Code that gives its value at once. */
// biome-ignore lint/correctness/useYield: there is nothing to wait for
export function* giving<T>(value: T): Code<T> {
  return value;
}
