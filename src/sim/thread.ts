import type { blockCalls } from "./block/calls.ts";
import type { fileCalls } from "./files/calls.ts";
import type { Result, Word } from "./hooks/word.ts";
import type { memoryCalls } from "./mm/calls.ts";
import type { networkCalls } from "./net/syscalls/network-calls.ts";
import type { processCalls } from "./process/calls.ts";
import type { programCalls } from "./programs/calls.ts";
import type { syncCalls } from "./sync/calls.ts";
import type { Task } from "./world/task.ts";
import type { Code } from "./world/wait.ts";

/**
 * What a task's program can do, as methods of the `p` that its generator gets. Each subsystem brings a table of calls,
 * functions that take the task first:
 *
 *     export function* sleep(task: Task, duration: Duration): Code { … }
 *     export const processCalls = { sleep, … } satisfies Calls;
 *
 * To add a subsystem: add its table here and the subsystem in subsystems.ts.
 */
export interface Thread
  extends ThreadBase,
    Omit<Methods<typeof processCalls>, "enter" | "enterNow">,
    Methods<typeof fileCalls>,
    Methods<typeof blockCalls>,
    Methods<typeof memoryCalls>,
    Methods<typeof syncCalls>,
    Methods<typeof networkCalls>,
    Methods<typeof programCalls> {
  /** Runs `body` as a function of the program or of a library; see process/user-code.ts. */
  enter<T extends Result>(name: string, args: readonly Word[], body: () => Code<T>): Code<T>;
  enterNow<T extends Result>(name: string, args: readonly Word[], body: () => T): T;
}

/** What a program does. What it returns is its exit code, 0 for nothing. */
// biome-ignore lint/suspicious/noConfusingVoidType: a generator that returns nothing
export type Behaviour = (p: Thread) => Code<number | void>;

export type ThreadBase = Readonly<{ task: Task; pid: number; tid: number; comm: string }>;

/** Calls by name. */
export type Calls = Readonly<Record<string, (task: Task, ...args: never[]) => unknown>>;

/** A table of calls as methods, without their first parameter. */
export type Methods<T extends Calls> = {
  readonly [K in keyof T]: T[K] extends (task: Task, ...args: infer A) => infer R ? (...args: A) => R : never;
};
