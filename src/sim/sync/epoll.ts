import { ERRNO } from "../errno.ts";
import { Dentry } from "../files/dentry.ts";
import { DESCRIPTORS } from "../files/descriptors.ts";
import { type FileOperations, OPEN, OpenFile } from "../files/open-file.ts";
import { VFS } from "../files/vfs.ts";
import type { Duration } from "../world/duration.ts";
import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import { WaitQueue } from "../world/wait-queue.ts";
import { POLL, POLL_FUNCTIONS, type PollAnswer, readiness } from "./poll.ts";

const CTL = { add: 1, delete: 2, change: 3 } as const;
const CTL_NS = 900;
const WAIT_NS = 400;
const EVENT_BYTES = 12; // struct epoll_event, packed on x86_64
const MOST_EVENTS = 512;
const EDGE = 1 << 31;

type Watched = {
  readonly fd: number;
  readonly file: OpenFile;
  events: number;
  isTold: boolean;
  stop: () => void;
};

/** An epoll instance: files that are watched, and who waits for them. */
class Epoll {
  readonly queue = new WaitQueue("ep_poll");
  readonly watched = new Map<number, Watched>();

  watch(fd: number, file: OpenFile, events: number): void {
    const entry: Watched = { fd, file, events, isTold: false, stop: () => undefined };
    const stop = file.operations?.pollQueue?.(file).listen(() => {
      entry.isTold = false;
      if (readiness(file, entry.events) !== 0) this.queue.wake();
    });
    if (stop !== undefined) entry.stop = stop;
    this.watched.set(fd, entry);
    if (readiness(file, events) !== 0) this.queue.wake();
  }

  forget(fd: number): boolean {
    this.watched.get(fd)?.stop();
    return this.watched.delete(fd);
  }

  /** What is ready; edge-triggered files are told once for each change. */
  ready(most: number): PollAnswer[] {
    const answers: PollAnswer[] = [];
    for (const entry of this.watched.values()) {
      if (answers.length >= most) break;
      if (entry.file.references === 0) {
        this.forget(entry.fd); // it was closed
        continue;
      }
      const events =
        entry.isTold && (entry.events & EDGE) !== 0 ? 0 : readiness(entry.file, entry.events & ~EDGE);
      if (events === 0) continue;
      entry.isTold = true;
      answers.push({ fd: entry.fd, events });
    }
    return answers;
  }
}

const OPERATIONS: FileOperations = {
  poll: (file) => (epollOf(file)?.ready(1).length ? POLL.in : 0),
  pollQueue: (file) => (file.state as Epoll).queue,
  release(file) {
    const epoll = epollOf(file);
    for (const fd of [...(epoll?.watched.keys() ?? [])]) epoll?.forget(fd);
  },
};

function epollOf(file: OpenFile | undefined): Epoll | undefined {
  return file?.state instanceof Epoll ? file.state : undefined;
}

/** epoll_create1(2): a descriptor. */
export function epollCreate(task: Task): Code<number> {
  return task.world.get(POLL_FUNCTIONS).epollCreate.run(task, [OPEN.closeOnExec], () =>
    task.world.spendThen(CTL_NS, () => {
      const file = anonymousFile(task, "[eventpoll]", OPERATIONS);
      file.state = new Epoll();
      return task.process.get(DESCRIPTORS).install(file);
    }),
  );
}

/** A file without a name on any file system: epoll, eventfd and the like. */
export function anonymousFile(task: Task, name: string, operations: FileOperations): OpenFile {
  const mount = task.world.get(VFS).hidden("anon_inodefs");
  const inode = mount.sb.make({ kind: "anon", mode: 0o600, uid: 0 });
  const dentry = new Dentry(mount.sb, `anon_inode:${name}`, undefined, inode);
  return new OpenFile(task, { mount, dentry }, inode, OPEN.readWrite, operations);
}

/** epoll_ctl(2): watches a descriptor (or changes what for; 0 events: no more). 0 or a negative errno. */
export function epollWatch(task: Task, epfd: number, fd: number, events: number = POLL.in): Code<number> {
  const { epollCtl, doEpollCtl } = task.world.get(POLL_FUNCTIONS);
  const descriptors = task.process.get(DESCRIPTORS);
  const epoll = epollOf(descriptors.get(epfd));
  const op = events === 0 ? CTL.delete : epoll?.watched.has(fd) ? CTL.change : CTL.add;
  const event = task.userBytes(epollEvents([{ fd, events }]));
  return epollCtl.run(task, [epfd, op, fd, event], () =>
    doEpollCtl.call([epfd, op, fd, null, false], () =>
      task.world.spendThen(CTL_NS, () => {
        const file = descriptors.get(fd);
        if (epoll === undefined || file === undefined) return -ERRNO.EBADF;
        if (op === CTL.delete) return epoll.forget(fd) ? 0 : -ERRNO.ENOENT;
        epoll.forget(fd);
        epoll.watch(fd, file, events);
        return 0;
      }),
    ),
  );
}

/** epoll_wait(2): descriptors that are ready; none after the timeout, a negative errno for a signal. */
export function* epollWait(
  task: Task,
  epfd: number,
  timeout?: Duration,
  most = MOST_EVENTS,
): Code<readonly PollAnswer[] | number> {
  const { epollWait: entry, doEpollWait } = task.world.get(POLL_FUNCTIONS);
  const place = task.userBuffer(most * EVENT_BYTES);
  const timeoutNs = timeout === undefined ? undefined : task.world.ns(timeout);
  const timeoutMs = timeoutNs === undefined ? -1 : Math.ceil(timeoutNs / 1e6);
  let ready: readonly PollAnswer[] = [];
  const result = yield* entry.run(task, [epfd, place, most, timeoutMs], () =>
    doEpollWait.call([epfd, place, most, null], () =>
      untilSomeReady(task, epfd, most, timeoutNs, (answers) => {
        ready = answers;
        task.process.memory?.write(place, epollEvents(ready));
      }),
    ),
  );
  return result < 0 ? result : ready;
}

function* untilSomeReady(
  task: Task,
  epfd: number,
  most: number,
  timeoutNs: number | undefined,
  onReady: (ready: readonly PollAnswer[]) => void,
): Code<number> {
  const wait = task.world.spend(WAIT_NS);
  if (wait !== undefined) yield wait;
  const epoll = epollOf(task.process.get(DESCRIPTORS).get(epfd));
  if (epoll === undefined) return -ERRNO.EBADF;
  let ready: readonly PollAnswer[] = [];
  const look = () => {
    ready = epoll.ready(most);
    return ready.length > 0;
  };
  if (!look() && timeoutNs !== 0) {
    const woken = yield* epoll.queue.until(look, "S", timeoutNs);
    if (woken === "signal") return -ERRNO.EINTR;
  }
  onReady(ready);
  return ready.length;
}

/** struct epoll_event[] with the descriptor as data. */
function epollEvents(answers: readonly PollAnswer[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(answers.length * EVENT_BYTES));
  for (const [i, { fd, events }] of answers.entries()) {
    view.setUint32(i * EVENT_BYTES, events >>> 0, true);
    view.setInt32(i * EVENT_BYTES + 4, fd, true);
  }
  return new Uint8Array(view.buffer);
}
