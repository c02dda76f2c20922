/** Numbers in the order in which they were used. */
export class RecencyList {
  #newer = new Int32Array(16).fill(-1);
  #older = new Int32Array(16).fill(-1);
  #isIn = new Uint8Array(16);
  #newest = -1;
  #oldest = -1;

  /** The one whose last use is longest ago; -1 when there is none. */
  get oldest(): number {
    return this.#oldest;
  }

  /** Makes `entry` the newest, whether it is in the list or not. */
  use(entry: number): void {
    if (this.#newest === entry) return;
    if (entry >= this.#isIn.length) this.#grow(entry + 1);
    if (this.#isIn[entry] === 1) this.remove(entry);
    this.#isIn[entry] = 1;
    this.#older[entry] = this.#newest;
    this.#newer[entry] = -1;
    if (this.#newest !== -1) this.#newer[this.#newest] = entry;
    this.#newest = entry;
    if (this.#oldest === -1) this.#oldest = entry;
  }

  remove(entry: number): void {
    const newer = this.#newer[entry] as number;
    const older = this.#older[entry] as number;
    if (newer === -1) this.#newest = older;
    else this.#older[newer] = older;
    if (older === -1) this.#oldest = newer;
    else this.#newer[older] = newer;
    this.#isIn[entry] = 0;
  }

  #grow(least: number): void {
    const size = Math.max(least, this.#isIn.length * 2);
    const isIn = new Uint8Array(size);
    isIn.set(this.#isIn);
    this.#isIn = isIn;
    this.#newer = grown(this.#newer, size);
    this.#older = grown(this.#older, size);
  }
}

function grown(old: Int32Array, size: number): Int32Array<ArrayBuffer> {
  const result = new Int32Array(size).fill(-1);
  result.set(old);
  return result;
}
