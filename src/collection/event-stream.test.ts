import { expect, test } from "vitest";
import type { RecordSource } from "../linux/record-source.ts";
import type { RecordHandler } from "../runtime/backend.ts";
import { EventStream } from "./event-stream.ts";

/** A buffer of one-byte records that are put there by hand. */
class Buffer1 implements RecordSource {
  readonly lost = 0n;
  readonly inThread = false;
  closed = false;
  readonly #waiting: number[] = [];
  #wake = () => {};

  put(...records: readonly number[]): void {
    this.#waiting.push(...records);
    this.#wake();
  }

  read(onRecord: RecordHandler, most: number): number {
    const records = this.closed ? [] : this.#waiting.splice(0, most);
    const memory = Uint8Array.from(records);
    const view = new DataView(memory.buffer);
    for (const at of records.keys()) onRecord(memory, view, at, 1);
    return records.length;
  }

  ready(): Promise<void> {
    return this.#waiting.length > 0 || this.closed
      ? Promise.resolve()
      : new Promise((resolve) => {
          this.#wake = resolve;
        });
  }

  turn(): Promise<void> {
    return Promise.resolve();
  }

  takeBack(): void {}

  wake(): void {
    this.#wake();
  }

  close(): void {
    this.closed = true;
    this.#wake();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function streamOf(...records: number[]): { source: Buffer1; stream: EventStream<Uint8Array> } {
  const source = new Buffer1();
  source.put(...records);
  return { source, stream: new EventStream<Uint8Array>({ name: "events", source }) };
}

const numbers = (events: readonly Uint8Array[]) => events.map(([first]) => first);
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i & 0xff);

test("results of one loop stay as they were handed out", async () => {
  const { stream } = streamOf(1, 2, 3);
  const iterator = stream[Symbol.asyncIterator]();
  const results = await Promise.all([iterator.next(), iterator.next(), iterator.next()]);
  expect(results.map(({ value, done }) => [value?.[0], done])).toEqual([
    [1, false],
    [2, false],
    [3, false],
  ]);
});

test("what a loop left is there for the next one, whichever way it reads", async () => {
  const { stream, source } = streamOf(...upTo(1000));
  const got: (number | undefined)[] = [];
  for await (const [first] of stream) if (got.push(first) === 5) break;
  got.push(...numbers(stream.read(3)));
  for await (const batch of stream.batches(200)) {
    got.push(...numbers(batch));
    if (got.length >= 408) break;
  }
  source.put(7, 8);
  got.push(...numbers(stream.read(10_000)));
  expect(got).toEqual([...upTo(1000), 7, 8]);
  expect(stream.read()).toEqual([]);
});

test("records that come while a loop waits, and its end when the buffer is closed", async () => {
  const { stream, source } = streamOf();
  const got: (number | undefined)[] = [];
  setImmediate(() => source.put(1));
  for await (const [first] of stream) {
    if (got.push(first) === 1) setImmediate(() => source.put(2, 3));
    if (got.length === 3) setImmediate(() => stream.close());
  }
  expect(got).toEqual([1, 2, 3]);
});

test("an aborted loop ends behind what was there", async () => {
  const source = new Buffer1();
  const stop = new AbortController();
  const stream = new EventStream<Uint8Array>({ name: "events", source, signal: stop.signal });
  source.put(...upTo(600));
  const got: (number | undefined)[] = [];
  for await (const [first] of stream) if (got.push(first) === 1) stop.abort();
  expect(got).toEqual(upTo(600));
  source.put(1);
  expect(stream.read()).toEqual([]);
});

test("one loop at a time", () => {
  const { stream } = streamOf(1);
  stream[Symbol.asyncIterator]();
  expect(() => stream[Symbol.asyncIterator]()).toThrow(
    expect.objectContaining({ code: "collection/being-read" }),
  );
});
