import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { DrainResult } from "./drain-schedule.ts";
import { DrainSchedule } from "./drain-schedule.ts";

beforeEach(() => {
  vi.useFakeTimers({
    toFake: [
      "setInterval",
      "clearInterval",
      "setTimeout",
      "clearTimeout",
      "setImmediate",
      "clearImmediate",
      "performance",
      "hrtime",
    ],
  });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A source that a test fills; `events` tells what the schedule did. */
function fakeSource() {
  const state = { pending: 0, watching: false, wake: () => {}, fail: false, slow: 0 };
  const events: string[] = [];
  const errors: unknown[] = [];
  const schedule = new DrainSchedule(
    {
      drain(): DrainResult {
        if (state.fail) {
          state.fail = false;
          throw new Error("handler");
        }
        if (state.slow > 0) {
          state.slow--;
          events.push("part");
          return { records: 100, more: true };
        }
        const records = state.pending;
        state.pending = 0;
        if (records > 0) events.push(`read ${records}`);
        return { records, more: false };
      },
      watch(onReadable) {
        state.watching = true;
        state.wake = onReadable;
        return {
          close() {
            state.watching = false;
          },
        };
      },
      onTimer: (active) => events.push(active ? "timer" : "sleep"),
    },
    (error) => errors.push(error),
  );
  const arrive = (records: number) => {
    state.pending += records;
    if (state.watching) state.wake();
  };
  return { state, events, errors, schedule, arrive };
}

test("single records are read at once, and never by a timer", () => {
  const { events, arrive } = fakeSource();
  for (let i = 0; i < 10; i++) {
    arrive(1);
    vi.advanceTimersByTime(50);
  }
  expect(events).toEqual(Array.from({ length: 10 }, () => "read 1"));
});

test("records at short intervals start the timer, and quiet stops it", () => {
  const { state, events, arrive } = fakeSource();
  for (let i = 0; i < 4; i++) {
    arrive(1);
    vi.advanceTimersByTime(2);
  }
  expect(events).toEqual(["read 1", "read 1", "read 1", "timer", "read 1"]);
  expect(state.watching).toBe(false);
  arrive(50);
  vi.advanceTimersByTime(4);
  expect(events.at(-1)).toBe("read 50");
  vi.advanceTimersByTime(4 * 30);
  expect(events.at(-1)).toBe("sleep");
  expect(state.watching).toBe(true);
  expect(vi.getTimerCount()).toBe(1); // the late check
  vi.advanceTimersByTime(200);
  expect(vi.getTimerCount()).toBe(0);
});

test("a record that was submitted without a wake-up while going to sleep is read", () => {
  const { state, events, arrive } = fakeSource();
  for (let i = 0; i < 4; i++) arrive(1);
  while (events.at(-1) !== "sleep") vi.advanceTimersByTime(1);
  state.pending = 1; // its program still saw the timer
  vi.advanceTimersByTime(5);
  expect(events.at(-1)).toBe("read 1");
  vi.advanceTimersByTime(20);
  expect(state.watching).toBe(true);
  state.pending = 1; // and this one was held up for long
  vi.advanceTimersByTime(150);
  expect(events.at(-1)).toBe("read 1");
});

test("a long burst is read in turns", () => {
  const { state, events, arrive } = fakeSource();
  state.slow = 3;
  arrive(1);
  expect(events).toEqual(["part", "timer"]);
  vi.advanceTimersToNextTimer();
  expect(events.filter((e) => e === "part")).toHaveLength(2);
  vi.advanceTimersByTime(10);
  expect(events.filter((e) => e === "part")).toHaveLength(3);
  expect(events.at(-1)).toBe("read 1");
});

test("an error is handed on, and reading goes on", () => {
  const { state, events, errors, arrive } = fakeSource();
  state.fail = true;
  arrive(2);
  expect(errors).toEqual([new Error("handler")]);
  vi.advanceTimersByTime(5);
  expect(events).toEqual(["read 2"]);
});

test("closing leaves no timer and no watch", () => {
  const { state, schedule, arrive } = fakeSource();
  for (let i = 0; i < 4; i++) arrive(1);
  schedule.close();
  expect(state.watching).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
});
