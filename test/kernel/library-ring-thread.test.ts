import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Collection } from "../../src/collection/collection.ts";
import type { EventStream } from "../../src/collection/event-stream.ts";
import type { EventOptions, LoadedCollection } from "../../src/collection/loaded-collection.ts";
import { libraryObject } from "./library-lab.ts";
import { needs } from "./needs.ts";

type Event = { number: bigint; check: bigint };

const FIXTURES = join(import.meta.dirname, "fixtures/library");
const BURST = 3000; // of 72 bytes: most of the ring
const DISCARDED = 999n; // of a thousand, which the program discards

function load(options: { ringBytes?: number; notes?: string[] } = {}): LoadedCollection {
  const { ringBytes, notes = [] } = options;
  const collection = Collection.read(libraryObject("bursts"));
  if (ringBytes !== undefined) collection.maps({ events: { maxEntries: ringBytes } });
  return collection.load({ onNote: (note) => notes.push(note) });
}

/** Holds this thread up until the condition holds: what it waits for is done by another. */
function blockUntil(holds: () => boolean): void {
  const nothing = new Int32Array(new SharedArrayBuffer(4));
  while (!holds()) Atomics.wait(nothing, 0, 0, 1);
}

const burst = (c: LoadedCollection, count: number) => c.program("burst").testRun({ context: { count } });

function emptied(c: LoadedCollection): void {
  blockUntil(() => c.program("waiting").testRun().returned === 0);
}

/** Events in a row: each is the next one, and what it should be. */
class Row {
  #next = 0n;

  take({ number, check }: Event): void {
    this.#pass();
    if (number !== this.#next) expect(number).toBe(this.#next);
    if (check !== (~number & 0xffff_ffff_ffff_ffffn)) expect(check).toBe(~number);
    this.#next++;
  }

  /** How many were sent, when that was all. */
  end(): number {
    this.#pass();
    return Number(this.#next);
  }

  #pass(): void {
    if (this.#next % 1000n === DISCARDED) this.#next++;
  }
}

/** All that there is, after `stop` was aborted. */
async function rest(events: EventStream<Event>): Promise<number> {
  const row = new Row();
  for await (const event of events) row.take(event);
  return row.end();
}

const open = (c: LoadedCollection, options: EventOptions) =>
  c.events<Event>("events", { lost: "dropped", ...options });

test("what comes while the main thread is busy is not lost", async (t) => {
  needs(t, "ringbuf", "syscall-program", "bpf-loop");
  using c = load();
  const stop = new AbortController();
  const events = open(c, { thread: true, signal: stop.signal });
  blockUntil(() => events.inThread);
  for (let round = 0; round < 40; round++) {
    burst(c, BURST);
    emptied(c);
  }
  burst(c, BURST); // some of which may be in the ring still when the reading ends
  stop.abort();
  expect(await rest(events)).toBe(41 * BURST);
  expect(events.lost).toBe(0n);
  expect(events.inThread).toBe(false);
});

test("another process sends all the time, and this one holds up its main thread again and again", async (t) => {
  needs(t, "ringbuf", "syscall-program", "bpf-loop");
  using c = load();
  const stop = new AbortController();
  const events = open(c, { thread: true, signal: stop.signal });
  blockUntil(() => events.inThread);
  const count = 200_000;
  const args = [c.program("burst").id, c.program("waiting").id, count, 500].map(String);
  const producer = spawn(process.execPath, [join(FIXTURES, "ring-producer.mjs"), ...args], {
    stdio: "inherit",
  });
  const ended = exitOf(producer).finally(() => stop.abort());
  const row = new Row();
  const nothing = new Int32Array(new SharedArrayBuffer(4));
  let seen = 0;
  for await (const event of events) {
    row.take(event);
    if (++seen % 10_000 === 0) Atomics.wait(nothing, 0, 0, 50);
  }
  expect(await ended).toBe(0);
  expect(events.lost).toBe(0n);
  expect(row.end()).toBe(count);
});

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.on("exit", resolve));
}

test("a ring that fills fast gets a thread, and no record is lost, doubled or late meanwhile", async (t) => {
  needs(t, "ringbuf", "syscall-program", "bpf-loop");
  using c = load();
  const stop = new AbortController();
  const events = open(c, { signal: stop.signal });
  const row = new Row();
  let sent = 0;
  let seen = 0;
  burst(c, 10);
  sent += 10;
  for await (const event of events) {
    row.take(event);
    // Each time before the last one is discarded by the program.
    if (++seen < sent - Math.floor(sent / 1000)) continue;
    if (events.inThread && sent > 200_000) stop.abort();
    else {
      burst(c, BURST);
      sent += BURST;
    }
  }
  expect(row.end()).toBe(sent);
  expect(events.lost).toBe(0n);
});

