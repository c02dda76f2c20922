import type { Calls } from "../thread.ts";
import type { Duration } from "../world/duration.ts";
import type { Random } from "../world/random.ts";
import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import { exec, rename } from "./exec.ts";
import { exitGroup, exitThread } from "./exit.ts";
import { fork, spawnThread, vfork } from "./fork.ts";
import { PROCESS_FUNCTIONS } from "./functions.ts";
import { type SignalName, signalNumber } from "./signal-numbers.ts";
import type { SignalHandler } from "./signals.ts";
import { sleep } from "./sleep.ts";
import { enter, enterNow, usdt } from "./user-code.ts";
import { wait } from "./wait.ts";

const ESRCH = 3;
const EPERM = 1;
const EINVAL = 22;
const KILL_NS = 1_500;
const PR_SET_NAME = 15;
const SHORT_NS = 60;

/** Uses the CPU in the program itself. */
function compute(task: Task, duration: Duration): Code {
  return task.world.compute(duration);
}

/** Uses the CPU in the kernel, on behalf of the program. */
function inKernel(task: Task, duration: Duration): Code {
  return task.world.compute(duration);
}

/** kill(2). 0 or a negative errno. */
function kill(task: Task, pid: number, signal: number | SignalName): Code<number> {
  const { world } = task;
  const number = signalNumber(signal);
  const { kill: entry, sendSignal } = world.get(PROCESS_FUNCTIONS);
  return entry.run(task, [pid, number], () =>
    world.spendThen(KILL_NS, () => {
      const target = world.processes.find(pid, task.process.namespaces.pid);
      if (target === undefined) return -ESRCH;
      const { uid } = task.process.credentials;
      if (uid !== 0 && uid !== target.credentials.uid) return -EPERM;
      if (number === 0) return 0;
      return sendSignal.callNow([number, null, target.leader.struct, 1], () => {
        target.signals.send(number);
        return 0;
      });
    }),
  );
}

/** What the program does on a signal, from now on. */
function onSignal(task: Task, signal: SignalName, handler: SignalHandler | "ignore" | "default"): void {
  task.process.signals.handle(signalNumber(signal), handler);
}

/** sched_yield(2). */
function yieldCpu(task: Task): Code<number> {
  return task.world.get(PROCESS_FUNCTIONS).schedYield.run(task, [], giveUpCpu);
}

function* giveUpCpu(): Code<number> {
  yield { kind: "yield" };
  return 0;
}

/** prctl(PR_SET_NAME): the thread's name. */
function setName(task: Task, name: string): Code<number> {
  const { prctl } = task.world.get(PROCESS_FUNCTIONS);
  return prctl.run(task, [PR_SET_NAME, task.userText(name), 0, 0, 0], () =>
    task.world.spendThen(SHORT_NS, () => {
      rename(task, name);
      return 0;
    }),
  );
}

/** setuid(2). */
function setuid(task: Task, uid: number): Code<number> {
  const { setuid: entry } = task.world.get(PROCESS_FUNCTIONS);
  return entry.run(task, [uid], () =>
    task.world.spendThen(SHORT_NS, () => {
      const { credentials } = task.process;
      if ((credentials.euid ?? credentials.uid) !== 0 && uid !== credentials.uid) return -EPERM;
      task.process.credentials = { ...credentials, uid, euid: uid };
      return 0;
    }),
  );
}

/** Changes how much of a CPU the thread gets: -20 (most) to 19. */
function setNice(task: Task, nice: number): Code<number> {
  const { setpriority } = task.world.get(PROCESS_FUNCTIONS);
  return setpriority.run(task, [0, 0, nice], () =>
    task.world.spendThen(SHORT_NS, () => {
      if (nice < -20 || nice > 19) return -EINVAL;
      task.world.scheduler.setNice(task, nice);
      return 0;
    }),
  );
}

/** getpid(2) as a system call: programs that measure call it in loops. */
function getpid(task: Task): Code<number> {
  return task.world
    .get(PROCESS_FUNCTIONS)
    .getpid.run(task, [], () =>
      task.world.spendThen(SHORT_NS, () => task.process.leader.pidIn(task.process.namespaces.pid)),
    );
}

/** A stream of random numbers of the thread's own, so that what others do changes nothing for it. */
function random(task: Task): Random {
  return task.random;
}

/** What programs can do about processes. */
export const processCalls = {
  compute,
  inKernel,
  sleep,
  fork,
  vfork,
  spawnThread,
  exec,
  exit: (task: Task, code = 0): Code<never> => exitGroup(task, code),
  exitThread: (task: Task, code = 0): Code<never> => exitThread(task, code),
  wait,
  kill,
  onSignal,
  yieldCpu,
  setName,
  setuid,
  setNice,
  getpid,
  random,
  enter,
  enterNow,
  usdt,
} satisfies Calls;
