import { ERRNO } from "../errno.ts";
import { FILE_FUNCTIONS } from "../files/functions.ts";
import { AT_FDCWD } from "../files/lookup.ts";
import type { Calls } from "../thread.ts";
import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import type { BlockDevice } from "./block-device.ts";
import { DISKS } from "./disks.ts";
import { discard, flushDevice, submitAndWait } from "./submit.ts";

const BLKDISCARD = 0x1277; // include/uapi/linux/fs.h, v6.12
const BLKFLSBUF = 0x1261;
const SECTOR = 512;

/** Tells a disk or partition ("/dev/sda1") that bytes of it hold nothing: ioctl(BLKDISCARD). 0 or a negative errno. */
function discardBlocks(task: Task, path: string, offset: number, bytes: number): Code<number> {
  return deviceCall(task, path, BLKDISCARD, (device) =>
    discard(task, device, Math.floor(offset / SECTOR), Math.floor(bytes / SECTOR) * SECTOR),
  );
}

/** Empties a disk's write cache: ioctl(BLKFLSBUF). 0 or a negative errno. */
function flushDisk(task: Task, path: string): Code<number> {
  return deviceCall(task, path, BLKFLSBUF, (device) => flushDevice(task, device));
}

/** Reads or writes a disk past the page cache, as one request or more; 0 or a negative errno. */
function* diskIo(
  task: Task,
  path: string,
  io: Readonly<{ flags: number; sector: number; bytes: number }>,
): Code<number> {
  const device = task.world.get(DISKS).find(path);
  return device === undefined ? -ERRNO.ENODEV : yield* submitAndWait(task, device, io);
}

function* deviceCall(
  task: Task,
  path: string,
  request: number,
  run: (device: BlockDevice) => Code<number>,
): Code<number> {
  const device = task.world.get(DISKS).find(path);
  if (device === undefined) return -ERRNO.ENODEV;
  return yield* task.world.get(FILE_FUNCTIONS).calls.ioctl.run(task, [AT_FDCWD, request, 0], () => run(device));
}

/** What programs can do with disks themselves. */
export const blockCalls = { discardBlocks, flushDisk, diskIo } satisfies Calls;
