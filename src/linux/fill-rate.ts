const WINDOW_MS = 20;
const CROWDED_SHIFT = 1; // half of the ring

/**
 * Notices a ring that fills so fast that a pause of its reader would cost records: V8's longest common pause is 10 ms,
 * and one window of twice that must fill less than half of the ring.
 */
export class FillRate {
  readonly #ringBytes: number;
  #windowStart: number | undefined;
  #produced = 0;

  constructor(ringBytes: number) {
    this.#ringBytes = ringBytes;
  }

  /** Told at each look how many bytes were written since the ring was made, at that time: whether it fills too fast. */
  isTooFast(produced: number, now: number): boolean {
    // What is there at the first look came at a time that nobody knows.
    if (this.#windowStart === undefined) {
      this.#windowStart = now;
      this.#produced = produced;
      return false;
    }
    if (produced - this.#produced > this.#ringBytes >> CROWDED_SHIFT) return true;
    if (now - this.#windowStart < WINDOW_MS) return false;
    this.#windowStart = now;
    this.#produced = produced;
    return false;
  }
}
