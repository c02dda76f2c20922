import type { CgroupWalk, KernelObjects, TaskWalk } from "../../vm/kernel-objects.ts";
import { Cgroup } from "../world/cgroups.ts";
import { Task } from "../world/task.ts";
import type { World } from "../world/world.ts";
import { kernelFramesOf, userFrames } from "./stacks.ts";

const ESRCH = 3;

/** Tasks, cgroups and files of a world, as programs reach them by their structs' addresses. */
export function kernelObjects(world: World): KernelObjects {
  const { memory, processes, cgroups } = world;
  const task = (address: bigint) => ownerOf(world, address, Task);
  const cgroup = (address: bigint) => ownerOf(world, address, Cgroup);
  return {
    taskByPid(pid, namespaced) {
      const namespace = world.task.process.namespaces.pid;
      if (!namespaced || namespace.level === 0) return processes.task(pid)?.struct.address;
      return tasksOf(world).find((found) => found.pidIn(namespace) === pid)?.struct.address;
    },
    tasks: (walk, of) => tasksOf(world, walk, task(of)).map(({ struct }) => struct.address),
    taskRegisters: (address) => task(address)?.registers.address,
    taskStack(address, user) {
      const found = task(address);
      if (found === undefined) return [];
      return user ? userFrames(found) : kernelFramesOf(world, found);
    },
    readTask: (address, at, into) => task(address)?.process.memory?.read(Number(at), into) ?? false,
    executable(address) {
      const file = task(address)?.process.mm?.get("exe_file") ?? 0n;
      return file === 0n ? undefined : file;
    },
    filePath: (file) => world.pathOf(memory.cast("file", file).addressOf("f_path")),
    signalTask(address, signal, wholeProcess) {
      const found = task(address);
      if (found === undefined || found.process.isKernelThread) return -ESRCH;
      found.process.signals.sendLater(signal, wholeProcess ? undefined : found);
      return 0;
    },
    cgroupById: (id) => cgroups.byId(id)?.struct.address,
    cgroupAncestor: (address, level) => cgroup(address)?.ancestor(level)?.struct.address,
    isTaskIn(address, of) {
      const wanted = cgroup(of);
      const own = task(address)?.process.cgroup;
      return wanted !== undefined && own?.ancestor(wanted.level) === wanted;
    },
    cgroups: (walk, from) => cgroupsOf(walk, cgroup(from) ?? cgroups.root).map(({ struct }) => struct.address),
    cgroupTasks(address, walk) {
      const wanted = cgroup(address);
      const inside = tasksOf(world, walk).filter(({ process }) => process.cgroup === wanted);
      return inside.map(({ struct }) => struct.address);
    },
  };
}

function ownerOf<T>(world: World, address: bigint, kind: abstract new (...args: never[]) => T): T | undefined {
  const owner = world.memory.objectAt(address)?.owner;
  return owner instanceof kind ? owner : undefined;
}

function tasksOf(world: World, walk: TaskWalk = "threads", of?: Task): readonly Task[] {
  if (walk === "threadsOf") return of?.process.threads ?? [];
  const { all } = world.processes;
  return walk === "processes" ? all.map(({ leader }) => leader) : all.flatMap(({ threads }) => threads);
}

function cgroupsOf(walk: CgroupWalk, from: Cgroup): readonly Cgroup[] {
  if (walk === "up") return from.parent === undefined ? [from] : [from, ...cgroupsOf(walk, from.parent)];
  const below = [...from.children.values()].flatMap((child) => cgroupsOf(walk, child));
  return walk === "pre" ? [from, ...below] : [...below, from];
}
