import { along } from "../block/kernel-path.ts";
import { ERRNO } from "../errno.ts";
import { FILE_FUNCTIONS } from "../files/functions.ts";
import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import { CACHED_IO } from "./cached-io.ts";

const PAGE_NS = 80;

/** echo 1, 2 or 3 > /proc/sys/vm/drop_caches: clean pages of files, and from 2 on inodes, are forgotten. 0 or -EACCES. */
export function dropCaches(task: Task, what: 1 | 2 | 3 = 3): Code<number> {
  const { world } = task;
  const { calls, functions } = world.get(FILE_FUNCTIONS);
  const text = task.userText(`${what}\n`);
  return calls.write.run(task, [1, text, 2], () =>
    functions.vfs_write.call([null, text, 2, null], function* (): Code<number> {
      if (task.process.credentials.uid !== 0) return -ERRNO.EACCES;
      const io = world.get(CACHED_IO);
      yield* along(world, [["drop_caches_sysctl_handler", null, 1]], function* (): Code<number> {
        const dropped = (what & 1) !== 0 ? io.cache.dropClean() : 0;
        yield* world.compute(dropped * PAGE_NS);
        if ((what & 2) !== 0) yield* along(world, [["drop_slab"]], () => forgetMetadata(task));
        return 0;
      });
      return 2;
    }),
  );
}

function* forgetMetadata(task: Task): Code {
  task.world.get(CACHED_IO).metadata.forget();
  yield* task.world.compute(PAGE_NS);
}
