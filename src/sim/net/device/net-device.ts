import type { Addressed } from "../../hooks/word.ts";
import type { IpStack } from "../ip-stack.ts";
import type { IpAddress, IpPrefix } from "../packet/ip-address.ts";
import type { MacAddress } from "../packet/mac-address.ts";
import type { SkBuff } from "../skb/sk-buff.ts";
import { DeviceImage } from "./device-image.ts";
import type { Qdisc } from "./qdisc.ts";

/** The part of a device that puts packets on its medium. */
export type Driver = Readonly<{
  /** The kernel function that takes packets: "loopback_xmit". */
  xmit: string;
  /** "virtio_net"; "" for devices of software. */
  name: string;
  /** Sends a packet, which belongs to the driver from then on. */
  transmit(device: NetDevice, skb: SkBuff): void;
  /** Whether its ring has room; always, when this is absent. */
  isReady?(device: NetDevice): boolean;
  /** Whether the device cuts large packets up by itself. */
  segments: boolean;
  /** XDP programs run in the driver. */
  hasNativeXdp: boolean;
}>;

export type DeviceOptions = Readonly<{
  name: string;
  mac: MacAddress;
  mtu: number;
  kind: "loopback" | "ethernet" | "veth" | "bridge" | "dummy";
  driver: Driver;
  queues?: number;
}>;

export type DeviceStats = {
  rxPackets: number;
  rxBytes: number;
  rxDropped: number;
  txPackets: number;
  txBytes: number;
  txDropped: number;
};

/** A network interface: its addresses, its queue, its counters, its struct net_device. */
export class NetDevice implements Addressed {
  readonly stack: IpStack;
  readonly name: string;
  readonly ifindex: number;
  readonly mac: MacAddress;
  readonly mtu: number;
  readonly kind: DeviceOptions["kind"];
  readonly driver: Driver;
  readonly queues: number;
  readonly addresses: IpPrefix[] = [];
  readonly stats: DeviceStats = {
    rxPackets: 0,
    rxBytes: 0,
    rxDropped: 0,
    txPackets: 0,
    txBytes: 0,
    txDropped: 0,
  };
  readonly image: DeviceImage | undefined;
  /** undefined: packets go to the driver at once, as for devices of software. */
  qdisc: Qdisc | undefined;
  isUp = true;
  /** The other end of a pair. */
  peer: NetDevice | undefined;

  constructor(stack: IpStack, ifindex: number, options: DeviceOptions) {
    this.stack = stack;
    this.ifindex = ifindex;
    this.name = options.name;
    this.mac = options.mac;
    this.mtu = options.mtu;
    this.kind = options.kind;
    this.driver = options.driver;
    this.queues = options.queues ?? 1;
    const { memory } = stack.system;
    if (memory !== undefined) this.image = new DeviceImage(memory, this);
  }

  /** Address of its struct net_device, its counters brought up to date. */
  get address(): bigint {
    this.image?.writeStats(this.stats);
    return this.image?.object.address ?? 0n;
  }

  /** The largest GSO packet that fits its driver. */
  get mostBytes(): number {
    return this.driver.segments || this.kind === "loopback" ? 65_550 : this.mtu + 18;
  }

  hasAddress(address: IpAddress): boolean {
    return this.addresses.some((own) => own.address.text === address.text);
  }
}
