import { ERRNO } from "../errno.ts";
import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import { DESCRIPTORS } from "./descriptors.ts";
import { FILE_IO } from "./file-io.ts";
import { FS } from "./fs-state.ts";
import { FILE_FUNCTIONS } from "./functions.ts";
import type { Inode } from "./inode.ts";
import { AT_FDCWD, type Found, WALKER } from "./lookup.ts";
import { close, createIn, open } from "./open.ts";
import { OPEN } from "./open-file.ts";
import { TRANSIENT } from "./transient.ts";

const CHANGE_NS = 2_500;
const ENTRY_BYTES = 32; // of getdents64, with a name of ordinary length

/** mkdir(2). */
export function mkdir(task: Task, path: string, mode = 0o777): Code<number> {
  const { calls } = task.world.get(FILE_FUNCTIONS);
  return calls.mkdir.run(task, [task.userText(path), mode], () =>
    make(task, path, { kind: "directory", mode }),
  );
}

/** symlink(2). */
export function symlink(task: Task, target: string, path: string): Code<number> {
  const { calls } = task.world.get(FILE_FUNCTIONS);
  const args = [task.userText(target), task.userText(path)];
  return calls.symlink.run(task, args, () => make(task, path, { kind: "symlink", mode: 0o777, target }));
}

function* make(
  task: Task,
  path: string,
  spec: Readonly<{ kind: Inode["kind"]; mode: number; target?: string }>,
): Code<number> {
  const found = yield* task.world.get(WALKER).walk(task, path, { follow: false });
  if (typeof found === "number") return found;
  if (found.place.dentry.inode !== undefined) return -ERRNO.EEXIST;
  const made = yield* createIn(task, found.parent, found.name, spec);
  return typeof made === "number" ? made : 0;
}

/** unlink(2). */
export function unlink(task: Task, path: string, call: "unlink" | "unlinkat" = "unlink"): Code<number> {
  const { calls, functions } = task.world.get(FILE_FUNCTIONS);
  const name = task.userText(path);
  const args = call === "unlink" ? [name] : [AT_FDCWD, name, 0];
  return calls[call].run(task, args, function* () {
    const found = yield* task.world.get(WALKER).walk(task, path, { follow: false });
    const refused = removalRefused(task, found, false);
    if (typeof found === "number" || refused !== 0) return refused;
    yield* task.world.compute(CHANGE_NS);
    const { directory, dentry, inode } = partsOfRemoval(found);
    return functions.vfs_unlink.callNow([null, directory?.struct, dentry.struct, null], () => {
      const denied = task.world.hooks.lsm("inode_unlink", [directory?.struct, dentry.struct]);
      if (denied !== 0) return denied;
      const { unlink: own } = dentry.sb.kind;
      const remove = () => forget(task, found, inode);
      if (own === undefined) return remove();
      return task.world.get(FILE_FUNCTIONS).byName(own).callNow([directory?.struct, dentry.struct], remove);
    });
  });
}

/** rmdir(2). */
export function rmdir(task: Task, path: string): Code<number> {
  const { calls, functions } = task.world.get(FILE_FUNCTIONS);
  return calls.rmdir.run(task, [task.userText(path)], function* () {
    const found = yield* task.world.get(WALKER).walk(task, path, { follow: false });
    const refused = removalRefused(task, found, true);
    if (typeof found === "number" || refused !== 0) return refused;
    yield* task.world.compute(CHANGE_NS);
    const { directory, dentry, inode } = partsOfRemoval(found);
    return functions.vfs_rmdir.callNow([null, directory?.struct, dentry.struct], () => {
      directory?.addLinks(-1);
      return forget(task, found, inode);
    });
  });
}

function partsOfRemoval({ parent, place }: Found) {
  return { directory: parent.dentry.inode, dentry: place.dentry, inode: place.dentry.inode as Inode };
}

function removalRefused(task: Task, found: Found | number, wantsDirectory: boolean): number {
  if (typeof found === "number") return found;
  const { inode } = found.place.dentry;
  const directory = found.parent.dentry.inode;
  if (inode === undefined || directory === undefined) return -ERRNO.ENOENT;
  if (found.place.mount !== found.parent.mount) return -ERRNO.EBUSY;
  if (found.place.mount.isReadOnly) return -ERRNO.EROFS;
  const { uid, gid } = task.process.credentials;
  if (!directory.permits(uid, gid, 3)) return -ERRNO.EACCES;
  if (wantsDirectory !== inode.isDirectory) return wantsDirectory ? -ERRNO.ENOTDIR : -ERRNO.EISDIR;
  const isEmpty = [...found.place.dentry.children.values()].every((child) => child.inode === undefined);
  return wantsDirectory && !isEmpty ? -ERRNO.ENOTEMPTY : 0;
}

function forget(task: Task, { parent, place }: Found, inode: Inode): number {
  place.dentry.drop();
  inode.addLinks(-1);
  parent.dentry.inode?.touch("i_mtime", "i_ctime");
  if (inode.links <= 0 && inode.opens === 0) task.world.get(FILE_IO).current.truncate(inode, 0);
  return 0;
}

