import type { NetDevice } from "../device/net-device.ts";
import type { IpStack } from "../ip-stack.ts";
import type { ArpHeader } from "../packet/packet.ts";
import { consumeSkb } from "../skb/drop.ts";
import type { SkBuff } from "../skb/sk-buff.ts";
import { sendArp } from "./arp-send.ts";
import { neighbourFound } from "./neighbours.ts";

/** A question about an address, or an answer: arp_rcv. */
export function arpReceive(stack: IpStack, device: NetDevice, skb: SkBuff): void {
  const { trace } = stack.system;
  const header = skb.network as ArpHeader;
  trace.call("arp_rcv", [skb, device, null, device], () => {
    trace.call("arp_process", [stack.kernel?.net, null, skb], () => {
      const isForUs = device.hasAddress(header.targetIp);
      neighbourFound(stack, device, header.senderIp, header.senderMac, isForUs);
      if (header.operation === "request" && isForUs)
        sendArp(stack, device, {
          kind: "arp",
          operation: "reply",
          senderMac: device.mac,
          senderIp: header.targetIp,
          targetMac: header.senderMac,
          targetIp: header.senderIp,
        });
      consumeSkb(stack, skb);
      return 0;
    });
    return 0;
  });
}
