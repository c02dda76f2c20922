import { addressOf } from "../../memory/address.ts";
import type { KernelMemory } from "../../memory/kernel-memory.ts";
import type { KernelObject } from "../../memory/kernel-object.ts";
import { putMac } from "../packet/mac-address.ts";
import { word4 } from "../socket/sock-image.ts";
import type { DeviceStats, NetDevice } from "./net-device.ts";

/** IFF_UP, IFF_BROADCAST, IFF_LOOPBACK, IFF_RUNNING, IFF_MULTICAST, IFF_LOWER_UP. Source: include/uapi/linux/if.h, v6.12. */
const FLAGS = { loopback: 0x1_0049, other: 0x1_1043 } as const;
const ARPHRD = { ethernet: 1, loopback: 772 } as const;

/** A device in the kernel's memory: struct net_device, its transmit queues, its first IPv4 address. */
export class DeviceImage {
  readonly object: KernelObject;
  /** Its struct netdev_queue by number. */
  readonly queues: readonly KernelObject[];
  readonly qdisc: KernelObject;
  readonly napi: KernelObject;
  readonly #memory: KernelMemory;
  #address: KernelObject | undefined;

  constructor(memory: KernelMemory, device: NetDevice) {
    this.#memory = memory;
    const isLoopback = device.kind === "loopback";
    const { kernel } = device.stack;
    this.object = memory.make("net_device", {
      name: device.name,
      ifindex: device.ifindex,
      mtu: device.mtu,
      max_mtu: isLoopback ? 0 : 65_535,
      flags: isLoopback ? FLAGS.loopback : FLAGS.other,
      type: isLoopback ? ARPHRD.loopback : ARPHRD.ethernet,
      hard_header_len: 14,
      addr_len: 6,
      operstate: isLoopback ? 0 : 6,
      tx_queue_len: 1000,
      num_tx_queues: device.queues,
      real_num_tx_queues: device.queues,
      num_rx_queues: device.queues,
      real_num_rx_queues: device.queues,
      gso_max_size: 65_536,
      "nd_net.net": kernel?.net,
      reg_state: 1,
    });
    this.object.owner = device;
    const mac = new Uint8Array(32);
    putMac(device.mac, mac, 0);
    this.object.set("perm_addr", mac);
    const hardware = memory.allocate(32);
    memory.u8.set(mac, hardware);
    this.object.set("dev_addr", addressOf(hardware));
    const id = device.kind === "ethernet" ? "fq_codel" : "noqueue";
    this.qdisc = memory.make("Qdisc", {
      handle: 0,
      parent: 0xffff_ffff,
      limit: 10_240,
      ops: kernel?.qdiscOps(id),
    });
    this.object.set("qdisc", this.qdisc);
    this.queues = Array.from({ length: device.queues }, () =>
      memory.make("netdev_queue", { dev: this.object, qdisc: this.qdisc }),
    );
    this.qdisc.set("dev_queue", this.queues[0] ?? null);
    this.object.set("_tx", this.queues[0] ?? null);
    this.napi = memory.make("napi_struct", { dev: this.object, weight: 64, napi_id: 8192 + device.ifindex });
  }

  /** Packets and bytes so far. */
  writeStats(stats: DeviceStats): void {
    this.object.set("stats.rx_packets", stats.rxPackets);
    this.object.set("stats.rx_bytes", stats.rxBytes);
    this.object.set("stats.rx_dropped", stats.rxDropped);
    this.object.set("stats.tx_packets", stats.txPackets);
    this.object.set("stats.tx_bytes", stats.txBytes);
    this.object.set("stats.tx_dropped", stats.txDropped);
  }

  /** Shows the first IPv4 address, as in_device and in_ifaddr. */
  setAddress(device: NetDevice): void {
    const first = device.addresses.find(({ address }) => address.version === 4);
    if (first === undefined || this.#address !== undefined) return;
    const holder = this.#memory.make("in_device", { dev: this.object });
    this.#address = this.#memory.make("in_ifaddr", {
      ifa_dev: holder,
      ifa_local: word4(first.address),
      ifa_address: word4(first.address),
      ifa_prefixlen: first.length,
      ifa_label: device.name,
    });
    holder.set("ifa_list", this.#address);
    this.object.set("ip_ptr", holder);
  }
}
