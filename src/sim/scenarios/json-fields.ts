import type { Thread } from "../thread.ts";
import { type Duration, parseDuration } from "../world/duration.ts";
import type { Code } from "../world/wait.ts";

/** What a step does, once it was checked. */
export type Step = (p: Thread) => Code;

/** A mistake in a scenario's text: where (as in `processes[0].do[2]`) and what to write. */
export class StepError extends Error {
  readonly where: string;

  constructor(where: string, message: string) {
    super(message);
    this.where = where;
  }
}

export type Fields = Readonly<Record<string, unknown>>;

/** Reads the steps that stand inside of a step. */
export type ReadSteps = (value: unknown, where: string) => readonly Step[];

/** A step by its verb: `{ "sleep": "10 ms" }`. `value` is what stands behind the verb. */
export type StepReader = (value: unknown, fields: Fields, where: string, steps: ReadSteps) => Step;

/** Verbs with the other fields that their steps may have. */
export type Verbs = Readonly<Record<string, Readonly<{ also?: readonly string[]; read: StepReader }>>>;

/** Does one step after the other. */
export function* perform(p: Thread, steps: readonly Step[]): Code {
  for (const step of steps) yield* step(p);
}

/** What a call gives does not matter here. */
export function ignoring(act: (p: Thread) => Code<unknown>): Step {
  return function* (p) {
    yield* act(p);
  };
}

/** An object; with `keys`, of these fields only. Throws StepError. */
export function object(value: unknown, where: string, keys?: readonly string[]): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new StepError(where, "here stands an object: { … }");
  const stray = keys && Object.keys(value).find((key) => !keys.includes(key));
  if (stray !== undefined)
    throw new StepError(
      `${where}${where && "."}${stray}`,
      `there is no such field; known are ${keys?.join(", ")}`,
    );
  return value as Fields;
}

/** Nanoseconds of "10 ms". Throws StepError. */
export function duration(value: unknown, where: string): number {
  const ns = typeof value === "string" ? parseDuration(value as string & Duration) : undefined;
  if (ns === undefined)
    throw new StepError(where, 'a time is a text such as "10 ms", or two for a random one between them');
  return ns;
}

export function text(value: unknown, where: string): string {
  if (typeof value === "string") return value;
  throw new StepError(where, `here stands a text, not ${shown(value)}`);
}

/** A whole number from 0. */
export function count(value: unknown, where: string): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw new StepError(where, `here stands a whole number from 0, not ${shown(value)}`);
}

export function list(value: unknown, where: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new StepError(where, `here stands a list, not ${shown(value)}`);
}

function shown(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value).slice(0, 40);
}

/** A text, or a number of bytes of no interest. */
export function data(value: unknown, where: string): string | number {
  return typeof value === "string" ? value : count(value, where);
}

const BYTES: Readonly<Record<string, number>> = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

/** Bytes: a number, or a text such as "64 MiB". */
export function bytes(value: unknown, where: string): number {
  if (typeof value !== "string") return count(value, where);
  const [, number, unit = ""] = /^(\d+)\s*(B|KiB|MiB|GiB)$/.exec(value) ?? [];
  if (number !== undefined) return Number(number) * (BYTES[unit] ?? 1);
  throw new StepError(where, 'a size is a number of bytes or a text such as "64 MiB"');
}

const USERS: Readonly<Record<string, number>> = {
  root: 0,
  "www-data": 33,
  postgres: 114,
  alice: 1000,
  bob: 1001,
  nobody: 65_534,
};

/** An id, or the name of a user that every simulated machine has. */
export function user(value: unknown, where: string): number {
  if (typeof value !== "string") return count(value, where);
  const uid = Object.hasOwn(USERS, value) ? USERS[value] : undefined;
  if (uid !== undefined) return uid;
  throw new StepError(where, `the users are ${Object.keys(USERS).join(", ")}; or write an id`);
}

/** One of some words. */
export function choice<T extends string>(value: unknown, where: string, choices: readonly T[]): T {
  const found = choices.find((known) => known === value);
  if (found !== undefined) return found;
  throw new StepError(where, `here stands one of ${choices.join(", ")}, not ${shown(value)}`);
}
