import { ERRNO } from "../errno.ts";
import { fromMapped, type IpAddress } from "../packet/ip-address.ts";
import { PROTOCOL } from "../packet/packet.ts";
import type { UdpSock } from "../udp/udp-sock.ts";
import { localOut, putHeader } from "./ip-output.ts";

/** Sends an ICMP message that begins with its header; a ping socket puts its identifier in. How many bytes, or -errno. */
export function sendPing(ping: UdpSock, message: Uint8Array, to: IpAddress): number {
  const { sk, stack } = ping;
  if (message.length < 8) return -ERRNO.EINVAL;
  const target = fromMapped(to);
  const route = stack.route(target, undefined, sk);
  if (route === undefined) return -ERRNO.ENETUNREACH;
  const view = new DataView(message.buffer, message.byteOffset, message.length);
  const skb = stack.newSkb(message.slice(8));
  const isPing = sk.class === "ping";
  const rest = isPing ? (sk.local.port << 16) | view.getUint16(6) : view.getUint32(4);
  skb.sock = ping;
  skb.layer = "transport";
  const protocol = sk.class === "raw" ? sk.protocol : target.version === 6 ? PROTOCOL.icmpv6 : PROTOCOL.icmp;
  if (protocol === PROTOCOL.icmp || protocol === PROTOCOL.icmpv6)
    skb.transport = { kind: "icmp", type: view.getUint8(0), code: view.getUint8(1), rest: rest >>> 0 };
  else skb.setPayload(message.slice());
  putHeader(stack, skb, route.source, target, protocol, sk.options);
  const status = localOut(stack, sk, skb, route);
  return status < 0 ? status : message.length;
}
