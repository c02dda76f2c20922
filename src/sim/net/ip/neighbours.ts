import type { Addressed } from "../../hooks/word.ts";
import type { KernelObject } from "../../memory/kernel-object.ts";
import type { NetDevice } from "../device/net-device.ts";
import { devQueueXmit } from "../device/xmit.ts";
import type { IpStack } from "../ip-stack.ts";
import { type IpAddress, isMulticast } from "../packet/ip-address.ts";
import { BROADCAST_MAC, type MacAddress, NO_MAC, putMac } from "../packet/mac-address.ts";
import { ETHERTYPE } from "../packet/packet.ts";
import type { Route } from "../route/routes.ts";
import { dropSkb } from "../skb/drop.ts";
import type { SkBuff } from "../skb/sk-buff.ts";
import type { Planned } from "../system.ts";
import { sendArpRequest } from "./arp-send.ts";
import { sendIcmpError } from "./icmp-send.ts";

/** States of neighbour entries. Source: include/uapi/linux/neighbour.h, v6.12. */
const NUD = { incomplete: 0x01, reachable: 0x02, failed: 0x20, permanent: 0x80 } as const;

const MOST_PROBES = 3; // mcast_solicit
const PROBE_NS = 1_000_000_000; // retrans_time
const MOST_QUEUED = 101; // packets that wait for one address

/** What is known of another station on a device's network: struct neighbour. */
export class Neighbour implements Addressed {
  readonly device: NetDevice;
  readonly address4or6: IpAddress;
  state: number = NUD.incomplete;
  mac: MacAddress = NO_MAC;
  readonly queue: SkBuff[] = [];
  probes = 0;
  timer: Planned | undefined;
  #object: KernelObject | undefined;

  constructor(device: NetDevice, address: IpAddress) {
    this.device = device;
    this.address4or6 = address;
  }

  /** Whether its hardware address is known. */
  get isUsable(): boolean {
    return (this.state & (NUD.reachable | NUD.permanent)) !== 0;
  }

  get address(): bigint {
    const { memory } = this.device.stack.system;
    if (memory === undefined) return 0n;
    this.#object ??= memory.make("neighbour", { dev: this.device.image?.object }, 16);
    const hardware = new Uint8Array(32);
    putMac(this.mac, hardware, 0);
    this.#object.fill({ nud_state: this.state, ha: hardware, type: 1 });
    memory.write(this.#object.addressOf("primary_key"), this.address4or6.bytes);
    return this.#object.address;
  }
}

/** The neighbours of a host. */
export class NeighbourTable {
  readonly #entries = new Map<string, Neighbour>();

  get all(): IterableIterator<Neighbour> {
    return this.#entries.values();
  }

  find(device: NetDevice, address: IpAddress): Neighbour | undefined {
    return this.#entries.get(`${device.ifindex} ${address.text}`);
  }

