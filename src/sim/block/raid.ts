import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import { Bio } from "./bio.ts";
import { along, alongNow } from "./kernel-path.ts";
import { isWrite, REQ } from "./request-flags.ts";
import { BLOCK_TRACE } from "./trace.ts";

/**
 * A bio for a RAID 1: writes go to all members, reads to one of them; flushes are passed on before anything else.
 * `submit`: submit_bio(), for the members.
 */
export function submitToRaid(task: Task, bio: Bio, submit: (task: Task, bio: Bio) => Code): Code {
  const { world } = task;
  return along(
    world,
    [
      ["md_submit_bio", bio],
      ["md_handle_request", null, bio],
    ],
    function* (): Code {
      const { members, gendisk } = bio.device.disk;
      if ((bio.flags & REQ.preflush) !== 0)
        alongNow(world, [["md_flush_request", gendisk.get("private_data"), bio]], () => 1);
      const chosen = isWrite(bio.flags)
        ? members
        : [members[(bio.sector >> 11) % members.length] ?? members[0]];
      let remaining = chosen.length;
      const done = (error: number) => {
        if (error !== 0) bio.error = error;
        if (--remaining === 0) bio.finish(bio.error);
      };
      const parts = chosen.map((member) => {
        const io = { flags: bio.flags, sector: bio.sector, bytes: bio.bytes };
        return member === undefined ? undefined : new Bio(member, io, done);
      });
      for (const part of parts) {
        if (part === undefined) continue;
        world.get(BLOCK_TRACE).remap(part, bio.sector);
        yield* submit(task, part);
      }
    },
  );
}
