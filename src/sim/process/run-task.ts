import type { Behaviour } from "../thread.ts";
import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import { exitTask } from "./exit.ts";
import { ProgramReplaced, TaskEnd } from "./task-end.ts";

/** All that a task does: its program, those that replace it, and its end. */
export function* runTask(task: Task, body: Behaviour): Code {
  let next: Behaviour | undefined = body;
  let end = new TaskEnd({ code: 0 }, false);
  while (next !== undefined) {
    try {
      const code: number | undefined = (yield* next(task.thread)) ?? 0;
      end = new TaskEnd({ code }, true);
      next = undefined;
    } catch (error) {
      task.userStack.length = 0;
      task.kernelStack.length = 0;
      task.syscall = undefined;
      next = error instanceof ProgramReplaced ? error.body : undefined;
      if (error instanceof TaskEnd) end = error;
      else if (next === undefined) throw error;
    }
  }
  yield* exitTask(task, end);
}
