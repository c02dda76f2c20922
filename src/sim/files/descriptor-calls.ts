import { ERRNO } from "../errno.ts";
import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import { DESCRIPTORS } from "./descriptors.ts";
import { FILE_FUNCTIONS } from "./functions.ts";
import { OPEN, type OpenFile } from "./open-file.ts";

const SHORT_NS = 120;
const F_DUPFD = 0;
const F_GETFD = 1;
const F_SETFD = 2;
const F_GETFL = 3;
const F_SETFL = 4;
const FD_CLOEXEC = 1;

/** dup(2). */
export function dup(task: Task, fd: number): Code<number> {
  const { calls } = task.world.get(FILE_FUNCTIONS);
  return calls.dup.run(task, [fd], () =>
    withFile(task, fd, (file) => task.process.get(DESCRIPTORS).install(file.hold())),
  );
}

/** dup2(2): `to` refers to the same file afterwards. */
export function dup2(task: Task, fd: number, to: number): Code<number> {
  const { calls } = task.world.get(FILE_FUNCTIONS);
  return calls.dup2.run(task, [fd, to], () =>
    withFile(task, fd, (file) => {
      if (fd !== to) task.process.get(DESCRIPTORS).replace(to, file.hold())?.drop();
      return to;
    }),
  );
}

/** fcntl(2) on descriptors and their flags. */
export function fcntl(task: Task, fd: number, command: number, argument = 0): Code<number> {
  const { calls } = task.world.get(FILE_FUNCTIONS);
  return calls.fcntl.run(task, [fd, command, argument], () =>
    withFile(task, fd, (file) => {
      const descriptors = task.process.get(DESCRIPTORS);
      switch (command) {
        case F_DUPFD:
          return descriptors.install(file.hold(), argument);
        case F_GETFD:
          return descriptors.isCloseOnExec(fd) ? FD_CLOEXEC : 0;
        case F_SETFD:
          descriptors.setCloseOnExec(fd, (argument & FD_CLOEXEC) !== 0);
          return 0;
        case F_GETFL:
          return file.flags;
        case F_SETFL:
          file.flags =
            (file.flags & ~(OPEN.append | OPEN.nonBlocking)) | (argument & (OPEN.append | OPEN.nonBlocking));
          file.struct.set("f_flags", file.flags);
          return 0;
        default:
          return -ERRNO.EINVAL;
      }
    }),
  );
}

/** ioctl(2). */
export function ioctl(task: Task, fd: number, request: number, argument = 0): Code<number> {
  const { calls } = task.world.get(FILE_FUNCTIONS);
  return calls.ioctl.run(task, [fd, request, argument], function* () {
    const file = task.process.get(DESCRIPTORS).get(fd);
    if (file === undefined) return -ERRNO.EBADF;
    const own = file.operations?.ioctl;
    return own === undefined ? -ERRNO.ENOTTY : yield* own(task, file, request, argument);
  });
}

function* withFile(task: Task, fd: number, run: (file: OpenFile) => number): Code<number> {
  const wait = task.world.spend(SHORT_NS);
  if (wait !== undefined) yield wait;
  const file = task.process.get(DESCRIPTORS).get(fd);
  return file === undefined ? -ERRNO.EBADF : run(file);
}
