import { ERRNO } from "../errno.ts";
import type { KernelObject } from "../memory/kernel-object.ts";
import { after, andThen, Finished, restOf } from "../world/finished.ts";
import type { Task } from "../world/task.ts";
import type { Code, Wait } from "../world/wait.ts";
import { Dentry } from "./dentry.ts";
import { DESCRIPTORS } from "./descriptors.ts";
import { deviceOperations } from "./devices.ts";
import { FILE_IO } from "./file-io.ts";
import { FS } from "./fs-state.ts";
import { FILE_FUNCTIONS } from "./functions.ts";
import type { Inode } from "./inode.ts";
import { AT_FDCWD, type Found, WALKER } from "./lookup.ts";
import { OPEN, OpenFile } from "./open-file.ts";
import { TRANSIENT } from "./transient.ts";

export type OpenFlag = "r" | "w" | "a" | "r+" | "w+" | "a+";

/** Flags of fopen(3) as those of open(2). */
const FLAGS: Readonly<Record<OpenFlag, number>> = {
  r: OPEN.readOnly,
  w: OPEN.writeOnly | OPEN.create | OPEN.truncate,
  a: OPEN.writeOnly | OPEN.create | OPEN.append,
  "r+": OPEN.readWrite,
  "w+": OPEN.readWrite | OPEN.create | OPEN.truncate,
  "a+": OPEN.readWrite | OPEN.create | OPEN.append,
};

export type OpenOptions = Readonly<{
  /** Bits of open(2), or as fopen(3) spells them; default "r". */
  flags?: number | OpenFlag;
  mode?: number;
  /** Directory that a relative path starts from. */
  dirFd?: number;
  /** The system call that the program uses; C libraries use openat(2). */
  call?: "openat" | "open" | "openat2" | "creat";
}>;

const OPEN_NS = 450;

/** Opens a file: its descriptor, or a negative errno. */
export function open(task: Task, path: string, options?: OpenOptions | OpenFlag | number): Code<number> {
  if (options === undefined) return openUsually(task, path, task.userText(path));
  return openBy(task, path, options);
}

function openUsually(task: Task, path: string, filename: number): Code<number> {
  const go = () => openCommon(task, path, filename, OPEN.readOnly, 0o666, AT_FDCWD);
  const { calls } = task.world.get(FILE_FUNCTIONS);
  return calls.openat.run(task, [AT_FDCWD, filename, OPEN.readOnly, 0], go);
}

function openBy(task: Task, path: string, options: OpenOptions | OpenFlag | number): Code<number> {
  const {
    flags: given = "r",
    mode = 0o666,
    dirFd = AT_FDCWD,
    call = "openat",
  } = typeof options === "object" ? options : { flags: options };
  const flags = typeof given === "number" ? given : FLAGS[given];
  const filename = task.userText(path);
  const { calls } = task.world.get(FILE_FUNCTIONS);
  const go = () => openCommon(task, path, filename, flags, mode, dirFd);
  if (call === "openat")
    return calls.openat.run(task, [dirFd, filename, flags, (flags & OPEN.create) === 0 ? 0 : mode], go);
  if (call === "open") return calls.open.run(task, [filename, flags, mode], go);
  if (call === "creat") {
    const creat = () =>
      openCommon(task, path, filename, OPEN.writeOnly | OPEN.create | OPEN.truncate, mode, dirFd);
    return calls.creat.run(task, [filename, mode], creat);
  }
  const how = new DataView(new ArrayBuffer(24)); // struct open_how
  how.setUint32(0, flags, true);
  how.setUint32(8, mode, true);
  return calls.openat2.run(task, [dirFd, filename, task.userBytes(new Uint8Array(how.buffer)), 24], go);
}

/** do_sys_openat2() and what it calls. */
function openCommon(
  task: Task,
  path: string,
  filename: number,
  flags: number,
  mode: number,
  dirFd: number,
): Code<number> {
  if (task.world.hooks.areFunctionsQuiet) return openQuietly(task, path, flags, mode, dirFd);
  return openSeen(task, path, filename, flags, mode, dirFd);
}

