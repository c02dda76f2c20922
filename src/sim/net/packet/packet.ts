import type { IpAddress } from "./ip-address.ts";
import type { MacAddress } from "./mac-address.ts";

/** EtherTypes. Source: include/uapi/linux/if_ether.h, v6.12. */
export const ETHERTYPE = { ipv4: 0x0800, arp: 0x0806, vlan: 0x8100, ipv6: 0x86dd } as const;
/** Protocol numbers of IP. Source: include/uapi/linux/in.h, v6.12. */
export const PROTOCOL = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58 } as const;

export type EthernetHeader = Readonly<{
  source: MacAddress;
  destination: MacAddress;
  /** Of what the frame holds, behind a VLAN tag if it has one. */
  type: number;
  vlan?: Readonly<{ id: number; priority: number }>;
}>;

export type IpHeader = Readonly<{
  kind: "ip";
  /** Both are of one version. */
  source: IpAddress;
  destination: IpAddress;
  protocol: number;
  /** Time to live, or hop limit. */
  ttl: number;
  /** Type of service, or traffic class. */
  tos: number;
  /** IPv4 only. */
  id: number;
  /** IPv4 only. */
  dontFragment: boolean;
  /** IPv4 only; `offset` in bytes. Only the first fragment has a transport header. */
  fragment?: Readonly<{ offset: number; more: boolean }>;
}>;

export type ArpHeader = Readonly<{
  kind: "arp";
  operation: "request" | "reply";
  senderMac: MacAddress;
  senderIp: IpAddress;
  targetMac: MacAddress;
  targetIp: IpAddress;
}>;

export type TcpOptions = Readonly<{
  mss?: number;
  windowScale?: number;
  sackPermitted?: boolean;
  timestamps?: Readonly<{ value: number; echo: number }>;
  /** At most 4 ranges [first, behind the last). */
  sack?: readonly (readonly [number, number])[];
}>;

export type TcpHeader = Readonly<{
  kind: "tcp";
  sourcePort: number;
  destinationPort: number;
  seq: number;
  ack: number;
  /** As in the header's byte 13: TCP_FLAG. */
  flags: number;
  /** As in the header: not scaled. */
  window: number;
  options: TcpOptions;
}>;

/** Bits of the header's byte 13. RFC 9293, 3.1. */
export const TCP_FLAG = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32, ece: 64, cwr: 128 } as const;

export type UdpHeader = Readonly<{ kind: "udp"; sourcePort: number; destinationPort: number }>;

/** ICMP or ICMPv6, by the IP header's protocol. `rest`: bytes 4 to 7. */
export type IcmpHeader = Readonly<{ kind: "icmp"; type: number; code: number; rest: number }>;

/** What an IP packet holds; "raw": a protocol that is not known, a later fragment, or a header that is cut off. */
export type TransportHeader = TcpHeader | UdpHeader | IcmpHeader | Readonly<{ kind: "raw" }>;

/** What a frame holds; "other": an EtherType that is not known, or a header that makes no sense. */
export type NetworkHeader = IpHeader | ArpHeader | Readonly<{ kind: "other" }>;

/** A frame, read. `payload` is what lies behind the innermost header that is known. */
export type Packet = Readonly<{
  link: EthernetHeader;
  network: NetworkHeader;
  transport: TransportHeader;
  payload: Uint8Array;
}>;

/** Bytes of a TCP header with these options. */
export function tcpHeaderBytes(options: TcpOptions): number {
  return 20 + tcpOptionBytes(options);
}

/** As Linux lays them out: padded with NOPs to multiples of 4. */
function tcpOptionBytes({ mss, windowScale, sackPermitted, timestamps, sack }: TcpOptions): number {
  let bytes = 0;
  if (mss !== undefined) bytes += 4;
  if (timestamps !== undefined) bytes += 12;
  else if (sackPermitted) bytes += 4;
  if (windowScale !== undefined) bytes += 4;
  if (sack !== undefined && sack.length > 0) bytes += 4 + sack.length * 8;
  return bytes;
}

/** Bytes of the headers in front of the payload; `transport`: without Ethernet and IP. */
export function transportHeaderBytes(transport: TransportHeader): number {
  switch (transport.kind) {
    case "tcp":
      return tcpHeaderBytes(transport.options);
    case "udp":
    case "icmp":
      return 8;
    case "raw":
      return 0;
  }
}

/** Bytes of the network header. */
export function networkHeaderBytes(network: NetworkHeader): number {
  switch (network.kind) {
    case "ip":
      return network.source.version === 4 ? 20 : 40;
    case "arp":
      return 28;
    case "other":
      return 0;
  }
}

/** Bytes of the Ethernet header. */
export function linkHeaderBytes(link: EthernetHeader): number {
  return link.vlan === undefined ? 14 : 18;
}

/** Bytes of the frame. */
export function packetBytes({ link, network, transport, payload }: Packet): number {
  return linkHeaderBytes(link) + networkHeaderBytes(network) + transportHeaderBytes(transport) + payload.length;
}
