import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import type { ObjectKind } from "./objects.ts";
import { openPinned } from "./open-object.ts";
import { readOptional } from "./procfs.ts";
import type { Kernel } from "./syscall.ts";
import { SystemError } from "./system-error.ts";

/** A process that holds an object open. */
export type Holder = Readonly<{ pid: number; comm: string }>;

/** What is known by kind and id of an object. */
export type ByObject<T> = (kind: ObjectKind, id: number) => readonly T[];

/** Which object a descriptor is, by what /proc tells of it. A link's text has the program's id, too: it comes first. */
export function objectOfFdinfo(text: string): Readonly<{ kind: ObjectKind; id: number }> | undefined {
  for (const kind of ["link", "map", "prog", "btf"] as const) {
    const id = new RegExp(`^${kind}_id:\\s*(\\d+)$`, "m").exec(text)?.[1];
    if (id !== undefined) return { kind, id: Number(id) };
  }
  return undefined;
}

/**
 * The processes that hold objects by a descriptor: those whose descriptors we may look at, which is all of them for root.
 * What only a file or another object holds has none.
 */
export function objectHolders(): ByObject<Holder> {
  const found = new Map<string, Holder[]>();
  for (const name of readFolder("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    let comm: string | undefined;
    for (const key of heldBy(name)) {
      comm ??= readOptional(`/proc/${name}/comm`)?.trimEnd() ?? "";
      add(found, key, { pid: Number(name), comm });
    }
  }
  return (kind, id) => found.get(`${kind} ${id}`) ?? [];
}

function heldBy(pid: string): Set<string> {
  const held = new Set<string>();
  for (const fd of readFolder(`/proc/${pid}/fd`)) {
    if (!/^anon_inode:\[?(?:bpf|btf)/.test(readLink(`/proc/${pid}/fd/${fd}`))) continue;
    const object = objectOfFdinfo(readOptional(`/proc/${pid}/fdinfo/${fd}`) ?? "");
    if (object !== undefined) held.add(`${object.kind} ${object.id}`);
  }
  return held;
}

const MOST_FILES = 1 << 16;

/** The files that objects are pinned to, on every bpf file system that is mounted here. */
export function pinnedFiles(kernel: Kernel): ByObject<string> {
  const found = new Map<string, string[]>();
  let files = 0;
  const walk = (folder: string, depth: number): void => {
    for (const entry of readEntries(folder)) {
      if (depth > 32 || ++files > MOST_FILES) return;
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) walk(path, depth + 1);
      else if (entry.isFile()) addPinned(kernel, found, path);
    }
  };
  for (const mount of new Set(bpfMounts(readFileSync("/proc/self/mountinfo", "utf8")))) walk(mount, 0);
  return (kind, id) => found.get(`${kind} ${id}`) ?? [];
}

function addPinned(kernel: Kernel, found: Map<string, string[]>, path: string): void {
  try {
    using fd = openPinned(kernel, path);
    const object = objectOfFdinfo(readOptional(`/proc/self/fdinfo/${fd.number}`) ?? "");
    if (object !== undefined) add(found, `${object.kind} ${object.id}`, path);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error; // an iterator, or not ours to open
  }
}

/** Folders where a bpf file system is mounted, by the text of /proc/self/mountinfo. */
export function bpfMounts(mountinfo: string): string[] {
  return mountinfo.split("\n").flatMap((line) => {
    const [, path, type] = /^\d+ \d+ \S+ \S+ (\S+) .* - (\S+) /.exec(line) ?? [];
    if (path === undefined || type !== "bpf") return [];
    return [
      path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))),
    ];
  });
}

function add<T>(found: Map<string, T[]>, key: string, value: T): void {
  const list = found.get(key);
  if (list === undefined) found.set(key, [value]);
  else list.push(value);
}

// What goes away while we look, or may not be looked at, is as if it were not there.
function readFolder(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function readEntries(path: string) {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch {
    return [];
  }
}

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}
