import type { processCalls } from "./process/calls.ts";
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
export interface Thread extends ThreadBase, Methods<typeof processCalls> {}

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
