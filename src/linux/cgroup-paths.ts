import { readdirSync, statfsSync, statSync } from "node:fs";
import { globMatcher } from "../base/glob.ts";
import { readOptional } from "./procfs.ts";

const CGROUP2_MAGIC = 0x63677270; // include/uapi/linux/magic.h, v6.12
const MOST_FOLDERS = 50_000;

/** Paths of cgroups by their ids. A hierarchy is walked once, and again when an id is asked that it did not have. */
export class CgroupPaths {
  #known = new Map<bigint, string>();
  #walkedAt = 0;

  /** `filter`: pattern for "HIERARCHY:PATH", such as "unified:*"; "*" takes every one. */
  find(id: bigint, filter: string): string | undefined {
    if (!this.#known.has(id) && Date.now() - this.#walkedAt > 1000) this.#walk();
    const path = this.#known.get(id);
    if (path === undefined) return undefined;
    const named = `unified:${path}`;
    return filter === "*" || filter === "" || globMatcher(filter)(named) ? named : undefined;
  }

  #walk(): void {
    this.#walkedAt = Date.now();
    this.#known = new Map();
    for (const root of cgroup2Mounts()) {
      const open = [""];
      for (let path = open.pop(); path !== undefined && this.#known.size < MOST_FOLDERS; path = open.pop()) {
        try {
          this.#known.set(statSync(root + path, { bigint: true }).ino, path === "" ? "/" : path);
          for (const entry of readdirSync(root + path, { withFileTypes: true }))
            if (entry.isDirectory()) open.push(`${path}/${entry.name}`);
        } catch {
          // the cgroup has ended meanwhile
        }
      }
    }
  }
}

/** Folders where a cgroup2 file system is mounted. */
export function cgroup2Mounts(): string[] {
  const roots: string[] = [];
  for (const line of (readOptional("/proc/self/mounts") ?? "").split("\n")) {
    const [, path = "", type] = line.split(" ");
    if (type === "cgroup2" && isCgroup2(path)) roots.push(path);
  }
  return roots;
}

function isCgroup2(path: string): boolean {
  try {
    return statfsSync(path).type === CGROUP2_MAGIC;
  } catch {
    return false;
  }
}
