import { LazyTimer } from "../lazy-timer.ts";
import { consumeSkb } from "../skb/drop.ts";
import type { SkBuff } from "../skb/sk-buff.ts";
import type { Wire } from "../wire/wire.ts";
import { flowHash } from "./flow-hash.ts";
import type { Driver, NetDevice } from "./net-device.ts";
import { netifReceive, passesXdp } from "./receive.ts";
import { type Poller, verboseData } from "./softirqs.ts";
import { runQueue } from "./xmit.ts";

const GRO_NORMAL = 3; // nothing to merge with, include/linux/netdevice.h, v6.12
const RING = 256; // packets
const MOST_PER_POLL = 63; // below the budget: the poll is over
const LEAST_BYTES_IN_FLIGHT = 131_072;

/** The hardware of a network card: a ring of packets that are being sent, and rings of packets that came. */
export class Nic {
  readonly driver: Driver = {
    xmit: "start_xmit",
    name: "virtio_net",
    segments: true,
    hasNativeXdp: true,
    transmit: (_device, skb) => this.#transmit(skb),
    isReady: () => this.#sending.length < RING && this.#bytesInFlight < this.#mostInFlight,
  };
  readonly #wire: Wire;
  readonly #sending: (readonly [endNs: number, skb: SkBuff])[] = [];
  readonly #queues: RxQueue[] = [];
  #device: NetDevice | undefined;
  #bytesInFlight = 0;
  #reclaim: LazyTimer | undefined;
  #wasFull = false;

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  /** To be called once, with the device that has the driver. */
  connect(device: NetDevice): void {
    this.#device = device;
    for (let i = 0; i < device.queues; i++) this.#queues.push(new RxQueue(device, i));
    const sent: Poller = { function: "virtnet_poll_tx", device, poll: () => this.#sent() };
    this.#reclaim = new LazyTimer(device.stack.system, undefined, () => {
      const { system, softirqs } = device.stack;
      const { napi } = device.image ?? {};
      system.interrupt(device.name, 0, () =>
        system.trace.call("__napi_schedule", [napi], () => softirqs.schedule(sent)),
      );
    });
    this.#wire.connect(device, (skb) => this.#receive(skb));
  }

  get #mostInFlight(): number {
    return Math.max(LEAST_BYTES_IN_FLIGHT, this.#wire.bitsPerSecond / 8000); // or what leaves within a millisecond
  }

  #transmit(skb: SkBuff): void {
    const endNs = this.#wire.send(skb);
    this.#sending.push([endNs, skb]);
    this.#bytesInFlight += skb.wholeLength;
    this.#wasFull ||= !this.driver.isReady?.(this.#device as NetDevice);
    const [first] = this.#sending;
    const now = this.#device?.stack.system.now() ?? 0;
    this.#reclaim?.start((this.#wasFull && first !== undefined ? first[0] : endNs) - now);
  }

  /** Packets are out: their memory is free, and those that waited can follow. How many. */
  #sent(): number {
    const device = this.#device as NetDevice;
    const now = device.stack.system.now();
    let count = 0;
    for (let next = this.#sending[0]; next !== undefined && next[0] <= now; next = this.#sending[0]) {
      this.#sending.shift();
      this.#bytesInFlight -= next[1].wholeLength;
      const [, skb] = next;
      count++;
      device.stack.system.trace.call("napi_consume_skb", [skb, 64], () => consumeSkb(device.stack, skb));
    }
    this.#wasFull = false;
    runQueue(device);
    const last = this.#sending.at(-1);
    if (last !== undefined && this.#reclaim?.isOn === false) this.#reclaim.start(last[0] - now);
    return Math.min(count, MOST_PER_POLL);
  }

  #receive(skb: SkBuff): void {
    const device = this.#device as NetDevice;
    skb.device = device;
    skb.layer = "link";
    skb.hash = device.stack.bpf?.dissect(skb) ?? flowHash(skb);
    const queue = this.#queues[skb.hash % this.#queues.length] as RxQueue;
    queue.add(skb);
  }
}

/** Packets that came and that nobody has looked at yet; each queue interrupts a CPU of its own. */
class RxQueue implements Poller {
  readonly function = "virtnet_poll";
  readonly device: NetDevice;
  readonly #index: number;
  readonly #ring: SkBuff[] = [];
  #isPlanned = false;

  constructor(device: NetDevice, index: number) {
    this.device = device;
    this.#index = index;
  }

  add(skb: SkBuff): void {
    const { device } = this;
    if (this.#ring.length >= RING) {
      device.stats.rxDropped++;
      return device.stack.freed(skb);
    }
    skb.queue = this.#index;
    this.#ring.push(skb);
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    device.stack.system.interrupt(device.name, this.#index, () => {
      device.stack.system.trace.call("__napi_schedule", [device.image?.napi], () =>
        device.stack.softirqs.schedule(this),
      );
    });
  }

  poll(budget: number): number {
    const { device } = this;
    const { system } = device.stack;
    this.#isPlanned = false;
    for (let work = 0; work < budget; work++) {
      const skb = this.#ring.shift();
      if (skb === undefined) return work;
      if (device.stack.bpf !== undefined && !passesXdp(device, skb, true)) continue;
      system.trace.call("napi_gro_receive", [device.image?.napi, skb], () => {
        system.trace.fire("net:napi_gro_receive_entry", () => verboseData(device, skb));
        system.trace.call("dev_gro_receive", [null, skb], () => GRO_NORMAL);
        system.trace.call("netif_receive_skb", [skb], () => {
          system.trace.fire("net:netif_receive_skb_entry", () => verboseData(device, skb));
          netifReceive(device.stack, skb);
          system.trace.fire("net:netif_receive_skb_exit", () => ({ args: [0], fields: { ret: 0 } }));
          return 0;
        });
        system.trace.fire("net:napi_gro_receive_exit", () => ({ args: [0], fields: { ret: 0 } }));
      });
    }
    return budget;
  }
}
