import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import { WaitQueue } from "../world/wait-queue.ts";
import { Bio } from "./bio.ts";
import type { BlockDevice } from "./block-device.ts";
import { DISKS } from "./disks.ts";
import { ioWait } from "./io-wait.ts";
import { along } from "./kernel-path.ts";
import { submitToRaid } from "./raid.ts";
import { isWrite, REQ, REQ_OP } from "./request-flags.ts";
import { BLOCK_TRACE } from "./trace.ts";

/** Gives a bio to its disk: submit_bio(). It may have to wait for a place in the disk's queue. */
export function* submitBio(task: Task, bio: Bio): Code {
  const { world } = task;
  const path = [["submit_bio", bio], ["submit_bio_noacct", bio], ["submit_bio_noacct_nocheck", bio]] as const; // biome-ignore format: a stack
  yield* along(world, path, function* (): Code {
    const trace = world.get(BLOCK_TRACE);
    const { device } = bio;
    if (bio.bytes > 0) countTask(task, bio);
    if (device.isPartition) {
      const old = bio.sector;
      if (bio.bytes > 0) bio.remap();
      trace.remap(bio, old);
    }
    trace.bio("block_bio_queue", bio);
    yield* along(world, [["__submit_bio", bio]], () =>
      device.disk.driver === "md"
        ? submitToRaid(task, bio, submitBio)
        : along(world, [["blk_mq_submit_bio", bio]], () =>
            world.get(DISKS).queueOf(device.disk).submit(task, bio),
          ),
    );
  });
}

/** Reads or writes and waits until it is done: submit_bio_wait(). 0 or a negative errno. */
export function* submitAndWait(
  task: Task,
  device: BlockDevice,
  io: Readonly<{ flags: number; sector: number; bytes: number; page?: () => bigint }>,
): Code<number> {
  const batch = new IoBatch(task);
  const bio = batch.bio(device, { ...io, flags: io.flags | REQ.sync });
  yield* along(task.world, [["submit_bio_wait", bio]], function* (): Code<number> {
    yield* submitBio(task, bio);
    return yield* batch.wait();
  });
  return batch.error;
}

/** Empties the write cache of a disk: blkdev_issue_flush(). 0 or a negative errno. */
export function flushDevice(task: Task, device: BlockDevice): Code<number> {
  const io = { flags: REQ_OP.write | REQ.preflush, sector: 0, bytes: 0 };
  return along(task.world, [["blkdev_issue_flush", device.struct]], () => submitAndWait(task, device, io));
}

/** Tells a disk that sectors hold nothing of value: blkdev_issue_discard(). 0 or a negative errno. */
export function discard(task: Task, device: BlockDevice, sector: number, bytes: number): Code<number> {
  const path = [["blkdev_issue_discard", device.struct, sector, bytes / 512, 0]] as const;
  return along(task.world, path, () => submitAndWait(task, device, { flags: REQ_OP.discard, sector, bytes }));
}

/** Several bios that somebody waits for. */
export class IoBatch {
  readonly #task: Task;
  readonly #done = new WaitQueue("submit_bio_wait");
  #pending = 0;
  /** Of the last that failed. */
  error = 0;

  constructor(task: Task) {
    this.#task = task;
  }

  get isDone(): boolean {
    return this.#pending === 0;
  }

  /** A bio that counts. `end` is called in the interrupt. */
  bio(
    device: BlockDevice,
    io: Readonly<{ flags: number; sector: number; bytes: number; page?: () => bigint }>,
    end?: (error: number) => void,
  ): Bio {
    this.#pending++;
    return new Bio(device, io, (error) => {
      if (error !== 0) this.error = error;
      end?.(error);
      if (--this.#pending === 0) this.#done.wake();
    });
  }

  /** Until all are done; 0 or a negative errno. */
  *wait(): Code<number> {
    yield* ioWait(this.#task, this.#done, () => this.#pending === 0);
    return this.error;
  }
}

/** What /proc/PID/io and getrusage(2) show. */
function countTask(task: Task, bio: Bio): void {
  const field = isWrite(bio.flags) ? "ioac.write_bytes" : "ioac.read_bytes";
  task.struct.set(field, task.struct.num(field) + bio.bytes);
}