test("few events start no thread, and neither do many in a large ring", async (t) => {
  needs(t, "ringbuf", "syscall-program", "bpf-loop");
  for (const { ringBytes, count, thread } of [
    { ringBytes: 1 << 18, count: 100, thread: "auto" },
    { ringBytes: 1 << 22, count: 50_000, thread: "auto" },
    { ringBytes: 1 << 18, count: BURST, thread: false },
  ] as const) {
    using c = load({ ringBytes });
    await noThread();
    const events = open(c, { thread });
    for (let round = 0; round < 5; round++) {
      burst(c, count);
      while (events.read(1000).length > 0);
    }
    expect(events.inThread).toBe(false);
    expect(eventFds()).toBe(WITHOUT);
    expect(events.lost).toBe(0n);
  }
});

// A ring's thread has some of its own, and those that it shares with its reader.
function eventFds(): number {
  const targets = readdirSync("/proc/self/fd").map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return ""; // the folder itself
    }
  });
  return targets.filter((target) => target.includes("[eventfd]")).length;
}

const WITHOUT = eventFds();

/** Threads that were told to end have given back what Node opened for them. */
async function noThread(): Promise<void> {
  while (eventFds() > WITHOUT) await new Promise((resolve) => setTimeout(resolve, 10));
}

test("a queue that is full leaves the rest to the ring, and what finds no room there is counted", async (t) => {
  needs(t, "ringbuf", "syscall-program", "bpf-loop");
  using c = load({ ringBytes: 1 << 16 });
  const stop = new AbortController();
  const events = open(c, { thread: true, queueBytes: 1 << 16, signal: stop.signal });
  blockUntil(() => events.inThread);
  const sent = 20 * 500;
  for (let round = 0; round < 20; round++) burst(c, 500);
  stop.abort();
  const numbers: bigint[] = [];
  for await (const { number } of events) numbers.push(number);
  const written = c.globals["sent"] as bigint;
  expect(written + events.lost).toBe(BigInt(sent));
  expect(numbers.length).toBe(Number(written - written / 1000n));
  expect(numbers).toEqual([...numbers].sort((a, b) => Number(a - b)));
});

test("with a queue that is too small for the rate everything arrives as soon as it is read", async (t) => {
  needs(t, "ringbuf", "syscall-program", "bpf-loop");
  using c = load();
  const stop = new AbortController();
  const events = open(c, { thread: true, queueBytes: 4096, signal: stop.signal }); // as large as the ring, then
  blockUntil(() => events.inThread);
  const row = new Row();
  for (let round = 0; round < 20; round++) {
    burst(c, BURST);
    burst(c, 500);
    for (let left = BURST + 500; left > 0; left--) {
      const [event] = events.read(1);
      if (event !== undefined) row.take(event);
      else if (row.end() === (round + 1) * (BURST + 500)) break;
      else left++;
    }
  }
  stop.abort();
  expect(await rest(events)).toBe(0);
  expect(row.end()).toBe(20 * (BURST + 500));
  expect(events.lost).toBe(0n);
});

test("closed at any moment, the thread ends and nothing of it stays", async (t) => {
  needs(t, "ringbuf", "syscall-program", "bpf-loop");
  for (let round = 0; round < 20; round++) {
    const c = load();
    const events = open(c, { thread: true });
    if (round % 4 > 0) blockUntil(() => events.inThread);
    if (round % 4 > 1) burst(c, BURST);
    if (round % 4 > 2) events.read(10);
    c.close();
    expect(events.inThread).toBe(false);
  }
  await noThread();
});

// biome-ignore format: one way per line
test.for([
  { how: "leave",     status: 0, stdout: "10\n" },
  { how: "exit",      status: 7, stdout: "" },
  { how: "throw",     status: 1, stdout: "" },
  { how: "soon",      status: 7, stdout: "" },
  { how: "close",     status: 0, stdout: "ended false\n" },
  { how: "closeSoon", status: 0, stdout: "ended false\n" },
])("a process with such a thread ends as it would without: $how", (way, t) => {
  needs(t, "ringbuf", "syscall-program", "bpf-loop");
  const args = [join(FIXTURES, "ring-reader.mjs"), libraryObject("bursts"), way.how];
  const { status, stdout, signal } = spawnSync(process.execPath, args, { encoding: "utf8", timeout: 120_000 });
  expect({ how: way.how, status, stdout, signal }).toEqual({ ...way, signal: null });
});
