import { checkInput, type InputRule, madeBy, OBJECT } from "../base/check-input.ts";
import { INSPECT, inspected } from "../base/inspected.ts";
import { closedHandle } from "../runtime/closed.ts";
import type { Kernel } from "./syscall.ts";

/** An open file descriptor of this process; whoever holds it closes it. */
export class Fd implements Disposable {
  readonly #kernel: Kernel;
  #number: number;

  constructor(kernel: Kernel, number: number) {
    if (number < 0) throw new Error(`bug: ${number} is no file descriptor`);
    this.#kernel = kernel;
    this.#number = number;
  }

  /** Throws once closed: the kernel gives the number to the next file that is opened. */
  get number(): number {
    if (this.#number < 0) throw closedHandle();
    return this.#number;
  }

  /** Hands the number to the caller, who closes it. */
  release(): number {
    const number = this.number;
    this.#number = -1;
    return number;
  }

  close(): void {
    if (this.#number < 0) return;
    this.#kernel.call("close", this.#number);
    this.#number = -1;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  get isClosed(): boolean {
    return this.#number < 0;
  }

  toString(): string {
    return inspected("Fd", this.isClosed ? "(closed)" : String(this.#number));
  }

  [INSPECT](): string {
    return this.toString();
  }
}

/** An open descriptor of ours. */
export const FD = madeBy(Fd, "a descriptor: the `fd` of a map, program or link");

const HOLDER: InputRule = {
  expected: "a program of a collection, or what openProgram() gives",
  accepts: (value) => OBJECT.accepts(value) && FD.accepts((value as Readonly<{ fd?: unknown }>).fd),
};

/** Throws SkepError unless it holds a descriptor in `fd`. */
export function checkHolder(what: string, holder: unknown): void {
  checkInput(what, holder, HOLDER);
}
