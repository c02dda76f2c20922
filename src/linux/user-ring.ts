import { BYTES, checkInput } from "../base/check-input.ts";
import { SkepError } from "../base/errors.ts";
import { INSPECT, inspected } from "../base/inspected.ts";
import { checkKernel, checkMap } from "./check-arguments.ts";
import type { LinuxMap } from "./maps.ts";
import { MappedMemory } from "./memory.ts";
import { pageSize } from "./procfs.ts";
import type { Kernel } from "./syscall.ts";

// Source: kernel/bpf/ringbuf.c and Documentation/bpf/ringbuf.rst, v6.12. The first page holds how far the program has
// read, the second how far we have written; behind them lie the records, mapped twice in a row.
const NUMBER = { expected: "a number of bytes", accepts: (value: unknown) => typeof value === "number" };
const HEADER_BYTES = 8;
const BUSY = 1 << 31;
const DISCARD = 1 << 30;

/** A record being written. `data` must not be used after `submit` or `discard`. */
export type UserRecord = Readonly<{ data: Uint8Array; submit(): void; discard(): void }>;

/** Writes records into a map of type userRingbuf (6.1), for programs that read them with bpf_user_ringbuf_drain. */
export class UserRing implements Disposable {
  readonly #consumer: MappedMemory;
  readonly #producer: MappedMemory;
  readonly #consumed: BigInt64Array;
  readonly #produced: BigInt64Array;
  readonly #headers: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #size: number;
  #closed = false;

  /** Throws SkepError when the map is of another type. */
  constructor(kernel: Kernel, map: LinuxMap) {
    checkKernel(kernel);
    checkMap(map);
    if (map.spec.type !== "userRingbuf")
      throw new SkepError(
        `map ${map.spec.name} takes no records from user space: it is of type ${map.spec.type}`,
        {
          code: "linux/no-buffer",
          remedy: "declare a map of type BPF_MAP_TYPE_USER_RINGBUF",
        },
      );
    const page = pageSize();
    this.#size = Math.max(map.spec.maxEntries, page);
    this.#consumer = MappedMemory.map(kernel, map.fd, page, 0, "read");
    try {
      this.#producer = MappedMemory.map(kernel, map.fd, page + 2 * this.#size, page, "write");
    } catch (error) {
      this.#consumer.close();
      throw error;
    }
    this.#consumed = new BigInt64Array(this.#consumer.buffer, 0, 1);
    this.#produced = new BigInt64Array(this.#producer.buffer, 0, 1);
    this.#headers = new Int32Array(this.#producer.buffer, page);
    this.#bytes = new Uint8Array(this.#producer.buffer, page);
  }

  /** Room for a record of `length` bytes; undefined while the ring is too full. Throws SkepError when it can never fit. */
  reserve(length: number): UserRecord | undefined {
    if (this.#closed)
      throw new SkepError("the user ring buffer is closed", {
        code: "linux/closed",
        remedy: "write to it before it, or its collection, is closed",
      });
    checkInput("the length of a record", length, NUMBER);
    const total = Math.ceil((length + HEADER_BYTES) / 8) * 8;
    if (!Number.isInteger(length) || length < 0 || total > this.#size)
      throw new SkepError(`a record of ${String(length)} bytes does not fit into a ring of ${this.#size}`, {
        code: "linux/record-too-large",
        remedy: "write smaller records, or declare a larger map",
      });
    const produced = Atomics.load(this.#produced, 0);
    const used = Number(produced - Atomics.load(this.#consumed, 0));
    if (used + total > this.#size) return undefined;
    const at = Number(BigInt.asUintN(64, produced) % BigInt(this.#size));
    this.#headers[at / 4 + 1] = 0;
    Atomics.store(this.#headers, at / 4, length | BUSY);
    Atomics.store(this.#produced, 0, produced + BigInt(total));
    const finish = (flag: number) => {
      Atomics.store(this.#headers, at / 4, length | flag);
    };
    return {
      data: this.#bytes.subarray(at + HEADER_BYTES, at + HEADER_BYTES + length),
      submit: () => finish(0),
      discard: () => finish(DISCARD),
    };
  }

  /** Writes one record; false while the ring is too full. The program reads it when it runs next. */
  write(record: Uint8Array): boolean {
    checkInput("the record for a user ring buffer", record, BYTES);
    const room = this.reserve(record.length);
    room?.data.set(record);
    room?.submit();
    return room !== undefined;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#consumer.close();
    this.#producer.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  toString(): string {
    return inspected("UserRing", undefined, { bytes: this.#size, ...(this.#closed && { closed: "" }) });
  }

  [INSPECT](): string {
    return this.toString();
  }
}
