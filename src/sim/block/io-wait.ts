import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import type { WaitQueue } from "../world/wait-queue.ts";
import { along } from "./kernel-path.ts";
import { PLUG } from "./plug.ts";

/** Sleeps until `isReady`, asked whenever the queue is woken, as one who waits for a disk: io_schedule(). */
export function* ioWait(task: Task, queue: WaitQueue, isReady: () => boolean): Code {
  if (isReady()) return;
  task.get(PLUG).flush(true);
  const { world } = task;
  task.inIoWait = true;
  task.struct.set("in_iowait", 1);
  try {
    while (!isReady()) yield* along(world, [["io_schedule"]], () => sleep(queue));
  } finally {
    task.inIoWait = false;
    task.struct.set("in_iowait", 0);
  }
}

function* sleep(queue: WaitQueue): Code {
  yield* queue.wait("D");
}
