import type { RING_OWNER, THREAD_LIFE, THREAD_WORDS } from "./record-queue.ts";

/** What the thread is given. The words and the queue are shared, the rest is copied. */
export type RingThreadData = Readonly<{
  words: Int32Array;
  queue: Uint8Array;
  /** Descriptors: the map, what the reader writes to wake the thread, and what the thread writes to wake the reader. */
  ring: number;
  control: number;
  news: number;
  ringBytes: number;
  pageSize: number;
  /** How long it looks away while records come one after the other. */
  napUs: number;
  /** Where to find koffi: files to try, and one beside which `require` finds it. */
  nativePaths: readonly string[];
  nativeFrom: string;
  WORD: typeof THREAD_WORDS;
  OWNER: typeof RING_OWNER;
  LIFE: typeof THREAD_LIFE;
  /** Of a record's header: not submitted yet, and discarded. */
  flags: Readonly<{ busy: number; discarded: number; headerBytes: number }>;
}>;

/** What the thread asks of the system. */
export type ThreadCalls = Readonly<{
  /** Memory of a file, for reading and, if asked for, writing. Throws Error. */
  map(fd: number, length: number, offset: number, isWritten: boolean): ArrayBuffer;
  /** Waits until one of the descriptors is readable, or so many microseconds. */
  wait(fds: readonly number[], timeoutUs: number): void;
  /** Of an eventfd: adds to it, and sets it to zero. */
  signal(fd: number): void;
  clear(fd: number): void;
}>;

/**
 * Moves a ring's records into the queue, so that programs find room in the ring whatever the reader's thread is at.
 * When the queue is full, records stay in the ring.
 *
 * A thread gets this class as text (ring-thread-text.ts): it refers to nothing outside itself.
 */
export class RingThread {
  readonly #data: RingThreadData;
  readonly #calls: ThreadCalls;
  readonly #queueHeaders: Int32Array;
  readonly #consumer: BigInt64Array;
  readonly #producer: Int32Array;
  readonly #headers: Int32Array;
  readonly #bytes: Uint8Array;
  #position = 0; // bytes consumed since the ring was made
  #written: number;
  #full = false;
  #isAwaited = false; // the reader knows that we wait for room, since before the last look
  #napsLeft = 0;
  readonly #wakes: number[] = [];

  constructor(data: RingThreadData, calls: ThreadCalls) {
    const { ring, ringBytes, pageSize, queue, words, WORD } = data;
    this.#data = data;
    this.#calls = calls;
    this.#consumer = new BigInt64Array(calls.map(ring, pageSize, 0, true), 0, 1);
    const pages = calls.map(ring, pageSize + 2 * ringBytes, pageSize, false);
    this.#producer = new Int32Array(pages, 0, 1);
    this.#headers = new Int32Array(pages, pageSize, (2 * ringBytes) / 4);
    this.#bytes = new Uint8Array(pages, pageSize, 2 * ringBytes);
    this.#queueHeaders = new Int32Array(queue.buffer, queue.byteOffset, queue.byteLength >>> 2);
    this.#written = Atomics.load(words, WORD.written);
  }

