import type { IpStack } from "../ip-stack.ts";
import { TCP_FLAG } from "../packet/packet.ts";
import type { SkBuff } from "../skb/sk-buff.ts";

/** Cuts a large packet up into those that fit a wire: skb_gso_segment. The packet itself is gone. */
export function segmentSkb(stack: IpStack, skb: SkBuff): SkBuff[] {
  const { gsoSize, transport } = skb;
  if (gsoSize === 0 || transport?.kind !== "tcp") return [skb];
  const parts = stack.system.trace.call("__skb_gso_segment", [skb, 0, true], () => cut(stack, skb));
  stack.freed(skb);
  return parts.list;
}

function cut(stack: IpStack, skb: SkBuff): Readonly<{ address: bigint; list: SkBuff[] }> {
  const { gsoSize, transport, network, payload } = skb;
  const list: SkBuff[] = [];
  if (transport?.kind !== "tcp") return { address: 0n, list };
  for (let at = 0; at < payload.length; at += gsoSize) {
    const part = skb.clone();
    const isLast = at + gsoSize >= payload.length;
    part.payload = payload.subarray(at, at + gsoSize);
    part.gsoSize = 0;
    const flags = isLast ? transport.flags : transport.flags & ~(TCP_FLAG.fin | TCP_FLAG.psh);
    part.transport = { ...transport, seq: (transport.seq + at) >>> 0, flags };
    if (network?.kind === "ip") part.network = { ...network, id: (network.id + list.length) & 0xffff };
    stack.made(part);
    list.push(part);
  }
  return {
    list,
    get address() {
      return list[0]?.address ?? 0n;
    },
  };
}
