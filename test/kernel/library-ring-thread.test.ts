import { expect, test } from "vitest";
import { Collection } from "../../src/collection/collection.ts";
import type { LoadedCollection } from "../../src/collection/loaded-collection.ts";
import { libraryObject } from "./library-lab.ts";
import { needs } from "./needs.ts";

type Event = { number: bigint; check: bigint };

const BURST = 3000; // of 72 bytes: most of the ring
const AT_END = 999n; // of a thousand, which programs discard

function load(notes: string[] = []): LoadedCollection {
  return Collection.read(libraryObject("bursts")).load({ onNote: (note) => notes.push(note) });
}

/** Holds this thread up until the condition holds; what it waits for is done by another. */
function blockUntil(holds: () => boolean): void {
  const nothing = new Int32Array(new SharedArrayBuffer(4));
  while (!holds()) Atomics.wait(nothing, 0, 0, 1);
}

const waiting = (c: LoadedCollection) => c.program("waiting").testRun().returned;
const burst = (c: LoadedCollection, count: number) => c.program("burst").testRun({ context: { count } });

/** Every number that was sent, once and in order. */
function expectAll(numbers: readonly bigint[], sent: bigint): void {
  let next = 0n;
  for (const number of numbers) {
    if (next % 1000n === AT_END) next++;
    if (number !== next) expect(number).toBe(next);
    next++;
  }
  if (next % 1000n === AT_END) next++;
  expect(next).toBe(sent);
}

test("what comes while the main thread is busy is not lost", async (t) => {
  needs(t, "ringbuf", "syscall-program");
  using c = load();
  const stop = new AbortController();
  const events = c.events<Event>("events", { thread: true, signal: stop.signal, lost: "dropped" });
  blockUntil(() => events.inThread);
  for (let round = 0; round < 40; round++) {
    burst(c, BURST);
    blockUntil(() => waiting(c) === 0);
  }
  burst(c, BURST); // some of which may be in the ring still when the reading ends
  stop.abort();
  const numbers: bigint[] = [];
  for await (const { number, check } of events) {
    if (check !== (~number & 0xffff_ffff_ffff_ffffn)) expect(check).toBe(~number);
    numbers.push(number);
  }
  expect(events.lost).toBe(0n);
  expectAll(numbers, 41n * BigInt(BURST));
});
