import type { Process } from "../process/process.ts";
import type { Subsystem } from "../subsystem.ts";
import { fileCalls } from "./calls.ts";
import { DESCRIPTORS } from "./descriptors.ts";
import { deviceOperations } from "./devices.ts";
import { FS } from "./fs-state.ts";
import { pathOf } from "./mount.ts";
import { OPEN, OpenFile } from "./open-file.ts";
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
  newProcess(process, parent) {
    if (parent === undefined) openStandardFiles(process);
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

/** Descriptors 0, 1 and 2 of a process that nobody forked: the terminal in a login session, else /dev/null. */
function openStandardFiles(process: Process): void {
  const { world, leader } = process;
  const place = world.get(VFS).find(process.loginUid === undefined ? "/dev/null" : "/dev/pts/0");
  const inode = place?.dentry.inode;
  if (place === undefined || inode?.device === undefined) return;
  const file = new OpenFile(leader, place, inode, OPEN.readWrite, deviceOperations(inode.device));
  const descriptors = process.get(DESCRIPTORS);
  for (const fd of [0, 1, 2]) descriptors.replace(fd, fd === 0 ? file : file.hold());
}
