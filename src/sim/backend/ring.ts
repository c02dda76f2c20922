import { SkepError } from "../../base/errors.ts";
import type { RecordHandler, Ring, RingOptions } from "../../runtime/backend.ts";
import { PerfEventArray } from "../../vm/maps/event-maps.ts";
import type { HostMap } from "../../vm/maps/host-map.ts";
import { RingBuffer } from "../../vm/maps/ring-buffer.ts";
import type { TimedEvent } from "../world/event-queue.ts";
import type { World } from "../world/world.ts";

const MOST_ROUNDS = 64;

type Options = RingOptions & Readonly<{ drainNs: number; onClosed: () => void }>;

/** Reads a ring buffer or perf buffer some virtual time after the first record that lies in it. */
export class SimRing implements Ring {
  readonly #world: World;
  readonly #map: RingBuffer | PerfEventArray;
  readonly #onRecord: RecordHandler;
  readonly #options: Options;
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #view = new DataView(this.#bytes.buffer);
  #planned: TimedEvent | undefined;
  #lost = 0;
  #isClosed = false;
  #isDraining = false;

  constructor(world: World, map: HostMap, onRecord: RecordHandler, options: Options) {
    const { raw } = map;
    if (!(raw instanceof RingBuffer || raw instanceof PerfEventArray))
      throw new SkepError(`map ${map.spec.name} is no buffer of events but of type ${map.spec.type}`, {
        code: "sim/no-buffer",
        remedy: "read its entries instead",
      });
    this.#world = world;
    this.#map = raw;
    this.#onRecord = onRecord;
    this.#options = options;
    this.planDrain();
  }

  /** Makes sure that what is in the buffer is read soon. */
  planDrain(): void {
    if (this.#planned === undefined && !this.#isClosed && !this.#isEmpty) this.#plan();
  }

  #plan(): void {
    const { nowNs } = this.#world;
    this.#planned = this.#world.at(nowNs + this.#options.drainNs, () => {
      this.#planned = undefined;
      this.drainAll();
    });
  }

  drain(): number {
    if (this.#isClosed || this.#isDraining) return 0;
    this.#isDraining = true;
    try {
      return this.#map instanceof RingBuffer ? this.#drainRing(this.#map) : this.#drainPerf(this.#map);
    } catch (error) {
      if (this.#options.onError === undefined) throw error;
      this.#options.onError(error);
      return 0;
    } finally {
      this.#isDraining = false;
    }
  }

  /** Reads until nothing is left, and says so. */
  drainAll(): void {
    let count = 0;
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const more = this.drain();
      count += more;
      if (more === 0) break;
    }
    if (count > 0 && !this.#isClosed) this.#options.onIdle?.();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#planned !== undefined) this.#planned.run = undefined;
    this.#options.onClosed();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  get #isEmpty(): boolean {
    return this.#map instanceof RingBuffer && this.#map.available === 0;
  }

  #drainRing(ring: RingBuffer): number {
    return ring.consumeAt((address, size) => {
      if (ring.memory !== this.#bytes) {
        this.#bytes = ring.memory;
        this.#view = new DataView(this.#bytes.buffer);
      }
      this.#onRecord(this.#bytes, this.#view, address, size);
    });
  }

  #drainPerf(buffer: PerfEventArray): number {
    const records = buffer.take();
    for (const { data } of records)
      this.#onRecord(data, new DataView(data.buffer, data.byteOffset, data.length), 0, data.length);
    if (buffer.lost > this.#lost) this.#options.onLost?.(buffer.lost - this.#lost);
    this.#lost = buffer.lost;
    return records.length;
  }
}
