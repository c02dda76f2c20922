import { Worker } from "node:worker_threads";
import type { RecordHandler } from "../runtime/backend.ts";
import { Fd } from "./fd.ts";
import { keptInThread, nativeLibraryPlaces } from "./native-library.ts";
import { duplicate } from "./open-file.ts";
import { RecordQueue, RING_OWNER, THREAD_LIFE, THREAD_WORD_BYTES, THREAD_WORDS } from "./record-queue.ts";
import { BUSY, DISCARDED, HEADER_BYTES, type RingPagesParts } from "./ring-pages.ts";
import type { RingThreadData } from "./ring-thread.ts";
import { ringThreadText } from "./ring-thread-text.ts";
import type { Kernel, Watch } from "./syscall.ts";
import { SystemError } from "./system-error.ts";

const EFD_CLOEXEC_NONBLOCK = 0o2004000; // include/uapi/linux/eventfd.h
const MOST_QUEUE_BYTES = 1 << 30;
const MOST_HEAP_MIB = 16;
const STOP_MS = 2000; // a thread that is running ends within microseconds; the machine may be busy

export type ThreadedRingOptions = Readonly<{
  /** Room for records that were moved out of the ring; rounded up to a power of two, and to the ring's size. */
  queueBytes: number;
  /** Told once when the thread ends without being asked to, and why: whoever made this reads the ring again. */
  onFailed: (why: string) => void;
}>;

/** Anything that runs in a thread of its own: made by `startWorker`, replaced in tests. */
export type StartWorker = (
  data: RingThreadData,
  onEnd: (why: string) => void,
) => Readonly<{
  /** Told when the thread is gone for certain. */
  onGone(work: () => void): void;
}>;

/**
 * A ring that a thread of its own empties into a queue in shared memory, so that programs find room while this thread is
 * busy. Until the thread has started this one goes on reading: `hold` says who is at it, and only one is at any time.
 * Neither the thread nor this keeps the process alive, except `watch`.
 */
export class ThreadedRing {
  readonly #kernel: Kernel;
  readonly #options: ThreadedRingOptions;
  readonly #words = new Int32Array(new SharedArrayBuffer(THREAD_WORD_BYTES));
  readonly #queue: RecordQueue;
  readonly #fds: Readonly<{ ring: Fd; control: Fd; news: Fd }>;
  readonly #one = new Uint8Array(BigUint64Array.of(1n).buffer);
  #watch: Watch | undefined;
  #state: "running" | "failed" | "stopped" | "stuck" = "running";

