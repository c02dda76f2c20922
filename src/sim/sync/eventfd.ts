import { ERRNO } from "../errno.ts";
import { DESCRIPTORS } from "../files/descriptors.ts";
import type { FileOperations, OpenFile } from "../files/open-file.ts";
import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import { WaitQueue } from "../world/wait-queue.ts";
import { anonymousFile } from "./epoll.ts";
import { POLL, POLL_FUNCTIONS } from "./poll.ts";

const CALL_NS = 700;
const TRANSFER_NS = 150;

/** The counter of an eventfd(2). */
class EventCounter {
  readonly queue = new WaitQueue("eventfd_read");
  count: bigint;

  constructor(count: bigint) {
    this.count = count;
  }
}

const OPERATIONS: FileOperations = {
  read: (task, file, address, count) => readCount(task, file, address, count),
  write: (task, file, address, count) => addCount(task, file, address, count),
  poll: (file) => (counterOf(file).count > 0n ? POLL.in : 0) | POLL.out,
  pollQueue: (file) => counterOf(file).queue,
};

/** eventfd2(2): a descriptor with a counter that read takes and write adds to. */
export function eventfd(task: Task, initial = 0): Code<number> {
  return task.world.get(POLL_FUNCTIONS).eventfd.run(task, [initial, 0], () =>
    task.world.spendThen(CALL_NS, () => {
      const file = anonymousFile(task, "[eventfd]", OPERATIONS);
      file.state = new EventCounter(BigInt(initial));
      return task.process.get(DESCRIPTORS).install(file);
    }),
  );
}

function* readCount(task: Task, file: OpenFile, address: number, count: number): Code<number> {
  if (count < 8) return -ERRNO.EINVAL;
  const counter = counterOf(file);
  yield* task.world.compute(TRANSFER_NS);
  while (counter.count === 0n) {
    if (file.nonBlocking) return -ERRNO.EAGAIN;
    if ((yield* counter.queue.wait("S")) === "signal") return -ERRNO.EINTR;
  }
  task.process.memory?.write(address, new Uint8Array(BigUint64Array.of(counter.count).buffer));
  counter.count = 0n;
  return 8;
}

function* addCount(task: Task, file: OpenFile, address: number, count: number): Code<number> {
  if (count < 8) return -ERRNO.EINVAL;
  yield* task.world.compute(TRANSFER_NS);
  const bytes = new Uint8Array(8);
  if (task.process.memory?.read(address, bytes) !== true) return -ERRNO.EFAULT;
  const counter = counterOf(file);
  counter.count = BigInt.asUintN(64, counter.count + new DataView(bytes.buffer).getBigUint64(0, true));
  counter.queue.wake();
  return 8;
}

function counterOf(file: OpenFile): EventCounter {
  if (file.state instanceof EventCounter) return file.state;
  throw new Error("bug: no eventfd");
}
