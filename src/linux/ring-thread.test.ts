import fc from "fast-check";
import { expect, test } from "vitest";
import { BUSY, DISCARDED, FakeRing, PAGE } from "./fake-ring.ts";
import { RecordQueue, RING_OWNER, THREAD_LIFE, THREAD_WORD_BYTES, THREAD_WORDS } from "./record-queue.ts";
import { HEADER_BYTES } from "./ring-pages.ts";
import { RingThread, type ThreadCalls } from "./ring-thread.ts";

const NEWS = 5;

/** Both ends of the queue in one thread, over a ring that is written by hand. */
class Lab {
  readonly ring = new FakeRing(PAGE);
  readonly words = new Int32Array(new SharedArrayBuffer(THREAD_WORD_BYTES));
  readonly signals: number[] = [];
  /** Told where the thread rests; it goes on afterwards. */
  onWait: (fds: readonly number[]) => void = () => {};
  readonly queue: RecordQueue;
  readonly thread: RingThread;

  constructor(queueBytes: number, position = 0) {
    const calls: ThreadCalls = {
      map: (_fd, _length, offset) => (offset === 0 ? this.ring.consumer : this.ring.pages),
      wait: (fds) => this.onWait(fds),
      signal: (fd) => this.signals.push(fd),
      clear: () => {},
    };
    Atomics.store(this.words, THREAD_WORDS.written, position);
    Atomics.store(this.words, THREAD_WORDS.read, position);
    const queue = new Uint8Array(new SharedArrayBuffer(queueBytes));
    this.queue = new RecordQueue(this.words, queue);
    this.thread = new RingThread(
      {
        words: this.words,
        queue,
        ring: 3,
        control: 4,
        news: NEWS,
        ringBytes: PAGE,
        pageSize: PAGE,
        napUs: 100,
        nativePaths: [],
        nativeFrom: "",
        WORD: THREAD_WORDS,
        OWNER: RING_OWNER,
        LIFE: THREAD_LIFE,
        flags: { busy: BUSY, discarded: DISCARDED, headerBytes: HEADER_BYTES },
      },
      calls,
    );
  }

  /** The numbers and lengths of the records that are handed over, each whole. */
  read(most = Number.POSITIVE_INFINITY): [number, number][] {
    const seen: [number, number][] = [];
    const records = this.queue.read((data, _view, at, length) => {
      const record = data.subarray(at, at + length);
      expect(record.every((byte) => byte === record[0])).toBe(true);
      seen.push([record[0] ?? -1, length]);
    }, most);
    expect(records).toBe(seen.length);
    return seen;
  }

  word(name: keyof typeof THREAD_WORDS): number {
    return Atomics.load(this.words, THREAD_WORDS[name]);
  }

  set(name: keyof typeof THREAD_WORDS, value: number): void {
    Atomics.store(this.words, THREAD_WORDS[name], value);
  }
}

test("a full queue leaves records in the ring, and says so once before the thread rests", () => {
  const lab = new Lab(PAGE);
  lab.thread.take();
  for (let i = 0; i < 16; i++) expect(lab.ring.write(i, 248)).toBe(true);
  expect(lab.thread.move()).toBe(PAGE);
  for (let i = 16; i < 20; i++) expect(lab.ring.write(i, 248)).toBe(true);
  expect(lab.thread.move()).toBe(0);
  expect(lab.word("full")).toBe(1);
  expect(lab.ring.position - lab.ring.consumed).toBe(4 * 256);
  expect(lab.read(2)).toHaveLength(2);
  expect(lab.thread.move()).toBe(2 * 256);
  const rest = lab.read();
  lab.thread.move();
  rest.push(...lab.read());
  expect(rest.map(([n]) => n)).toEqual(Array.from({ length: 18 }, (_, i) => i + 2));
});

test("a record as large as the ring goes through a queue of that size, wherever the last one ended", () => {
  const lab = new Lab(PAGE);
  lab.thread.take();
  lab.ring.write(1, 1000);
  lab.thread.move();
  expect(lab.read()).toEqual([[1, 1000]]);
  expect(lab.ring.write(2, PAGE - 8)).toBe(true);
  lab.set("asleep", 1);
  expect(lab.thread.move()).toBe(0); // only the end of the queue is passed over
  expect(lab.signals).toEqual([NEWS]);
  expect(lab.read()).toEqual([]);
  expect(lab.thread.move()).toBe(PAGE);
  expect(lab.read()).toEqual([[2, PAGE - 8]]);
});

