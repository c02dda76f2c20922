import type { Behaviour } from "../thread.ts";
import type { Task } from "../world/task.ts";
import type { Code, Wait } from "../world/wait.ts";
import { exitGroup, exitTask } from "./exit.ts";
import { fromStart } from "./start-frames.ts";
import { ProgramReplaced, TaskEnd } from "./task-end.ts";

const AT_ONCE: Wait = { kind: "compute", ns: 0 };

/** The code of a task that runs `body`, started up to its first instruction, so that it can be killed before. */
export function startCode(task: Task, body: Behaviour): Code {
  const code = runTask(task, body);
  code.next("done");
  return code;
}

/** All that a task does: its program, those that replace it, and its end. */
function* runTask(task: Task, body: Behaviour): Code {
  let next: Behaviour | undefined = body;
  let end = new TaskEnd({ code: 0 }, false);
  let started = false;
  while (next !== undefined) {
    try {
      if (!started) yield AT_ONCE;
      started = true;
      const code: number | undefined = (yield* fromStart(task, next)) ?? 0;
      const isLeader = task.process.leader === task;
      end = new TaskEnd({ code }, isLeader);
      if (isLeader) yield* exitGroup(task, code);
      next = undefined;
    } catch (error) {
      started = true;
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
