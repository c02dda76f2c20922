import fc from "fast-check";
import { expect, test } from "vitest";
import { FakeKernel } from "./fake-kernel.ts";
import { DISCARDED, FakeRing, PAGE } from "./fake-ring.ts";
import { Fd } from "./fd.ts";
import type { RecordSource } from "./record-source.ts";
import { openRingSource, type RingReading } from "./ring-source.ts";
import { RingThread, type RingThreadData } from "./ring-thread.ts";

/** A source and its thread, whose steps are made by hand; it ends at once when it is told to. */
class Lab {
  readonly ring = new FakeRing(PAGE);
  readonly notes: string[] = [];
  readonly kernel: FakeKernel;
  readonly source: RecordSource;
  #data: RingThreadData | undefined;
  #thread: RingThread | undefined;
  #onEnd: (why: string) => void = () => {};
  #onGone: () => void = () => {};
  #lastFd = 10;

  constructor(
    reading: RingReading = { thread: true, queueBytes: PAGE },
    onStart: (lab: Lab) => void = () => {},
  ) {
    this.kernel = new FakeKernel((name, args, kernel) => {
      if (name === "mmap") return kernel.place(args[5] === 0 ? this.ring.consumer : this.ring.pages);
      if (name === "munmap" || name === "read") return 0;
      if (name !== "write") return this.#lastFd++;
      if (args[0] === this.#data?.control && this.#word("stop") === 1) this.#end();
      return 8;
    });
    const parts = { kernel: this.kernel, map: new Fd(this.kernel, 3), sizeBytes: PAGE, pageSize: PAGE };
    this.source = openRingSource(parts, {
      ...reading,
      note: (text) => this.notes.push(text),
      startWorker: (data, onEnd) => {
        this.#data = data;
        this.#onEnd = onEnd;
        onStart(this);
        return {
          onGone: (work) => {
            this.#onGone = work;
          },
        };
      },
    });
  }

  get hasThread(): boolean {
    return this.#data !== undefined;
  }

  /** The thread begins, if it has not, and moves what it can. */
  step(): void {
    if (this.#data === undefined) return;
    if (this.#thread === undefined && this.#word("life") === this.#data.LIFE.starting) {
      this.#setLife("running");
      this.#thread = new RingThread(this.#data, {
        map: (_fd, _length, offset) => (offset === 0 ? this.ring.consumer : this.ring.pages),
        wait: () => {},
        signal: () => {},
        clear: () => {},
      });
      this.#thread.take();
    }
    this.#thread?.move();
  }

  fail(why: string): void {
    if (this.#data === undefined) return;
    this.#end();
    this.#onEnd(why);
    this.#onGone();
  }

  read(most = Number.POSITIVE_INFINITY): number[] {
    const seen: number[] = [];
    this.source.read((data, _view, at, length) => {
      const record = data.subarray(at, at + length);
      expect(record.every((byte) => byte === record[0])).toBe(true);
      seen.push(record[0] ?? -1);
    }, most);
    return seen;
  }

  #end(): void {
    this.#thread?.close();
    this.#thread = undefined;
    this.#setLife("ended");
  }

  #word(name: "life" | "stop"): number {
    return this.#data === undefined ? -1 : Atomics.load(this.#data.words, this.#data.WORD[name]);
  }

  #setLife(life: "running" | "ended"): void {
    if (this.#data !== undefined) Atomics.store(this.#data.words, this.#data.WORD.life, this.#data.LIFE[life]);
  }
}

test("until the thread begins, the ring is read as it is without", () => {
  const lab = new Lab();
  lab.ring.write(1, 8);
  expect(lab.read()).toEqual([1]);
  expect(lab.source.inThread).toBe(false);
  lab.ring.write(2, 8);
  lab.step();
  expect(lab.source.inThread).toBe(true);
  lab.ring.write(3, 8);
  lab.step();
  expect(lab.ring.consumed).toBe(lab.ring.position);
  expect(lab.read()).toEqual([2, 3]);
});