function openSeen(
  task: Task,
  path: string,
  filename: number,
  flags: number,
  mode: number,
  dirFd: number,
): Code<number> {
  const { functions } = task.world.get(FILE_FUNCTIONS);
  const how = task.world.get(TRANSIENT).lazy("open_how", () => ({ flags, mode }));
  return functions.do_sys_openat2.call([dirFd, filename, how], () =>
    openNamed(task, path, filename, flags, mode, dirFd),
  );
}

/** The same while no program looks at functions, without what only such programs see. */
function openQuietly(task: Task, path: string, flags: number, mode: number, dirFd: number): Code<number> {
  const { world, kernelStack } = task;
  const { functions } = world.get(FILE_FUNCTIONS);
  const depth = kernelStack.length;
  kernelStack.push(functions.do_sys_openat2);
  const wait = world.spend(OPEN_NS);
  if (wait !== undefined) return openAfterWait(task, wait, [path, flags, mode, dirFd], depth);
  kernelStack.push(functions.do_filp_open);
  const opened = openFile(task, path, flags, mode, dirFd);
  const first = opened.next("done");
  if (first.done !== true) return openedLater(task, restOf(opened, first.value), depth);
  return new Finished(openedAt(task, first.value, depth));
}

function* openAfterWait(
  task: Task,
  wait: Wait,
  args: readonly [path: string, flags: number, mode: number, dirFd: number],
  depth: number,
): Code<number> {
  yield wait;
  task.kernelStack.push(task.world.get(FILE_FUNCTIONS).functions.do_filp_open);
  return openedAt(task, yield* openFile(task, ...args), depth);
}

function* openedLater(task: Task, opened: Code<OpenFile | number>, depth: number): Code<number> {
  return openedAt(task, yield* opened, depth);
}

function openedAt(task: Task, file: OpenFile | number, depth: number): number {
  const { kernelStack } = task;
  while (kernelStack.length > depth) kernelStack.pop();
  return typeof file === "number" ? file : install(task, file);
}

function openNamed(
  task: Task,
  path: string,
  filename: number,
  flags: number,
  mode: number,
  dirFd: number,
): Code<number> {
  const { world } = task;
  const { functions } = world.get(FILE_FUNCTIONS);
  const transient = world.get(TRANSIENT);
  const wait = world.spend(OPEN_NS);
  const name = transient.lazy("filename", () => ({ name: transient.text(path), uptr: filename }));
  const op = transient.lazy("open_flags", () => ({ open_flag: flags, mode, acc_mode: accessOf(flags) }));
  const go = () => {
    const opened = functions.do_filp_open.call([dirFd, name, op], () =>
      openFile(task, path, flags, mode, dirFd),
    );
    return andThen(opened, (file) => (typeof file === "number" ? file : install(task, file)));
  };
  return wait === undefined ? go() : after(wait, go);
}

function install(task: Task, file: OpenFile): number {
  const fd = task.process.get(DESCRIPTORS).install(file);
  if (fd < 0) file.drop();
  return fd;
}

/** Finds or makes the file and opens it; a negative errno. For other subsystems, too: programs that are executed. */
export function openFile(
  task: Task,
  path: string,
  flags: number,
  mode = 0o666,
  dirFd = AT_FDCWD,
): Code<OpenFile | number> {
  const follow =
    (flags & OPEN.noFollow) === 0 &&
    (flags & (OPEN.create | OPEN.exclusive)) !== (OPEN.create | OPEN.exclusive);
  const walk = task.world.get(WALKER).walkTo(task, path, follow, dirFd);
  const first = walk.next("done");
  if (first.done !== true) return openAfter(task, restOf(walk, first.value), flags, mode);
  return openFound(task, first.value, flags, mode);
}

function* openAfter(
  task: Task,
  walk: Code<Found | number>,
  flags: number,
  mode: number,
): Code<OpenFile | number> {
  const found = yield* walk;
  return yield* openFound(task, found, flags, mode);
}

