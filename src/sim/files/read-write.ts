import { ERRNO } from "../errno.ts";
import type { Word } from "../hooks/word.ts";
import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import { DESCRIPTORS } from "./descriptors.ts";
import { FILE_IO } from "./file-io.ts";
import { FILE_FUNCTIONS } from "./functions.ts";
import { OPEN, type OpenFile } from "./open-file.ts";
import { TRANSIENT } from "./transient.ts";

const CALL_NS = 250;
const MOST_BYTES = 0x7fff_f000; // MAX_RW_COUNT, include/linux/fs.h, v6.12
const MOST_KEPT = 1 << 16; // of one call's bytes, those beyond are neither copied nor kept

/** Bytes that a program writes: the bytes, a text, or how many of no interest. */
export type Data = Uint8Array | string | number;

/** read(2): how many bytes, or a negative errno. */
export function read(task: Task, fd: number, count: number): Code<number> {
  const { calls } = task.world.get(FILE_FUNCTIONS);
  const address = task.userBuffer(Math.min(count, MOST_KEPT));
  return calls.read.run(task, [fd, address, count], () => readAt(task, fd, address, count));
}

/** As `read`, and gives the bytes; undefined when it failed. */
export function* readBytes(task: Task, fd: number, count: number): Code<Uint8Array | undefined> {
  const { calls } = task.world.get(FILE_FUNCTIONS);
  const address = task.userBuffer(Math.min(count, MOST_KEPT));
  const got = yield* calls.read.run(task, [fd, address, count], () => readAt(task, fd, address, count));
  if (got < 0) return undefined;
  const bytes = new Uint8Array(Math.min(got, MOST_KEPT));
  task.process.memory?.read(address, bytes);
  return bytes;
}

/** pread64(2). */
export function pread(task: Task, fd: number, count: number, position: number): Code<number> {
  const { calls } = task.world.get(FILE_FUNCTIONS);
  const address = task.userBuffer(Math.min(count, MOST_KEPT));
  return calls.pread64.run(task, [fd, address, count, position], () =>
    readAt(task, fd, address, count, position),
  );
}

/** write(2): how many bytes, or a negative errno. */
export function write(task: Task, fd: number, data: Data): Code<number> {
  const { calls } = task.world.get(FILE_FUNCTIONS);
  const { address, count } = place(task, data);
  return calls.write.run(task, [fd, address, count], () => writeAt(task, fd, address, count));
}

/** pwrite64(2). */
export function pwrite(task: Task, fd: number, data: Data, position: number): Code<number> {
  const { calls } = task.world.get(FILE_FUNCTIONS);
  const { address, count } = place(task, data);
  return calls.pwrite64.run(task, [fd, address, count, position], () =>
    writeAt(task, fd, address, count, position),
  );
}

/** lseek(2): from the start (0), the position (1) or the end (2). */
export function lseek(task: Task, fd: number, offset: number, whence: 0 | 1 | 2 = 0): Code<number> {
  const { calls } = task.world.get(FILE_FUNCTIONS);
  return calls.lseek.run(task, [fd, offset, whence], () =>
    task.world.spendThen(CALL_NS, () => {
      const file = task.process.get(DESCRIPTORS).get(fd);
      if (file === undefined) return -ERRNO.EBADF;
      if (file.operations !== undefined) return -ERRNO.ESPIPE;
      const to = offset + (whence === 0 ? 0 : whence === 1 ? file.position : file.inode.size);
      if (to < 0) return -ERRNO.EINVAL;
      file.position = to;
      return to;
    }),
  );
}

/** sendfile(2): copies from a file to a descriptor inside of the kernel. */
export function sendfile(task: Task, outFd: number, inFd: number, count: number): Code<number> {
  const { calls } = task.world.get(FILE_FUNCTIONS);
  return calls.sendfile64.run(task, [outFd, inFd, 0, count], () => copy(task, outFd, inFd, count));
}

function* copy(task: Task, outFd: number, inFd: number, count: number): Code<number> {
  const address = task.userBuffer(Math.min(count, MOST_KEPT));
  const got = yield* readAt(task, inFd, address, count);
  return got <= 0 ? got : yield* writeAt(task, outFd, address, got);
}

function place(task: Task, data: Data): { address: number; count: number } {
  if (typeof data === "number") return { address: task.userBuffer(Math.min(data, MOST_KEPT)), count: data };
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
  return { address: task.userBytes(bytes.subarray(0, MOST_KEPT)), count: bytes.length };
}

/** vfs_read(): `position` absent: at the file's own, which moves. For other system calls that read, too. */
export function* readAt(
  task: Task,
  fd: number,
  address: number,
  count: number,
  position?: number,
): Code<number> {
  const { world } = task;
  const file = task.process.get(DESCRIPTORS).get(fd);
  const wait = world.spend(CALL_NS);
  if (wait !== undefined) yield wait;
  if (file === undefined || !file.readable) return -ERRNO.EBADF;
  if (file.inode.isDirectory) return -ERRNO.EISDIR;
  const { functions } = world.get(FILE_FUNCTIONS);
  const bytes = Math.min(count, MOST_BYTES);
  return yield* functions.vfs_read.call([file, address, bytes, positionWord(file, position)], () => {
    const refused = world.hooks.lsm("file_permission", [file, 4]);
    if (refused !== 0) return giving(refused);
    const own = file.operations?.read;
    return own ? own(task, file, address, bytes) : readFile(task, file, address, bytes, position);
  });
}

