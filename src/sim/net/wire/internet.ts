import type { Random } from "../../world/random.ts";
import type { NetDevice } from "../device/net-device.ts";
import { type IpAddress, isMulticast, isWithin } from "../packet/ip-address.ts";
import { isGroupMac, type MacAddress } from "../packet/mac-address.ts";
import { type ArpHeader, ETHERTYPE, type IpHeader, TCP_FLAG } from "../packet/packet.ts";
import type { SkBuff } from "../skb/sk-buff.ts";
import type { Wire } from "./wire.ts";

/** A packet, or a part of one that the device cuts up. */
export type Cargo = Readonly<{ skb: SkBuff; at: number; payload: Uint8Array; isLast: boolean }>;

export type InternetClock = Readonly<{ now(): number; at(ns: number, run: () => void): void }>;

/** What becomes of packets, for tests and statistics. */
export type InternetCounters = {
  carried: number;
  delivered: number;
  lost: number;
  overflowed: number;
  unroutable: number;
};

/** The router's hardware address. */
export const GATEWAY_MAC: MacAddress = "52:54:00:00:00:01";

/**
 * Everything between the hosts: it brings each packet to the host that has its destination, after the delays of both
 * hosts' lines. Hosts of one prefix see each other as neighbours, others through a router.
 */
export class Internet {
  readonly random: Random;
  readonly counters: InternetCounters = { carried: 0, delivered: 0, lost: 0, overflowed: 0, unroutable: 0 };
  readonly #clock: InternetClock;
  readonly #wires = new Map<string, Wire>(); // by address
  /** Addresses of routers: they answer for themselves. */
  readonly #gateways = new Set<string>();
  /** Gets packets that no host has asked for: from addresses that nobody really has. */
  onUnroutable: ((skb: SkBuff) => void) | undefined;

  constructor(clock: InternetClock, random: Random) {
    this.#clock = clock;
    this.random = random;
  }

  now(): number {
    return this.#clock.now();
  }

  /** Packets for an address go to that line. */
  assign(address: IpAddress, wire: Wire): void {
    this.#wires.set(address.text, wire);
  }

  addGateway(address: IpAddress): void {
    this.#gateways.add(address.text);
  }

  /** The line of a host. */
  wireTo(address: IpAddress): Wire | undefined {
    return this.#wires.get(address.text);
  }

  /** Takes a packet that has left a device at `sentNs`. */
  carry(from: Wire, cargo: Cargo, sentNs: number): void {
    this.counters.carried++;
    const { network } = cargo.skb;
    if (network?.kind === "arp") return this.#answerArp(from, cargo.skb, network, sentNs);
    if (network?.kind !== "ip") return void this.counters.unroutable++;
    if (from.loses()) return void this.counters.lost++;
    const to = this.#wires.get(network.destination.text);
    if (to === undefined || to === from) return this.#lost(from, cargo, network);
    const copy = copyOf(cargo);
    this.#clock.at(from.departure(sentNs), () => this.#towards(from, to, copy));
  }

  /** Brings a packet that no device sent, such as one of a flood. */
  inject(skb: SkBuff, afterNs = 0): void {
    const { network } = skb;
    if (network?.kind !== "ip") return;
    const to = this.#wires.get(network.destination.text);
    this.counters.carried++;
    if (to === undefined) return void this.counters.unroutable++;
    this.#clock.at(this.now() + afterNs, () => this.#towards(undefined, to, partsOf(skb)));
  }

  #lost(from: Wire, { skb }: Cargo, { destination }: IpHeader): void {
    this.counters.unroutable++;
    if (isMulticast(destination) || from.device?.stack.isBroadcast(destination)) return;
    this.onUnroutable?.(skb);
  }

  #towards(from: Wire | undefined, to: Wire, parts: Parts): void {
    if (to.loses()) return void this.counters.lost++;
    const atNs = this.now() + to.delay();
    const arrivalNs = to.arrival(atNs, parts.bytes);
    if (arrivalNs === undefined) return void this.counters.overflowed++;
    this.#clock.at(arrivalNs, () => this.#deliver(from, to, parts));
  }

  #deliver(from: Wire | undefined, to: Wire, { payload, link, network, transport, fault }: Parts): void {
    const device = to.device;
    if (device === undefined) return void this.counters.unroutable++;
    this.counters.delivered++;
    const skb = device.stack.newSkb(payload);
    const neighbour = from?.device !== undefined && areNeighbours(from.device, device);
    const source = neighbour ? (from.device as NetDevice).mac : GATEWAY_MAC;
    const destination = link !== undefined && isGroupMac(link.destination) ? link.destination : device.mac;
    skb.network = network;
    skb.transport = transport;
    skb.fault = fault;
    skb.link = {
      source,
      destination,
      type: network?.kind === "ip" && network.source.version === 6 ? ETHERTYPE.ipv6 : ETHERTYPE.ipv4,
    };
    to.receive(skb);
  }

  /** Neighbours and routers answer questions about their addresses. */
  #answerArp(from: Wire, skb: SkBuff, header: ArpHeader, sentNs: number): void {
    const { device } = from;
    if (device === undefined || header.operation !== "request") return;
    const mac = this.#macOf(device, header.targetIp);
    if (mac === undefined) return void this.counters.unroutable++;
    const atNs = sentNs + Math.min(2 * from.options.delayNs, 200_000);
    this.#clock.at(atNs, () => {
      const answer = device.stack.newSkb(new Uint8Array(0));
      answer.link = { source: mac, destination: device.mac, type: ETHERTYPE.arp };
      answer.network = {
        kind: "arp",
        operation: "reply",
        senderMac: mac,
        senderIp: header.targetIp,
        targetMac: header.senderMac,
        targetIp: header.senderIp,
      };
      this.counters.delivered++;
      from.receive(answer);
    });
    if (skb.payload.length > 0) this.counters.lost++;
  }

  #macOf(device: NetDevice, target: IpAddress): MacAddress | undefined {
    if (this.#gateways.has(target.text)) return GATEWAY_MAC;
    const other = this.#wires.get(target.text)?.device;
    return other !== undefined && other !== device ? other.mac : undefined;
  }
}

type Parts = Readonly<
  Pick<SkBuff, "payload" | "link" | "network" | "transport" | "fault"> & {
    bytes: number;
  }
>;

function partsOf(skb: SkBuff): Parts {
  const { payload, link, network, transport, fault, wholeLength } = skb;
  return { payload, link, network, transport, fault, bytes: wholeLength };
}

/** The packet as it goes over the line: with the headers that the device gives each part. */
function copyOf({ skb, at, payload, isLast }: Cargo): Parts {
  const parts = partsOf(skb);
  if (skb.gsoSize === 0 || skb.transport?.kind !== "tcp") return parts;
  const { transport } = skb;
  const flags = isLast ? transport.flags : transport.flags & ~(TCP_FLAG.fin | TCP_FLAG.psh);
  const bytes = skb.wholeLength - skb.payload.length + payload.length;
  return { ...parts, payload, bytes, transport: { ...transport, seq: (transport.seq + at) >>> 0, flags } };
}

function areNeighbours(one: NetDevice, other: NetDevice): boolean {
  return one.addresses.some((own) => other.addresses.some(({ address }) => isWithin(address, own)));
}
