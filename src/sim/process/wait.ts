import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import { exitCode } from "./exit.ts";
import { PROCESS_FUNCTIONS } from "./functions.ts";
import type { ExitStatus, Process } from "./process.ts";

const ECHILD = 10;
const EINTR = 4;
const WAIT_NS = 900;

/** `pid`: whose end it was, or a negative errno (-ECHILD: there is no child to wait for). */
export type Waited = Readonly<{ pid: number; status: ExitStatus | undefined }>;

/** waitpid(2): the child's end, or that of any child when `pid` is -1. `noHang`: pid 0 when none has ended. */
export function* wait(task: Task, pid = -1, options: { noHang?: boolean } = {}): Code<Waited> {
  const { wait4, doWait } = task.world.get(PROCESS_FUNCTIONS);
  const request = { pid, noHang: options.noHang ?? false, statusPlace: task.userBuffer(4) };
  const found: Found = { status: undefined };
  const result = yield* wait4.run(task, [pid, request.statusPlace, request.noHang ? 1 : 0, 0], () =>
    doWait.call([null], () => untilOneEnds(task, request, found)),
  );
  return { pid: result, status: found.status };
}

type Request = Readonly<{ pid: number; noHang: boolean; statusPlace: number }>;
type Found = { status: ExitStatus | undefined };

function* untilOneEnds(task: Task, { pid, noHang, statusPlace }: Request, found: Found): Code<number> {
  const { world } = task;
  world.get(PROCESS_FUNCTIONS).events.wait.fire(() => ({
    args: [null],
    fields: { comm: task.comm, pid: Math.max(pid, 0), prio: task.prio },
  }));
  const first = world.spend(WAIT_NS);
  if (first !== undefined) yield first;
  for (;;) {
    const children = task.process.children.filter((child) => pid === -1 || numberOf(task, child) === pid);
    if (children.length === 0) return -ECHILD;
    const ended = children.find(hasEnded);
    if (ended !== undefined) {
      const number = numberOf(task, ended);
      found.status = ended.exitStatus;
      task.process.memory?.write(statusPlace, statusBytes(found.status));
      world.processes.reap(ended);
      return number;
    }
    if (noHang) return 0;
    const woken = yield* task.process.childChanged.wait("S");
    if (woken === "signal" && !task.process.children.some(hasEnded)) return -EINTR;
  }
}

function hasEnded(child: Process): boolean {
  return child.leader.state === "zombie" && child.threads.length === 1;
}

function numberOf(task: Task, child: Process): number {
  return child.leader.pidIn(task.process.namespaces.pid);
}

function statusBytes(status: ExitStatus | undefined): Uint8Array {
  return new Uint8Array(Uint32Array.of(status === undefined ? 0 : exitCode(status)).buffer);
}
