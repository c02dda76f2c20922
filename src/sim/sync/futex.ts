import { ERRNO } from "../errno.ts";
import type { Process } from "../process/process.ts";
import { timespec } from "../process/sleep.ts";
import { enter } from "../process/user-code.ts";
import type { Duration } from "../world/duration.ts";
import type { StateKey } from "../world/state-key.ts";
import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import { WaitQueue } from "../world/wait-queue.ts";
import type { World } from "../world/world.ts";

/** Operations of futex(2) for one process. Source: include/uapi/linux/futex.h, v6.12. */
const FUTEX = { waitPrivate: 128, wakePrivate: 129 } as const;
const FUTEX_NS = 350;
const ATOMIC_NS = 12;

const FUTEX_FUNCTIONS = {
  name: "sync.futex",
  make({ hooks }: World) {
    return {
      call: hooks.syscall("futex"),
      doFutex: hooks.function("do_futex"),
      wait: hooks.function("futex_wait"),
      wake: hooks.function("futex_wake"),
    };
  },
} satisfies StateKey<World, unknown>;

/** Threads of a process that wait for a word of its memory, by its address. */
const FUTEX_QUEUES = {
  name: "sync.futex-queues",
  make: (_process: Process) => new Map<number, WaitQueue>(),
} satisfies StateKey<Process, unknown>;

/** futex(FUTEX_WAIT): sleeps while the word holds `value`. 0, -EAGAIN, -EINTR or -ETIMEDOUT. */
export function futexWait(task: Task, address: number, value: number, timeout?: Duration): Code<number> {
  const { call, doFutex, wait } = task.world.get(FUTEX_FUNCTIONS);
  const timeoutNs = timeout === undefined ? undefined : task.world.ns(timeout);
  const limit = timeoutNs === undefined ? 0 : task.userBytes(timespec(timeoutNs));
  const { waitPrivate: op } = FUTEX;
  return call.run(task, [address, op, value, limit, 0, 0], () =>
    doFutex.call([address, op, value, null, 0, 0, 0], () =>
      wait.call([address, 0, value, null, 0xffff_ffff], () => sleepOn(task, address, value, timeoutNs)),
    ),
  );
}

/** futex(FUTEX_WAKE): how many threads were woken, at most `count`. */
export function futexWake(task: Task, address: number, count = 1): Code<number> {
  const { call, doFutex, wake } = task.world.get(FUTEX_FUNCTIONS);
  const { wakePrivate: op } = FUTEX;
  return call.run(task, [address, op, count, 0, 0, 0], () =>
    doFutex.call([address, op, count, null, 0, 0, 0], () =>
      wake.call([address, 0, count, 0xffff_ffff], () =>
        task.world.spendThen(FUTEX_NS, () => task.process.get(FUTEX_QUEUES).get(address)?.wake(count) ?? 0),
      ),
    ),
  );
}

function* sleepOn(task: Task, address: number, value: number, timeoutNs: number | undefined): Code<number> {
  yield* task.world.compute(FUTEX_NS);
  if (readWord(task, address) !== value) return -ERRNO.EAGAIN;
  const queues = task.process.get(FUTEX_QUEUES);
  let queue = queues.get(address);
  if (queue === undefined) {
    queue = new WaitQueue("futex_wait_queue");
    queues.set(address, queue);
  }
  const woken = yield* queue.wait("S", timeoutNs);
  if (queue.length === 0) queues.delete(address);
  if (woken === "timeout") return -ERRNO.ETIMEDOUT;
  return woken === "signal" ? -ERRNO.EINTR : 0;
}

function readWord(task: Task, address: number): number {
  const bytes = new Uint8Array(4);
  task.process.memory?.read(address, bytes);
  return new DataView(bytes.buffer).getUint32(0, true);
}

function writeWord(task: Task, address: number, value: number): void {
  task.process.memory?.write(address, new Uint8Array(Uint32Array.of(value).buffer));
}

/**
 * A pthread mutex in the memory of a process, as glibc makes it: 0 free, 1 taken, 2 taken and others wait. Taking a free
 * one is no system call. Its address is what tools show.
 */
export class Mutex {
  readonly address: number;

  constructor(task: Task) {
    this.address = task.userReserve(40); // sizeof(pthread_mutex_t)
  }
}

/** pthread_mutex_lock(3). */
export function* lock(task: Task, mutex: Mutex): Code {
  yield* inLibrary(task, "pthread_mutex_lock", mutex, () => takeMutex(task, mutex));
}

/** pthread_mutex_unlock(3). */
export function* unlock(task: Task, mutex: Mutex): Code {
  yield* inLibrary(task, "pthread_mutex_unlock", mutex, () => giveMutex(task, mutex));
}

function* takeMutex(task: Task, { address }: Mutex): Code<number> {
  const spent = task.world.spend(ATOMIC_NS);
  if (spent !== undefined) yield spent;
  if (readWord(task, address) === 0) {
    writeWord(task, address, 1);
    return 0;
  }
  while (readWord(task, address) !== 0) {
    writeWord(task, address, 2);
    yield* futexWait(task, address, 2);
  }
  writeWord(task, address, 2);
  return 0;
}

function* giveMutex(task: Task, { address }: Mutex): Code<number> {
  const spent = task.world.spend(ATOMIC_NS);
  if (spent !== undefined) yield spent;
  const before = readWord(task, address);
  writeWord(task, address, 0);
  if (before === 2) yield* futexWake(task, address, 1);
  return 0;
}

/** A condition variable: a counter that waiters compare. */
export class Condition {
  readonly address: number;

  constructor(task: Task) {
    this.address = task.userReserve(48); // sizeof(pthread_cond_t)
  }
}

/** pthread_cond_wait(3) or, with a limit, pthread_cond_timedwait(3): 0 or -ETIMEDOUT. */
export function* waitCondition(
  task: Task,
  condition: Condition,
  mutex: Mutex,
  timeout?: Duration,
): Code<number> {
  return yield* inLibrary(task, "pthread_cond_wait", condition, () =>
    sleepOnCondition(task, condition, mutex, timeout),
  );
}

function* sleepOnCondition(
  task: Task,
  { address }: Condition,
  mutex: Mutex,
  timeout: Duration | undefined,
): Code<number> {
  const before = readWord(task, address);
  yield* giveMutex(task, mutex);
  const result = yield* futexWait(task, address, before, timeout);
  yield* takeMutex(task, mutex);
  return result === -ERRNO.ETIMEDOUT ? result : 0;
}

/** pthread_cond_signal(3), or pthread_cond_broadcast(3) for `all`. */
export function* signalCondition(task: Task, condition: Condition, all = false): Code {
  yield* inLibrary(task, all ? "pthread_cond_broadcast" : "pthread_cond_signal", condition, () => {
    writeWord(task, condition.address, readWord(task, condition.address) + 1);
    return futexWake(task, condition.address, all ? 0x7fff_ffff : 1);
  });
}

/** As that function of the C library, when the program has one. */
function* inLibrary(
  task: Task,
  name: string,
  object: Readonly<{ address: number }>,
  body: () => Code<number>,
): Code<number> {
  if (!task.process.hasFunction(name)) return yield* body();
  return yield* enter(task, name, [object.address], body);
}

/** A mutex of this thread's process. */
export function makeMutex(task: Task): Mutex {
  return new Mutex(task);
}

export function makeCondition(task: Task): Condition {
  return new Condition(task);
}
