import { FILE_IO } from "../files/file-io.ts";
import type { Subsystem } from "../subsystem.ts";
import { CACHED_IO } from "./cached-io.ts";
import { memoryCalls } from "./calls.ts";

/** Memory: the page cache, what processes map, and what happens when there is too little of it. */
export const memorySubsystem: Subsystem = {
  name: "mm",
  calls: memoryCalls,
  start(world) {
    world.get(FILE_IO).current = world.get(CACHED_IO);
  },
};
