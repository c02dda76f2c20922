import { pseudoHeaderSum, sumWords } from "./checksum.ts";
import { ipFromBytes } from "./ip-address.ts";
import { macFromBytes } from "./mac-address.ts";
import {
  type ArpHeader,
  ETHERTYPE,
  type EthernetHeader,
  type IpHeader,
  linkHeaderBytes,
  type Packet,
  PROTOCOL,
  type TransportHeader,
} from "./packet.ts";
import { decodeTcp } from "./tcp-segment.ts";

/** What is wrong with a packet, as the kernel's drop reasons call it. */
export type PacketFault =
  | "IP_INHDR"
  | "IP_CSUM"
  | "TCP_CSUM"
  | "UDP_CSUM"
  | "ICMP_CSUM"
  | "PKT_TOO_SMALL"
  | "UNHANDLED_PROTO";

export type ParsedPacket = Readonly<{ packet: Packet; fault?: PacketFault }>;

const OTHER = { kind: "other" } as const;
const RAW = { kind: "raw" } as const;

type Reading = { bytes: Uint8Array; view: DataView; fault: PacketFault | undefined };

/**
 * Reads a frame. What cannot be read stays in the payload, with the first fault. Options of IPv4 and extension headers
 * of IPv6 are passed over: they are not in the packet that is encoded again. Bytes behind the packet are padding.
 * Undefined for less than an Ethernet header.
 */
export function parsePacket(frame: Uint8Array): ParsedPacket | undefined {
  if (frame.length < 14) return undefined;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const reading: Reading = { bytes: frame, view, fault: undefined };
  const link = parseEthernet(reading);
  if (link === undefined) return undefined;
  const at = linkHeaderBytes(link);
  const packet = parseNetwork(reading, link, at) ?? {
    link,
    network: OTHER,
    transport: RAW,
    payload: frame.slice(at),
  };
  return reading.fault === undefined ? { packet } : { packet, fault: reading.fault };
}

function parseEthernet({ bytes, view }: Reading): EthernetHeader | undefined {
  const common = { destination: macFromBytes(bytes, 0), source: macFromBytes(bytes, 6) };
  const type = view.getUint16(12);
  if (type !== ETHERTYPE.vlan) return { ...common, type };
  if (bytes.length < 18) return undefined;
  const tag = view.getUint16(14);
  return { ...common, type: view.getUint16(16), vlan: { id: tag & 0xfff, priority: tag >> 13 } };
}

function parseNetwork(reading: Reading, link: EthernetHeader, at: number): Packet | undefined {
  switch (link.type) {
    case ETHERTYPE.arp: {
      const network = parseArp(reading, at);
      return network && { link, network, transport: RAW, payload: new Uint8Array(0) };
    }
    case ETHERTYPE.ipv4:
      return parseIpv4(reading, link, at);
    case ETHERTYPE.ipv6:
      return parseIpv6(reading, link, at);
    default:
      reading.fault = "UNHANDLED_PROTO";
      return undefined;
  }
}

function parseArp({ bytes, view }: Reading, at: number): ArpHeader | undefined {
  if (bytes.length < at + 28 || view.getUint16(at + 2) !== ETHERTYPE.ipv4) return undefined;
  const operation = view.getUint16(at + 6);
  if (operation !== 1 && operation !== 2) return undefined;
  return {
    kind: "arp",
    operation: operation === 1 ? "request" : "reply",
    senderMac: macFromBytes(bytes, at + 8),
    senderIp: ipFromBytes(bytes, at + 14, 4),
    targetMac: macFromBytes(bytes, at + 18),
    targetIp: ipFromBytes(bytes, at + 24, 4),
  };
}

function parseIpv4(reading: Reading, link: EthernetHeader, at: number): Packet | undefined {
  const { bytes, view } = reading;
  reading.fault = "IP_INHDR";
  if (bytes.length < at + 20) return undefined;
  const first = view.getUint8(at);
  const header = (first & 15) * 4;
  const total = view.getUint16(at + 2);
  if (first >> 4 !== 4 || header < 20 || total < header || at + total > bytes.length) return undefined;
  reading.fault = "IP_CSUM";
  if (sumWords(bytes, at, at + header) !== 0xffff) return undefined;
  reading.fault = undefined;
  const flags = view.getUint16(at + 6);
  const offset = (flags & 0x1fff) * 8;
  const more = (flags & 0x2000) !== 0;
  const network: IpHeader = {
    kind: "ip",
    source: ipFromBytes(bytes, at + 12, 4),
    destination: ipFromBytes(bytes, at + 16, 4),
    protocol: view.getUint8(at + 9),
    ttl: view.getUint8(at + 8),
    tos: view.getUint8(at + 1),
    id: view.getUint16(at + 4),
    dontFragment: (flags & 0x4000) !== 0,
    ...((offset > 0 || more) && { fragment: { offset, more } }),
  };
  return withTransport(reading, link, network, at + header, at + total);
}

