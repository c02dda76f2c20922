import { ERRNO } from "../errno.ts";
import type { Word } from "../hooks/word.ts";
import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import { DESCRIPTORS } from "./descriptors.ts";
import { FILE_IO } from "./file-io.ts";
import { FILE_FUNCTIONS } from "./functions.ts";
import type { Inode } from "./inode.ts";
import { AT_FDCWD, WALKER } from "./lookup.ts";
import { truncateInode } from "./open.ts";
import { VFS } from "./vfs.ts";

const SHORT_NS = 300;

/** chmod(2). */
export function chmod(task: Task, path: string, mode: number): Code<number> {
  const { calls } = task.world.get(FILE_FUNCTIONS);
  return calls.fchmodat.run(task, [AT_FDCWD, task.userText(path), mode], () =>
    change(task, path, (inode) => inode.setMode(mode)),
  );
}

/** chown(2). */
export function chown(task: Task, path: string, uid: number, gid: number): Code<number> {
  const { calls } = task.world.get(FILE_FUNCTIONS);
  return calls.fchownat.run(task, [AT_FDCWD, task.userText(path), uid, gid, 0], () =>
    change(task, path, (inode) => inode.setOwner(uid, gid)),
  );
}

/** truncate(2). */
export function truncate(task: Task, path: string, bytes: number): Code<number> {
  const { calls } = task.world.get(FILE_FUNCTIONS);
  return calls.truncate.run(task, [task.userText(path), bytes], () =>
    change(task, path, (inode) => truncateInode(task, inode, bytes)),
  );
}

/** ftruncate(2). */
export function ftruncate(task: Task, fd: number, bytes: number): Code<number> {
  const { calls } = task.world.get(FILE_FUNCTIONS);
  return calls.ftruncate.run(task, [fd, bytes], () =>
    task.world.spendThen(SHORT_NS, () => {
      const file = task.process.get(DESCRIPTORS).get(fd);
      if (file === undefined || !file.writable) return -ERRNO.EBADF;
      truncateInode(task, file.inode, bytes);
      return 0;
    }),
  );
}

function* change(task: Task, path: string, run: (inode: Inode) => void): Code<number> {
  const found = yield* task.world.get(WALKER).walk(task, path);
  if (typeof found === "number") return found;
  const { inode } = found.place.dentry;
  if (inode === undefined) return -ERRNO.ENOENT;
  if (found.place.mount.isReadOnly) return -ERRNO.EROFS;
  const { uid } = task.process.credentials;
  if (uid !== 0 && uid !== inode.uid) return -ERRNO.EPERM;
  const { functions } = task.world.get(FILE_FUNCTIONS);
  return functions.notify_change.callNow([null, found.place.dentry.struct, null, null], () => {
    run(inode);
    inode.touch("i_ctime");
    return 0;
  });
}

/** fsync(2), fdatasync(2): returns when everything of the file is on its disk. */
export function fsync(task: Task, fd: number, call: "fsync" | "fdatasync" = "fsync"): Code<number> {
  const { calls, functions, byName } = task.world.get(FILE_FUNCTIONS);
  const dataOnly = call === "fdatasync";
  return calls[call].run(task, [fd], function* () {
    const file = task.process.get(DESCRIPTORS).get(fd);
    if (file === undefined) return -ERRNO.EBADF;
    const { kind } = file.dentry.sb;
    if (!kind.onDisk || file.operations !== undefined) return file.operations === undefined ? 0 : -ERRNO.EINVAL;
    const args: readonly Word[] = [file, 0, 0x7fff_ffff_ffff_ffffn, dataOnly];
    const sync = function* (): Code<number> {
      yield* task.world.get(FILE_IO).current.sync(task, file.inode, dataOnly);
      return 0;
    };
    return yield* functions.vfs_fsync_range.call(args, () =>
      kind.fsync === undefined ? sync() : byName(kind.fsync).call(args, sync),
    );
  });
}

/** sync(2). */
export function sync(task: Task): Code<number> {
  const { calls, functions } = task.world.get(FILE_FUNCTIONS);
  return calls.sync.run(task, [], () =>
    functions.ksys_sync.call([], function* (): Code<number> {
      for (const { sb } of task.world.get(VFS).mounts)
        if (sb.kind.onDisk) yield* task.world.get(FILE_IO).current.syncAll(task, sb);
      return 0;
    }),
  );
}

/** mount(2). */
export function mount(task: Task, source: string, at: string, type: string, flags = 0): Code<number> {
  const { calls, functions } = task.world.get(FILE_FUNCTIONS);
  const [dev, dir, kind] = [task.userText(source), task.userText(at), task.userText(type)];
  return calls.mount.run(task, [dev, dir, kind, flags, 0], () =>
    functions.path_mount.call([null, null, null, flags, null], function* (): Code<number> {
      yield* task.world.compute(50_000);
      if (task.process.credentials.uid !== 0) return -ERRNO.EPERM;
      const vfs = task.world.get(VFS);
      if (vfs.find(at) === undefined) return -ERRNO.ENOENT;
      if (!vfs.knows(type)) return -ERRNO.ENODEV;
      vfs.mount({ at, type, source, readOnly: (flags & 1) === 1 });
      return 0;
    }),
  );
}

/** umount2(2). */
export function umount(task: Task, at: string, flags = 0): Code<number> {
  const { calls, functions } = task.world.get(FILE_FUNCTIONS);
  return calls.umount.run(task, [task.userText(at), flags], () =>
    functions.path_umount.call([null, flags], function* (): Code<number> {
      yield* task.world.compute(50_000);
      if (task.process.credentials.uid !== 0) return -ERRNO.EPERM;
      const vfs = task.world.get(VFS);
      const place = vfs.find(at);
      if (place === undefined) return -ERRNO.ENOENT;
      if (place.dentry !== place.mount.root || place.mount.at === undefined) return -ERRNO.EINVAL;
      vfs.unmount(place.mount);
      return 0;
    }),
  );
}
