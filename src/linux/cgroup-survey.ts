import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { CgroupHook } from "../abi/attach-spec.ts";
import { ATTACH_TYPES } from "../abi/attach-types.ts";
import { ATTACH_FLAGS } from "../abi/attr-link.ts";
import { SkepError } from "../base/errors.ts";
import { openCgroup } from "./cgroup-fd.ts";
import { describeLink } from "./link-info.ts";
import { objectIds, openObject, programInfo } from "./objects.ts";
import { readOptional } from "./procfs.ts";
import { queryHook } from "./prog-query.ts";
import type { Kernel } from "./syscall.ts";
import { SystemError } from "./system-error.ts";

/** Places of a cgroup where programs can be, those of security modules too. */
export type CgroupPoint = CgroupHook | "lsmCgroup";

export const CGROUP_POINTS: readonly CgroupPoint[] = (
  Object.keys(ATTACH_TYPES) as (keyof typeof ATTACH_TYPES)[]
).filter((type): type is CgroupPoint => type.startsWith("cgroup") || type === "lsmCgroup");

/** A program of a cgroup. `flags` as it was attached; `linkId` is 0 without a link; `hookId`: BTF id of an LSM hook. */
export type CgroupProgram = Readonly<{
  point: CgroupPoint;
  programId: number;
  name: string;
  flags: "multi" | "override" | "";
  linkId: number;
  hookId: number;
}>;

/** Folder of a cgroup, and its programs. */
export type CgroupEntry = Readonly<{ path: string; programs: readonly CgroupProgram[] }>;

/** Links of cgroups by cgroup, place and program. */
export type CgroupLinks = ReadonlyMap<string, number>;

/** Where cgroups of version 2 are mounted. Throws SkepError when they are nowhere. */
export function cgroupRoot(): string {
  for (const line of (readOptional("/proc/self/mounts") ?? "").split("\n")) {
    const [, path = "", type] = line.split(" ");
    if (type === "cgroup2") return path.replaceAll("\\040", " ");
  }
  throw new SkepError("no cgroup hierarchy of version 2 is mounted", {
    code: "linux/no-cgroup",
    remedy: "mount it: mkdir -p /mnt/cgroup && mount -t cgroup2 none /mnt/cgroup",
  });
}

/** The programs of a cgroup; `effective`: those that count for it, inherited ones too. Throws SkepError. */
export function cgroupPrograms(
  kernel: Kernel,
  path: string,
  options: Readonly<{ effective?: boolean; links: CgroupLinks }>,
): CgroupProgram[] {
  using cgroup = openCgroup(kernel, { path });
  const { effective = false, links } = options;
  const id = statSync(path, { bigint: true }).ino;
  return CGROUP_POINTS.flatMap((point) => {
    const { programs, attachFlags } = queryOr(kernel, cgroup.number, point, effective);
    return programs.map(({ programId }): CgroupProgram => {
      const { name, hookId } = aboutProgram(kernel, programId);
      const linkId = links.get(linkKey(id, point, programId)) ?? 0;
      return { point, programId, name, flags: flagsText(attachFlags), linkId, hookId };
    });
  });
}

/** The links of all cgroups. Throws SystemError. */
export function cgroupLinks(kernel: Kernel): CgroupLinks {
  const found = new Map<string, number>();
  for (const id of objectIds(kernel, "link")) {
    using link = openObject(kernel, "link", id);
    if (link === undefined) continue;
    const { programId, details } = describeLink(kernel, link);
    if (details.kind === "cgroup") found.set(linkKey(details.cgroupId, details.attachType, programId), id);
  }
  return found;
}

const MOST_CGROUPS = 100_000;

/** Cgroups below `root` that have programs, each before those below it. Throws SkepError when `root` is none. */
export function* cgroupTree(kernel: Kernel, root: string, effective = false): Generator<CgroupEntry> {
  const links = cgroupLinks(kernel);
  const open = [root];
  for (
    let count = 0, path = open.pop();
    path !== undefined && count < MOST_CGROUPS;
    count++, path = open.pop()
  ) {
    try {
      const programs = cgroupPrograms(kernel, path, { effective, links });
      if (programs.length > 0) yield { path, programs };
      for (const name of foldersOf(path).reverse()) open.push(join(path, name));
    } catch (error) {
      if (path === root || !(error instanceof SkepError)) throw error; // others may have ended meanwhile
    }
  }
}

function foldersOf(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort();
  } catch {
    return [];
  }
}

function linkKey(cgroup: bigint, point: string | number, programId: number): string {
  return `${cgroup} ${point} ${programId}`;
}

// Older kernels do not know newer places.
function queryOr(kernel: Kernel, cgroup: number, point: CgroupPoint, effective: boolean) {
  try {
    return queryHook(kernel, cgroup, point, { effective });
  } catch (error) {
    if (error instanceof SystemError && error.errno !== "EPERM") return { programs: [], attachFlags: 0 };
    throw error;
  }
}

function aboutProgram(kernel: Kernel, id: number): { name: string; hookId: number } {
  using program = openObject(kernel, "prog", id);
  if (program === undefined) return { name: "", hookId: 0 };
  const { name, attachBtfId } = programInfo(kernel, program);
  return { name, hookId: attachBtfId };
}

function flagsText(flags: number): CgroupProgram["flags"] {
  if ((flags & ATTACH_FLAGS.allowMulti) !== 0) return "multi";
  return (flags & ATTACH_FLAGS.allowOverride) !== 0 ? "override" : "";
}
