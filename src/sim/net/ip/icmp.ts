import { ERRNO } from "../errno.ts";
import type { IpStack } from "../ip-stack.ts";
import { isMulticast } from "../packet/ip-address.ts";
import { type IcmpHeader, type IpHeader, PROTOCOL } from "../packet/packet.ts";
import { parsePacket } from "../packet/parse-packet.ts";
import { consumeSkb, dropSkb } from "../skb/drop.ts";
import type { SkBuff } from "../skb/sk-buff.ts";
import { connectionError } from "../tcp/tcp-error.ts";
import { datagramError } from "../udp/udp-error.ts";
import { isIcmpError } from "./icmp-send.ts";

/** Types of messages. RFC 792; RFC 4443. */
const V4 = { echoReply: 0, unreachable: 3, echo: 8, timeExceeded: 11 } as const;
const V6 = { unreachable: 1, tooBig: 2, timeExceeded: 3, echo: 128, echoReply: 129 } as const;

/** A message about the network: icmp_rcv or icmpv6_rcv. */
export function icmpReceive(stack: IpStack, skb: SkBuff): void {
  const isV6 = (skb.network as IpHeader).source.version === 6;
  stack.system.trace.call(isV6 ? "icmpv6_rcv" : "icmp_rcv", [skb], () => {
    const header = skb.transport;
    if (header?.kind !== "icmp") return refuse(stack, skb, "PKT_TOO_SMALL");
    if (skb.fault === "ICMP_CSUM") return refuse(stack, skb, "ICMP_CSUM");
    if (header.type === (isV6 ? V6.echo : V4.echo)) echo(stack, skb, header);
    else if (header.type === (isV6 ? V6.echoReply : V4.echoReply)) stack.ping.deliver(skb, header);
    else if (isIcmpError(header.type, isV6)) takeError(stack, skb, header, isV6);
    consumeSkb(stack, skb);
    return 0;
  });
}

function refuse(stack: IpStack, skb: SkBuff, reason: "PKT_TOO_SMALL" | "ICMP_CSUM"): number {
  dropSkb(stack, skb, reason);
  return 0;
}

/** Answers a ping: icmp_echo. */
function echo(stack: IpStack, skb: SkBuff, header: IcmpHeader): void {
  const { source, destination } = skb.network as IpHeader;
  const isV6 = source.version === 6;
  const { trace } = stack.system;
  trace.call(isV6 ? "icmpv6_echo_reply" : "icmp_echo", [skb], () => {
    const reply = () => {
      const answer = stack.newSkb(skb.payload);
      answer.transport = { kind: "icmp", type: isV6 ? V6.echoReply : V4.echoReply, code: 0, rest: header.rest };
      answer.layer = "transport";
      const from = isMulticast(destination) || stack.isBroadcast(destination) ? undefined : destination;
      stack.sendFrom(from, source, isV6 ? PROTOCOL.icmpv6 : PROTOCOL.icmp, answer);
    };
    if (isV6) reply();
    else trace.call("icmp_reply", [null, skb], reply);
    return 0;
  });
}

/** A packet of ours got nowhere: its socket learns of it. The packet's beginning is in the message. */
function takeError(stack: IpStack, skb: SkBuff, header: IcmpHeader, isV6: boolean): void {
  const frame = new Uint8Array(14 + skb.payload.length + 64);
  new DataView(frame.buffer).setUint16(12, isV6 ? 0x86dd : 0x0800);
  frame.set(skb.payload, 14);
  padLengths(frame, isV6, skb.payload.length);
  const inner = parsePacket(frame)?.packet;
  if (inner?.network.kind !== "ip") return;
  const error = errorOf(header, isV6);
  const isFatal = isV6 ? header.type === V6.unreachable : header.type === V4.unreachable;
  if (inner.transport.kind === "udp") datagramError(stack, inner.network, inner.transport, error);
  else if (inner.transport.kind === "tcp")
    connectionError(stack, inner.network, inner.transport, error, isFatal);
}

/** The packet in a message is cut off: its length says more than is there. */
function padLengths(frame: Uint8Array, isV6: boolean, bytes: number): void {
  const view = new DataView(frame.buffer);
  if (isV6 || frame.length < 34) return;
  const header = (view.getUint8(14) & 15) * 4;
  const total = Math.max(view.getUint16(16), header);
  if (total <= bytes) return;
  view.setUint16(16, Math.min(total, frame.length - 14));
  view.setUint16(24, 0);
  let sum = 0;
  for (let at = 14; at + 1 < 14 + header; at += 2) sum += view.getUint16(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  view.setUint16(24, ~sum & 0xffff);
}

/** icmp_err_convert in net/ipv4/icmp.c, v6.12. */
function errorOf({ type, code }: IcmpHeader, isV6: boolean): number {
  if (isV6) {
    if (type === V6.tooBig) return ERRNO.EMSGSIZE;
    if (type !== V6.unreachable) return ERRNO.EHOSTUNREACH;
    return code === 4
      ? ERRNO.ECONNREFUSED
      : code === 1
        ? ERRNO.EACCES
        : code === 0
          ? ERRNO.ENETUNREACH
          : ERRNO.EHOSTUNREACH;
  }
  if (type !== V4.unreachable) return ERRNO.EHOSTUNREACH;
  const errors = [ERRNO.ENETUNREACH, ERRNO.EHOSTUNREACH, ERRNO.ENOPROTOOPT, ERRNO.ECONNREFUSED, ERRNO.EMSGSIZE];
  return errors[code] ?? ERRNO.EHOSTUNREACH;
}
