import { errnoByNumber } from "../../abi/errno.ts";
import type { MapSpec } from "../../abi/map-spec.ts";
import { SkepError } from "../../base/errors.ts";
import { PerfEventArray, type PerfRecord, UserRingBuffer } from "./event-maps.ts";
import { RingBuffer } from "./ring-buffer.ts";
import type { VmMap } from "./vm-map.ts";

const UPDATE_FLAGS = { any: 0, noexist: 1, exist: 2 } as const;

/** A map refused what was asked of it, as the kernel would; `errno` is the kernel's name, such as "E2BIG". */
export class MapError extends SkepError {
  readonly errno: string;

  constructor(map: string, doing: string, status: number) {
    const known = errnoByNumber(status);
    const errno = known?.name ?? `E${-status}`;
    super(`${doing} map ${map}: ${errno}${known ? ` (${known.meaning})` : ""}`, {
      code: `vm/${errno}`,
      remedy: "compare key, value and flags with what this type of map takes; a full map needs more entries",
    });
    this.name = "MapError";
    this.errno = errno;
  }
}

/** A map as user space sees it. Values of per-CPU maps lie one after the other, each rounded up to 8 bytes. */
export class HostMap {
  /** The map as programs see it: results are numbers, negative for errors. */
  readonly raw: VmMap;

  constructor(raw: VmMap) {
    this.raw = raw;
  }

  get spec(): MapSpec {
    return this.raw.spec;
  }

  /** What other maps and `progArray`-like maps refer to this one by. */
  get id(): number {
    return this.raw.id;
  }

  /** A copy of the value, or undefined when the map does not hold the key. Queues and stacks: the next value. */
  lookup(key: Uint8Array = EMPTY): Uint8Array | undefined {
    const found = this.raw.userLookup(this.#key(key));
    if (typeof found !== "number") return found;
    if (found === -ENOENT) return undefined;
    throw new MapError(this.spec.name, "look up a key of", found);
  }

  /** Throws MapError. */
  update(key: Uint8Array, value: Uint8Array, flags: keyof typeof UPDATE_FLAGS = "any"): void {
    if (value.length !== this.raw.userValueSize)
      throw this.#size("value", value.length, this.raw.userValueSize);
    const status = this.raw.userUpdate(this.#key(key), value, UPDATE_FLAGS[flags]);
    if (status < 0) throw new MapError(this.spec.name, "write to", status);
  }

  /** Whether the key was there. Throws MapError for maps that cannot delete. */
  delete(key: Uint8Array): boolean {
    const status = this.raw.userDelete(this.#key(key));
    if (status === -ENOENT) return false;
    if (status < 0) throw new MapError(this.spec.name, "delete a key of", status);
    return true;
  }

  /** Adds a value to a queue, a stack or a bloom filter. Throws MapError. */
  push(value: Uint8Array, flags: keyof typeof UPDATE_FLAGS = "any"): void {
    this.update(EMPTY, value, flags);
  }

  /** Takes the next value of a queue or a stack. */
  pop(): Uint8Array | undefined {
    const found = this.raw.userLookupAndDelete?.(EMPTY) ?? this.raw.missing;
    if (typeof found !== "number") return found;
    if (found === -ENOENT) return undefined;
    throw new MapError(this.spec.name, "take a value of", found);
  }

  /** All entries; each is a copy. */
  *entries(): Generator<readonly [key: Uint8Array, value: Uint8Array]> {
    let key = this.raw.userNextKey(undefined);
    while (typeof key !== "number") {
      const next = this.raw.userNextKey(key);
      const value = this.raw.userLookup(key);
      if (typeof value !== "number") yield [key, value];
      key = next;
    }
  }

  /** Reads what programs submitted to a ring buffer; `data` is void after the call. How many records. */
  consume(onRecord: (data: Uint8Array) => void): number {
    const { raw } = this;
    if (raw instanceof RingBuffer) return raw.consume(onRecord);
    throw new MapError(this.spec.name, "read records of", raw.missing);
  }

  /** Takes what programs wrote to a perf buffer. */
  takeEvents(): readonly PerfRecord[] {
    if (this.raw instanceof PerfEventArray) return this.raw.take();
    throw new MapError(this.spec.name, "read events of", this.raw.missing);
  }

  /** Sends a sample to programs through a user ring buffer. Throws MapError when it is full. */
  send(sample: Uint8Array): void {
    const status = this.raw instanceof UserRingBuffer ? this.raw.send(sample) : this.raw.missing;
    if (status < 0) throw new MapError(this.spec.name, "send a sample to", status);
  }

  #key(key: Uint8Array): Uint8Array {
    if (key.length !== this.spec.keySize) throw this.#size("key", key.length, this.spec.keySize);
    return key;
  }

  #size(what: string, given: number, wanted: number): SkepError {
    return new SkepError(`map ${this.spec.name}: its ${what}s have ${wanted} bytes, not ${given}`, {
      code: "vm/map-size",
      remedy: `give ${wanted} bytes`,
    });
  }
}

const ENOENT = 2;
const EMPTY = new Uint8Array(0);
