import { ERRNO } from "../errno.ts";
import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import { WaitQueue } from "../world/wait-queue.ts";
import { Dentry } from "./dentry.ts";
import { DESCRIPTORS } from "./descriptors.ts";
import { FILE_FUNCTIONS } from "./functions.ts";
import { type FileOperations, OPEN, OpenFile } from "./open-file.ts";
import { VFS } from "./vfs.ts";

const CAPACITY = 65_536; // 16 pages, fs/pipe.c, v6.12
const SIGPIPE = 13;
const POLL = { in: 1, out: 4, err: 8, hup: 16 } as const;

/** Bytes on their way from those who write a pipe to those who read it. */
class Pipe {
  readonly queue = new WaitQueue("pipe_read");
  readonly #chunks: Uint8Array[] = [];
  length = 0;
  readers = 1;
  writers = 1;

  put(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    this.length += bytes.length;
  }

  take(most: number): Uint8Array {
    const into = new Uint8Array(Math.min(most, this.length));
    let at = 0;
    while (at < into.length) {
      const first = this.#chunks[0] as Uint8Array;
      const part = first.subarray(0, into.length - at);
      into.set(part, at);
      at += part.length;
      if (part.length === first.length) this.#chunks.shift();
      else this.#chunks[0] = first.subarray(part.length);
    }
    this.length -= into.length;
    return into;
  }
}

const OPERATIONS: FileOperations = {
  read: (task, file, address, count) =>
    task.world
      .get(FILE_FUNCTIONS)
      .functions.pipe_read.call([null, null], () => readPipe(task, file, address, count)),
  write: (task, file, address, count) =>
    task.world
      .get(FILE_FUNCTIONS)
      .functions.pipe_write.call([null, null], () => writePipe(task, file, address, count)),
  poll(file) {
    const pipe = pipeOf(file);
    if (!file.readable) return pipe.readers === 0 ? POLL.err : pipe.length < CAPACITY ? POLL.out : 0;
    return (pipe.length > 0 ? POLL.in : 0) | (pipe.writers === 0 ? POLL.hup : 0);
  },
  pollQueue: (file) => pipeOf(file).queue,
  release(file) {
    const pipe = pipeOf(file);
    if (file.readable) pipe.readers--;
    else pipe.writers--;
    pipe.queue.wake();
  },
};

function pipeOf(file: OpenFile): Pipe {
  if (file.state instanceof Pipe) return file.state;
  throw new Error("bug: no pipe");
}

function* readPipe(task: Task, file: OpenFile, address: number, count: number): Code<number> {
  const pipe = pipeOf(file);
  while (pipe.length === 0) {
    if (pipe.writers === 0) return 0;
    if (file.nonBlocking) return -ERRNO.EAGAIN;
    if ((yield* pipe.queue.wait()) === "signal") return -ERRNO.EINTR;
  }
  const bytes = pipe.take(count);
  task.process.memory?.write(address, bytes);
  yield* task.world.compute(200 + bytes.length / 16);
  pipe.queue.wake();
  return bytes.length;
}

function* writePipe(task: Task, file: OpenFile, address: number, count: number): Code<number> {
  const pipe = pipeOf(file);
  let done = 0;
  while (done < count) {
    if (pipe.readers === 0) {
      task.process.signals.sendLater(SIGPIPE, undefined);
      return done > 0 ? done : -ERRNO.EPIPE;
    }
    const room = CAPACITY - pipe.length;
    if (room > 0) {
      const bytes = new Uint8Array(Math.min(room, count - done));
      task.process.memory?.read(address + done, bytes);
      pipe.put(bytes);
      done += bytes.length;
      yield* task.world.compute(200 + bytes.length / 16);
      pipe.queue.wake();
      continue;
    }
    if (file.nonBlocking) return done > 0 ? done : -ERRNO.EAGAIN;
    if ((yield* pipe.queue.wait()) === "signal") return done > 0 ? done : -ERRNO.EINTR;
  }
  return done;
}

/** pipe2(2): descriptors of the end to read and the end to write, or a negative errno. */
export function* pipe(task: Task, flags = 0): Code<Readonly<{ read: number; write: number }> | number> {
  const { calls } = task.world.get(FILE_FUNCTIONS);
  let ends: Readonly<{ read: number; write: number }> | undefined;
  const address = task.userBuffer(8);
  const result = yield* calls.pipe2.run(task, [address, flags], () =>
    task.world.spendThen(1_200, () => {
      ends = makePipe(task, flags);
      task.process.memory?.write(address, new Uint8Array(Int32Array.of(ends.read, ends.write).buffer));
      return ends.write < 0 ? ends.write : 0;
    }),
  );
  return ends === undefined || result < 0 ? result : ends;
}

function makePipe(task: Task, flags: number): Readonly<{ read: number; write: number }> {
  const mount = task.world.get(VFS).hidden("pipefs");
  const inode = mount.sb.make({ kind: "pipe", mode: 0o600, uid: task.process.credentials.uid });
  const dentry = new Dentry(mount.sb, `pipe:[${inode.number}]`, undefined, inode);
  const state = new Pipe();
  const descriptors = task.process.get(DESCRIPTORS);
  const [read = -1, write = -1] = [OPEN.readOnly, OPEN.writeOnly].map((mode) => {
    const file = new OpenFile(task, { mount, dentry }, inode, mode | flags, OPERATIONS);
    file.state = state;
    return descriptors.install(file);
  });
  return { read, write };
}