const EXTENSIONS: ReadonlySet<number> = new Set([0, 43, 60]); // hop-by-hop, routing, destination options: RFC 8200, 4

function parseIpv6(reading: Reading, link: EthernetHeader, at: number): Packet | undefined {
  const { bytes, view } = reading;
  reading.fault = "IP_INHDR";
  if (bytes.length < at + 40 || view.getUint8(at) >> 4 !== 6) return undefined;
  const end = at + 40 + view.getUint16(at + 4);
  if (end > bytes.length) return undefined;
  let protocol = view.getUint8(at + 6);
  let next = at + 40;
  while (EXTENSIONS.has(protocol)) {
    if (next + 8 > end) return undefined;
    protocol = view.getUint8(next);
    next += 8 + view.getUint8(next + 1) * 8;
  }
  if (next > end) return undefined;
  reading.fault = undefined;
  const network: IpHeader = {
    kind: "ip",
    source: ipFromBytes(bytes, at + 8, 6),
    destination: ipFromBytes(bytes, at + 24, 6),
    protocol,
    ttl: view.getUint8(at + 7),
    tos: (view.getUint16(at) >> 4) & 0xff,
    id: 0,
    dontFragment: true,
  };
  return withTransport(reading, link, network, next, end);
}

function withTransport(
  reading: Reading,
  link: EthernetHeader,
  network: IpHeader,
  at: number,
  end: number,
): Packet {
  const transport = network.fragment === undefined ? parseTransport(reading, network, at, end) : undefined;
  const payloadAt = transport === undefined ? at : at + transport.bytes;
  const payload = reading.bytes.slice(payloadAt, transport?.end ?? end);
  return { link, network, transport: transport?.header ?? RAW, payload };
}

type Transport = { header: TransportHeader; bytes: number; end?: number };

function parseTransport(reading: Reading, network: IpHeader, at: number, end: number): Transport | undefined {
  const { view } = reading;
  switch (network.protocol) {
    case PROTOCOL.tcp: {
      const bytes = end - at < 20 ? 0 : (view.getUint8(at + 12) >> 4) * 4;
      if (bytes < 20 || at + bytes > end) return faulty(reading, "PKT_TOO_SMALL");
      if (!isSummed(reading, network, at, end)) reading.fault = "TCP_CSUM";
      return { header: decodeTcp(view, at, bytes), bytes };
    }
    case PROTOCOL.udp: {
      const length = end - at < 8 ? 0 : view.getUint16(at + 4);
      if (length < 8 || at + length > end) return faulty(reading, "PKT_TOO_SMALL");
      const unchecked = view.getUint16(at + 6) === 0 && network.source.version === 4;
      if (!unchecked && !isSummed(reading, network, at, at + length)) reading.fault = "UDP_CSUM";
      const header = {
        kind: "udp",
        sourcePort: view.getUint16(at),
        destinationPort: view.getUint16(at + 2),
      } as const;
      return { header, bytes: 8, end: at + length };
    }
    case PROTOCOL.icmp:
    case PROTOCOL.icmpv6: {
      if (end - at < 8) return faulty(reading, "PKT_TOO_SMALL");
      if (!isSummed(reading, network, at, end)) reading.fault = "ICMP_CSUM";
      const header = { type: view.getUint8(at), code: view.getUint8(at + 1), rest: view.getUint32(at + 4) };
      return { header: { kind: "icmp", ...header }, bytes: 8 };
    }
    default:
      return undefined;
  }
}

function faulty(reading: Reading, fault: PacketFault): undefined {
  reading.fault = fault;
}

function isSummed(
  { bytes }: Reading,
  { source, destination, protocol }: IpHeader,
  at: number,
  end: number,
): boolean {
  const seed = protocol === PROTOCOL.icmp ? 0 : pseudoHeaderSum(source, destination, protocol, end - at);
  return sumWords(bytes, at, end, seed) === 0xffff;
}
