import { blockSubsystem } from "./block/subsystem.ts";
import { filesSubsystem } from "./files/subsystem.ts";
import { memorySubsystem } from "./mm/subsystem.ts";
import { netSubsystem } from "./net/subsystem.ts";
import { processCalls } from "./process/calls.ts";
import { programsSubsystem } from "./programs/subsystem.ts";
import type { Subsystem } from "./subsystem.ts";
import { syncCalls } from "./sync/calls.ts";

/** All parts of the simulated kernel, in the order in which they start. */
export const SUBSYSTEMS: readonly Subsystem[] = [
  { name: "process", calls: processCalls },
  filesSubsystem,
  blockSubsystem,
  memorySubsystem,
  { name: "sync", calls: syncCalls },
  netSubsystem,
  programsSubsystem,
];
