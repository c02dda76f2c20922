import { readdirSync } from "node:fs";
import type { Mapping } from "../symbols/maps.ts";
import { hasOwnRoot, mappingsOf } from "./procfs.ts";

const ROOT = /^\/proc\/\d+\/root(?=\/)/;

/** Paths of the files that a process has mapped, as this process can open them: a container's in its own file tree. */
export function openableFiles(pid: number): string[] {
  return [...new Set(openable(pid, mappingsOf(pid).filter(isFile)).map(({ path }) => path))];
}

/** Programs and libraries that any process runs, each file once. Processes that may not be looked at are passed over. */
export function mappedCode(): string[] {
  const byFile = new Map<string, string>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const pid = Number(name);
    const code = mappingsOf(pid).filter((mapping) => isFile(mapping) && mapping.executable);
    for (const { path, mapping } of openable(pid, code)) {
      const file = `${mapping.device} ${mapping.inode}`;
      const known = byFile.get(file);
      // The name in our own tree lasts longer than the process does.
      if (known === undefined || (ROOT.test(known) && !ROOT.test(path))) byFile.set(file, path);
    }
  }
  return [...new Set(byFile.values())].sort();
}

const isFile = (mapping: Mapping) => mapping.kind === "file" && !mapping.deleted;

function openable(pid: number, mappings: readonly Mapping[]): { path: string; mapping: Mapping }[] {
  const root = mappings.length > 0 && hasOwnRoot(pid) ? `/proc/${pid}/root` : "";
  return mappings.map((mapping) => ({ path: root + mapping.name, mapping }));
}
