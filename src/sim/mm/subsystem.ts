import { FILE_IO } from "../files/file-io.ts";
import { VFS } from "../files/vfs.ts";
import type { Subsystem } from "../subsystem.ts";
import { CACHED_IO } from "./cached-io.ts";
import { memoryCalls } from "./calls.ts";
import { meminfo } from "./meminfo.ts";
import { MEMORY } from "./memory.ts";
import { memoryOf } from "./process-memory.ts";
import { RECLAIM } from "./reclaim.ts";

/** Memory: the page cache, what processes map, and what happens when there is too little of it. */
export const memorySubsystem: Subsystem = {
  name: "mm",
  calls: memoryCalls,
  start(world) {
    world.get(FILE_IO).current = world.get(CACHED_IO);
    world.get(MEMORY).reclaimer = world.get(RECLAIM);
    world.get(VFS).addFile("/proc/meminfo", { generate: () => meminfo(world) });
  },
  kernelThreads: { kswapd0: (p) => p.task.world.get(RECLAIM).kswapd(p.task) },
  newProcess(process, parent) {
    if (parent === undefined) memoryOf(process).noteAreas();
    else memoryOf(process).count();
  },
  newProgram(process) {
    const memory = memoryOf(process);
    memory.dropAll();
    memory.noteAreas();
  },
};