function openFound(task: Task, found: Found | number, flags: number, mode: number): Code<OpenFile | number> {
  if (typeof found === "number") return new Finished(found);
  const { inode } = found.place.dentry;
  if (inode === undefined) return openNew(task, found, flags, mode);
  const refused = refusal(task, found, inode, flags);
  return new Finished(refused !== 0 ? refused : openInode(task, found, inode, flags));
}

function openNew(task: Task, found: Found, flags: number, mode: number): Code<OpenFile | number> {
  const created = create(task, found, flags, mode);
  return andThen(created, (made) => (typeof made === "number" ? made : openInode(task, found, made, flags)));
}

function refusal(task: Task, { place }: Found, inode: Inode, flags: number): number {
  const wantsWrite = (flags & OPEN.accessMode) !== OPEN.readOnly || (flags & OPEN.truncate) !== 0;
  if ((flags & OPEN.create) !== 0 && (flags & OPEN.exclusive) !== 0) return -ERRNO.EEXIST;
  if (inode.kind === "symlink" && (flags & OPEN.path) === 0) return -ERRNO.ELOOP;
  if (inode.isDirectory && (wantsWrite || (flags & OPEN.create) !== 0)) return -ERRNO.EISDIR;
  if (!inode.isDirectory && (flags & OPEN.directory) !== 0) return -ERRNO.ENOTDIR;
  if (wantsWrite && place.mount.isReadOnly) return -ERRNO.EROFS;
  if ((flags & OPEN.path) !== 0) return 0;
  const { uid, gid } = task.process.credentials;
  return inode.permits(uid, gid, accessOf(flags)) ? 0 : -ERRNO.EACCES;
}

function* create(task: Task, { parent, name }: Found, flags: number, mode: number): Code<Inode | number> {
  const directory = parent.dentry.inode;
  if ((flags & OPEN.create) === 0 || directory === undefined) return -ERRNO.ENOENT;
  return yield* createIn(task, parent, name, { kind: "file", mode });
}

/** Makes a file, directory or link in a directory. */
export function* createIn(
  task: Task,
  parent: Found["parent"],
  name: string,
  spec: Readonly<{ kind: Inode["kind"]; mode: number; target?: string }>,
): Code<Inode | number> {
  const { world } = task;
  const directory = parent.dentry.inode;
  if (directory === undefined) return -ERRNO.ENOENT;
  if (parent.mount.isReadOnly) return -ERRNO.EROFS;
  const { uid, gid } = task.process.credentials;
  if (!directory.permits(uid, gid, 3)) return -ERRNO.EACCES;
  const { sb } = parent.dentry;
  if (!sb.hasRoom(1)) return -ERRNO.ENOSPC;
  const { functions, byName } = world.get(FILE_FUNCTIONS);
  const mode = spec.mode & ~task.process.get(FS).umask;
  const dentry = parent.dentry.children.get(name) ?? new Dentry(sb, name, parent.dentry, undefined);
  const hook =
    spec.kind === "directory" ? "inode_mkdir" : spec.kind === "symlink" ? "inode_symlink" : "inode_create";
  const refused = world.hooks.lsm(hook, [directory.struct, dentry.struct, mode]);
  if (refused !== 0) return refused;
  const make = () => {
    const inode = sb.make({ ...spec, mode, uid, gid });
    inode.isCached = true;
    dentry.inode = inode;
    dentry.isCached = true;
    directory.touch("i_mtime", "i_ctime");
    if (spec.kind === "directory") directory.addLinks(1);
    return inode;
  };
  const wait = world.spend(1_500);
  if (wait !== undefined) yield wait;
  let inode: Inode | undefined;
  const vfs =
    spec.kind === "directory"
      ? functions.vfs_mkdir
      : spec.kind === "symlink"
        ? functions.vfs_symlink
        : functions.vfs_create;
  const body = () => {
    inode = make();
    return 0;
  };
  const common = [null, directory.struct, dentry.struct];
  const args =
    spec.kind === "directory"
      ? [...common, mode]
      : spec.kind === "symlink"
        ? [...common, null]
        : [...common, mode, 0];
  const failed = vfs.callNow(args, () =>
    sb.kind.create !== undefined && spec.kind === "file"
      ? byName(sb.kind.create).callNow([null, directory.struct, dentry.struct, mode, 0], body)
      : body(),
  );
  return inode ?? (failed || -ERRNO.EIO);
}

