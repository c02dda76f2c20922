import type { KernelObject } from "../memory/kernel-object.ts";
import { appendToList, initList, removeFromList } from "../memory/lists.ts";
import type { Task } from "../world/task.ts";
import type { Process } from "./process.ts";

/** Flags in task_struct.flags. Source: include/linux/sched.h, v6.12. */
export const TASK_FLAG = {
  idle: 0x2,
  exiting: 0x4,
  forkedNoExec: 0x40,
  superPrivilege: 0x100,
  kernelThread: 0x20_0000,
} as const;

const NO_LOGIN = 0xffff_ffff;
const SIGCHLD = 17;

/** Fills a new task's task_struct and puts it into the lists of tasks, threads and children. */
export function linkTask(task: Task, list: KernelObject | undefined): void {
  const { process, struct, world } = task;
  const leader = process.threads[0] ?? task;
  const { parent } = process;
  const parentStruct = parent?.leader.struct ?? (process.pid === 0 ? struct : world.processes.initTask.struct);
  for (const path of ["tasks", "children", "sibling", "ptraced", "thread_node"]) initList(struct, path);
  struct.fill({
    pid: task.tid,
    tgid: process.pid,
    stack: task.stackTop & ~0x3fffn,
    flags: process.isKernelThread ? TASK_FLAG.kernelThread : TASK_FLAG.forkedNoExec,
    "usage.refs.counter": 1,
    stack_canary: BigInt(world.random.u32()) << 8n,
    real_parent: parentStruct,
    parent: parentStruct,
    group_leader: leader.struct,
    exit_signal: leader === task ? SIGCHLD : -1,
    real_cred: process.cred,
    cred: process.cred,
    mm: process.mm ?? null,
    active_mm: process.mm ?? null,
    nsproxy: process.namespaces.struct,
    signal: process.signalStruct,
    sighand: process.sighandStruct,
    start_time: task.startNs,
    start_boottime: task.startNs,
    "loginuid.val": process.loginUid ?? NO_LOGIN,
    sessionid: process.session,
    nr_cpus_allowed: task.allowedCpus?.size ?? world.cpuCount,
    cgroups: process.cgroup.cssSet,
    timer_slack_ns: 50_000,
  });
  setPriority(task);
  appendToList(process.signalStruct, "thread_head", struct, "thread_node");
  if (list !== undefined && leader === task) appendToList(list, "tasks", struct, "tasks");
  if (parent !== undefined && leader === task)
    appendToList(parent.leader.struct, "children", struct, "sibling");
}

/** Takes a task out of all lists. */
export function unlinkTask(task: Task): void {
  for (const path of ["tasks", "sibling", "thread_node"]) removeFromList(task.struct, path);
}

/** The child gets another parent: when its own has ended. */
export function reparent(child: Process, parent: Process): void {
  removeFromList(child.leader.struct, "sibling");
  for (const { struct } of child.threads)
    struct.fill({ real_parent: parent.leader.struct, parent: parent.leader.struct });
  appendToList(parent.leader.struct, "children", child.leader.struct, "sibling");
}

export function setPriority(task: Task): void {
  const { prio } = task;
  task.struct.fill({ prio, static_prio: prio, normal_prio: prio });
}

/** The process's credentials in its struct cred. */
export function fillCred(cred: KernelObject, process: Process): void {
  const { uid, gid, euid = uid, egid = gid } = process.credentials;
  const capabilities = euid === 0 ? 0x1ff_ffff_ffffn : 0n; // all 41
  cred.fill({
    "usage.counter": 1,
    "uid.val": uid,
    "gid.val": gid,
    "suid.val": euid,
    "sgid.val": egid,
    "euid.val": euid,
    "egid.val": egid,
    "fsuid.val": euid,
    "fsgid.val": egid,
    "cap_permitted.val": capabilities,
    "cap_effective.val": capabilities,
    "cap_bset.val": 0x1ff_ffff_ffffn,
  });
}
