import type { IpAddress } from "./ip-address.ts";

/** Sum of big-endian 16-bit words with end-around carry; an odd last byte is padded with zero. RFC 1071. */
export function sumWords(bytes: Uint8Array, from: number, to: number, seed = 0): number {
  let sum = seed;
  let at = from;
  for (; at + 1 < to; at += 2) sum += ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
  if (at < to) sum += (bytes[at] as number) << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x1_0000);
  return sum;
}

/** The internet checksum of bytes: what makes their sum all ones. */
export function internetChecksum(bytes: Uint8Array, from: number, to: number, seed = 0): number {
  return ~sumWords(bytes, from, to, seed) & 0xffff;
}

/** Sum of the pseudo header that TCP, UDP and ICMPv6 put before themselves. RFC 9293, 3.1; RFC 8200, 8.1. */
export function pseudoHeaderSum(
  source: IpAddress,
  destination: IpAddress,
  protocol: number,
  length: number,
): number {
  const sum = sumWords(source.bytes, 0, source.bytes.length, protocol + (length & 0xffff) + (length >>> 16));
  return sumWords(destination.bytes, 0, destination.bytes.length, sum);
}
