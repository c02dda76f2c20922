/**
 * What a subsystem keeps for each world, process or task. Declare one per kind of state as a constant; the state is made
 * when it is first asked for.
 */
export type StateKey<Owner, T> = Readonly<{
  name: string;
  make(owner: Owner): T;
  /** Of processes and tasks: the state of a forked child. Without it the child gets a new one from `make`. */
  fork?(parent: T, child: Owner): T;
  /** When a process has become a zombie, or a task has ended: gives back what the state holds. */
  release?(state: T, owner: Owner): void;
}>;

/** The states of one owner. */
export class StateTable<Owner> {
  readonly #owner: Owner;
  readonly #states = new Map<StateKey<Owner, unknown>, unknown>();

  constructor(owner: Owner) {
    this.#owner = owner;
  }

  get<T>(key: StateKey<Owner, T>): T {
    const known = this.#states.get(key as StateKey<Owner, unknown>);
    if (known !== undefined) return known as T;
    const made = key.make(this.#owner);
    this.#states.set(key as StateKey<Owner, unknown>, made);
    return made;
  }

  /** Gives a child its states. */
  forkTo(child: StateTable<Owner>): void {
    for (const [key, state] of this.#states)
      if (key.fork) child.#states.set(key, key.fork(state, child.#owner));
  }

  release(): void {
    for (const [key, state] of this.#states) key.release?.(state, this.#owner);
    this.#states.clear();
  }
}