function openInode(task: Task, { place }: Found, inode: Inode, flags: number): OpenFile | number {
  const kept = flags & ~(OPEN.create | OPEN.exclusive | OPEN.truncate);
  const operations = inode.device === undefined ? undefined : deviceOperations(inode.device);
  const file = new OpenFile(task, place, inode, kept, operations);
  if (task.world.hooks.areFunctionsQuiet) return truncated(task, file, inode, flags);
  const opened = openStruct(task, file);
  if (opened === 0) return truncated(task, file, inode, flags);
  file.drop();
  return opened;
}

/** vfs_open() and what it calls: 0, or a negative errno. */
function openStruct({ world }: Task, file: OpenFile): number {
  const { functions, byName } = world.get(FILE_FUNCTIONS);
  const { inode, dentry } = file;
  const { open: openName } = dentry.sb.kind;
  return functions.vfs_open.callNow([file.struct.addressOf("f_path"), file], () =>
    functions.do_dentry_open.callNow([file, null], () => {
      const refused = functions.security_file_open.callNow([file], () => world.hooks.lsm("file_open", [file]));
      if (refused !== 0) return refused;
      return openName === undefined || inode.kind !== "file"
        ? 0
        : byName(openName).callNow([inode.struct, file], () => 0);
    }),
  );
}

function truncated(task: Task, file: OpenFile, inode: Inode, flags: number): OpenFile {
  if ((flags & OPEN.truncate) !== 0 && inode.kind === "file" && inode.size > 0) truncateInode(task, inode, 0);
  return file;
}

/** Gives a file another size. */
export function truncateInode(task: Task, inode: Inode, bytes: number): void {
  task.world.get(FILE_IO).current.truncate(inode, bytes);
  if (bytes < inode.size && inode.content !== undefined) inode.content = inode.content.slice(0, bytes);
  inode.size = bytes;
  inode.touch("i_mtime", "i_ctime");
}

const CLOSE_NS = 180;

/** Closes a descriptor. */
export function close(task: Task, fd: number): Code<number> {
  const { calls } = task.world.get(FILE_FUNCTIONS);
  return calls.close.run(task, [fd], () => closeInTime(task, fd));
}

function closeInTime(task: Task, fd: number): Code<number> {
  const wait = task.world.spend(CLOSE_NS);
  return wait === undefined ? new Finished(closeNow(task, fd)) : closeAfter(task, fd, wait);
}

function* closeAfter(task: Task, fd: number, wait: Wait): Code<number> {
  yield wait;
  return closeNow(task, fd);
}

function closeNow(task: Task, fd: number): number {
  const descriptors = task.process.get(DESCRIPTORS);
  const file = descriptors.remove(fd);
  if (file === undefined) return -ERRNO.EBADF;
  if (!task.world.hooks.areFunctionsQuiet || file.operations?.release !== undefined)
    return closeSeen(task, file, descriptors.struct);
  file.drop();
  return 0;
}

function closeSeen({ world }: Task, file: OpenFile, table: KernelObject): number {
  const { functions } = world.get(FILE_FUNCTIONS);
  return functions.filp_close.callNow([file, table], () => {
    if (file.references > 1) file.drop();
    else
      functions.__fput.callNow([file], () => {
        file.drop();
        return null;
      });
    return 0;
  });
}

/** As permits() counts: 4 to read, 2 to write. */
function accessOf(flags: number): number {
  const access = flags & OPEN.accessMode;
  return (
    (access !== OPEN.writeOnly ? 4 : 0) | (access !== OPEN.readOnly || (flags & OPEN.truncate) !== 0 ? 2 : 0)
  );
}
