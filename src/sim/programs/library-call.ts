import type { Result, Word } from "../hooks/word.ts";
import { enter, enterNow } from "../process/user-code.ts";
import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";

/** Runs `body` as that function of the program or one of its libraries; as nothing special when they have none. */
export function* within<T extends Result>(
  task: Task,
  name: string,
  args: readonly Word[],
  body: () => Code<T>,
): Code<T> {
  if (!task.process.hasFunction(name)) return yield* body();
  return yield* enter(task, name, args, body);
}

/** As `within`, for bodies that never wait. */
export function withinNow<T extends Result>(task: Task, name: string, args: readonly Word[], body: () => T): T {
  return task.process.hasFunction(name) ? enterNow(task, name, args, body) : body();
}
