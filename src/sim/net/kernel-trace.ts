import type { Hooks } from "../hooks/hooks.ts";
import type { KernelFunction } from "../hooks/kernel-function.ts";
import type { Tracepoint, TracepointData } from "../hooks/tracepoint.ts";
import type { Result, Word } from "../hooks/word.ts";
import type { Trace } from "./trace.ts";

/** The simulated machine's own functions and tracepoints. Names are looked up once. */
export class KernelTrace implements Trace {
  readonly #hooks: Hooks;
  readonly #functions = new Map<string, KernelFunction>();
  readonly #tracepoints = new Map<string, Tracepoint>();

  constructor(hooks: Hooks) {
    this.#hooks = hooks;
  }

  call<T extends Result>(name: string, args: readonly Word[], body: () => T): T {
    return this.function(name).callNow(args, body);
  }

  fire(tracepoint: string, make: () => TracepointData): void {
    const known = this.#tracepoints.get(tracepoint);
    if (known !== undefined) return known.fire(make);
    const found = this.#hooks.tracepoint(tracepoint);
    this.#tracepoints.set(tracepoint, found);
    found.fire(make);
  }

  /** For code that waits: run it through the function's `call`. */
  function(name: string): KernelFunction {
    const known = this.#functions.get(name);
    if (known !== undefined) return known;
    const found = this.#hooks.function(name);
    this.#functions.set(name, found);
    return found;
  }
}
