import { dropSkb } from "../skb/drop.ts";
import type { SkBuff } from "../skb/sk-buff.ts";
import type { NetDevice } from "./net-device.ts";

const LIMIT = 10_240; // packets, of fq_codel
const FLOW_LIMIT = 1024; // packets of one flow before it is the one that loses some

/**
 * The queue before a device that is busy: fq_codel. Flows take turns; when it is full, the longest flow loses its
 * oldest packet.
 */
export class Qdisc {
  readonly #device: NetDevice;
  readonly #flows = new Map<number, SkBuff[]>();
  #length = 0;
  #bytes = 0;

  constructor(device: NetDevice) {
    this.#device = device;
  }

  get length(): number {
    return this.#length;
  }

  /** fq_codel_enqueue */
  enqueue(skb: SkBuff): void {
    const { trace } = this.#device.stack.system;
    const image = this.#device.image;
    trace.fire("qdisc:qdisc_enqueue", () => ({
      args: [image?.qdisc, image?.queues[0], skb],
      fields: {
        qdisc: image?.qdisc, txq: image?.queues[0], skbaddr: skb.address, ifindex: this.#device.ifindex, handle: 0,
        parent: 0xffff_ffff,
      },
    })); // biome-ignore format: one record
    trace.call("fq_codel_enqueue", [skb, image?.qdisc, null], () => {
      const flow = this.#flows.get(skb.hash);
      if (flow === undefined) this.#flows.set(skb.hash, [skb]);
      else flow.push(skb);
      this.#count(1, skb);
      if (this.#length > LIMIT || (flow?.length ?? 0) > FLOW_LIMIT) this.#dropOldest();
    });
  }

  /** fq_codel_dequeue: flows in turn. */
  dequeue(): SkBuff | undefined {
    const { trace } = this.#device.stack.system;
    const image = this.#device.image;
    let skb: SkBuff | undefined;
    trace.call("fq_codel_dequeue", [image?.qdisc], () => {
      skb = this.#takeNext();
      return skb ?? null;
    });
    if (skb === undefined) return undefined;
    const { address } = skb;
    trace.fire("qdisc:qdisc_dequeue", () => ({
      args: [image?.qdisc, image?.queues[0], 1, skb],
      fields: {
        qdisc: image?.qdisc, txq: image?.queues[0], packets: 1, skbaddr: address, ifindex: this.#device.ifindex, handle: 0,
        parent: 0xffff_ffff, txq_state: 0,
      },
    })); // biome-ignore format: one record
    return skb;
  }

  #takeNext(): SkBuff | undefined {
    for (const [hash, flow] of this.#flows) {
      const skb = flow.shift();
      this.#flows.delete(hash);
      if (skb === undefined) continue;
      if (flow.length > 0) this.#flows.set(hash, flow); // its next turn comes after all others'
      this.#count(-1, skb);
      return skb;
    }
    return undefined;
  }

  #dropOldest(): void {
    let longest: SkBuff[] = [];
    for (const flow of this.#flows.values()) if (flow.length > longest.length) longest = flow;
    const skb = longest.shift();
    if (skb === undefined) return;
    this.#count(-1, skb);
    this.#device.stats.txDropped++;
    dropSkb(this.#device.stack, skb, "QDISC_OVERLIMIT");
  }

  #count(by: 1 | -1, skb: SkBuff): void {
    this.#length += by;
    this.#bytes += by * skb.wholeLength;
    const qdisc = this.#device.image?.qdisc;
    qdisc?.set("qstats.qlen", this.#length);
    qdisc?.set("qstats.backlog", this.#bytes);
  }
}
