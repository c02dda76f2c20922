import type { KernelFunction } from "../hooks/kernel-function.ts";
import type { KernelObject } from "../memory/kernel-object.ts";
import type { Behaviour } from "../thread.ts";
import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import { WaitQueue } from "../world/wait-queue.ts";
import { PROCESS_FUNCTIONS } from "./functions.ts";

/** Flags of clone(2). Source: include/uapi/linux/sched.h, v6.12. */
export const CLONE = {
  vm: 0x100,
  files: 0x400,
  vfork: 0x4000,
  thread: 0x1_0000,
  settls: 0x8_0000,
  parentSetTid: 0x10_0000,
  childClearTid: 0x20_0000,
  childSetTid: 0x100_0000,
} as const;

const SIGCHLD = 17;
const FORK_NS = 60_000;
const VFORK_NS = 25_000;
const THREAD_NS = 15_000;
const CLONE_ARGS_BYTES = 88;
const FORK_FLAGS = CLONE.childSetTid | CLONE.childClearTid | SIGCHLD;
const VFORK_FLAGS = CLONE.vm | CLONE.vfork | SIGCHLD;
const THREAD_FLAGS =
  CLONE.vm |
  0x200 |
  CLONE.files |
  0x800 |
  CLONE.thread |
  0x4_0000 |
  CLONE.settls |
  CLONE.parentSetTid |
  CLONE.childClearTid;

/** fork(2) as glibc makes it: the child runs `body` in a copy of the memory. The child's pid, or a negative errno. */
export function fork(task: Task, body: Behaviour): Code<number> {
  const { clone } = task.world.get(PROCESS_FUNCTIONS);
  return clone.run(task, [FORK_FLAGS, 0, 0, 0, 0], () => kernelClone(task, FORK_FLAGS, FORK_NS, body));
}

/** vfork(2): waits until the child has called `exec` or ended. */
export function vfork(task: Task, body: Behaviour): Code<number> {
  const entry = task.world.get(PROCESS_FUNCTIONS).vfork;
  return entry.run(task, [], () => kernelClone(task, VFORK_FLAGS, VFORK_NS, body));
}

/** Starts a thread, as pthread_create(3) does; its tid. The thread ends with `body`. */
export function spawnThread(task: Task, body: Behaviour): Code<number> {
  const { clone3 } = task.world.get(PROCESS_FUNCTIONS);
  const args = task.userBuffer(CLONE_ARGS_BYTES);
  return clone3.run(task, [args, CLONE_ARGS_BYTES], () => kernelClone(task, THREAD_FLAGS, THREAD_NS, body));
}

function kernelClone(task: Task, flags: number, ns: number, body: Behaviour): Code<number> {
  const functions = task.world.get(PROCESS_FUNCTIONS);
  const args = task.world.memory.make("kernel_clone_args", { flags: flags & ~0xff, exit_signal: flags & 0xff });
  return functions.kernelClone.call([args], () => cloneTask(task, flags, ns, body, args));
}

function* cloneTask(task: Task, flags: number, ns: number, body: Behaviour, args: KernelObject): Code<number> {
  const { copyProcess, wakeUpNewTask } = task.world.get(PROCESS_FUNCTIONS);
  const wait = task.world.spend(ns);
  if (wait !== undefined) yield wait;
  const child = makeChild(task, flags, body, copyProcess);
  args.free();
  if (typeof child === "number") return child;
  announce(task, child, flags);
  const done = (flags & CLONE.vfork) !== 0 ? new WaitQueue("wait_for_vfork_done") : undefined;
  child.process.vforkDone = done;
  wakeUpNewTask.callNow([child.struct], () => task.world.scheduler.wakeNew(child));
  if (done !== undefined) yield* done.wait("K");
  return child.pidIn(task.process.namespaces.pid);
}

function makeChild(task: Task, flags: number, body: Behaviour, copy: KernelFunction): Task | number {
  const { processes } = task.world;
  let child: Task | number = -EAGAIN;
  copy.callNow([null, 0, 0, null], () => {
    child =
      (flags & CLONE.thread) !== 0 ? processes.makeThread(task, body) : processes.makeChild(task, body, flags);
    return typeof child === "number" ? child : child.struct;
  });
  return child;
}

const EAGAIN = 11;

function announce(parent: Task, child: Task, flags: number): void {
  const { events } = parent.world.get(PROCESS_FUNCTIONS);
  events.fork.fire(() => ({
    args: [parent.struct, child.struct],
    fields: { parent_comm: parent.comm, parent_pid: parent.tid, child_comm: child.comm, child_pid: child.tid },
  }));
  events.newTask.fire(() => ({
    args: [child.struct, flags],
    fields: { pid: child.tid, comm: child.comm, clone_flags: flags & ~0xff, oom_score_adj: 0 },
  }));
}
