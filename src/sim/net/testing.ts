import { EventQueue } from "../world/event-queue.ts";
import { Random } from "../world/random.ts";
import { prefix } from "./packet/ip-address.ts";
import { RemoteHost } from "./remote/remote-host.ts";
import type { NetSystem, Planned } from "./system.ts";
import { SILENT, type Trace } from "./trace.ts";
import { Internet } from "./wire/internet.ts";
import type { WireOptions } from "./wire/wire.ts";

/** A network of hosts without a machine, for tests: only its clock runs. */
export class TestNet {
  readonly net: Internet;
  readonly random: Random;
  readonly #queue = new EventQueue();
  nowNs = 1_000_000_000;

  constructor(seed = 1) {
    this.random = new Random(seed);
    const clock = { now: () => this.nowNs, at: (ns: number, run: () => void) => void this.#queue.add(ns, run) };
    this.net = new Internet(clock, this.random.stream("net"));
  }

  system(trace: Trace = SILENT): NetSystem {
    return {
      trace,
      memory: undefined,
      random: this.random.stream("host"),
      now: () => this.nowNs,
      cpu: () => 0,
      spend: () => undefined,
      interrupt: (_device, _cpu, run) => run(),
      later: (ns, run) => this.#plan(ns, run),
      timer: (ns, name, run) => this.#plan(ns, () => trace.call(name, [null], run)),
    };
  }

  #plan(ns: number, run: () => void): Planned {
    const event = this.#queue.add(this.nowNs + ns, run);
    return {
      cancel: () => {
        event.run = undefined;
      },
    };
  }

  host(address: string, options: Partial<WireOptions> = {}, trace: Trace = SILENT): RemoteHost {
    return new RemoteHost(this.net, this.system(trace), address, [prefix(address)], { ...WIRE, ...options });
  }

  /** Lets time pass until nothing happens any more, but no longer than that. */
  run(mostNs: number): void {
    const end = this.nowNs + mostNs;
    while (this.#queue.nextNs <= end) {
      const event = this.#queue.take();
      if (event?.run === undefined) break;
      this.nowNs = event.atNs;
      event.run();
    }
    this.nowNs = end;
  }
}

const WIRE: WireOptions = {
  delayNs: 5_000_000,
  jitterNs: 0,
  loss: 0,
  bitsPerSecond: 1e9,
  queueNs: 100_000_000,
};
