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

/** Goes on after a wait. */
export function* after<T>(wait: Wait, then: () => Code<T>): Code<T> {
  yield wait;
  return yield* then();
}

/** Code that makes something of what other code gives. */
export function andThen<T, U>(code: Code<T>, then: (value: T) => U): Code<U> {
  const first = code.next("done");
  return first.done === true ? new Finished(then(first.value)) : laterThen(code, first.value, then);
}

function* laterThen<T, U>(code: Code<T>, first: Wait, then: (value: T) => U): Code<U> {
  return then(yield* restOf(code, first));
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
