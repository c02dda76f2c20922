import type { IpStack } from "../ip-stack.ts";
import { prefix } from "../packet/ip-address.ts";
import { NO_MAC } from "../packet/mac-address.ts";
import type { Driver, NetDevice } from "./net-device.ts";

const DRIVER: Driver = {
  xmit: "loopback_xmit",
  name: "",
  segments: true,
  hasNativeXdp: false,
  transmit(device, skb) {
    skb.sock = undefined; // skb_orphan: whoever gets it does not care who sent it
    device.stack.softirqs.enqueue(device, skb);
  },
};

/** Adds lo with its addresses; it is the first interface of every namespace. */
export function addLoopback(stack: IpStack): NetDevice {
  const device = stack.addDevice({ name: "lo", mac: NO_MAC, mtu: 65_536, kind: "loopback", driver: DRIVER });
  stack.addAddress(device, prefix("127.0.0.1/8"));
  stack.addAddress(device, prefix("::1/128"));
  return device;
}
