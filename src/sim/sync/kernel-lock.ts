import type { KernelFunction } from "../hooks/kernel-function.ts";
import type { Tracepoint } from "../hooks/tracepoint.ts";
import type { Addressed } from "../hooks/word.ts";
import type { StateKey } from "../world/state-key.ts";
import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import { WaitQueue } from "../world/wait-queue.ts";
import type { World } from "../world/world.ts";

/** Flags of lock:contention_begin. Source: include/trace/events/lock.h, v6.12. */
const CONTENTION = { read: 2, write: 4, mutex: 32 } as const;
const LOCK_NS = 18;

/** The kernel functions and tracepoints of locks. */
const LOCK_FUNCTIONS = {
  name: "sync.locks",
  make({ hooks }: World) {
    return {
      mutexLock: hooks.function("mutex_lock"),
      mutexUnlock: hooks.function("mutex_unlock"),
      mutexSlow: hooks.function("__mutex_lock_slowpath"),
      downRead: hooks.function("down_read"),
      downWrite: hooks.function("down_write"),
      upRead: hooks.function("up_read"),
      upWrite: hooks.function("up_write"),
      readSlow: hooks.function("rwsem_down_read_slowpath"),
      writeSlow: hooks.function("rwsem_down_write_slowpath"),
      begin: hooks.tracepoint("lock:contention_begin"),
      end: hooks.tracepoint("lock:contention_end"),
    };
  },
} satisfies StateKey<World, unknown>;

/** A lock of the kernel that one task holds at a time: struct mutex. `struct` is where it lies, for those who look. */
export class KernelMutex {
  readonly struct: Addressed;
  readonly #queue: WaitQueue;
  #owner: Task | undefined;

  constructor(name: string, struct: Addressed) {
    this.struct = struct;
    this.#queue = new WaitQueue(name);
  }

  get owner(): Task | undefined {
    return this.#owner;
  }

  *lock(task: Task): Code {
    const { mutexLock, mutexSlow, begin, end } = task.world.get(LOCK_FUNCTIONS);
    yield* mutexLock.call([this.struct], () => this.#take(task, mutexSlow, begin, end));
  }

  *#take(task: Task, slow: KernelFunction, begin: Tracepoint, end: Tracepoint): Code {
    const wait = task.world.spend(LOCK_NS);
    if (wait !== undefined) yield wait;
    if (this.#owner !== undefined) yield* slow.call([this.struct], () => this.#queueUp(begin, end));
    this.#owner = task;
  }

  *#queueUp(begin: Tracepoint, end: Tracepoint): Code {
    contended(begin, this.struct, CONTENTION.mutex);
    while (this.#owner !== undefined) yield* this.#queue.wait("D");
    acquired(end, this.struct);
  }

  /** Whether it was free. */
  tryLock(task: Task): boolean {
    if (this.#owner !== undefined) return false;
    this.#owner = task;
    return true;
  }

  unlock(task: Task): void {
    task.world.get(LOCK_FUNCTIONS).mutexUnlock.callNow([this.struct], () => {
      this.#owner = undefined;
      this.#queue.wake(1);
    });
  }
}

/** A lock of the kernel that many can hold to read, or one to write: struct rw_semaphore. Writers go first. */
export class RwSemaphore {
  readonly struct: Addressed;
  readonly #queue: WaitQueue;
  #readers = 0;
  #writer: Task | undefined;
  #waitingWriters = 0;

  constructor(name: string, struct: Addressed) {
    this.struct = struct;
    this.#queue = new WaitQueue(name);
  }

  *downRead(task: Task): Code {
    const { downRead, readSlow, begin, end } = task.world.get(LOCK_FUNCTIONS);
    yield* downRead.call([this.struct], () => this.#read(task, readSlow, begin, end));
  }

  *downWrite(task: Task): Code {
    const { downWrite, writeSlow, begin, end } = task.world.get(LOCK_FUNCTIONS);
    yield* downWrite.call([this.struct], () => this.#write(task, writeSlow, begin, end));
  }

  upRead(task: Task): void {
    task.world.get(LOCK_FUNCTIONS).upRead.callNow([this.struct], () => {
      this.#readers--;
      if (this.#readers === 0) this.#queue.wake();
    });
  }

  upWrite(task: Task): void {
    task.world.get(LOCK_FUNCTIONS).upWrite.callNow([this.struct], () => {
      this.#writer = undefined;
      this.#queue.wake();
    });
  }

  *#read(task: Task, slow: KernelFunction, begin: Tracepoint, end: Tracepoint): Code {
    const wait = task.world.spend(LOCK_NS);
    if (wait !== undefined) yield wait;
    if (this.#writer !== undefined || this.#waitingWriters > 0)
      yield* slow.call([this.struct, 0, 2], () => this.#untilReadable(begin, end));
    this.#readers++;
  }

  *#untilReadable(begin: Tracepoint, end: Tracepoint): Code {
    contended(begin, this.struct, CONTENTION.read);
    while (this.#writer !== undefined || this.#waitingWriters > 0) yield* this.#queue.wait("D");
    acquired(end, this.struct);
  }

  *#write(task: Task, slow: KernelFunction, begin: Tracepoint, end: Tracepoint): Code {
    const wait = task.world.spend(LOCK_NS);
    if (wait !== undefined) yield wait;
    if (this.#isTaken) yield* slow.call([this.struct, 2], () => this.#untilFree(begin, end));
    this.#writer = task;
  }

  *#untilFree(begin: Tracepoint, end: Tracepoint): Code {
    contended(begin, this.struct, CONTENTION.write);
    this.#waitingWriters++;
    while (this.#isTaken) yield* this.#queue.wait("D");
    this.#waitingWriters--;
    acquired(end, this.struct);
  }

  get #isTaken(): boolean {
    return this.#writer !== undefined || this.#readers > 0;
  }
}

function contended(tracepoint: Tracepoint, lock: Addressed, flags: number): void {
  tracepoint.fire(() => ({ args: [lock, flags], fields: { lock_addr: lock, flags } }));
}

function acquired(tracepoint: Tracepoint, lock: Addressed): void {
  tracepoint.fire(() => ({ args: [lock, 0], fields: { lock_addr: lock, ret: 0 } }));
}
