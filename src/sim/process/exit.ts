import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import { PROCESS_FUNCTIONS } from "./functions.ts";
import type { ExitStatus, Process } from "./process.ts";
import { SIGNALS } from "./signal-numbers.ts";
import { SIGNAL_CODE } from "./signals.ts";
import { TaskEnd } from "./task-end.ts";
import { reparent, TASK_FLAG } from "./task-struct.ts";

const EXIT_NS = 18_000;
const GROUP_EXIT_NS = 2_000;

/** do_exit(): gives back what the task held; its process becomes a zombie with its last thread. */
export function* exitTask(task: Task, end: TaskEnd): Code {
  const { process, world } = task;
  task.isExiting = true;
  if (end.wholeProcess) process.signals.endGroup(end.status, task);
  const status = process.signals.groupEnd?.status ?? end.status;
  const { doExit, events } = world.get(PROCESS_FUNCTIONS);
  task.struct.set("flags", task.struct.get("flags") | BigInt(TASK_FLAG.exiting));
  yield* doExit.call([exitCode(status)], () =>
    world.spendThen(EXIT_NS, () => {
      task.struct.set("exit_code", exitCode(status));
      const isLast = process.threads.every((other) => other === task || isOver(other));
      events.exit.fire(() => ({
        args: [task.struct, isLast],
        fields: { comm: task.comm, pid: task.tid, prio: task.prio, group_dead: isLast },
      }));
      if (isLast) releaseProcess(process, status);
    }),
  );
  if (!process.threads.every((other) => other === task || isOver(other))) endThread(task);
  else endProcess(task);
}

function isOver(task: Task): boolean {
  return task.state === "zombie" || task.state === "dead";
}

/** As wait(2) shows it, and task_struct.exit_code: the code times 256, or the signal. */
export function exitCode(status: ExitStatus): number {
  return "code" in status ? (status.code & 0xff) << 8 : status.signal | (status.core ? 0x80 : 0);
}

/** Memory, files and the like are given back before anybody waits for the process. */
function releaseProcess(process: Process, status: ExitStatus): void {
  process.exitStatus = status;
  process.vforkDone?.wake();
  process.states.release();
  process.leader.struct.fill({ mm: null, active_mm: null });
  for (const { struct } of process.threads) struct.set("mm", null);
  process.world.processes.rememberCode(process);
  process.dropMemory();
}

/** A thread that is not the last one vanishes; the leader stays until the process is waited for. */
function endThread(task: Task): void {
  const { process, world } = task;
  task.states.release();
  if (task === process.leader) {
    task.setState("zombie");
    task.struct.set("exit_state", 0x20);
  } else world.processes.vanish(task);
}

/** The process is a zombie now: its children get a new parent, its own parent is told. */
function endProcess(task: Task): void {
  const { process, world } = task;
  task.states.release();
  for (const child of [...process.children]) moveTo(child, world.processes.reaperOf(process));
  if (task !== process.leader) world.processes.vanish(task);
  const { leader, parent } = process;
  leader.setState("zombie");
  leader.struct.set("exit_state", 0x20);
  if (parent === undefined || parent.isKernelThread) {
    world.processes.reap(process);
    return;
  }
  const code = "code" in (process.exitStatus ?? { code: 0 }) ? SIGNAL_CODE.exited : SIGNAL_CODE.killed;
  const ignored = parent.signals.ignoresChildren;
  parent.signals.send(SIGNALS.SIGCHLD, { code });
  if (ignored) world.processes.reap(process);
  else parent.childChanged.wake();
}

function moveTo(child: Process, parent: Process): void {
  const { children } = child.parent ?? parent;
  children.splice(children.indexOf(child), 1);
  child.parent = parent;
  parent.children.push(child);
  reparent(child, parent);
  if (child.leader.state === "zombie" && child.threads.length === 1) parent.childChanged.wake();
}

/** exit_group(2): never returns. */
export function* exitGroup(task: Task, code: number): Code<never> {
  const { exitGroupCall, doGroupExit } = task.world.get(PROCESS_FUNCTIONS);
  yield* exitGroupCall.run(task, [code], () =>
    doGroupExit.call([code << 8], () =>
      task.world.spendThen(GROUP_EXIT_NS, (): number => {
        throw new TaskEnd({ code }, true);
      }),
    ),
  );
  throw new Error("bug: exit_group returned");
}

/** exit(2) of one thread. */
export function* exitThread(task: Task, code: number): Code<never> {
  const { exitCall } = task.world.get(PROCESS_FUNCTIONS);
  yield* exitCall.run(task, [code], () => {
    throw new TaskEnd({ code }, false);
  });
  throw new Error("bug: exit returned");
}
