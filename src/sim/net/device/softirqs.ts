import type { TracepointData } from "../../hooks/tracepoint.ts";
import type { Addressed } from "../../hooks/word.ts";
import { dropSkb } from "../skb/drop.ts";
import type { SkBuff } from "../skb/sk-buff.ts";
import type { NetSystem } from "../system.ts";
import type { NetDevice } from "./net-device.ts";
import { netifReceive } from "./receive.ts";
import { skbData } from "./xmit.ts";

const MOST_WAITING = 1000; // net.core.netdev_max_backlog
const BUDGET = 64; // packets of one poll
const PACKET_NS = 700; // what handling one takes
/** Of softirqs. Source: include/linux/interrupt.h, v6.12. */
const NET_RX = 3;

/** Something that has packets for the host: the backlog of a CPU, or a device's ring. */
export type Poller = Readonly<{
  /** The kernel function that hands packets over, and what it is called for: virtnet_poll. */
  function: string;
  device: NetDevice | undefined;
  /** Hands over at most so many packets; how many. */
  poll(budget: number): number;
}>;

/**
 * Where packets wait until this CPU looks at them: at the end of an interrupt, or when a task that sent some lets
 * softirqs run again.
 */
export class Softirqs {
  readonly #system: NetSystem;
  readonly #napi: Addressed | undefined;
  readonly #backlog: Poller;
  readonly #waiting: (readonly [NetDevice, SkBuff])[] = [];
  readonly #scheduled: Poller[] = [];
  #isRunning = false;

  /** `napi`: struct napi_struct of the backlog. All namespaces of a machine share them. */
  constructor(system: NetSystem, napi?: Addressed) {
    this.#system = system;
    this.#napi = napi;
    this.#backlog = {
      function: "process_backlog",
      device: undefined,
      poll: (budget) => this.#pollBacklog(budget),
    };
  }

  /** Whether packets are handed over right now. */
  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Puts a packet that a device of software received behind the others: netif_rx. */
  enqueue(device: NetDevice, skb: SkBuff): void {
    const { trace, cpu } = this.#system;
    skb.device = device;
    trace.call("__netif_rx", [skb], () => {
      trace.fire("net:netif_rx_entry", () => verboseData(device, skb));
      trace.call("netif_rx_internal", [skb], () => {
        trace.fire("net:netif_rx", () => skbData(device, skb));
        trace.call("enqueue_to_backlog", [skb, cpu(), null], () => this.#enqueue(device, skb));
        return 0;
      });
      trace.fire("net:netif_rx_exit", () => ({ args: [0], fields: { ret: 0 } }));
      return 0;
    });
  }

  #enqueue(device: NetDevice, skb: SkBuff): number {
    if (this.#waiting.length >= MOST_WAITING) {
      device.stats.rxDropped++;
      dropSkb(device.stack, skb, "CPU_BACKLOG");
      return 1;
    }
    this.#waiting.push([device, skb]);
    this.schedule(this.#backlog);
    return 0;
  }

  /** __napi_schedule: it will be polled when softirqs run next. */
  schedule(poller: Poller): void {
    if (this.#scheduled.includes(poller)) return;
    this.#scheduled.push(poller);
    if (this.#scheduled.length === 1 && !this.#isRunning) this.#fire("softirq_raise");
  }

  /** Runs a softirq of another kind: packets that it leaves behind are handed over at its end. */
  during(run: () => void): void {
    if (this.#isRunning) return run();
    this.#isRunning = true;
    run();
    this.#isRunning = false;
    this.run();
  }

  /** A task lets softirqs run again: they run at once, on its stack. */
  enableBh(): void {
    if (this.#isRunning || this.#scheduled.length === 0) return;
    const { trace } = this.#system;
    trace.call("__local_bh_enable_ip", [0, 0x200], () => trace.call("do_softirq", [], () => this.run()));
  }

  /** Polls until nothing is left: net_rx_action. */
  run(): void {
    if (this.#isRunning || this.#scheduled.length === 0) return;
    this.#isRunning = true;
    const { trace } = this.#system;
    trace.call("handle_softirqs", [false], () => {
      this.#fire("softirq_entry");
      trace.call("net_rx_action", [], () => {
        for (let next = this.#scheduled[0]; next !== undefined; next = this.#scheduled[0]) this.#poll(next);
      });
      this.#fire("softirq_exit");
    });
    this.#isRunning = false;
  }

  #poll(poller: Poller): void {
    const { trace } = this.#system;
    const napi = poller.device?.image?.napi ?? this.#napi;
    let work = 0;
    trace.call("__napi_poll", [napi, null], () => {
      work = trace.call(poller.function, [napi, BUDGET], () => poller.poll(BUDGET));
      trace.fire("napi:napi_poll", () => ({
        args: [napi, work, BUDGET],
        fields: { napi, dev_name: poller.device?.name ?? "(no_device)", work, budget: BUDGET },
      }));
      return work;
    });
    if (work >= BUDGET) this.#scheduled.push(...this.#scheduled.splice(0, 1));
    else this.#scheduled.splice(this.#scheduled.indexOf(poller), 1);
  }

  #pollBacklog(budget: number): number {
    let work = 0;
    for (; work < budget; work++) {
      const next = this.#waiting.shift();
      if (next === undefined) return work;
      this.#system.spend(PACKET_NS);
      netifReceive(next[0].stack, next[1]);
    }
    return work;
  }

  #fire(name: "softirq_raise" | "softirq_entry" | "softirq_exit"): void {
    this.#system.trace.fire(`irq:${name}`, () => ({ args: [NET_RX], fields: { vec: NET_RX } }));
  }
}

/** net:netif_rx_entry and its like. Source: include/trace/events/net.h, v6.12. */
export function verboseData(device: NetDevice, skb: SkBuff): TracepointData {
  const { kind } = skb.network ?? { kind: "other" };
  return {
    args: [skb],
    fields: {
      name: device.name,
      napi_id: 0,
      queue_mapping: skb.queue,
      skbaddr: skb.address,
      vlan_tagged: skb.link?.vlan !== undefined,
      vlan_proto: 0,
      vlan_tci: skb.link?.vlan?.id ?? 0,
      protocol: skb.link?.type ?? 0,
      ip_summed: 1,
      hash: skb.hash,
      l4_hash: kind === "ip",
      len: skb.length,
      data_len: 0,
      truesize: skb.length + 768,
      mac_header_valid: true,
      mac_header: -14,
      nr_frags: 0,
      gso_size: skb.gsoSize,
      gso_type: skb.gsoSize === 0 ? 0 : 1,
    },
  };
}
