import type { Subsystem } from "../subsystem.ts";
import { programCalls } from "./calls.ts";
import { HEAP } from "./heap.ts";
import { INSTALLED } from "./installed.ts";
import { install } from "./program.ts";

/** Programs and libraries that every machine has. */
export const programsSubsystem: Subsystem = {
  name: "programs",
  calls: programCalls,
  start(world) {
    for (const binary of INSTALLED) install(world, binary);
  },
  newProgram(process) {
    process.get(HEAP).clear();
  },
};
