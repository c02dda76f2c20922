import type { ObjectSpec } from "../../object/object.ts";
import type { Backend } from "../../runtime/backend.ts";
import type { Duration } from "../world/duration.ts";
import type { World } from "../world/world.ts";
import { SimHost } from "./host.ts";
import { SimLoaded } from "./loaded.ts";
import { playInTime } from "./play.ts";
import { SimResolver } from "./resolver.ts";
import { SimTarget } from "./target.ts";

export type SimOptions = Readonly<{
  /** Virtual time between two looks at the ring buffers; the default is 2 ms. Large values lose events. */
  drainNs?: number;
  /** Default: WebAssembly. */
  engine?: "jit" | "interpreter";
  /** Lines that programs write with bpf_printk. */
  onTrace?: (line: string) => void;
}>;

export type PlayOptions = Readonly<{
  /** How much virtual time to play. Without it: until `signal`, or until nothing will happen any more. */
  for?: Duration;
  /** "max": as fast as possible; else virtual seconds per second. Default "max". */
  speed?: number | "max";
  signal?: AbortSignal;
  /** Ends when this says so: asked after each event. */
  until?: () => boolean;
}>;

/** The simulated kernel as tools and scripts see it: what they do with `linux/` they can do with this. */
export class SimBackend implements Backend {
  readonly name = "sim";
  readonly world: World;
  readonly target: SimTarget;
  readonly resolver: SimResolver;
  readonly host: SimHost;
  readonly #options: SimOptions;
  readonly #loaded = new Set<SimLoaded>();

  constructor(world: World, options: SimOptions = {}) {
    this.world = world;
    this.#options = options;
    this.target = new SimTarget(world);
    this.resolver = new SimResolver(world);
    this.host = new SimHost(world);
  }

  load(object: ObjectSpec): SimLoaded {
    const loaded: SimLoaded = new SimLoaded(this.world, object, {
      ...this.#options,
      onClosed: () => this.#loaded.delete(loaded),
    });
    this.#loaded.add(loaded);
    return loaded;
  }

  /** Plays virtual time at once, and reads all rings at its end. Must not be called from within a record. */
  playNow(duration: Duration, stop?: () => boolean): void {
    const { world } = this;
    world.playUntil(world.nowNs + world.ns(duration), stop);
    this.drain();
  }

  /** Runs are always counted here. */
  countRunTime(): Disposable {
    return { [Symbol.dispose]: () => {} };
  }

  /** Plays virtual time and lets others run now and then: timers, terminals, other promises. */
  async play(options: PlayOptions = {}): Promise<void> {
    await playInTime(this.world, options);
    this.drain();
  }

  /** Reads all rings now. */
  drain(): void {
    for (const loaded of this.#loaded) loaded.drain();
  }

  [Symbol.dispose](): void {
    for (const loaded of [...this.#loaded]) loaded.close();
  }
}
