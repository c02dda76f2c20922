import { SkepError } from "../base/errors.ts";
import type { RecordHandler, Ring, RingOptions } from "../runtime/backend.ts";
import type { DrainResult } from "./drain-schedule.ts";
import { DrainSchedule } from "./drain-schedule.ts";
import { Fd } from "./fd.ts";
import { openPerfEvent } from "./perf.ts";
import { PerfPages } from "./perf-pages.ts";
import type { Kernel, Watch } from "./syscall.ts";
import { SystemError } from "./system-error.ts";

const EPOLL_CTL_ADD = 1;
const EPOLL_CLOEXEC = 0o2000000;
const EPOLLIN = 1;
const CHECK_CLOCK_EVERY = 256; // records
const MOST_LOOKS = 3;

export type PerfBufferParts = Readonly<{
  kernel: Kernel;
  /** CPUs that are online: the others have no buffer. */
  cpus: readonly number[];
  pageSize: number;
  /** A power of two, per CPU. */
  pagesPerCpu: number;
  /** Makes `bpf_perf_event_output` on `cpu` write to `event`. */
  bind: (cpu: number, event: Fd) => void;
}>;

/**
 * Opens the buffers of a perfEventArray map, one per CPU, for kernels without ring buffers (before 5.8). Records of all
 * CPUs are handed over in the order of their times. Throws SystemError.
 */
export function openPerfBuffer(parts: PerfBufferParts, onRecord: RecordHandler, options: RingOptions): Ring {
  return new PerfBuffer(parts, onRecord, options);
}

class PerfBuffer implements Ring {
  readonly #kernel: Kernel;
  readonly #onRecord: RecordHandler;
  readonly #options: RingOptions;
  readonly #buffers: PerfPages[] = [];
  readonly #epoll: Fd;
  readonly #schedule: DrainSchedule;
  #draining = false;
  #closed = false;

  constructor(parts: PerfBufferParts, onRecord: RecordHandler, options: RingOptions) {
    this.#kernel = parts.kernel;
    this.#onRecord = onRecord;
    this.#options = options;
    const epoll = parts.kernel.call("epoll_create1", EPOLL_CLOEXEC);
    if (epoll < 0) throw new SystemError("wait for events", "epoll_create1", epoll);
    this.#epoll = new Fd(parts.kernel, epoll);
    try {
      for (const cpu of parts.cpus) this.#addCpu(parts, cpu);
    } catch (error) {
      this.#release();
      throw error;
    }
    this.#schedule = new DrainSchedule(
      {
        drain: (deadline, untilEmpty) => this.#drain(deadline, untilEmpty ? MOST_LOOKS : 1),
        watch: (onReadable): Watch => parts.kernel.watch(this.#epoll.number, onReadable),
        onTimer: () => {}, // programs cannot be asked not to wake us
      },
      (error) => this.#failed(error),
    );
  }

  drain(): number {
    return this.#drain(Number.POSITIVE_INFINITY, 1).records;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#schedule.close();
    if (!this.#draining) this.#release();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #addCpu(parts: PerfBufferParts, cpu: number): void {
    const event = openPerfEvent(parts.kernel, { kind: "output", wakeupEvents: 1 }, { pid: -1, cpu });
    if (event < 0) throw new SystemError(`open the event buffer of CPU ${cpu}`, "perf_event_open", event);
    const pages = PerfPages.open(parts.kernel, new Fd(parts.kernel, event), parts.pageSize, parts.pagesPerCpu);
    this.#buffers.push(pages);
    const wanted = new Uint8Array(16); // struct epoll_event: packed on x86-64 only; the data is not used
    wanted[0] = EPOLLIN;
    const added = parts.kernel.call("epoll_ctl", this.#epoll.number, EPOLL_CTL_ADD, pages.event.number, wanted);
    if (added < 0) throw new SystemError("wait for events", "epoll_ctl", added);
    parts.bind(cpu, pages.event);
  }

  #drain(deadline: number, looks: number): DrainResult {
    if (this.#closed || this.#draining) return { records: 0, more: false };
    this.#draining = true;
    let records = 0;
    let more = false;
    try {
      for (let look = 0; look < looks && !this.#closed; look++) {
        const found = this.#readAvailable(deadline);
        records += found.records;
        more = found.more || (looks > 1 && found.records > 0);
        if (!more || found.more) break;
      }
    } finally {
      this.#draining = false;
      if (this.#closed) this.#release();
    }
    if (records > 0 && !this.#closed) this.#options.onIdle?.();
    return { records, more };
  }

  // Merges by time what lies in the buffers now; what a CPU adds meanwhile belongs to the next look.
  #readAvailable(deadline: number): DrainResult {
    for (const buffer of this.#buffers) buffer.look();
    let records = 0;
    let untilClock = CHECK_CLOCK_EVERY;
    while (!this.#closed) {
      const oldest = this.#oldest();
      if (oldest === undefined) return { records, more: false };
      const { kind, data, view, at, length, lost } = oldest.take();
      if (kind === "lost") this.#options.onLost?.(lost);
      else {
        records++;
        this.#onRecord(data, view, at, length);
      }
      if (!this.#closed) oldest.release();
      if (--untilClock > 0) continue;
      if (performance.now() >= deadline) return { records, more: true };
      untilClock = CHECK_CLOCK_EVERY;
    }
    return { records, more: false };
  }

  #oldest(): PerfPages | undefined {
    let oldest: PerfPages | undefined;
    for (const buffer of this.#buffers) {
      if (!buffer.hasRecord) continue;
      if (oldest === undefined || buffer.time < oldest.time) oldest = buffer;
    }
    return oldest;
  }

  #failed(error: unknown): void {
    if (this.#options.onError) this.#options.onError(error);
    else
      setImmediate(() => {
        throw error;
      });
  }

  #release(): void {
    this.#epoll.close();
    const events = this.#buffers.map((buffer) => buffer.close());
    this.#kernel.closeAll(events);
    this.#buffers.length = 0;
  }
}

/** Pages for one CPU's perf buffer: the power of two nearest above `bytes`. */
export function perfBufferPages(bytes: number, pageSize: number): number {
  if (!(bytes > 0))
    throw new SkepError(`a perf buffer cannot have ${bytes} bytes`, {
      code: "linux/bad-buffer-size",
      remedy: "give a size above zero",
    });
  let pages = 1;
  while (pages * pageSize < bytes) pages *= 2;
  return pages;
}
