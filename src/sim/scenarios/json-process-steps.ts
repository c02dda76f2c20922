import type { Process } from "../process/process.ts";
import { SIGNALS, type SignalName } from "../process/signal-numbers.ts";
import type { Mutex } from "../sync/futex.ts";
import type { Thread } from "../thread.ts";
import type { StateKey } from "../world/state-key.ts";
import type { Code } from "../world/wait.ts";
import { count, ignoring, perform, type Step, StepError, text, user, type Verbs } from "./json-fields.ts";

/** Mutexes of a process by the names that the text gives them. */
const MUTEXES: StateKey<Process, Map<string, Mutex>> = { name: "scenarios.mutexes", make: () => new Map() };

/** A number, or a name such as "SIGTERM". */
function signal(value: unknown, where: string): number {
  if (typeof value !== "string") return count(value, where);
  if (Object.hasOwn(SIGNALS, value)) return SIGNALS[value as SignalName];
  throw new StepError(where, 'a signal is a number or a name such as "SIGTERM"');
}

/** The process itself, one by its pid, or the first with that name. */
function targetOf(p: Thread, who: string | number): number {
  if (who === "self") return p.pid;
  if (typeof who === "number") return who;
  return p.task.world.processes.all.find(({ comm }) => comm === who)?.pid ?? 0;
}

/** What processes do with each other and with themselves. */
export const PROCESS_VERBS: Verbs = {
  wait: { read: () => ignoring((p) => p.wait()) },
  kill: {
    also: ["signal"],
    read: (value, fields, at) => {
      const who = typeof value === "string" ? value : count(value, at);
      const number =
        fields["signal"] === undefined ? SIGNALS.SIGTERM : signal(fields["signal"], `${at}.signal`);
      return function* (p) {
        const pid = targetOf(p, who);
        if (pid !== 0) yield* p.kill(pid, number);
      };
    },
  },
  onSignal: {
    also: ["do"],
    read: (value, fields, at, read) => {
      const name = text(value, at);
      if (!Object.hasOwn(SIGNALS, name)) throw new StepError(at, 'here stands a name such as "SIGTERM"');
      const steps = fields["do"] === undefined ? undefined : read(fields["do"], `${at}.do`);
      return function* (p) {
        p.onSignal(name as SignalName, steps === undefined ? "ignore" : (thread) => perform(thread, steps));
      };
    },
  },
  exit: { read: (value, _, at) => asCall(count(value, at), (p, code) => p.exit(code)) },
  setName: { read: (value, _, at) => asCall(text(value, at), (p, name) => p.setName(name)) },
  setuid: { read: (value, _, at) => asCall(user(value, at), (p, uid) => p.setuid(uid)) },
  lock: {
    also: ["do"],
    read: (value, fields, at, read) => {
      const name = text(value, at);
      const steps = read(fields["do"], `${at}.do`);
      return function* (p) {
        const mutexes = p.task.process.get(MUTEXES);
        const mutex = mutexes.get(name) ?? p.makeMutex();
        mutexes.set(name, mutex);
        yield* p.lock(mutex);
        yield* perform(p, steps);
        yield* p.unlock(mutex);
      };
    },
  },
  call: {
    also: ["do"],
    read: (value, fields, at, read) => {
      const name = text(value, at);
      const steps = read(fields["do"], `${at}.do`);
      return function* (p) {
        if (!p.task.process.hasFunction(name)) return yield* perform(p, steps);
        yield* p.enter(name, [], function* () {
          yield* perform(p, steps);
          return 0;
        });
      };
    },
  },
};

function asCall<T>(given: T, act: (p: Thread, given: T) => Code<unknown>): Step {
  return ignoring((p) => act(p, given));
}