  /** Throws SystemError or what starting a thread throws; nothing stays behind then. */
  constructor(parts: RingPagesParts, options: ThreadedRingOptions, start: StartWorker = startWorker) {
    const { kernel, map, sizeBytes, pageSize } = parts;
    this.#kernel = kernel;
    this.#options = options;
    const queue = new Uint8Array(new SharedArrayBuffer(queueLength(options.queueBytes, sizeBytes)));
    this.#queue = new RecordQueue(this.#words, queue);
    this.#fds = openFds(kernel, map);
    const { ring, control, news } = this.#fds;
    const { paths, from } = nativeLibraryPlaces();
    const data: RingThreadData = {
      words: this.#words,
      queue,
      ring: ring.number,
      control: control.number,
      news: news.number,
      ringBytes: sizeBytes,
      pageSize,
      napUs: napUs(sizeBytes),
      nativePaths: paths,
      nativeFrom: from,
      WORD: THREAD_WORDS,
      OWNER: RING_OWNER,
      LIFE: THREAD_LIFE,
      flags: { busy: BUSY, discarded: DISCARDED, headerBytes: HEADER_BYTES },
    };
    try {
      start(data, (why) => this.#ended(why)).onGone(() => this.#closeFds());
    } catch (error) {
      this.#closeFds();
      throw error;
    }
    stopAtExit(this);
  }

  /** Whether there is a thread, be it still starting. */
  get isRunning(): boolean {
    return this.#state === "running";
  }

  /** Whether the thread reads the ring by now. */
  get isTaken(): boolean {
    return this.#state === "running" && Atomics.load(this.#words, THREAD_WORDS.owner) === RING_OWNER.thread;
  }

  /** Bytes that wait in the queue. */
  get waiting(): number {
    return this.#queue.waiting;
  }

  get isFilling(): boolean {
    return this.#queue.waiting > this.#queue.capacity >> 4;
  }

  /** Makes this thread the ring's reader until `release`; false when the other one is. */
  hold(): boolean {
    if (this.#state !== "running") return this.#state !== "stuck";
    const { owner } = THREAD_WORDS;
    const before = Atomics.compareExchange(this.#words, owner, RING_OWNER.nobody, RING_OWNER.reader);
    return before !== RING_OWNER.thread;
  }

  release(): void {
    const { owner, wanted } = THREAD_WORDS;
    if (this.#state !== "running") return;
    const next = Atomics.load(this.#words, wanted) === 1 ? RING_OWNER.thread : RING_OWNER.nobody;
    Atomics.store(this.#words, owner, next);
    Atomics.notify(this.#words, owner);
  }

  /** Hands over records of the queue, at most `most`; how many. */
  read(onRecord: RecordHandler, most: number): number {
    try {
      return this.#queue.read(onRecord, most);
    } finally {
      this.#tellOfRoom();
    }
  }

  /** Calls back when there are records, or the thread has begun to read. One watches at a time. Keeps the process alive. */
  watch(onReadable: () => void): Watch {
    const { asleep } = THREAD_WORDS;
    const { news } = this.#fds;
    const watch = this.#kernel.watch(news.number, () => {
      this.#kernel.call("read", news.number, new Uint8Array(8), 8);
      onReadable();
    });
    this.#watch = watch;
    Atomics.store(this.#words, asleep, 1);
    if (this.waiting > 0) this.#signal(news);
    return {
      close: () => {
        if (this.#watch !== watch) return;
        this.#watch = undefined;
        Atomics.store(this.#words, asleep, 0);
        watch.close();
      },
    };
  }

  /**
   * Ends the thread, and waits for it: afterwards the ring is this thread's, and what is in the queue came before what is
   * in the ring. On a machine that gives the thread no time to end, the ring stays the thread's.
   */
  stop(): void {
    if (this.#state !== "running") return;
    this.requestStop();
    this.#state = "stopped";
    this.#watch?.close();
    this.#watch = undefined;
    const { life } = THREAD_WORDS;
    const { starting, running, calledOff } = THREAD_LIFE;
    if (Atomics.compareExchange(this.#words, life, starting, calledOff) !== running) {
      this.#closeFds();
      return;
    }
    if (Atomics.wait(this.#words, life, running, STOP_MS) === "timed-out") this.#state = "stuck";
    else this.#closeFds();
  }

  /** Ends the thread; what is in the queue is not handed over any more. */
  close(): void {
    this.#queue.close();
    this.stop();
  }

  /** Tells the thread to end. */
  requestStop(): void {
    if (this.#state !== "running") return;
    Atomics.store(this.#words, THREAD_WORDS.stop, 1);
    Atomics.notify(this.#words, THREAD_WORDS.owner);
    this.#signal(this.#fds.control);
  }

  #ended(why: string): void {
    if (this.#state !== "running") return;
    this.#state = "failed";
    this.#watch?.close();
    this.#watch = undefined;
    this.#closeFds();
    this.#options.onFailed(why);
  }

  #tellOfRoom(): void {
    if (this.#state !== "running" || Atomics.load(this.#words, THREAD_WORDS.full) === 0) return;
    const { waiting, capacity } = this.#queue;
    if (waiting > 0 && waiting > capacity - (capacity >> 2)) return;
    Atomics.store(this.#words, THREAD_WORDS.full, 0);
    this.#signal(this.#fds.control);
  }

  #signal(fd: Fd): void {
    this.#kernel.call("write", fd.number, this.#one, 8);
  }

  // Only when the thread does not use them any more: their numbers go to the next files that are opened.
  #closeFds(): void {
    for (const fd of Object.values(this.#fds)) fd.close();
    runningThreads().delete(this);
  }
}

function openFds(kernel: Kernel, map: Fd): Readonly<{ ring: Fd; control: Fd; news: Fd }> {
  const opened: Fd[] = [];
  const keep = (fd: Fd): Fd => {
    opened.push(fd);
    return fd;
  };
  try {
    return {
      ring: keep(duplicate(kernel, map.number)),
      control: keep(eventFd(kernel)),
      news: keep(eventFd(kernel)),
    };
  } catch (error) {
    for (const fd of opened) fd.close();
    throw error;
  }
}

function eventFd(kernel: Kernel): Fd {
  const number = kernel.call("eventfd2", 0, EFD_CLOEXEC_NONBLOCK);
  if (number < 0) throw new SystemError("start a thread for a ring buffer", "eventfd2", number);
  return new Fd(kernel, number);
}

/** A record may be as long as the ring; positions are compared modulo 2^32, and ring buffers may be larger than that allows. */
function queueLength(queueBytes: number, ringBytes: number): number {
  const bytes = Math.max(queueBytes, ringBytes);
  if (bytes > MOST_QUEUE_BYTES) throw new Error("the ring buffer is larger than 1 GiB");
  return 2 ** Math.ceil(Math.log2(bytes));
}

/** So short that a ring that fills at 5 million events a second does not fill up meanwhile; at most a millisecond. */
function napUs(ringBytes: number): number {
  return Math.min(1000, 20 + (ringBytes >> 11));
}

function startWorker(data: RingThreadData, onEnd: (why: string) => void): ReturnType<StartWorker> {
  const worker = new Worker(ringThreadText(), {
    eval: true,
    workerData: data,
    execArgv: [], // loaders and hooks of the process are not for this thread
    name: "skep ring",
    resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MIB, maxYoungGenerationSizeMb: 2, stackSizeMb: 1 },
  });
  worker.unref();
  let why = "it ended";
  worker.on("error", (error: unknown) => {
    why = error instanceof Error ? error.message : String(error);
  });
  worker.on("exit", () => onEnd(why));
  return { onGone: (work) => void worker.on("exit", work) };
}

function runningThreads(): Set<ThreadedRing> {
  return keptInThread("ring-threads", () => {
    const running = new Set<ThreadedRing>();
    // Node waits at its end for its threads, and ours may sleep for a while.
    process.prependListener("exit", () => {
      for (const ring of running) ring.requestStop();
    });
    return running;
  });
}

function stopAtExit(ring: ThreadedRing): void {
  runningThreads().add(ring);
}
