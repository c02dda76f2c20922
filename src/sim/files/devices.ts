import type { StateKey } from "../world/state-key.ts";
import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import { WaitQueue } from "../world/wait-queue.ts";
import type { World } from "../world/world.ts";
import { FILE_FUNCTIONS } from "./functions.ts";
import type { FileOperations, OpenFile } from "./open-file.ts";

/** Number of a device as inodes hold it. */
export function deviceNumber(major: number, minor: number): number {
  return (major << 20) | minor;
}

const POLL = { in: 1, out: 4 } as const;
/** Those who wait for somebody to type. */
const TYPING: StateKey<World, WaitQueue> = { name: "files.typing", make: () => new WaitQueue("n_tty_read") };

/** Devices by number: what reading and writing them does. Source: Documentation/admin-guide/devices.txt, v6.12. */
const DEVICES: Readonly<Record<number, FileOperations>> = {
  [deviceNumber(1, 3)]: { read: () => giving(0), write: (_task, _file, _at, count) => giving(count) },
  [deviceNumber(1, 5)]: { read: zeros, write: (_task, _file, _at, count) => giving(count) },
  [deviceNumber(1, 7)]: { read: zeros, write: () => giving(-28) },
  [deviceNumber(1, 8)]: { read: randomBytes },
  [deviceNumber(1, 9)]: { read: randomBytes },
};

const TERMINAL_MAJORS: ReadonlySet<number> = new Set([4, 5, 136]);

/** A terminal: what is written is shown nowhere, and nobody types. */
const TERMINAL: FileOperations = {
  *read(task) {
    return (yield* task.world.get(TYPING).wait()) === "signal" ? -4 : 0;
  },
  write: (task, _file, _address, count) =>
    task.world
      .get(FILE_FUNCTIONS)
      .byName("tty_write")
      .call([null, null], function* (): Code<number> {
        yield* task.world.compute(900 + count * 4);
        return count;
      }),
  poll: () => POLL.out,
  pollQueue: (file) => file.inode.sb.world.get(TYPING),
  ioctl: () => giving(0),
};

/** What a device does, or undefined for one that the machine does not have. */
export function deviceOperations(device: number): FileOperations | undefined {
  return TERMINAL_MAJORS.has(device >> 20) ? TERMINAL : DEVICES[device];
}

function* zeros(task: Task, _file: OpenFile, address: number, count: number): Code<number> {
  task.process.memory?.write(address, new Uint8Array(Math.min(count, 65_536)));
  yield* task.world.compute(count / 16);
  return count;
}

function* randomBytes(task: Task, _file: OpenFile, address: number, count: number): Code<number> {
  const random = task.world.random.stream(`random ${task.tid} ${task.world.nowNs}`);
  const bytes = Uint8Array.from({ length: Math.min(count, 4096) }, () => random.u32() & 0xff);
  task.process.memory?.write(address, bytes);
  yield* task.world.compute(300 + count * 2);
  return count;
}

// biome-ignore lint/correctness/useYield: it gives its value at once
function* giving(value: number): Code<number> {
  return value;
}
