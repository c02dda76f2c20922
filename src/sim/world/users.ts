/** Names of users. */
export class Users {
  readonly #names = new Map<number, string>([
    [0, "root"],
    [1, "daemon"],
    [33, "www-data"],
    [114, "postgres"],
    [1000, "alice"],
    [1001, "bob"],
    [65534, "nobody"],
  ]);

  /** Adds a user, or renames one. */
  add(uid: number, name: string): void {
    this.#names.set(uid, name);
  }

  nameOf(uid: number): string | undefined {
    return this.#names.get(uid);
  }

  idOf(name: string): number | undefined {
    return [...this.#names].find(([, known]) => known === name)?.[0];
  }
}
