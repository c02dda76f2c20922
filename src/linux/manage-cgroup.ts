import type { CgroupHook } from "../abi/attach-spec.ts";
import { ATTACH_FLAGS } from "../abi/attr-link.ts";
import { SkepError } from "../base/errors.ts";
import { openCgroup } from "./cgroup-fd.ts";
import { type CgroupPoint, cgroupLinks, cgroupPrograms } from "./cgroup-survey.ts";
import { ERRNO } from "./errno.ts";
import type { Fd } from "./fd.ts";
import { LinuxLink } from "./link.ts";
import { attachProgram, detachProgram } from "./link-create.ts";
import { openObject } from "./objects.ts";
import type { Kernel } from "./syscall.ts";
import { SystemError } from "./system-error.ts";

/** "multi": beside others, and with those of cgroups below. "override": alone, until a cgroup below has its own. */
export type CgroupSharing = "multi" | "override" | "alone";

const FLAGS: Readonly<Record<CgroupSharing, number>> = {
  multi: ATTACH_FLAGS.allowMulti,
  override: ATTACH_FLAGS.allowOverride,
  alone: 0,
};

/** Attaches a program to a cgroup for good, without a link. Throws SkepError. */
export function keepInCgroup(
  kernel: Kernel,
  wanted: Readonly<{ path: string; hook: CgroupHook; program: Fd; sharing: CgroupSharing }>,
): void {
  const { path, hook, program, sharing } = wanted;
  using cgroup = openCgroup(kernel, { path });
  const attach = { program, target: cgroup.number, attachType: hook, flags: FLAGS[sharing] };
  const result = attachProgram(kernel, attach);
  if (result < 0) throw refused(path, hook, result);
}

/** Detaches a program from a cgroup, by whatever it is held. Throws SkepError when it is not there. */
export function dropFromCgroup(
  kernel: Kernel,
  wanted: Readonly<{ path: string; point: CgroupPoint; programId: number }>,
): void {
  const { path, point, programId } = wanted;
  const there = cgroupPrograms(kernel, path, { links: cgroupLinks(kernel) });
  const found = there.find((p) => p.point === point && p.programId === programId);
  if (found === undefined)
    throw new SkepError(`${path} has no program ${programId} at this place`, {
      code: "attach/none",
      remedy: `list what there is: skep cgroup show ${path}`,
    });
  const fd = found.linkId === 0 ? undefined : openObject(kernel, "link", found.linkId);
  if (fd !== undefined) {
    using link = LinuxLink.opened(kernel, fd);
    link.detach();
    return;
  }
  using program = openObject(kernel, "prog", programId);
  if (program === undefined) return; // gone by itself
  using cgroup = openCgroup(kernel, { path });
  const result = detachProgram(kernel, { program, target: cgroup.number, attachType: point });
  if (result < 0 && result !== -ERRNO.ENOENT)
    throw new SystemError(`detach program ${programId} from ${path}`, "BPF_PROG_DETACH", result);
}

// biome-ignore format: one remedy per line
function refused(path: string, hook: CgroupHook, errno: number): SystemError {
  const remedies: Readonly<Record<number, string>> = {
    [ERRNO.EPERM]: "a program is attached here or above in a way that allows no other: see skep cgroup tree; or this process lacks CAP_NET_ADMIN",
    [ERRNO.EEXIST]: "this program is attached here already: see skep cgroup show",
    [ERRNO.EINVAL]: "the program is not of the type for this place, or was loaded for another one; programs of files are loaded for it",
    [ERRNO.E2BIG]: "64 programs are attached here, and more are not allowed: detach one",
  };
  return new SystemError(`attach to ${hook} of ${path}`, "BPF_PROG_ATTACH", errno, remedies[-errno]);
}
