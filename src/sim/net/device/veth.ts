import type { IpStack } from "../ip-stack.ts";
import type { MacAddress } from "../packet/mac-address.ts";
import type { Driver, NetDevice } from "./net-device.ts";

export type VethEnd = Readonly<{ stack: IpStack; name: string; mac: MacAddress; ifindex?: number }>;

/** Two interfaces of which each receives what the other sends; mostly in two namespaces. */
export function addVethPair(one: VethEnd, other: VethEnd, mtu = 1500): readonly [NetDevice, NetDevice] {
  const peers = new Map<NetDevice, NetDevice>();
  const driver: Driver = {
    xmit: "veth_xmit",
    name: "veth",
    segments: true,
    hasNativeXdp: false,
    transmit(device, skb) {
      const peer = peers.get(device);
      if (peer === undefined || !peer.isUp) {
        device.stats.txDropped++;
        return device.stack.freed(skb);
      }
      device.stack.handOver(skb, peer.stack);
      skb.sock = undefined;
      peer.stack.softirqs.enqueue(peer, skb);
    },
  };
  const add = ({ stack, name, mac, ifindex }: VethEnd) =>
    stack.addDevice({ name, mac, mtu, kind: "veth", driver }, ifindex);
  const pair = [add(one), add(other)] as const;
  peers.set(pair[0], pair[1]);
  peers.set(pair[1], pair[0]);
  for (const device of pair) device.peer = peers.get(device);
  return pair;
}