test("a thread that has the ring the moment it is started is the only one that reads it", () => {
  const lab = new Lab({ thread: "auto", queueBytes: PAGE }, () => {
    for (let i = 150; i < 155; i++) lab.ring.write(i, 8);
    lab.step();
  });
  expect(lab.read()).toEqual([]);
  for (let i = 0; i < 150; i++) lab.ring.write(i, 8);
  const seen = lab.read();
  expect(lab.source.inThread).toBe(true);
  lab.step();
  expect([...seen, ...lab.read()]).toEqual(Array.from({ length: 155 }, (_, i) => i));
});

test("closed before the thread begins, it is called off, and its descriptors are closed", () => {
  const lab = new Lab();
  lab.source.close();
  lab.step();
  expect(lab.source.inThread).toBe(false);
  expect(lab.kernel.closed.sort()).toEqual([10, 11, 12]);
});

test("closed while it runs, its descriptors are closed once", () => {
  const lab = new Lab();
  lab.step();
  lab.source.close();
  expect(lab.kernel.closed.sort()).toEqual([10, 11, 12]);
});

test("a thread that fails gives way to this one, which says so", () => {
  const lab = new Lab();
  lab.step();
  for (let i = 0; i < 4; i++) lab.ring.write(i, 8);
  lab.step();
  lab.fail("out of memory");
  lab.ring.write(4, 8);
  expect(lab.source.inThread).toBe(false);
  expect(lab.read()).toEqual([0, 1, 2, 3, 4]);
  expect(lab.ring.consumed).toBe(lab.ring.position);
  expect(lab.notes.join()).toContain("out of memory");
  expect(lab.kernel.closed.sort()).toEqual([10, 11, 12]);
});

test("where no thread can be started, this one reads, and says so", () => {
  const ring = new FakeRing(PAGE);
  const notes: string[] = [];
  const parts = { kernel: ring.kernel, map: new Fd(ring.kernel, 3), sizeBytes: PAGE, pageSize: PAGE };
  using source = openRingSource(parts, {
    thread: true,
    note: (text) => notes.push(text),
    startWorker: () => {
      throw new Error("access to threads is restricted");
    },
  });
  ring.write(1, 8);
  const seen: number[] = [];
  source.read((data, _view, at) => seen.push(data[at] ?? -1), 10);
  expect(seen).toEqual([1]);
  expect(notes.join()).toContain("access to threads is restricted");
  expect(ring.kernel.closed).toHaveLength(3);
});

test("a small ring gets a thread when half of it fills at once, though not by what was there before", () => {
  const lab = new Lab({ thread: "auto" });
  const fill = () => {
    for (let i = 0; i < 12; i++) lab.ring.write(i, 248);
  };
  fill();
  lab.read();
  expect(lab.hasThread).toBe(false);
  fill();
  lab.read();
  expect(lab.hasThread).toBe(true);
});

test("whatever the thread is at, records arrive once, whole and in order", () => {
  const step = fc.record({
    lengths: fc.array(fc.integer({ min: 1, max: 1200 }), { maxLength: 16 }),
    discard: fc.integer({ min: 0, max: 8 }),
    most: fc.integer({ min: 0, max: 20 }),
    thread: fc.constantFrom("step", "step", "nothing"),
  });
  const end = fc.constantFrom("takeBack", "fail", "nothing");
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), end, fc.nat(30), (steps, ending, when) => {
      const lab = new Lab();
      const sent: number[] = [];
      const seen: number[] = [];
      let next = 0;
      for (const [i, { lengths, discard, most, thread }] of steps.entries()) {
        for (const [k, length] of lengths.entries()) {
          const isDiscarded = k === discard;
          if (!lab.ring.write(next & 0xff, length, isDiscarded ? DISCARDED : 0)) continue;
          if (!isDiscarded) sent.push(next & 0xff);
          next++;
        }
        if (i === when && ending === "takeBack") lab.source.takeBack();
        else if (i === when && ending === "fail") lab.fail("on purpose");
        else if (thread === "step") lab.step();
        if (most > 0) seen.push(...lab.read(most));
      }
      for (let i = 0; i < 4; i++) {
        seen.push(...lab.read());
        lab.step();
      }
      seen.push(...lab.read());
      expect(seen).toEqual(sent);
      expect(lab.ring.consumed).toBe(lab.ring.position);
      lab.source.close();
    }),
    { numRuns: 100 },
  );
});
