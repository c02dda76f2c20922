import type { SkBuff } from "../skb/sk-buff.ts";

/** 32 bits that packets of one flow share, never 0: skb_get_hash. */
export function flowHash(skb: SkBuff): number {
  let hash = 0x811c_9dc5;
  const mix = (value: number) => {
    hash = Math.imul(hash ^ value, 0x0100_0193);
    hash ^= hash >>> 13;
  };
  if (skb.network?.kind === "ip") {
    for (const byte of skb.network.source.bytes) mix(byte);
    for (const byte of skb.network.destination.bytes) mix(byte);
    mix(skb.network.protocol);
  }
  const { transport } = skb;
  if (transport?.kind === "tcp" || transport?.kind === "udp")
    mix((transport.sourcePort << 16) | transport.destinationPort);
  return hash >>> 0 || 1;
}
