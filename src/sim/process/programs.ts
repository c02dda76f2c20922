import type { Behaviour } from "../thread.ts";

/** What a program does when it is started with these arguments. */
export type ProgramMaker = (argv: readonly string[]) => Behaviour;

/** The programs of the machine by path. */
export class Programs {
  readonly #byPath = new Map<string, ProgramMaker>();

  /** Adds a program, or replaces it. */
  add(path: string, make: ProgramMaker): void {
    this.#byPath.set(path, make);
  }

  /** What the program at a path does, or undefined when there is none. */
  find(path: string, argv: readonly string[]): Behaviour | undefined {
    return this.#byPath.get(path)?.(argv);
  }

  get paths(): readonly string[] {
    return [...this.#byPath.keys()];
  }
}