  /** The entry, made when there is none. */
  get(device: NetDevice, address: IpAddress): Neighbour {
    const known = this.find(device, address);
    if (known !== undefined) return known;
    const made = new Neighbour(device, address);
    this.#entries.set(`${device.ifindex} ${address.text}`, made);
    fireCreate(device.stack, made, this.#entries.size);
    return made;
  }
}

/** neigh:neigh_create. Source: include/trace/events/neigh.h, v6.12. */
function fireCreate(stack: IpStack, entry: Neighbour, entries: number): void {
  stack.system.trace.fire("neigh:neigh_create", () => {
    const { address4or6: address } = entry;
    return {
      args: [null, entry.device, 0, entry, false],
      fields: {
        family: address.version === 4 ? 2 : 10,
        dev: entry.device.name,
        entries,
        created: true,
        gc_exempt: false,
        primary_key4: address.version === 4 ? address.bytes : new Uint8Array(4),
        primary_key6: address.version === 6 ? address.bytes : new Uint8Array(16),
      },
    };
  });
}

/** Puts an Ethernet header in front of an IP packet and sends it, once the next station's address is known. */
export function neighbourOutput(stack: IpStack, skb: SkBuff, route: Route, next: IpAddress): number {
  const { device } = route;
  if (device.kind === "loopback") return xmit(skb, device, NO_MAC, next);
  if (route.isBroadcast) return xmit(skb, device, BROADCAST_MAC, next);
  if (isMulticast(next)) return xmit(skb, device, multicastMac(next), next);
  const entry = stack.neighbours.get(device, next);
  if (entry.isUsable) return xmit(skb, device, entry.mac, next);
  const known = device.stack.resolver?.(device, next);
  if (known !== undefined) {
    entry.state = NUD.permanent;
    entry.mac = known;
    return xmit(skb, device, known, next);
  }
  return stack.system.trace.call("neigh_resolve_output", [entry, skb], () => {
    stack.system.trace.call("__neigh_event_send", [entry, skb, true], () => waitFor(stack, entry, skb));
    return 0;
  });
}

function xmit(skb: SkBuff, device: NetDevice, destination: MacAddress, next: IpAddress): number {
  const type = next.version === 6 ? ETHERTYPE.ipv6 : ETHERTYPE.ipv4;
  skb.link = { source: device.kind === "loopback" ? NO_MAC : device.mac, destination, type };
  return devQueueXmit(device, skb);
}

function multicastMac({ version, bytes }: IpAddress): MacAddress {
  const tail = [...bytes.slice(version === 4 ? 1 : 12)];
  if (version === 4) tail[0] = (tail[0] as number) & 0x7f;
  const head = version === 4 ? [0x01, 0x00, 0x5e] : [0x33, 0x33];
  return [...head, ...tail].map((byte) => byte.toString(16).padStart(2, "0")).join(":");
}

function waitFor(stack: IpStack, entry: Neighbour, skb: SkBuff): number {
  if (entry.queue.length >= MOST_QUEUED) {
    const oldest = entry.queue.shift();
    if (oldest !== undefined) dropSkb(stack, oldest, "NEIGH_QUEUEFULL");
  }
  entry.queue.push(skb);
  if (entry.timer !== undefined) return 1;
  entry.state = NUD.incomplete;
  entry.probes = 0;
  probe(stack, entry);
  return 1;
}

/** Asks who has the address; after some questions without answers the packets are given up. neigh_timer_handler */
function probe(stack: IpStack, entry: Neighbour): void {
  entry.timer = undefined;
  if (entry.state !== NUD.incomplete) return;
  if (entry.probes >= MOST_PROBES) return failed(stack, entry);
  entry.probes++;
  sendArpRequest(stack, entry.device, entry.address4or6);
  entry.timer = stack.system.timer(PROBE_NS, "neigh_timer_handler", () => probe(stack, entry));
}

function failed(stack: IpStack, entry: Neighbour): void {
  entry.state = NUD.failed;
  stack.system.trace.call("neigh_invalidate", [entry], () => {
    for (const skb of entry.queue.splice(0)) {
      stack.system.trace.call("arp_error_report", [entry, skb], () => {
        sendIcmpError(stack, skb, { type: 3, code: 1 });
        dropSkb(stack, skb, "NEIGH_FAILED");
      });
    }
  });
}

/** The station answered: neigh_update. What waited for it goes out. */
export function neighbourFound(
  stack: IpStack,
  device: NetDevice,
  address: IpAddress,
  mac: MacAddress,
  create: boolean,
): void {
  const entry = create ? stack.neighbours.get(device, address) : stack.neighbours.find(device, address);
  if (entry === undefined || entry.state === NUD.permanent) return;
  stack.system.trace.call("neigh_update", [entry, 0, NUD.reachable, 1, 0], () => {
    entry.mac = mac;
    entry.state = NUD.reachable;
    entry.timer?.cancel();
    entry.timer = undefined;
    for (const skb of entry.queue.splice(0)) xmit(skb, device, mac, address);
    return 0;
  });
}
