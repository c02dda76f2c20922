import type { Calls } from "../thread.ts";
import type { Duration } from "../world/duration.ts";
import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import { TaskEnd } from "./task-end.ts";

/** Uses the CPU in the program itself. */
export function* compute(task: Task, duration: Duration): Code {
  yield* task.world.compute(duration);
}

/** Ends the process with an exit code. */
// biome-ignore lint/correctness/useYield: it never returns
export function* exit(_task: Task, code = 0): Code<never> {
  throw new TaskEnd({ code }, true);
}

/** What processes can do about themselves and others. */
export const processCalls = { compute, exit } satisfies Calls;
