import { VFS } from "../files/vfs.ts";
import type { ProgramMaker } from "../process/programs.ts";
import type { Subsystem } from "../subsystem.ts";
import type { World } from "../world/world.ts";
import { programCalls } from "./calls.ts";
import { CORE_UTILITIES } from "./core-utilities.ts";
import { shell } from "./shell.ts";

const SHELLS = ["/usr/bin/sh", "/usr/bin/bash", "/usr/bin/dash"];

/** Programs that every machine has: a shell and what it starts. */
export const programsSubsystem: Subsystem = {
  name: "programs",
  calls: programCalls,
  start(world) {
    for (const [path, make] of Object.entries(CORE_UTILITIES)) install(world, path, make);
    for (const path of SHELLS) install(world, path, shell);
  },
};

/** Also under /bin, which is a link to /usr/bin. */
function install(world: World, path: string, make: ProgramMaker): void {
  world.programs.add(path, make);
  world.programs.add(path.replace("/usr", ""), make);
  world.get(VFS).addFile(path, { size: 35_208, mode: 0o755 });
}