  /** Until it is told to stop. */
  run(): void {
    if (!this.take()) return;
    while (!this.#isStopped()) {
      const bytes = this.move();
      if (bytes > 0 && this.#napsLeft > 0) this.#napsLeft = this.#mostNaps();
      if (bytes === 0 ? !this.#full || this.#isAwaited : this.#napsLeft > 0) this.#rest();
    }
  }

  /** Becomes the ring's only reader, as soon as the other one is not at it. False: told to stop meanwhile. */
  take(): boolean {
    const { words, WORD, OWNER } = this.#data;
    Atomics.store(words, WORD.wanted, 1);
    while (!this.#isStopped()) {
      const owner = Atomics.compareExchange(words, WORD.owner, OWNER.nobody, OWNER.thread);
      if (owner !== OWNER.reader) {
        this.#position = Number(Atomics.load(this.#consumer, 0));
        this.#wakeReader();
        return true;
      }
      Atomics.wait(words, WORD.owner, owner, 100);
    }
    return false;
  }

  /** Moves what is there, as far as there is room; the bytes that the ring got back. */
  move(): number {
    const { ringBytes, words, WORD } = this.#data;
    const start = this.#position;
    const end = start + ((Atomics.load(this.#producer, 0) - (start % 0x1_0000_0000)) >>> 0);
    this.#full = false;
    while (this.#position < end) {
      const at = this.#position % ringBytes;
      const bytes = this.#wholeRecords(at, Math.min(end - this.#position, 1 << 16));
      if (bytes === 0) break;
      this.#put(this.#bytes.subarray(at, at + bytes));
      this.#position += bytes;
      Atomics.store(words, WORD.written, this.#written);
      Atomics.store(this.#consumer, 0, BigInt(this.#position));
      this.#wakeReader();
    }
    return this.#position - start;
  }

  /** Gives the ring back: to be called once, at the end. */
  close(): void {
    const { words, WORD, OWNER } = this.#data;
    Atomics.store(words, WORD.wanted, 0);
    Atomics.compareExchange(words, WORD.owner, OWNER.thread, OWNER.nobody);
    this.#wakeReader();
  }

  /** Bytes of the submitted records from `at` on that the queue takes in one piece: about `most`, or a single record. */
  #wholeRecords(at: number, most: number): number {
    const { flags } = this.#data;
    let bytes = 0;
    let room = this.#room();
    while (bytes < most) {
      const header = Atomics.load(this.#headers, (at + bytes) >>> 2);
      if ((header & flags.busy) !== 0) break;
      const step = ((header & ~flags.discarded) + flags.headerBytes + 7) & ~7;
      if (bytes + step > room) {
        if (bytes > 0) break;
        if (!this.#goToStart() || step > this.#room()) return this.#noRoom();
        room = this.#room();
      }
      bytes += step;
    }
    return bytes;
  }

  /** Passes over what is left at the queue's end; false when that is not free, or the start is where we are. */
  #goToStart(): boolean {
    const { queue, flags, words, WORD } = this.#data;
    const at = this.#written & (queue.length - 1);
    const rest = queue.length - at;
    if (at === 0 || this.#free() < rest) return false;
    this.#queueHeaders[at >>> 2] = flags.busy;
    this.#written = (this.#written + rest) | 0;
    Atomics.store(words, WORD.written, this.#written);
    this.#wakeReader(); // which makes the room
    return true;
  }

  #put(records: Uint8Array): void {
    const { queue } = this.#data;
    queue.set(records, this.#written & (queue.length - 1));
    this.#written = (this.#written + records.length) | 0;
  }

  #free(): number {
    const { words, queue, WORD } = this.#data;
    return queue.length - ((this.#written - Atomics.load(words, WORD.read)) >>> 0);
  }

  /** Bytes that can be written in one piece. */
  #room(): number {
    const { queue } = this.#data;
    return Math.min(this.#free(), queue.length - (this.#written & (queue.length - 1)));
  }

  // A reader that makes room after this store wakes us; room that it made before is seen by one more look.
  #noRoom(): 0 {
    const { words, WORD } = this.#data;
    this.#full = true;
    this.#isAwaited = Atomics.exchange(words, WORD.full, 1) === 1;
    return 0;
  }

  #isStopped(): boolean {
    return Atomics.load(this.#data.words, this.#data.WORD.stop) !== 0;
  }

  #wakeReader(): void {
    const { words, news, WORD } = this.#data;
    if (Atomics.exchange(words, WORD.asleep, 0) === 1) this.#calls.signal(news);
  }

  #mostNaps(): number {
    return Math.ceil(5000 / this.#data.napUs);
  }

  // Asleep, the kernel wakes us for each record that finds the ring empty, which costs the traced program 6 microseconds;
  // so after a few wakes at short intervals we look every few microseconds instead. Programs may submit without waking
  // us: no sleep is longer than 100 ms.
  #rest(): void {
    const { control, ring, napUs } = this.#data;
    if (this.#napsLeft > 0 && !this.#full) {
      this.#napsLeft--;
      this.#calls.wait([control], napUs);
    } else {
      this.#calls.wait(this.#full ? [control] : [control, ring], 100_000);
      if (!this.#full) this.#noteWake(performance.now());
    }
    this.#calls.clear(control);
  }

  #noteWake(now: number): void {
    const wakes = this.#wakes;
    wakes.push(now);
    if (wakes.length > 4) wakes.shift();
    if (wakes.length < 4 || now - (wakes[0] as number) > 16) return;
    wakes.length = 0;
    this.#napsLeft = this.#mostNaps();
  }
}
