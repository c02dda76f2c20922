import { ERRNO } from "../errno.ts";
import { DESCRIPTORS } from "../files/descriptors.ts";
import type { OpenFile } from "../files/open-file.ts";
import type { Duration } from "../world/duration.ts";
import type { StateKey } from "../world/state-key.ts";
import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import { WaitQueue } from "../world/wait-queue.ts";
import type { World } from "../world/world.ts";

/** Events of poll(2). Source: include/uapi/asm-generic/poll.h, v6.12. */
export const POLL = { in: 1, priority: 2, out: 4, error: 8, hangUp: 16, invalid: 32 } as const;

const ALWAYS = POLL.error | POLL.hangUp;
const PER_FILE_NS = 60;
const POLL_NS = 300;

/** What to wait for on a descriptor: POLL.in and POLL.out, or both. */
export type PollRequest = Readonly<{ fd: number; events: number }>;
/** What can be done with a descriptor. */
export type PollAnswer = Readonly<{ fd: number; events: number }>;

export const POLL_FUNCTIONS = {
  name: "sync.poll",
  make({ hooks }: World) {
    return {
      poll: hooks.syscall("poll"),
      doPoll: hooks.function("do_sys_poll"),
      select: hooks.syscall("pselect6"),
      doSelect: hooks.function("do_select"),
      epollCreate: hooks.syscall("epoll_create1"),
      epollCtl: hooks.syscall("epoll_ctl"),
      epollWait: hooks.syscall("epoll_wait"),
      doEpollWait: hooks.function("do_epoll_wait"),
      doEpollCtl: hooks.function("do_epoll_ctl"),
      eventfd: hooks.syscall("eventfd2"),
    };
  },
} satisfies StateKey<World, unknown>;

/** What can be done with an open file now, of those events that were asked for. Files on disks are always ready. */
export function readiness(file: OpenFile, events: number): number {
  const answer = file.operations?.poll === undefined ? POLL.in | POLL.out : file.operations.poll(file);
  return answer & (events | ALWAYS);
}

/** poll(2): descriptors that are ready; none after the timeout, a negative errno for a signal. */
export function* poll(
  task: Task,
  requests: readonly PollRequest[],
  timeout?: Duration,
): Code<readonly PollAnswer[] | number> {
  const { poll: entry, doPoll } = task.world.get(POLL_FUNCTIONS);
  const place = task.userBytes(pollfds(requests));
  const timeoutNs = timeout === undefined ? undefined : task.world.ns(timeout);
  const timeoutMs = timeoutNs === undefined ? -1 : Math.ceil(timeoutNs / 1e6);
  let ready: readonly PollAnswer[] = [];
  const result = yield* entry.run(task, [place, requests.length, timeoutMs], () =>
    doPoll.call([place, requests.length, null], () =>
      pollFiles(task, requests, timeoutNs, (answers) => {
        ready = answers;
      }),
    ),
  );
  return result < 0 ? result : ready;
}

function* pollFiles(
  task: Task,
  requests: readonly PollRequest[],
  timeoutNs: number | undefined,
  onReady: (ready: readonly PollAnswer[]) => void,
): Code<number> {
  const wait = task.world.spend(POLL_NS + requests.length * PER_FILE_NS);
  if (wait !== undefined) yield wait;
  let ready: readonly PollAnswer[] = [];
  const look = () => {
    ready = lookAt(task, requests);
    return ready.length > 0;
  };
  const woken = yield* untilReady(filesOf(task, requests), look, "poll_schedule_timeout", timeoutNs);
  onReady(ready);
  return woken === "signal" ? -ERRNO.EINTR : ready.length;
}

function lookAt(task: Task, requests: readonly PollRequest[]): readonly PollAnswer[] {
  const descriptors = task.process.get(DESCRIPTORS);
  const ready: PollAnswer[] = [];
  for (const { fd, events } of requests) {
    const file = descriptors.get(fd);
    const answer = file === undefined ? POLL.invalid : readiness(file, events);
    if (answer !== 0) ready.push({ fd, events: answer });
  }
  return ready;
}

function filesOf(task: Task, requests: readonly PollRequest[]): readonly OpenFile[] {
  const descriptors = task.process.get(DESCRIPTORS);
  return requests.map(({ fd }) => descriptors.get(fd)).filter((file) => file !== undefined);
}

/** Sleeps until `look` says yes; asked anew whenever one of the files changes. */
export function* untilReady(
  files: readonly OpenFile[],
  look: () => boolean,
  name: string,
  timeoutNs: number | undefined,
): Code<"ready" | "timeout" | "signal"> {
  if (look()) return "ready";
  if (timeoutNs === 0) return "timeout";
  const queue = new WaitQueue(name);
  const leave = files.map((file) => file.operations?.pollQueue?.(file).listen(() => queue.wake()));
  try {
    const woken = yield* queue.until(look, "S", timeoutNs);
    return woken === "timeout" || woken === "signal" ? woken : "ready";
  } finally {
    for (const stop of leave) stop?.();
  }
}

/** struct pollfd[]. */
function pollfds(requests: readonly PollRequest[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(requests.length * 8));
  for (const [i, { fd, events }] of requests.entries()) {
    view.setInt32(i * 8, fd, true);
    view.setInt16(i * 8 + 4, events, true);
  }
  return new Uint8Array(view.buffer);
}
