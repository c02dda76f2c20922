import { readFileSync } from "node:fs";
import type { ProgramType } from "../abi/attach-spec.ts";
import type { MapType } from "../abi/map-spec.ts";
import { MAP_TYPES } from "../abi/map-types.ts";
import { PROGRAM_TYPES } from "../abi/program-types.ts";
import type { Fd } from "../linux/fd.ts";

/** What /proc tells of an open object beyond its info: "memlock", "frozen", "owner_prog_type" … */
export function fdFacts(fd: Fd): ReadonlyMap<string, string> {
  const text = readFileSync(`/proc/self/fdinfo/${fd.number}`, "utf8");
  return new Map([...text.matchAll(/^(\w+):\s*(.*)$/gm)].map(([, name = "", value = ""]) => [name, value]));
}

/** As bpftool writes a program type: "raw_tracepoint". */
export function programTypeName(type: ProgramType): string {
  return PROGRAM_TYPES[type].kernelName.slice("BPF_PROG_TYPE_".length).toLowerCase();
}

/** As bpftool writes a map type: "percpu_hash". */
export function mapTypeName(type: MapType): string {
  return MAP_TYPES[type].kernelName.slice("BPF_MAP_TYPE_".length).toLowerCase();
}
