import type { Result } from "../hooks/word.ts";
import type { Thread } from "../thread.ts";
import type { Code } from "../world/wait.ts";

/** Runs `body` below a chain of functions, the outermost first: what stands in user stacks without being looked at. */
export function through<T extends Result>(p: Thread, names: readonly string[], body: () => Code<T>): Code<T> {
  const [first, ...rest] = names;
  if (first === undefined) return body();
  return p.enter(first, [], () => through(p, rest, body));
}
