import type { AttachSpec } from "../../abi/attach-spec.ts";
import { SkepError } from "../../base/errors.ts";
import { DESCRIPTORS } from "../files/descriptors.ts";
import type { Word } from "../hooks/word.ts";
import { memoryOf } from "../mm/process-memory.ts";
import type { Cgroup } from "../world/cgroups.ts";
import type { Task } from "../world/task.ts";
import type { World } from "../world/world.ts";

export type IterAttach = Extract<AttachSpec, { kind: "iter" }>;

/** The members of an iterator's context behind `meta`, for each thing that it shows; the last, with NULLs, says "end". */
export function iteratorContexts(world: World, attach: IterAttach): readonly (readonly Word[])[] {
  switch (attach.target) {
    case "task":
      return [...tasksOf(world, attach).map((task) => [task.struct]), [null]];
    case "task_file": {
      const files = tasksOf(world, attach).flatMap((task) =>
        [...task.process.get(DESCRIPTORS).entries()].map(([fd, file]) => [task.struct, fd, file]),
      );
      return [...files, [null, 0, null]];
    }
    case "task_vma": {
      const areas = tasksOf(world, attach).flatMap((task) => {
        const { process } = task;
        if (process.memory === undefined) return [];
        return process.memory.regions.map((region) => [task.struct, memoryOf(process).areaOf(region)]);
      });
      return [...areas, [null, null]];
    }
    case "cgroup":
      return [...cgroupsOf(world, attach).map((cgroup) => [cgroup.struct]), [null]];
    case "tcp":
      return [...world.memory.objects("tcp_sock").map((sock) => [sock, 0]), [null, 0]];
    case "udp":
      return [...world.memory.objects("udp_sock").map((sock) => [sock, 0, 0]), [null, 0, 0]];
    case "unix":
      return [...world.memory.objects("unix_sock").map((sock) => [sock, 0]), [null, 0]];
    default:
      throw new SkepError(`the simulated kernel has no iterator over ${attach.target}`, {
        code: "sim/unsupported-attach",
        remedy: "iterate over task, task_file, task_vma, cgroup, tcp, udp or unix, or run on a real kernel",
      });
  }
}

function tasksOf({ processes }: World, { task }: IterAttach): readonly Task[] {
  if (task === undefined) return processes.all.flatMap(({ threads }) => threads);
  if ("tid" in task) return [processes.task(task.tid)].filter((found) => found !== undefined);
  return processes.process("pid" in task ? task.pid : task.pidFd)?.threads ?? [];
}

function cgroupsOf({ cgroups }: World, { cgroup }: IterAttach): readonly Cgroup[] {
  const from = cgroup && ("path" in cgroup ? cgroups.find(cgroup.path) : cgroups.byId(BigInt(cgroup.fd)));
  const start = from ?? cgroups.root;
  switch (cgroup?.order) {
    case "self":
      return [start];
    case "ancestors":
      return upFrom(start);
    case "descendantsPost":
      return below(start).reverse();
    default:
      return below(start);
  }
}

/** It and what is below, each before its children. */
function below(cgroup: Cgroup): Cgroup[] {
  return [cgroup, ...[...cgroup.children.values()].flatMap(below)];
}

function upFrom(cgroup: Cgroup): readonly Cgroup[] {
  return cgroup.parent === undefined ? [cgroup] : [cgroup, ...upFrom(cgroup.parent)];
}
