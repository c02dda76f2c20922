import type { Code, Wait, Woken } from "./wait.ts";

/** Code that is over: what a call gives that did not have to wait. It is its own last step. */
export class Finished<T> implements Code<T> {
  readonly done = true;
  readonly value: T;

  constructor(value: T) {
    this.value = value;
  }

  next(): this {
    return this;
  }

  throw(error: unknown): never {
    throw error;
  }

  [Symbol.iterator](): this {
    return this;
  }
}

/** Code that is over and gives nothing. */
export const NOTHING: Finished<void> = new Finished<void>(undefined);

/** Waits once. */
export function* waitOnce(wait: Wait): Code {
  yield wait;
}

/** Waits, then gives what `then` gives. */
export function* giveAfter<T>(wait: Wait, then: () => T): Code<T> {
  yield wait;
  return then();
}

/** The rest of code that has come to its first wait. */
export function* restOf<T>(code: Code<T>, first: Wait): Code<T> {
  let step: IteratorResult<Wait, T> = { done: false, value: first };
  while (step.done !== true) {
    let woken: Woken;
    try {
      woken = yield step.value;
    } catch (error) {
      step = code.throw(error);
      continue;
    }
    step = code.next(woken);
  }
  return step.value;
}
