import { statSync } from "node:fs";
import { readOptional } from "./procfs.ts";

/** Where the kernel says what its list of functions depends on; other folders in tests. */
export type KeyPlaces = Readonly<{ proc: string; modules: string }>;

const PLACES: KeyPlaces = { proc: "/proc", modules: "/sys/module" };

/**
 * One line that stays the same as long as this kernel's list of functions that can be traced does: which boot it is, the
 * modules with their addresses and the numbers that sysfs gave them when they came, and how many functions ftrace holds.
 * Undefined when that cannot be told, or while a module comes or goes. `tracefs` is the folder of that file system.
 */
export function functionListKey(tracefs: string, { proc, modules }: KeyPlaces = PLACES): string | undefined {
  const boot = readOptional(`${proc}/sys/kernel/random/boot_id`)?.trim();
  const counted = countedBy(tracefs);
  const loaded = readOptional(`${proc}/modules`) ?? ""; // missing where the kernel takes no modules
  if (!boot || !counted || !/^\d+/.test(counted)) return undefined;
  const parts: string[] = [];
  for (const line of loaded.split("\n")) {
    if (line === "") continue;
    // "name size uses users state address taints": how often it is used says nothing
    const [name = "", size = "", , , state, address = ""] = line.split(" ");
    const number = inodeOf(`${modules}/${name}`);
    if (state !== "Live" || number === undefined) return undefined;
    parts.push(`${name}:${size}:${address}:${number}`);
  }
  return [boot, counted.trim().replace(/\s+/g, " "), ...parts.sort()].join(" ");
}

/** How many functions ftrace can trace; undefined where it does not tell. */
export function functionCount(tracefs: string): number | undefined {
  const [, count] = /^(\d+) /.exec(countedBy(tracefs) ?? "") ?? [];
  return count === undefined ? undefined : Number(count);
}

function countedBy(tracefs: string): string | undefined {
  return readOptional(`${tracefs}/dyn_ftrace_total_info`);
}

function inodeOf(path: string): number | undefined {
  try {
    return statSync(path).ino;
  } catch {
    return undefined;
  }
}
