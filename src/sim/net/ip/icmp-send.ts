import type { IpStack } from "../ip-stack.ts";
import { isMulticast } from "../packet/ip-address.ts";
import { PROTOCOL } from "../packet/packet.ts";
import type { SkBuff } from "../skb/sk-buff.ts";

/** Whether a message of that type tells of a packet that got nowhere. RFC 792; RFC 4443, 2.1. */
export function isIcmpError(type: number, isV6: boolean): boolean {
  return isV6 ? type < 128 : type === 3 || type === 11;
}

/** Tells the sender of a packet why it got nowhere: icmp_send. `rest`: bytes 4 to 7. The packet stays with the caller. */
export function sendIcmpError(
  stack: IpStack,
  skb: SkBuff,
  what: Readonly<{ type: number; code: number; rest?: number }>,
): void {
  const network = skb.network;
  if (network?.kind !== "ip" || isMulticast(network.destination) || stack.isBroadcast(network.destination))
    return;
  const { transport } = skb;
  const isV6 = network.source.version === 6;
  if (transport?.kind === "icmp" && isIcmpError(transport.type, isV6)) return; // RFC 1122, 3.2.2: no errors about errors
  const { trace } = stack.system;
  const args = [skb, what.type, what.code, what.rest ?? 0, null];
  trace.call(isV6 ? "icmp6_send" : "__icmp_send", isV6 ? [...args, null] : args, () => {
    trace.fire("icmp:icmp_send", () => ({
      args: [skb, what.type, what.code],
      fields: {
        skbaddr: skb.address,
        type: what.type,
        code: what.code,
        saddr: network.source.bytes.slice(0, 4),
        daddr: network.destination.bytes.slice(0, 4),
        sport: transport?.kind === "udp" ? transport.sourcePort : 0,
        dport: transport?.kind === "udp" ? transport.destinationPort : 0,
        ulen: transport?.kind === "udp" ? skb.payload.length + 8 : 0,
      },
    }));
    const packet = skb.frame().subarray(skb.linkBytes);
    const answer = stack.newSkb(packet.slice(0, isV6 ? 1232 : 548));
    answer.transport = { kind: "icmp", type: what.type, code: what.code, rest: what.rest ?? 0 };
    answer.layer = "transport";
    const isOurs = stack.isLocal(network.destination);
    stack.sendFrom(
      isOurs ? network.destination : undefined,
      network.source,
      isV6 ? PROTOCOL.icmpv6 : PROTOCOL.icmp,
      answer,
    );
  });
}