test("a record that is not submitted yet holds back those behind it", () => {
  const lab = new Lab(2 * PAGE);
  lab.thread.take();
  for (let i = 0; i < 10; i++) lab.ring.write(i, 8, i === 5 ? BUSY : 0);
  expect(lab.thread.move()).toBe(5 * 16);
  expect(lab.thread.move()).toBe(0);
  expect(lab.word("full")).toBe(0);
  lab.ring.setHeader(5 * 16, 8);
  expect(lab.thread.move()).toBe(5 * 16);
  expect(lab.read()).toHaveLength(10);
});

test("a reader that sleeps is woken once", () => {
  const lab = new Lab(2 * PAGE);
  lab.thread.take();
  lab.set("asleep", 1);
  lab.ring.write(1, 8);
  lab.thread.move();
  lab.ring.write(2, 8);
  lab.thread.move();
  expect(lab.signals).toEqual([NEWS]);
});

test("the ring is taken when its reader hands it over, and given back at the end", () => {
  const lab = new Lab(2 * PAGE);
  lab.set("owner", RING_OWNER.thread); // its reader saw that it is wanted
  lab.ring.write(1, 8);
  let looks = 0;
  lab.onWait = () => {
    if (++looks === 3) lab.set("stop", 1);
  };
  lab.thread.run();
  expect(lab.word("owner")).toBe(RING_OWNER.thread);
  lab.thread.close();
  expect(lab.word("owner")).toBe(RING_OWNER.nobody);
  expect(lab.read()).toEqual([[1, 8]]);
});

test("told to stop while another reads the ring, it touches nothing", () => {
  const lab = new Lab(2 * PAGE);
  lab.set("owner", RING_OWNER.reader);
  lab.set("stop", 1);
  lab.ring.write(1, 8);
  lab.thread.run();
  lab.thread.close();
  expect(lab.word("owner")).toBe(RING_OWNER.reader);
  expect(lab.ring.consumed).toBe(0);
});

test("without room the thread waits for the reader alone, and does not look at the ring", () => {
  const lab = new Lab(PAGE);
  const rests: (readonly number[])[] = [];
  for (let i = 0; i < 16; i++) lab.ring.write(i, 248);
  lab.onWait = (fds) => {
    rests.push(fds);
    if (rests.length === 1) for (let i = 0; i < 16; i++) lab.ring.write(i, 248);
    if (rests.length === 2) lab.set("stop", 1);
  };
  lab.thread.run();
  expect(rests).toEqual([[4, 3], [4]]);
  expect(lab.word("full")).toBe(1);
});

test("any records, moved and read so many at a time, arrive once, whole and in order", () => {
  const step = fc.record({
    lengths: fc.array(fc.integer({ min: 1, max: 1500 }), { maxLength: 20 }),
    discard: fc.integer({ min: 0, max: 5 }),
    most: fc.integer({ min: 0, max: 30 }),
  });
  const start = fc.constantFrom(0, 2 ** 31 - 1024, 2 ** 32 - 512).map((position) => position | 0);
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), start, (steps, position) => {
      const lab = new Lab(PAGE, position);
      lab.thread.take();
      const sent: [number, number][] = [];
      const seen: [number, number][] = [];
      let next = 0;
      for (const { lengths, discard, most } of steps) {
        for (const [i, length] of lengths.entries()) {
          const isDiscarded = i === discard;
          if (!lab.ring.write(next & 0xff, length, isDiscarded ? DISCARDED : 0)) continue;
          if (!isDiscarded) sent.push([next & 0xff, length]);
          next++;
        }
        lab.thread.move();
        if (most > 0) seen.push(...lab.read(most));
      }
      for (let i = 0; i < 4; i++) {
        seen.push(...lab.read());
        lab.thread.move();
      }
      seen.push(...lab.read());
      expect(seen).toEqual(sent);
      expect(lab.ring.consumed).toBe(lab.ring.position);
    }),
    { numRuns: 60 },
  );
});

test("closed while it hands over, the queue gives nothing more", () => {
  const lab = new Lab(PAGE);
  for (let i = 1; i < 4; i++) lab.ring.write(i, 8);
  lab.thread.take();
  lab.thread.move();
  const seen: (number | undefined)[] = [];
  lab.queue.read((data, _view, at) => {
    seen.push(data[at]);
    lab.queue.close();
  }, 10);
  expect(seen).toEqual([1]);
});
