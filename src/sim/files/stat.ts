import { ERRNO } from "../errno.ts";
import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import { DESCRIPTORS } from "./descriptors.ts";
import { FILE_FUNCTIONS } from "./functions.ts";
import type { Inode } from "./inode.ts";
import { AT_FDCWD, WALKER } from "./lookup.ts";
import type { Place } from "./mount.ts";
import { TRANSIENT } from "./transient.ts";

/** What stat(2) tells. */
export type FileStatus = Readonly<{
  size: number;
  mode: number;
  uid: number;
  gid: number;
  inode: number;
  isDirectory: boolean;
}>;

const STAT_NS = 350;
const STAT_BYTES = 144; // struct stat, x86_64
const STATX_BYTES = 256;
const AT_SYMLINK_NOFOLLOW = 0x100;
const STATX_BASIC_STATS = 0x7ff;

/** Which system call a program uses: C libraries newfstatat(2), older ones stat(2). */
export type StatCall = "newfstatat" | "stat" | "lstat" | "statx";

/** stat(2): what the file is, or a negative errno. */
export function* stat(task: Task, path: string, call: StatCall = "newfstatat"): Code<FileStatus | number> {
  const { calls, functions } = task.world.get(FILE_FUNCTIONS);
  const name = task.userText(path);
  const buffer = task.userBuffer(call === "statx" ? STATX_BYTES : STAT_BYTES);
  let found: Inode | undefined;
  const follow = call !== "lstat";
  const flags = follow ? 0 : AT_SYMLINK_NOFOLLOW;
  const filename = task.world
    .get(TRANSIENT)
    .lazy("filename", () => ({ name: task.world.get(TRANSIENT).text(path), uptr: name }));
  const body = () =>
    functions.vfs_statx.call([AT_FDCWD, filename, flags, null, STATX_BASIC_STATS], () =>
      statPath(task, path, follow, (inode) => {
        found = inode;
      }),
    );
  let result: number;
  if (call === "newfstatat") result = yield* calls.newfstatat.run(task, [AT_FDCWD, name, buffer, flags], body);
  else if (call === "statx")
    result = yield* calls.statx.run(task, [AT_FDCWD, name, flags, STATX_BASIC_STATS, buffer], body);
  else result = yield* calls[call === "stat" ? "newstat" : "newlstat"].run(task, [name, buffer], body);
  return found === undefined || result < 0 ? result : statusOf(found);
}

function* statPath(task: Task, path: string, follow: boolean, onFound: (inode: Inode) => void): Code<number> {
  const walked = yield* task.world.get(WALKER).walk(task, path, { follow });
  if (typeof walked === "number") return walked;
  const { inode } = walked.place.dentry;
  if (inode === undefined) return -ERRNO.ENOENT;
  onFound(inode);
  return attributes(task, walked.place, inode);
}

/** fstat(2). */
export function* fstat(task: Task, fd: number): Code<FileStatus | number> {
  const { calls, functions } = task.world.get(FILE_FUNCTIONS);
  const file = task.process.get(DESCRIPTORS).get(fd);
  const result = yield* calls.newfstat.run(task, [fd, task.userBuffer(STAT_BYTES)], () =>
    task.world.spendThen(STAT_NS, () =>
      functions.vfs_fstat.callNow([fd, null], () =>
        file === undefined ? -ERRNO.EBADF : attributes(task, file.place, file.inode),
      ),
    ),
  );
  return file === undefined || result < 0 ? result : statusOf(file.inode);
}

/** access(2): 0 when the file may be read (4), written (2), executed (1); or a negative errno. */
export function access(
  task: Task,
  path: string,
  mode = 0,
  call: "access" | "faccessat" | "faccessat2" = "access",
): Code<number> {
  const { calls } = task.world.get(FILE_FUNCTIONS);
  const name = task.userText(path);
  const args =
    call === "access"
      ? [name, mode]
      : call === "faccessat"
        ? [AT_FDCWD, name, mode]
        : [AT_FDCWD, name, mode, 0];
  return calls[call].run(task, args, () => accessPath(task, path, mode));
}

function* accessPath(task: Task, path: string, mode: number): Code<number> {
  const found = yield* task.world.get(WALKER).walk(task, path);
  if (typeof found === "number") return found;
  const { inode } = found.place.dentry;
  if (inode === undefined) return -ERRNO.ENOENT;
  const { uid, gid } = task.process.credentials;
  return mode === 0 || inode.permits(uid, gid, mode) ? 0 : -ERRNO.EACCES;
}

/** statfs(2): 0 or a negative errno. */
export function statfs(task: Task, path: string): Code<number> {
  const { calls } = task.world.get(FILE_FUNCTIONS);
  return calls.statfs.run(task, [task.userText(path), task.userBuffer(120)], function* () {
    const found = yield* task.world.get(WALKER).walk(task, path);
    if (typeof found === "number") return found;
    return found.place.dentry.inode === undefined ? -ERRNO.ENOENT : 0;
  });
}

/** readlink(2): what the link leads to, or a negative errno. */
export function* readlink(task: Task, path: string): Code<string | number> {
  const { calls } = task.world.get(FILE_FUNCTIONS);
  let target: string | undefined;
  const result = yield* calls.readlink.run(
    task,
    [task.userText(path), task.userBuffer(4096), 4096],
    function* () {
      const found = yield* task.world.get(WALKER).walk(task, path, { follow: false });
      if (typeof found === "number") return found;
      const { inode } = found.place.dentry;
      if (inode === undefined) return -ERRNO.ENOENT;
      target = inode.target;
      return target === undefined ? -ERRNO.EINVAL : target.length;
    },
  );
  return result < 0 || target === undefined ? result : target;
}

function attributes(task: Task, { mount, dentry }: Place, inode: Inode): number {
  const { world } = task;
  const { functions, byName } = world.get(FILE_FUNCTIONS);
  const path = world.get(TRANSIENT).lazy("path", () => ({ mnt: mount.vfsmount, dentry: dentry.struct }));
  return functions.vfs_getattr.callNow([path, null, STATX_BASIC_STATS, 0], () => {
    const refused = world.hooks.lsm("inode_getattr", [path]);
    if (refused !== 0) return refused;
    const { getattr } = dentry.sb.kind;
    return getattr === undefined || inode.kind !== "file"
      ? 0
      : byName(getattr).callNow([null, path, null, STATX_BASIC_STATS, 0], () => 0);
  });
}

function statusOf(inode: Inode): FileStatus {
  const { size, mode, uid, gid, number, isDirectory } = inode;
  return { size, mode, uid, gid, inode: number, isDirectory };
}
