/** Something that happens at a time. Set `run` to undefined to call it off. */
export type TimedEvent = { readonly atNs: number; readonly order: number; run: (() => void) | undefined };

/** What will happen, by time; at the same time in the order in which it was planned. A binary heap. */
export class EventQueue {
  readonly #heap: TimedEvent[] = [];
  #order = 0;

  get size(): number {
    return this.#heap.length;
  }

  add(atNs: number, run: () => void): TimedEvent {
    const event: TimedEvent = { atNs, order: this.#order++, run };
    const heap = this.#heap;
    let at = heap.length;
    heap.push(event);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const other = heap[parent] as TimedEvent;
      if (!isBefore(event, other)) break;
      heap[at] = other;
      at = parent;
    }
    heap[at] = event;
    return event;
  }

  /** When the next event comes; Infinity when there is none. */
  get nextNs(): number {
    this.#dropCancelled();
    return this.#heap[0]?.atNs ?? Number.POSITIVE_INFINITY;
  }

  take(): TimedEvent | undefined {
    this.#dropCancelled();
    return this.#takeFirst();
  }

  #dropCancelled(): void {
    while (this.#heap[0] !== undefined && this.#heap[0].run === undefined) this.#takeFirst();
  }

  #takeFirst(): TimedEvent | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || first === last) return first;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as TimedEvent, heap[child] as TimedEvent))
        child++;
      const other = heap[child] as TimedEvent;
      if (!isBefore(other, last)) break;
      heap[at] = other;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

function isBefore(a: TimedEvent, b: TimedEvent): boolean {
  return a.atNs < b.atNs || (a.atNs === b.atNs && a.order < b.order);
}
