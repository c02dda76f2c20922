import { expect, test } from "vitest";
import { FakeRing, PAGE } from "./fake-ring.ts";
import { Fd } from "./fd.ts";
import { followRecords } from "./follow-records.ts";
import { openRingSource } from "./ring-source.ts";

function follow(onNumber: (number: number) => void, onError?: (error: unknown) => void) {
  const ring = new FakeRing(PAGE);
  const source = openRingSource({
    kernel: ring.kernel,
    map: new Fd(ring.kernel, 3),
    sizeBytes: PAGE,
    pageSize: PAGE,
  });
  const bursts: string[] = [];
  const followed = followRecords(source, (data, _view, at) => onNumber(data[at] ?? -1), {
    onIdle: () => bursts.push("idle"),
    ...(onError && { onError }),
  });
  /** As the kernel does when a record is submitted. */
  const wake = async () => {
    for (const watch of [...ring.kernel.watches]) watch();
    for (let turns = 0; turns < 5; turns++) await new Promise((resolve) => setImmediate(resolve));
  };
  return { ring, followed, wake, bursts };
}

test("records are handed over as they come, and the end of each burst is told", async () => {
  const seen: number[] = [];
  const { ring, followed, wake, bursts } = follow((n) => seen.push(n));
  ring.write(1, 8);
  ring.write(2, 8);
  await wake();
  expect(bursts).toHaveLength(1);
  ring.write(3, 8);
  await wake();
  expect(seen).toEqual([1, 2, 3]);
  expect(bursts).toHaveLength(2);
  ring.write(4, 8);
  expect(followed.drain()).toBe(1);
  followed.close();
  expect(ring.kernel.watches).toHaveLength(0);
});

test("a handler that throws is told of, and the records behind follow", async () => {
  const seen: number[] = [];
  const errors: unknown[] = [];
  const { ring, followed, wake } = follow(
    (n) => {
      if (n === 2) throw new Error("two");
      seen.push(n);
    },
    (error) => errors.push(error),
  );
  for (let i = 1; i < 5; i++) ring.write(i, 8);
  await wake();
  expect(seen).toEqual([1, 3, 4]);
  expect(errors).toHaveLength(1);
  followed.close();
});

test("closed by its own handler, it hands over nothing more", async () => {
  const seen: number[] = [];
  const { ring, followed, wake, bursts } = follow((n) => {
    seen.push(n);
    followed.close();
  });
  ring.write(1, 8);
  ring.write(2, 8);
  await wake();
  expect(seen).toEqual([1]);
  expect(bursts).toHaveLength(0);
  expect(ring.kernel.watches).toHaveLength(0);
});