/** rename(2). */
export function rename(task: Task, from: string, to: string): Code<number> {
  const { calls, functions } = task.world.get(FILE_FUNCTIONS);
  return calls.rename.run(task, [task.userText(from), task.userText(to)], function* () {
    const walker = task.world.get(WALKER);
    const old = yield* walker.walk(task, from, { follow: false });
    if (typeof old === "number") return old;
    const now = yield* walker.walk(task, to, { follow: false });
    if (typeof now === "number") return now;
    const refused = renameRefused(task, old, now);
    if (refused !== 0) return refused;
    yield* task.world.compute(CHANGE_NS);
    const [oldDir, newDir] = [old.parent.dentry.inode?.struct, now.parent.dentry.inode?.struct];
    const data = task.world.get(TRANSIENT).lazy("renamedata", () => ({
      old_dir: oldDir ?? null,
      old_dentry: old.place.dentry.struct,
      new_dir: newDir ?? null,
      new_dentry: now.place.dentry.struct,
    }));
    return functions.vfs_rename.callNow([data], () => {
      const denied = task.world.hooks.lsm("inode_rename", [
        oldDir,
        old.place.dentry.struct,
        newDir,
        now.place.dentry.struct,
        0,
      ]);
      if (denied !== 0) return denied;
      const replaced = now.place.dentry.inode;
      if (replaced !== undefined) forget(task, now, replaced);
      else now.place.dentry.drop();
      old.place.dentry.moveTo(now.parent.dentry, now.name);
      return 0;
    });
  });
}

function renameRefused(task: Task, old: Found, now: Found): number {
  const { uid, gid } = task.process.credentials;
  if (old.place.dentry.inode === undefined) return -ERRNO.ENOENT;
  if (old.place.mount !== now.parent.mount) return -ERRNO.EXDEV;
  if (now.place.dentry.inode?.isDirectory && !old.place.dentry.inode.isDirectory) return -ERRNO.EISDIR;
  const writable = [old.parent, now.parent].every(({ dentry }) => dentry.inode?.permits(uid, gid, 3));
  return writable ? 0 : -ERRNO.EACCES;
}

/** link(2). */
export function link(task: Task, from: string, to: string): Code<number> {
  const { calls, functions } = task.world.get(FILE_FUNCTIONS);
  return calls.link.run(task, [task.userText(from), task.userText(to)], function* () {
    const walker = task.world.get(WALKER);
    const old = yield* walker.walk(task, from, { follow: false });
    const now = typeof old === "number" ? old : yield* walker.walk(task, to, { follow: false });
    if (typeof old === "number" || typeof now === "number")
      return typeof old === "number" ? old : (now as number);
    const { inode } = old.place.dentry;
    if (inode === undefined) return -ERRNO.ENOENT;
    if (now.place.dentry.inode !== undefined) return -ERRNO.EEXIST;
    if (old.place.mount !== now.parent.mount) return -ERRNO.EXDEV;
    yield* task.world.compute(CHANGE_NS);
    const args = [
      old.place.dentry.struct,
      null,
      now.parent.dentry.inode?.struct,
      now.place.dentry.struct,
      null,
    ];
    return functions.vfs_link.callNow(args, () => {
      now.place.dentry.inode = inode;
      inode.addLinks(1);
      return 0;
    });
  });
}

/** Names in a directory, as `ls` reads them: opens it, calls getdents64(2) until the end, closes it. A negative errno. */
export function* readDirectory(task: Task, path: string): Code<readonly string[] | number> {
  const fd = yield* open(task, path, OPEN.directory | OPEN.nonBlocking | OPEN.closeOnExec);
  if (fd < 0) return fd;
  const names: string[] = [];
  for (let got = yield* entries(task, fd, names); got > 0; ) got = yield* entries(task, fd, names);
  yield* close(task, fd);
  return names;
}

function entries(task: Task, fd: number, names: string[]): Code<number> {
  const { calls, functions } = task.world.get(FILE_FUNCTIONS);
  const file = task.process.get(DESCRIPTORS).get(fd);
  return calls.getdents64.run(task, [fd, task.userBuffer(32_768), 32_768], () =>
    functions.iterate_dir.call([file, null], function* (): Code<number> {
      yield* task.world.compute(CHANGE_NS);
      if (file === undefined) return -ERRNO.EBADF;
      if (!file.inode.isDirectory) return -ERRNO.ENOTDIR;
      if (file.position > 0) return 0;
      const { sb } = file.dentry;
      if (sb.kind.onDisk && !file.inode.isCached)
        yield* task.world.get(FILE_IO).current.readMetadata(task, sb, file.inode);
      file.inode.isCached = true;
      for (const [name, child] of file.dentry.children) if (child.inode !== undefined) names.push(name);
      file.position = names.length + 2;
      return (names.length + 2) * ENTRY_BYTES;
    }),
  );
}

/** chdir(2). */
export function chdir(task: Task, path: string): Code<number> {
  const { calls } = task.world.get(FILE_FUNCTIONS);
  return calls.chdir.run(task, [task.userText(path)], function* () {
    const found = yield* task.world.get(WALKER).walk(task, path);
    if (typeof found === "number") return found;
    const { inode } = found.place.dentry;
    if (inode === undefined) return -ERRNO.ENOENT;
    if (!inode.isDirectory) return -ERRNO.ENOTDIR;
    task.process.get(FS).current = found.place;
    return 0;
  });
}
