import { internetChecksum, pseudoHeaderSum } from "./checksum.ts";
import { putMac } from "./mac-address.ts";
import {
  type ArpHeader,
  ETHERTYPE,
  type EthernetHeader,
  type IpHeader,
  linkHeaderBytes,
  networkHeaderBytes,
  type Packet,
  PROTOCOL,
  packetBytes,
  type TransportHeader,
  transportHeaderBytes,
} from "./packet.ts";
import { encodeTcp } from "./tcp-segment.ts";

/** The frame as on a wire, with all checksums. */
export function encodePacket(packet: Packet): Uint8Array {
  const bytes = new Uint8Array(packetBytes(packet));
  const view = new DataView(bytes.buffer);
  const { link, network, transport, payload } = packet;
  const networkAt = linkHeaderBytes(link);
  const transportAt = networkAt + networkHeaderBytes(network);
  encodeEthernet(link, bytes, view);
  bytes.set(payload, transportAt + transportHeaderBytes(transport));
  if (network.kind === "arp") encodeArp(network, bytes, view, networkAt);
  encodeTransport(transport, view, transportAt);
  if (network.kind !== "ip") return bytes;
  encodeIp(network, bytes, view, networkAt, bytes.length - transportAt);
  if (network.fragment === undefined) putTransportChecksum(network, transport, bytes, view, transportAt);
  return bytes;
}

function encodeEthernet(
  { source, destination, type, vlan }: EthernetHeader,
  bytes: Uint8Array,
  view: DataView,
): void {
  putMac(destination, bytes, 0);
  putMac(source, bytes, 6);
  if (vlan === undefined) return view.setUint16(12, type);
  view.setUint16(12, ETHERTYPE.vlan);
  view.setUint16(14, (vlan.priority << 13) | vlan.id);
  view.setUint16(16, type);
}

function encodeArp(arp: ArpHeader, bytes: Uint8Array, view: DataView, at: number): void {
  view.setUint16(at, 1); // Ethernet
  view.setUint16(at + 2, ETHERTYPE.ipv4);
  view.setUint8(at + 4, 6);
  view.setUint8(at + 5, 4);
  view.setUint16(at + 6, arp.operation === "request" ? 1 : 2);
  putMac(arp.senderMac, bytes, at + 8);
  bytes.set(arp.senderIp.bytes, at + 14);
  putMac(arp.targetMac, bytes, at + 18);
  bytes.set(arp.targetIp.bytes, at + 24);
}

function encodeIp(header: IpHeader, bytes: Uint8Array, view: DataView, at: number, length: number): void {
  if (header.source.version === 6) {
    view.setUint32(at, 0x6000_0000 | (header.tos << 20));
    view.setUint16(at + 4, length);
    view.setUint8(at + 6, header.protocol);
    view.setUint8(at + 7, header.ttl);
    bytes.set(header.source.bytes, at + 8);
    bytes.set(header.destination.bytes, at + 24);
    return;
  }
  const { fragment } = header;
  view.setUint8(at, 0x45);
  view.setUint8(at + 1, header.tos);
  view.setUint16(at + 2, 20 + length);
  view.setUint16(at + 4, header.id);
  const flags = (header.dontFragment ? 0x4000 : 0) | (fragment?.more ? 0x2000 : 0);
  view.setUint16(at + 6, flags | ((fragment?.offset ?? 0) >> 3));
  view.setUint8(at + 8, header.ttl);
  view.setUint8(at + 9, header.protocol);
  bytes.set(header.source.bytes, at + 12);
  bytes.set(header.destination.bytes, at + 16);
  view.setUint16(at + 10, internetChecksum(bytes, at, at + 20));
}

function encodeTransport(header: TransportHeader, view: DataView, at: number): void {
  switch (header.kind) {
    case "tcp":
      return encodeTcp(header, view, at);
    case "udp":
      view.setUint16(at, header.sourcePort);
      view.setUint16(at + 2, header.destinationPort);
      view.setUint16(at + 4, view.byteLength - at);
      return;
    case "icmp":
      view.setUint8(at, header.type);
      view.setUint8(at + 1, header.code);
      view.setUint32(at + 4, header.rest);
      return;
    case "raw":
      return;
  }
}

/** Where in the transport header its checksum lies; undefined where there is none. */
function checksumOffset(transport: TransportHeader): number | undefined {
  switch (transport.kind) {
    case "tcp":
      return 16;
    case "udp":
      return 6;
    case "icmp":
      return 2;
    case "raw":
      return undefined;
  }
}

function putTransportChecksum(
  header: IpHeader,
  transport: TransportHeader,
  bytes: Uint8Array,
  view: DataView,
  at: number,
): void {
  const offset = checksumOffset(transport);
  if (offset === undefined) return;
  const pseudo =
    header.protocol === PROTOCOL.icmp
      ? 0
      : pseudoHeaderSum(header.source, header.destination, header.protocol, bytes.length - at);
  const sum = internetChecksum(bytes, at, bytes.length, pseudo);
  view.setUint16(at + offset, sum === 0 && transport.kind === "udp" ? 0xffff : sum);
}
