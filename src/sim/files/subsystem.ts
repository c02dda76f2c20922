import type { Subsystem } from "../subsystem.ts";
import { fileCalls } from "./calls.ts";
import { DESCRIPTORS } from "./descriptors.ts";
import { FS } from "./fs-state.ts";
import { pathOf } from "./mount.ts";
import { addUsualFiles } from "./usual-files.ts";
import { VFS } from "./vfs.ts";

/** Files: what is mounted, open, named. */
export const filesSubsystem: Subsystem = {
  name: "files",
  calls: fileCalls,
  start(world) {
    const vfs = world.get(VFS);
    addUsualFiles(vfs);
    world.files = {
      pathOf(address) {
        const place = vfs.placeAt(address);
        return place && pathOf(place);
      },
      read: (path) => vfs.find(path)?.dentry.inode?.bytes(),
      exists: (path) => vfs.find(path) !== undefined,
    };
  },
  newTask(task) {
    const { process } = task;
    task.struct.fill({ fs: process.get(FS).struct, files: process.get(DESCRIPTORS).struct });
  },
  newProgram(process) {
    const descriptors = process.get(DESCRIPTORS);
    for (const fd of descriptors.closedOnExec) descriptors.remove(fd)?.drop();
  },
};
