/**
 * Finds the best of many ranges that hold a number, where ranges may overlap. Built once into disjoint pieces, so that
 * a lookup is one binary search. Range i is `starts[i] <= x < ends[i]`; numbers are exact below 2^53.
 */
export class RangeMap {
  readonly #from: Float64Array;
  readonly #to: Float64Array;
  readonly #entry: Uint32Array;
  /** Number of disjoint pieces. */
  readonly size: number;

  /** `isBetter(a, b)`: whether range a hides range b where both are. It must be a strict order. */
  constructor(starts: Float64Array, ends: Float64Array, isBetter: (a: number, b: number) => boolean) {
    const pieces = cutIntoPieces(starts, ends, isBetter);
    this.#from = pieces.from;
    this.#to = pieces.to;
    this.#entry = pieces.entry;
    this.size = pieces.from.length;
  }

  /** Index of the range that holds `x`, or undefined. */
  find(x: number): number | undefined {
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#from[middle] as number) <= x) low = middle + 1;
      else high = middle;
    }
    return low > 0 && x < (this.#to[low - 1] as number) ? this.#entry[low - 1] : undefined;
  }
}

type Pieces = { from: Float64Array; to: Float64Array; entry: Uint32Array };

/** One sweep from left to right; a heap holds the ranges that are open, the best on top. */
function cutIntoPieces(
  starts: Float64Array,
  ends: Float64Array,
  isBetter: (a: number, b: number) => boolean,
): Pieces {
  const order = Array.from(starts.keys()).filter((i) => (starts[i] as number) < (ends[i] as number));
  order.sort((a, b) => (starts[a] as number) - (starts[b] as number));
  const heap = new Heap(isBetter);
  const from: number[] = [];
  const to: number[] = [];
  const entry: number[] = [];
  let next = 0;
  let at = 0;
  for (;;) {
    for (let top = heap.top; top !== undefined && (ends[top] as number) <= at; top = heap.top) heap.pop();
    if (heap.top === undefined) {
      if (next === order.length) break;
      at = starts[order[next] as number] as number;
    }
    while (next < order.length && (starts[order[next] as number] as number) <= at)
      heap.push(order[next++] as number);
    const best = heap.top as number;
    const nextStart =
      next < order.length ? (starts[order[next] as number] as number) : Number.POSITIVE_INFINITY;
    const end = Math.min(ends[best] as number, nextStart);
    if (entry.at(-1) === best && to.at(-1) === at) to[to.length - 1] = end;
    else {
      from.push(at);
      to.push(end);
      entry.push(best);
    }
    at = end;
  }
  return { from: Float64Array.from(from), to: Float64Array.from(to), entry: Uint32Array.from(entry) };
}

/** A binary heap of range numbers. */
class Heap {
  readonly #items: number[] = [];
  readonly #isBetter: (a: number, b: number) => boolean;

  constructor(isBetter: (a: number, b: number) => boolean) {
    this.#isBetter = isBetter;
  }

  get top(): number | undefined {
    return this.#items[0];
  }

  push(item: number): void {
    const items = this.#items;
    let at = items.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      if (!this.#isBetter(item, items[parent] as number)) break;
      items[at] = items[parent] as number;
      at = parent;
    }
    items[at] = item;
  }

  pop(): void {
    const items = this.#items;
    const item = items.pop();
    if (item === undefined || items.length === 0) return;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && this.#isBetter(items[child + 1] as number, items[child] as number))
        child++;
      if (!this.#isBetter(items[child] as number, item)) break;
      items[at] = items[child] as number;
      at = child;
    }
    items[at] = item;
  }
}
