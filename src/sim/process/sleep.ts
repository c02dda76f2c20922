import type { Duration } from "../world/duration.ts";
import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import { PROCESS_FUNCTIONS } from "./functions.ts";

const EINTR = 4;
const ARM_NS = 600;
const SECOND_NS = 1_000_000_000;
const SLACK_NS = 50_000; // task_struct.timer_slack_ns: timers may be this late

/** clock_nanosleep(2), as sleep(3) and usleep(3) call it: 0, or -EINTR when a signal came first. */
export function sleep(task: Task, duration: Duration): Code<number> {
  const { world } = task;
  const ns = world.ns(duration);
  const { clockNanosleep, nanosleep, doSleep } = world.get(PROCESS_FUNCTIONS);
  const request = task.userBytes(timespec(ns));
  return clockNanosleep.run(task, [0, 0, request, 0], () =>
    nanosleep.call([ns, 1, 0], () => doSleep.call([null, 1], () => sleepUntilTimer(task, ns))),
  );
}

function* sleepUntilTimer(task: Task, ns: number): Code<number> {
  const { world } = task;
  const wait = world.spend(ARM_NS);
  if (wait !== undefined) yield wait;
  const late = world.random.integer(0, SLACK_NS);
  const woken = yield { kind: "block", state: "S", timeoutNs: ns + late };
  return woken === "signal" ? -EINTR : 0;
}

/** struct timespec. */
export function timespec(ns: number): Uint8Array {
  return new Uint8Array(BigInt64Array.of(BigInt(Math.floor(ns / SECOND_NS)), BigInt(ns % SECOND_NS)).buffer);
}
