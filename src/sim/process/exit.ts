import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import type { TaskEnd } from "./task-end.ts";

const EXIT_NS = 25_000;

/** do_exit(): gives back what the task held; its process becomes a zombie with its last thread. */
export function* exitTask(task: Task, end: TaskEnd): Code {
  const { process, world } = task;
  yield* world.compute(EXIT_NS);
  world.hooks.fire("sched:sched_process_exit", () => ({
    args: [task.struct],
    fields: { comm: task.comm, pid: task.tid, prio: task.prio },
  }));
  process.exitStatus ??= end.status;
  world.processes.ended(task);
}
