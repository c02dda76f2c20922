import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakeKernel } from "./fake-kernel.ts";
import { BUSY, DISCARDED, PAGE, FakeRing as Producer } from "./fake-ring.ts";
import { Fd } from "./fd.ts";
import { MappedMemory } from "./memory.ts";
import { openRing } from "./ring.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function open(producer: Producer, onNumber: (number: number, length: number) => void, control?: MappedMemory) {
  const parts = {
    kernel: producer.kernel,
    map: new Fd(producer.kernel, 3),
    sizeBytes: producer.size,
    pageSize: PAGE,
    ...(control && { control }),
  };
  return openRing(
    parts,
    (data, _view, at, length) => {
      const record = data.subarray(at, at + length);
      expect(record.every((byte) => byte === record[0])).toBe(true);
      onNumber(record[0] ?? -1, length);
    },
    {},
  );
}

test("a record that is not submitted yet holds back those behind it", () => {
  const producer = new Producer(PAGE);
  const seen: number[] = [];
  using ring = open(producer, (n) => seen.push(n));
  producer.write(1, 8);
  producer.write(2, 8, BUSY);
  producer.write(3, 8);
  expect(ring.drain()).toBe(1);
  expect(producer.consumed).toBe(16);
  producer.setHeader(16, 8);
  expect(ring.drain()).toBe(2);
  expect(seen).toEqual([1, 2, 3]);
});

test("discarded records are passed over, and their room is given back", () => {
  const producer = new Producer(PAGE);
  const seen: number[] = [];
  using ring = open(producer, (n) => seen.push(n));
  producer.write(1, 8, DISCARDED);
  producer.write(2, 100);
  expect(ring.drain()).toBe(1);
  expect(seen).toEqual([2]);
  expect(producer.consumed).toBe(16 + 112);
});

test("any records of any sizes arrive whole and in order", () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.integer({ min: 1, max: 1500 }), { maxLength: 8 }), { maxLength: 60 }),
      (bursts) => {
        const producer = new Producer(PAGE);
        const written: [number, number][] = [];
        const seen: [number, number][] = [];
        using ring = open(producer, (n, length) => seen.push([n, length]));
        let number = 0;
        for (const burst of bursts) {
          for (const length of burst)
            if (producer.write(number & 0xff, length)) written.push([number++ & 0xff, length]);
          ring.drain();
          expect(producer.consumed).toBe(producer.position);
        }
        expect(seen).toEqual(written);
      },
    ),
    { numRuns: 100 },
  );
});

test("positions beyond 32 bits are right", () => {
  const producer = new Producer(PAGE);
  const start = 2 ** 32 - 64;
  producer.position = start;
  new BigInt64Array(producer.consumer)[0] = BigInt(start);
  new BigInt64Array(producer.pages)[0] = BigInt(start);
  const seen: number[] = [];
  using ring = open(producer, (n) => seen.push(n));
  for (let i = 0; i < 20; i++) producer.write(i, 8);
  expect(ring.drain()).toBe(20);
  expect(seen).toEqual(Array.from({ length: 20 }, (_, i) => i));
  expect(producer.consumed).toBe(start + 320);
});

test("closed from inside a handler, it hands over nothing more and unmaps once", () => {
  const producer = new Producer(PAGE);
  const seen: number[] = [];
  const ring = open(producer, (n) => {
    seen.push(n);
    ring.close();
  });
  producer.write(1, 8);
  producer.write(2, 8);
  ring.drain();
  ring.close();
  expect(seen).toEqual([1]);
  expect(producer.kernel.calls.filter((c) => c === "munmap")).toHaveLength(2);
  expect(ring.drain()).toBe(0);
});

test("programs are told when they need not wake the reader", () => {
  const producer = new Producer(PAGE);
  const words = new ArrayBuffer(PAGE);
  const kernel = new FakeKernel((_name, _args, k) => k.place(words));
  const control = MappedMemory.map(kernel, 9, PAGE, 0, "write");
  const word = () => new BigInt64Array(words)[0];
  let records = 0;
  const ring = open(producer, () => records++, control);
  for (let i = 0; i < 4; i++) {
    expect(word()).toBe(0n);
    producer.write(i, 8);
    producer.kernel.watches[0]?.(); // woken at short intervals
  }
  expect(word()).toBe(1n);
  expect(producer.kernel.watches).toHaveLength(0);
  producer.write(5, 8);
  vi.advanceTimersByTime(5);
  expect(records).toBe(5);
  vi.advanceTimersByTime(200);
  expect(word()).toBe(0n);
  expect(producer.kernel.watches).toHaveLength(1);
  ring.close();
  expect(producer.kernel.watches).toHaveLength(0);
});
