import fc from "fast-check";
import { expect, test } from "vitest";
import { BUSY, DISCARDED, FakeRing, PAGE } from "./fake-ring.ts";
import { Fd } from "./fd.ts";
import { openRingSource } from "./ring-source.ts";

function open(ring: FakeRing) {
  const parts = { kernel: ring.kernel, map: new Fd(ring.kernel, 3), sizeBytes: ring.size, pageSize: PAGE };
  return openRingSource(parts);
}

/** The numbers of the records that are handed over, each whole. */
function read(source: ReturnType<typeof open>, most: number): number[] {
  const numbers: number[] = [];
  const records = source.read((data, _view, at, length) => {
    const record = data.subarray(at, at + length);
    expect(record.every((byte) => byte === record[0])).toBe(true);
    numbers.push(record[0] ?? -1);
  }, most);
  expect(records).toBe(numbers.length);
  return numbers;
}

test("a ring that fills is emptied before its records are handed over", () => {
  const ring = new FakeRing(PAGE);
  using source = open(ring);
  for (let i = 0; i < 200; i++) ring.write(i, 8);
  expect(read(source, 10)).toHaveLength(10);
  expect(ring.consumed).toBe(ring.position);
});

test("records that are few stay in the ring until they are read", () => {
  const ring = new FakeRing(PAGE);
  using source = open(ring);
  for (let i = 0; i < 4; i++) ring.write(i, 8);
  expect(read(source, 1)).toEqual([0]);
  expect(ring.consumed).toBe(16);
});

test("a record that is not submitted yet holds back those behind it", () => {
  const ring = new FakeRing(PAGE);
  using source = open(ring);
  for (let i = 0; i < 100; i++) ring.write(i, 8, i === 50 ? BUSY : 0);
  expect(read(source, Number.POSITIVE_INFINITY)).toHaveLength(50);
  ring.setHeader(50 * 16, 8);
  expect(read(source, Number.POSITIVE_INFINITY)[0]).toBe(50);
});

test("any records, read so many at a time, arrive once, whole and in order", () => {
  const step = fc.record({
    lengths: fc.array(fc.integer({ min: 1, max: 700 }), { maxLength: 40 }),
    discard: fc.integer({ min: 0, max: 5 }),
    most: fc.integer({ min: 1, max: 50 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const ring = new FakeRing(PAGE);
      using source = open(ring);
      const sent: number[] = [];
      const seen: number[] = [];
      let next = 0;
      for (const { lengths, discard, most } of steps) {
        for (const [i, length] of lengths.entries()) {
          const number = next++ & 0xff;
          const isDiscarded = i === discard;
          if (ring.write(number, length, isDiscarded ? DISCARDED : 0) && !isDiscarded) sent.push(number);
        }
        seen.push(...read(source, most));
      }
      seen.push(...read(source, Number.POSITIVE_INFINITY));
      expect(seen).toEqual(sent);
      expect(ring.consumed).toBe(ring.position);
    }),
  );
});
