/**
 * Pairs ids of two states: the same family in one must be the same in the other. Ids of the new state are numbered as
 * they come, so that only their pattern counts.
 */
export class IdPairs {
  readonly #toNew = new Map<number, number>();
  readonly #toOld = new Map<number, number>();
  #alone = -1;

  reset(): void {
    if (this.#toNew.size > 0) this.#toNew.clear();
    if (this.#toOld.size > 0) this.#toOld.clear();
    this.#alone = -1;
  }

  /** Whether the two can be the same. 0, no id, goes with 0 only. */
  match(older: number, newer: number): boolean {
    if (older === 0 || newer === 0) return older === newer;
    const known = this.#toNew.get(older);
    if (known !== undefined) return known === newer;
    if (this.#toOld.has(newer)) return false;
    this.#toNew.set(older, newer);
    this.#toOld.set(newer, older);
    return true;
  }

  /** The same for numbers, where no id means a family of one. */
  matchNumbers(older: number, newer: number): boolean {
    if (older === 0 && newer === 0) return true;
    return this.match(older === 0 ? this.#alone-- : older, newer === 0 ? this.#alone-- : newer);
  }
}
