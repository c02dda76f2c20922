import type { TypeMaker } from "./type-maker.ts";
import { BASE_TYPES } from "./types/base.ts";
import { BLOCK_TYPES } from "./types/block.ts";
import { BPF_TYPES } from "./types/bpf.ts";
import { BPF_ENUM_TYPES } from "./types/bpf-enums.ts";
import { CALL_ARGUMENT_TYPES } from "./types/call-arguments.ts";
import { CGROUP_TYPES } from "./types/cgroups.ts";
import { CONTEXT_TYPES } from "./types/contexts.ts";
import { DISK_FORMAT_TYPES } from "./types/disk-formats.ts";
import { FILE_SYSTEM_TYPES } from "./types/file-system.ts";
import { MEMORY_TYPES } from "./types/memory.ts";
import { NAMED_TYPES } from "./types/names.ts";
import { NETWORK_DEVICE_TYPES } from "./types/network-devices.ts";
import { NETWORK_ENUM_TYPES } from "./types/network-enums.ts";
import { OPEN_FILE_TYPES } from "./types/open-files.ts";
import { PACKET_TYPES } from "./types/packets.ts";
import { PERF_TYPES } from "./types/perf.ts";
import { ROUTE_TYPES } from "./types/routes.ts";
import { SOCKET_TYPES } from "./types/sockets.ts";
import { TASK_TYPES } from "./types/tasks.ts";
import { VARIABLE_TYPES } from "./types/variables.ts";

/** The texts in an order in which each uses what stands before it, pointers aside. */
const TEXTS: readonly string[] = [
  BASE_TYPES,
  TASK_TYPES,
  MEMORY_TYPES,
  FILE_SYSTEM_TYPES,
  OPEN_FILE_TYPES,
  DISK_FORMAT_TYPES,
  BLOCK_TYPES,
  CGROUP_TYPES,
  PACKET_TYPES,
  ROUTE_TYPES,
  SOCKET_TYPES,
  NETWORK_DEVICE_TYPES,
  NETWORK_ENUM_TYPES,
  BPF_TYPES,
  CONTEXT_TYPES,
  PERF_TYPES,
  BPF_ENUM_TYPES,
  NAMED_TYPES,
  CALL_ARGUMENT_TYPES,
  VARIABLE_TYPES,
];

/** Adds the structs, unions, enums and typedefs. */
export function addTypes(maker: TypeMaker): void {
  for (const text of TEXTS) maker.read(text);
}
