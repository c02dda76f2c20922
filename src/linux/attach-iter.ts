import type { AttachSpec, IterTask } from "../abi/attach-spec.ts";
import { ITER_CGROUP_ORDERS, iterCgroupInfo, iterMapInfo, iterTaskInfo, linkIter } from "../abi/attr-link.ts";
import { type AttachScene, refused } from "./attach-context.ts";
import { type Attachment, noAttachment } from "./attachments.ts";
import { openCgroup } from "./cgroup-fd.ts";
import { ERRNO } from "./errno.ts";
import { Fd } from "./fd.ts";
import { createLink } from "./link-create.ts";
import type { Kernel } from "./syscall.ts";
import { SystemError } from "./system-error.ts";

type Iter = Extract<AttachSpec, { kind: "iter" }>;

/** Makes an iterator, to be read or pinned. It holds what it walks: a map, a cgroup. */
export function attachIterator(scene: AttachScene, attach: Iter): Attachment {
  const { kernel } = scene.context;
  using cgroup = attach.cgroup && openCgroup(kernel, attach.cgroup);
  const info = describe(scene, attach, cgroup?.number);
  const rest =
    info === undefined
      ? linkIter.encode({})
      : linkIter.encode({ iterInfo: kernel.addressOf(info), iterInfoLen: info.length });
  const link = createLink(kernel, { program: scene.program.fd, attachType: "traceIter", rest });
  if (link >= 0) return { ...noAttachment(), quickLinks: [link] };
  throw refused(scene, attach, "BPF_LINK_CREATE", link, iterRemedy(attach, link));
}

/** An iterator's link for a loaded program, over the elements of `map` where it walks one. Throws SystemError. */
export function createIteratorLink(kernel: Kernel, program: Fd, map?: Fd): Fd {
  const info = map && iterMapInfo.encode({ mapFd: map.number });
  const rest = linkIter.encode(info ? { iterInfo: kernel.addressOf(info), iterInfoLen: info.length } : {});
  const link = createLink(kernel, { program, attachType: "traceIter", rest });
  if (link >= 0) return new Fd(kernel, link);
  const remedy =
    link === -ERRNO.EBADF || link === -ERRNO.EINVAL
      ? "an iterator over a map's elements needs a map that fits: map name NAME; others take none"
      : undefined;
  throw new SystemError("make the iterator", "BPF_LINK_CREATE", link, remedy);
}

function describe(scene: AttachScene, { map, task, cgroup }: Iter, cgroupFd?: number): Uint8Array | undefined {
  if (map !== undefined) return iterMapInfo.encode({ mapFd: scene.map(map).fd.number });
  if (task !== undefined) return iterTaskInfo.encode(taskFields(task));
  if (cgroupFd === undefined) return undefined;
  return iterCgroupInfo.encode({ order: ITER_CGROUP_ORDERS[cgroup?.order ?? "descendantsPre"], cgroupFd });
}

function taskFields(task: IterTask): { tid?: number; pid?: number; pidFd?: number } {
  if ("tid" in task) return { tid: task.tid };
  return "pid" in task ? { pid: task.pid } : { pidFd: task.pidFd };
}

function iterRemedy({ target, map, task, cgroup }: Iter, errno: number): string | undefined {
  if (errno === -ERRNO.ESRCH) return "the process has ended; give the id of a running one";
  if (errno === -ERRNO.EBADF && map === undefined)
    return `iterators of ${target} walk one map: name it in \`map\``;
  if (errno !== -ERRNO.EINVAL) return undefined;
  if (task !== undefined) return "iterators over one process need Linux 6.1";
  if (cgroup !== undefined || target === "cgroup")
    return "iterators over cgroups need Linux 6.1 and a cgroup to begin at";
  return map === undefined ? undefined : "the map's type does not fit the iterator";
}
