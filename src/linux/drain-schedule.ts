import { nowMs } from "./now.ts";
import type { Watch } from "./syscall.ts";

/** What a schedule drains. */
export type DrainSource = Readonly<{
  /**
   * Hands over the records that are there. `untilEmpty`: looks again for new ones, as must be done before sleeping.
   * Stops at `deadline` (of nowMs()), or after a few looks that found more each time.
   */
  drain(deadline: number, untilEmpty: boolean): DrainResult;
  /** Calls back when there is something to drain. */
  watch(onReadable: () => void): Watch;
  /** Told true before records are drained by a timer, so that programs need not wake us; false before we sleep. */
  onTimer(active: boolean): void;
}>;

/** `more`: it stopped although there may be more. */
export type DrainResult = Readonly<{ records: number; more: boolean }>;

const TICK_MS = 4;
const QUIET_TICKS_BEFORE_SLEEP = 20;
const TICKS_AFTER_SWITCH = 3; // programs that saw the old mode finish within this time, and their records are read
const LATE_CHECK_MS = 100;
const WAKES_BEFORE_TIMER = 4;
const WAKE_WINDOW_MS = 16; // that many wakes within it cost more than draining by timer
const TURN_MS = 20; // the longest that one turn keeps the event loop

type Mode = "asleep" | "timer" | "settling" | "closed";

/**
 * Decides when a ring is read. Asleep, the kernel wakes us for each record, which costs the traced program 6 to 8
 * microseconds a time; so after a few wakes at short intervals the ring is read by a timer instead, until it stays
 * empty. Keeps the process alive until closed. Errors of the source go to `onError`.
 */
export class DrainSchedule {
  readonly #source: DrainSource;
  readonly #onError: (error: unknown) => void;
  #mode: Mode = "asleep";
  #watch: Watch | undefined;
  #timer: NodeJS.Timeout | undefined;
  #late: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
  #ticksLeft = 0;
  readonly #wakes: number[] = [];

  constructor(source: DrainSource, onError: (error: unknown) => void) {
    this.#source = source;
    this.#onError = onError;
    this.#sleep();
  }

  /** Stops for good; safe to call from inside a record handler. */
  close(): void {
    this.#mode = "closed";
    this.#stopWatching();
    clearInterval(this.#timer);
    clearTimeout(this.#late);
    if (this.#immediate) clearImmediate(this.#immediate);
  }

  #sleep(): void {
    this.#mode = "asleep";
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#watch = this.#source.watch(() => this.#guarded(() => this.#woken()));
  }

  #woken(): void {
    if (this.#mode !== "asleep") return;
    const now = nowMs();
    this.#wakes.push(now);
    if (this.#wakes.length > WAKES_BEFORE_TIMER) this.#wakes.shift();
    const busy = this.#wakes.length === WAKES_BEFORE_TIMER && now - (this.#wakes[0] ?? 0) < WAKE_WINDOW_MS;
    if (busy) this.#startTimer();
    this.#turn();
  }

  #startTimer(): void {
    this.#wakes.length = 0;
    this.#stopWatching();
    clearTimeout(this.#late);
    this.#late = undefined;
    this.#mode = "timer";
    this.#ticksLeft = QUIET_TICKS_BEFORE_SLEEP;
    this.#source.onTimer(true);
    this.#timer ??= setInterval(() => this.#guarded(() => this.#tick()), TICK_MS);
  }

  #tick(): void {
    const records = this.#turn();
    if (this.#mode === "closed") return;
    if (this.#mode === "settling") {
      if (--this.#ticksLeft > 0) return;
      this.#sleep();
      // One more look, for a program that was held up between reading the mode and submitting its record.
      this.#late = setTimeout(() => this.#guarded(() => this.#turn()), LATE_CHECK_MS);
      this.#late.unref();
      return;
    }
    this.#ticksLeft = records > 0 ? QUIET_TICKS_BEFORE_SLEEP : this.#ticksLeft - 1;
    if (this.#ticksLeft > 0) return;
    this.#mode = "settling";
    this.#ticksLeft = TICKS_AFTER_SWITCH;
    this.#source.onTimer(false);
    this.#turn();
  }

  // Drains for a bounded time; what is left then follows after the event loop had its turn.
  #turn(): number {
    if (this.#immediate || this.#isClosed()) return 1;
    const { records, more } = this.#source.drain(nowMs() + TURN_MS, this.#mode !== "timer");
    if (!more || this.#isClosed()) return records;
    if (this.#mode === "asleep") this.#startTimer(); // a burst within one wake
    this.#continueSoon();
    return records;
  }

  #continueSoon(): void {
    this.#immediate = setImmediate(() => {
      this.#immediate = undefined;
      this.#guarded(() => this.#turn());
    });
  }

  #isClosed(): boolean {
    return this.#mode === "closed";
  }

  // An exception that leaves a poll callback aborts the process.
  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#onError(error);
      // The record that failed is behind us; go on with the next ones.
      if (!this.#isClosed() && !this.#immediate) this.#continueSoon();
    }
  }

  #stopWatching(): void {
    this.#watch?.close();
    this.#watch = undefined;
  }
}
