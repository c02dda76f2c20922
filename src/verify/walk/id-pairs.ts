/**
 * Pairs ids of two states: the same family in one must be the same in the other. There are few at a time, so that they
 * are searched one by one.
 */
export class IdPairs {
  readonly #older: number[] = [];
  readonly #newer: number[] = [];
  #count = 0;
  #alone = -1;

  reset(): void {
    this.#count = 0;
    this.#alone = -1;
  }

  /** Whether the two can be the same. 0, no id, goes with 0 only. */
  match(older: number, newer: number): boolean {
    if (older === 0 || newer === 0) return older === newer;
    for (let i = 0; i < this.#count; i++) {
      if (this.#older[i] === older) return this.#newer[i] === newer;
      if (this.#newer[i] === newer) return false;
    }
    this.#older[this.#count] = older;
    this.#newer[this.#count] = newer;
    this.#count++;
    return true;
  }

  /** The same for numbers, where no id means a family of one. */
  matchNumbers(older: number, newer: number): boolean {
    if (older === 0 && newer === 0) return true;
    return this.match(older === 0 ? this.#alone-- : older, newer === 0 ? this.#alone-- : newer);
  }
}