function* readFile(
  task: Task,
  file: OpenFile,
  address: number,
  count: number,
  position?: number,
): Code<number> {
  if (file.operations !== undefined) return -ERRNO.EINVAL;
  const { inode } = file;
  const at = position ?? file.position;
  const generated = inode.generate === undefined ? undefined : inode.bytes(task);
  const size = generated?.length ?? inode.size;
  const bytes = Math.max(0, Math.min(count, size - at));
  const through = inode.kind === "file" ? file.dentry.sb.kind.readIter : undefined;
  const part = { at, bytes, moves: position === undefined };
  return yield* throughIterator(task, file, through, at, count, () =>
    readPart(task, file, address, part, generated),
  );
}

/** Bytes of a file from `at` on; `moves`: the file's position goes behind them. */
type Part = Readonly<{ at: number; bytes: number; moves: boolean }>;

function* readPart(
  task: Task,
  file: OpenFile,
  address: number,
  { at, bytes, moves }: Part,
  generated: Uint8Array | undefined,
): Code<number> {
  const data = new Uint8Array(Math.min(bytes, MOST_KEPT));
  if (generated) data.set(generated.subarray(at, at + data.length));
  else {
    if (file.dentry.sb.kind.onDisk && bytes > 0)
      yield* task.world.get(FILE_IO).current.read(task, file, at, bytes);
    file.inode.copyTo(data, at);
  }
  task.process.memory?.write(address, data);
  if (moves && bytes > 0) file.position = at + bytes;
  return bytes;
}

/** vfs_write(). */
export function* writeAt(
  task: Task,
  fd: number,
  address: number,
  count: number,
  position?: number,
): Code<number> {
  const { world } = task;
  const file = task.process.get(DESCRIPTORS).get(fd);
  const wait = world.spend(CALL_NS);
  if (wait !== undefined) yield wait;
  if (file === undefined || !file.writable) return -ERRNO.EBADF;
  const { functions } = world.get(FILE_FUNCTIONS);
  const bytes = Math.min(count, MOST_BYTES);
  return yield* functions.vfs_write.call([file, address, bytes, positionWord(file, position)], () => {
    const refused = world.hooks.lsm("file_permission", [file, 2]);
    if (refused !== 0) return giving(refused);
    const own = file.operations?.write;
    return own ? own(task, file, address, bytes) : writeFile(task, file, address, bytes, position);
  });
}

function* writeFile(
  task: Task,
  file: OpenFile,
  address: number,
  count: number,
  position?: number,
): Code<number> {
  if (file.operations !== undefined) return -ERRNO.EINVAL;
  const { inode } = file;
  const at = (file.flags & OPEN.append) !== 0 ? inode.size : (position ?? file.position);
  const part = { at, bytes: count, moves: position === undefined };
  return yield* throughIterator(task, file, file.dentry.sb.kind.writeIter, at, count, () =>
    writePart(task, file, address, part),
  );
}

function* writePart(task: Task, file: OpenFile, address: number, { at, bytes, moves }: Part): Code<number> {
  const { current } = task.world.get(FILE_IO);
  const { inode } = file;
  if (at + bytes > inode.size) {
    if (!file.dentry.sb.hasRoom(at + bytes - inode.size)) return -ERRNO.ENOSPC;
    inode.size = at + bytes;
  }
  const data = new Uint8Array(Math.min(bytes, MOST_KEPT));
  task.process.memory?.read(address, data);
  inode.store(data, at);
  if (file.dentry.sb.kind.onDisk) yield* current.write(task, file, at, bytes);
  if (moves) file.position = at + bytes;
  inode.touch("i_mtime", "i_ctime");
  if ((file.flags & OPEN.sync) === OPEN.sync) yield* current.sync(task, inode, false);
  return bytes;
}

/** Runs `body` as the file system's function for reading or writing, which gets a kiocb and an iov_iter. */
function* throughIterator(
  task: Task,
  file: OpenFile,
  name: string | undefined,
  position: number,
  count: number,
  body: () => Code<number>,
): Code<number> {
  if (name === undefined) return yield* body();
  const { world } = task;
  const transient = world.get(TRANSIENT);
  const kiocb = transient.lazy("kiocb", () => ({ ki_filp: file.struct, ki_pos: position, ki_flags: 0 }));
  const iterator = transient.lazy("iov_iter", () => ({ iter_type: 0, count, nr_segs: 1 }));
  return yield* world.get(FILE_FUNCTIONS).byName(name).call([kiocb, iterator], body);
}

/** Address of the position that the call uses. */
function positionWord(file: OpenFile, position: number | undefined): Word {
  return position === undefined ? file.positionPointer : null;
}

// biome-ignore lint/correctness/useYield: it gives its value at once
function* giving(value: number): Code<number> {
  return value;
}
