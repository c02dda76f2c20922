import type { IpStack } from "../ip-stack.ts";
import { anyAddress } from "../packet/ip-address.ts";
import { FAMILY, SOCK_TYPE } from "../socket/families.ts";
import { type Endpoint, Sock } from "../socket/sock.ts";
import { takeDatagram } from "../udp/udp-receive.ts";
import { sendDatagram } from "../udp/udp-send.ts";
import { UdpSock } from "../udp/udp-sock.ts";

/** Answers datagrams: `handle` gets each one with a way to answer it. Returns what ends it. */
export function listenUdp(
  stack: IpStack,
  port: number,
  handle: (bytes: Uint8Array, from: Endpoint, answer: (bytes: Uint8Array) => void) => void,
): () => void {
  const sk = new Sock(stack, "udp", FAMILY.inet6, SOCK_TYPE.dgram, 17);
  const udp = new UdpSock(sk);
  sk.setLocal(anyAddress(6), port);
  stack.udp.add(udp);
  sk.onEvent = () => {
    for (let datagram = takeDatagram(udp); datagram !== undefined; datagram = takeDatagram(udp)) {
      const { skb, from, to } = datagram;
      const bytes = skb.payload;
      stack.freed(skb);
      handle(bytes, from, (answer) => void sendDatagram(udp, answer, from, to.address));
    }
  };
  return () => {
    stack.udp.remove(udp);
    stack.freeSock(sk);
  };
}
