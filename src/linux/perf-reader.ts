import type { RecordHandler } from "../runtime/backend.ts";
import { Fd } from "./fd.ts";
import { nowMs } from "./now.ts";
import { openPerfEvent } from "./perf.ts";
import { PerfPages } from "./perf-pages.ts";
import type { ReadLimits, ReadResult } from "./ring-pages.ts";
import type { Kernel, Watch } from "./syscall.ts";
import { SystemError } from "./system-error.ts";

const EPOLL_CTL_ADD = 1;
const EPOLL_CLOEXEC = 0o2000000;
const EPOLLIN = 1;
const CHECK_CLOCK_EVERY = 256; // records

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

/** The buffers of a perfEventArray map, one per CPU. Records of all CPUs are handed over in the order of their times. */
export class PerfReader {
  readonly #kernel: Kernel;
  readonly #buffers: PerfPages[] = [];
  readonly #epoll: Fd;
  readonly #onLost: (records: number) => void;
  #reading = false;
  #closed = false;

  /** Throws SystemError. */
  constructor(parts: PerfBufferParts, onLost: (records: number) => void) {
    this.#kernel = parts.kernel;
    this.#onLost = onLost;
    const epoll = parts.kernel.call("epoll_create1", EPOLL_CLOEXEC);
    if (epoll < 0) throw new SystemError("wait for events", "epoll_create1", epoll);
    this.#epoll = new Fd(parts.kernel, epoll);
    try {
      for (const cpu of parts.cpus) this.#addCpu(parts, cpu);
    } catch (error) {
      this.#release();
      throw error;
    }
  }

  /** Calls back when there is something to read. */
  watch(onReadable: () => void): Watch {
    return this.#kernel.watch(this.#epoll.number, onReadable);
  }

  /** Merges by time what lies in the buffers now; what a CPU adds meanwhile belongs to the next look. */
  read(onRecord: RecordHandler, { deadline, most }: ReadLimits): ReadResult {
    if (this.#closed) return { records: 0, more: false };
    this.#reading = true;
    try {
      return this.#merge(onRecord, deadline, most);
    } finally {
      this.#reading = false;
      if (this.#closed) this.#release();
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (!this.#reading) this.#release();
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

  #merge(onRecord: RecordHandler, deadline: number, most: number): ReadResult {
    for (const buffer of this.#buffers) buffer.look();
    let records = 0;
    let untilClock = CHECK_CLOCK_EVERY;
    while (!this.#closed) {
      if (records === most) return { records, more: true };
      const oldest = this.#oldest();
      if (oldest === undefined) return { records, more: false };
      const { kind, data, view, at, length, lost } = oldest.take();
      if (kind === "lost") this.#onLost(lost);
      else {
        records++;
        onRecord(data, view, at, length);
      }
      if (!this.#closed) oldest.release();
      if (--untilClock > 0) continue;
      if (nowMs() >= deadline) return { records, more: true };
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

  #release(): void {
    this.#epoll.close();
    const events = this.#buffers.map((buffer) => buffer.close());
    this.#kernel.closeAll(events);
    this.#buffers.length = 0;
  }
}
