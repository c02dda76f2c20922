import type { NetDevice } from "../device/net-device.ts";
import { devQueueXmit } from "../device/xmit.ts";
import type { IpStack } from "../ip-stack.ts";
import { anyAddress, type IpAddress } from "../packet/ip-address.ts";
import { BROADCAST_MAC, NO_MAC } from "../packet/mac-address.ts";
import { type ArpHeader, ETHERTYPE } from "../packet/packet.ts";

/** Asks who has an address: arp_send. */
export function sendArpRequest(stack: IpStack, device: NetDevice, target: IpAddress): void {
  if (target.version === 6) return;
  stack.system.trace.call("arp_solicit", [stack.neighbours.find(device, target), null], () =>
    sendArp(stack, device, {
      kind: "arp",
      operation: "request",
      senderMac: device.mac,
      senderIp: ownAddress(device),
      targetMac: NO_MAC,
      targetIp: target,
    }),
  );
}

/** arp_send */
export function sendArp(stack: IpStack, device: NetDevice, header: ArpHeader): void {
  const operation = header.operation === "request" ? 1 : 2;
  const args = [operation, ETHERTYPE.arp, 0, device, 0, 0, device.image?.object.get("dev_addr"), 0];
  stack.system.trace.call("arp_send", args, () => {
    const skb = stack.newSkb(new Uint8Array(0));
    const destination = header.operation === "request" ? BROADCAST_MAC : header.targetMac;
    skb.link = { source: device.mac, destination, type: ETHERTYPE.arp };
    skb.network = header;
    devQueueXmit(device, skb);
  });
}

function ownAddress(device: NetDevice): IpAddress {
  return device.addresses.find(({ address }) => address.version === 4)?.address ?? anyAddress(4);
}
