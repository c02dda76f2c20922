import { ERRNO } from "../errno.ts";
import { MAX_SKB_BYTES, type Packet, SKB } from "../packet.ts";
import type { HelperRecord } from "./helper.ts";
import type { HelperCall } from "./helper-call.ts";
import { packetOf } from "./packet-helpers.ts";

// In network order, as arguments and contexts hold them.
const IPV4 = 0x0008;
const IPV6 = 0xdd86;
const VLAN = 0x0081; // 802.1Q
const SERVICE_VLAN = 0xa888; // 802.1ad
const VLAN_BYTES = 4;
const ADDRESSES = 12; // bytes of the two MAC addresses
const HEADER_BYTES: Readonly<Record<number, number>> = { [IPV4]: 20, [IPV6]: 40 };
const OTHER_HOST = 3; // PACKET_OTHERHOST

function isVlan(protocol: number): boolean {
  return protocol === VLAN || protocol === SERVICE_VLAN;
}

function u16(value: number): number {
  return ((value & 0xff) << 8) | ((value >>> 8) & 0xff);
}

// ---- VLAN tags: the outermost one lies beside the packet, as in devices that know about them

function setTag(packet: Packet, protocol: number, tci: number): void {
  packet.setField(SKB.vlanPresent, 1);
  packet.setField(SKB.vlanProto, protocol);
  packet.setField(SKB.vlanTci, tci);
}

function pushVlan(call: HelperCall): number {
  const packet = packetOf(call);
  const asked = call.u32(2) & 0xffff;
  const protocol = isVlan(asked) ? asked : VLAN;
  if (packet.field(SKB.vlanPresent) !== 0) {
    const outer = packet.field(SKB.vlanProto) & 0xffff;
    const tci = packet.field(SKB.vlanTci) & 0xffff;
    packet.insert(ADDRESSES, VLAN_BYTES);
    packet.part(ADDRESSES, VLAN_BYTES)?.set([outer & 0xff, outer >>> 8, tci >>> 8, tci & 0xff]);
    packet.setField(SKB.protocol, outer);
  }
  setTag(packet, protocol, call.u32(3) & 0xffff);
  return 0;
}

/** Takes a tag out of the packet; its value, or -errno. */
function takeTag(packet: Packet): number {
  const tag = packet.part(ADDRESSES, VLAN_BYTES + 2);
  if (tag === undefined) return -ERRNO.ENOMEM;
  const [, , high = 0, low = 0, first = 0, second = 0] = tag;
  const [tci, inner] = [(high << 8) | low, first | (second << 8)];
  packet.remove(ADDRESSES, VLAN_BYTES);
  // Below 0x600 it is a length: ETH_P_802_2, or ETH_P_802_3 for old Novell frames.
  packet.setField(SKB.protocol, u16(inner) >= 0x600 ? inner : u16(0x0004));
  return tci;
}

function popVlan(call: HelperCall): number {
  const packet = packetOf(call);
  if (packet.field(SKB.vlanPresent) !== 0) {
    packet.setField(SKB.vlanPresent, 0);
    packet.setField(SKB.vlanTci, 0);
    packet.setField(SKB.vlanProto, 0);
  } else {
    if (!isVlan(packet.protocol)) return 0;
    const tci = takeTag(packet);
    if (tci < 0) return tci;
  }
  const protocol = packet.protocol;
  if (!isVlan(protocol)) return 0;
  const tci = takeTag(packet);
  if (tci < 0) return tci;
  setTag(packet, protocol, tci);
  return 0;
}

// ---- size

/** bpf_skb_change_tail(skb, length, flags). */
function changeTail(call: HelperCall): number {
  const packet = packetOf(call);
  const length = call.u32(2);
  if (call.u64(3) !== 0n || length > MAX_SKB_BYTES || length < packet.networkOffset) return -ERRNO.EINVAL;
  if (packet.isEncapsulated) return -ERRNO.ENOTSUPP;
  packet.resize(length);
  return 0;
}

/** bpf_skb_change_head(skb, bytes, flags). */
function changeHead(call: HelperCall): number {
  const packet = packetOf(call);
  const room = call.u32(2);
  if (call.u64(3) !== 0n || room > 0x7fff_ffff || packet.length + room > MAX_SKB_BYTES) return -ERRNO.EINVAL;
  packet.insert(0, room);
  packet.networkOffset += room;
  return 0;
}

/** bpf_skb_change_proto(skb, protocol, flags): room for the other version's header; the program writes it. */
function changeProtocol(call: HelperCall): number {
  const packet = packetOf(call);
  if (call.u64(3) !== 0n) return -ERRNO.EINVAL;
  const [from, to] = [packet.protocol, call.u32(2) & 0xffff];
  const difference = (HEADER_BYTES[IPV6] as number) - (HEADER_BYTES[IPV4] as number);
  if (from === IPV4 && to === IPV6) packet.insert(packet.networkOffset, difference);
  else if (from !== IPV6 || to !== IPV4) return -ERRNO.ENOTSUPP;
  else if (packet.length < packet.networkOffset + difference) return -ERRNO.ENOMEM;
  else packet.remove(packet.networkOffset, difference);
  packet.setField(SKB.protocol, to);
  packet.setField(SKB.hash, 0);
  return 0;
}

/** `flags` of bpf_skb_adjust_room. Source: include/uapi/linux/bpf.h, v6.18. */
// biome-ignore format: one flag per line
const ROOM = {
  fixedGso: 1n << 0n, l3v4: 1n << 1n, l3v6: 1n << 2n, gre: 1n << 3n, udp: 1n << 4n, keepChecksum: 1n << 5n,
  ethernet: 1n << 6n, innerV4: 1n << 7n, innerV6: 1n << 8n, l2Shift: 56n,
} as const;
const ENCAP = ROOM.l3v4 | ROOM.l3v6;
const DECAP = ROOM.innerV4 | ROOM.innerV6;
const KNOWN_ROOM = 0x1ffn | (0xffn << ROOM.l2Shift);
const MOST_ROOM = 0xfff;

/** bpf_skb_adjust_room(skb, difference, mode, flags). */
function adjustRoom(call: HelperCall): number {
  const packet = packetOf(call);
  const [difference, mode, flags] = [call.s32(2), call.u32(3), call.u64(4)];
  const size = Math.abs(difference);
  const shrinks = difference < 0;
  const header = HEADER_BYTES[packet.protocol];
  if ((flags & ~KNOWN_ROOM) !== 0n) return -ERRNO.EINVAL;
  if (size > MOST_ROOM) return -ERRNO.EFAULT;
  if (header === undefined || mode > 1) return -ERRNO.ENOTSUPP;
  let least = header;
  if ((flags & DECAP) !== 0n) {
    if (!shrinks || (flags & DECAP) === DECAP) return -ERRNO.EINVAL;
    least = (HEADER_BYTES[(flags & ROOM.innerV4) !== 0n ? IPV4 : IPV6] as number) ?? header;
  }
  const network = packet.length - packet.networkOffset;
  if (shrinks && (size >= network || network - size < least)) return -ERRNO.ENOTSUPP;
  if (!shrinks && packet.length + size > MAX_SKB_BYTES) return -ERRNO.ENOTSUPP;
  const offset = packet.networkOffset + (mode === 0 ? header : 0);
  return shrinks ? shrinkRoom(packet, offset, size, flags) : growRoom(packet, offset, size, flags);
}

function growRoom(packet: Packet, offset: number, size: number, flags: bigint): number {
  const innerLink = Number(flags >> ROOM.l2Shift);
  const encapsulates = (flags & ENCAP) !== 0n;
  if (encapsulates) {
    if ((flags & ENCAP) === ENCAP || (flags & (ROOM.gre | ROOM.udp)) === (ROOM.gre | ROOM.udp))
      return -ERRNO.EINVAL;
    if ((flags & ROOM.ethernet) !== 0n && innerLink < 14) return -ERRNO.EINVAL;
    if (packet.isEncapsulated) return -ERRNO.EALREADY;
    if (innerLink > size) return -ERRNO.EINVAL;
  }
  if (offset > packet.length) return -ERRNO.ENOMEM;
  packet.insert(offset, size);
  if (encapsulates) {
    packet.isEncapsulated = true;
    packet.setField(SKB.protocol, (flags & ROOM.l3v6) !== 0n ? IPV6 : IPV4);
  }
  resetChecksum(packet, flags);
  return 0;
}

function shrinkRoom(packet: Packet, offset: number, size: number, flags: bigint): number {
  if ((flags & ~(ROOM.fixedGso | DECAP | ROOM.keepChecksum)) !== 0n) return -ERRNO.EINVAL;
  if (offset + size > packet.length) return -ERRNO.ENOMEM;
  packet.remove(offset, size);
  if ((flags & DECAP) !== 0n) packet.setField(SKB.protocol, (flags & ROOM.innerV6) !== 0n ? IPV6 : IPV4);
  resetChecksum(packet, flags);
  return 0;
}

function resetChecksum(packet: Packet, flags: bigint): void {
  if ((flags & ROOM.keepChecksum) === 0n) packet.checksumLevel = -1;
}

// ---- what the kernel knows about the packet

/** bpf_csum_level(skb, what): INC, DEC, RESET, QUERY. */
function checksumLevel(call: HelperCall): number {
  const packet = packetOf(call);
  const what = call.u64(2);
  const MOST = 3; // SKB_MAX_CSUM_LEVEL
  switch (what) {
    case 0n:
      return packet.checksumLevel === -1 ? -ERRNO.EACCES : packet.checksumLevel;
    case 1n:
      if (packet.checksumLevel < MOST) packet.checksumLevel++;
      return 0;
    case 2n:
      if (packet.checksumLevel >= 0) packet.checksumLevel--;
      return 0;
    case 3n:
      packet.checksumLevel = -1;
      return 0;
    default:
      return -ERRNO.EINVAL;
  }
}

/** FNV-1a of addresses and ports, with 0 left out: it means that there is none yet. */
function flowHash(packet: Packet): number {
  const network = packet.networkOffset;
  const isV6 = packet.protocol === IPV6;
  const header = packet.part(network, isV6 ? 40 : 20);
  if (header === undefined) return 1;
  const addresses = isV6 ? header.subarray(8, 40) : header.subarray(12, 20);
  const headerBytes = isV6 ? 40 : ((header[0] ?? 0) & 15) * 4;
  const ports = packet.part(network + headerBytes, 4) ?? new Uint8Array(0);
  let hash = 0x811c9dc5;
  for (const byte of [...addresses, ...ports]) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0 || 1;
}

function recalculateHash(call: HelperCall): number {
  const packet = packetOf(call);
  const known = packet.field(SKB.hash);
  if (known !== 0) return known;
  const hash = flowHash(packet);
  packet.setField(SKB.hash, hash);
  return hash;
}

function setHash(call: HelperCall, hash: number): number {
  packetOf(call).setField(SKB.hash, hash);
  return 0;
}

/** bpf_skb_set_tstamp(skb, time, clock): the real-time, the monotonic or the atomic one. */
function setTimestamp(call: HelperCall): number {
  const packet = packetOf(call);
  const [time, clock] = [call.u64(2), call.u32(3)];
  if (packet.protocol !== IPV4 && packet.protocol !== IPV6) return -ERRNO.EOPNOTSUPP;
  if (clock > 2 || (clock === 0 ? time !== 0n : time === 0n)) return -ERRNO.EINVAL;
  packet.setField(SKB.timestamp, Number(time & 0xffff_ffffn));
  packet.setField(SKB.timestamp + 4, Number(time >> 32n));
  packet.setField(SKB.timestampType, clock);
  return 0;
}

/** bpf_skb_ecn_set_ce(skb): whether the packet is marked afterwards. */
function markCongestion(call: HelperCall): number {
  const packet = packetOf(call);
  const header = packet.part(packet.networkOffset, HEADER_BYTES[packet.protocol] ?? 0);
  if (header === undefined || header.length === 0) return 0;
  if (packet.protocol === IPV6) {
    const second = header[1] as number;
    if ((second & 0x30) === 0) return 0;
    header[1] = second | 0x30;
    return 1;
  }
  const service = header[1] as number;
  const step = (service + 1) & 3;
  if ((step & 2) === 0) return step === 0 ? 1 : 0;
  const old = (header[10] as number) | ((header[11] as number) << 8);
  const sum = old + u16(0xfffb) + u16(step);
  const updated = (sum + (sum >= 0xffff ? 1 : 0)) & 0xffff;
  header[10] = updated & 0xff;
  header[11] = updated >>> 8;
  header[1] = service | 3;
  return 1;
}

// ---- tunnels: what is set stays with the packet

/** `struct bpf_tunnel_key`: byte offsets. */
const KEY = { remote: 4, remoteRest: 8, extension: 22, label: 24, local: 28, bytes: 44 } as const;
/** Sizes without the fields at the end, as older programs pass it. */
const KEY_SIZES: readonly number[] = [KEY.bytes, KEY.local, KEY.label, KEY.extension, KEY.remoteRest];
const KEY_FLAGS = { ipv6: 1n, forGet: 0x11n, forSet: 0x1fn } as const;
const MAX_OPTION_BYTES = 255;

function getTunnelKey(call: HelperCall): number {
  const [size, flags] = [call.u32(3), call.u64(4)];
  const into = call.write(2, size);
  const { tunnelKey } = packetOf(call);
  into.fill(0);
  if (tunnelKey === undefined || (flags & ~KEY_FLAGS.forGet) !== 0n) return -ERRNO.EINVAL;
  if (tunnelKey.isV6 !== ((flags & KEY_FLAGS.ipv6) !== 0n)) return -ERRNO.EPROTO;
  if (!KEY_SIZES.includes(size) || (size === KEY.remoteRest && tunnelKey.isV6)) return -ERRNO.EINVAL;
  into.set(tunnelKey.bytes.subarray(0, size));
  return 0;
}

function setTunnelKey(call: HelperCall): number {
  const [size, flags] = [call.u32(3), call.u64(4)];
  if ((flags & ~KEY_FLAGS.forSet) !== 0n || !KEY_SIZES.includes(size)) return -ERRNO.EINVAL;
  const bytes = new Uint8Array(KEY.bytes);
  bytes.set(call.read(2, size));
  const view = new DataView(bytes.buffer);
  const isV6 = (flags & KEY_FLAGS.ipv6) !== 0n;
  const hasLabel = view.getUint32(KEY.label, true) !== 0;
  if ((!isV6 && hasLabel) || view.getUint16(KEY.extension, true) !== 0) return -ERRNO.EINVAL;
  if (!isV6) {
    bytes.fill(0, KEY.remoteRest, KEY.remoteRest + 12);
    bytes.fill(0, KEY.local + 4);
  }
  // What is asked for later is a packet that came: its remote end is where this one leaves from.
  const remote = bytes.slice(KEY.remote, KEY.remote + 16);
  bytes.copyWithin(KEY.remote, KEY.local);
  bytes.set(remote, KEY.local);
  packetOf(call).tunnelKey = { bytes, isV6 };
  return 0;
}

function getTunnelOptions(call: HelperCall): number {
  const size = call.u32(3);
  const into = call.write(2, size);
  into.fill(0);
  const { tunnelOptions, tunnelKey } = packetOf(call);
  if (tunnelKey === undefined || tunnelOptions === undefined || tunnelOptions.length === 0)
    return -ERRNO.ENOENT;
  if (size < tunnelOptions.length) return -ERRNO.ENOMEM;
  into.set(tunnelOptions);
  return tunnelOptions.length;
}

function setTunnelOptions(call: HelperCall): number {
  const size = call.u32(3);
  const packet = packetOf(call);
  if (packet.tunnelKey === undefined || size % 4 !== 0) return -ERRNO.EINVAL;
  if (size > MAX_OPTION_BYTES) return -ERRNO.ENOMEM;
  packet.tunnelOptions = call.read(2, size).slice();
  return 0;
}

/** Socket buffers: their size, tags, tunnels, and what the kernel knows about them. Source: net/core/filter.c, v6.18. */
export const SKB_RECORDS: readonly HelperRecord[] = [
  { name: "bpf_skb_vlan_push", run: pushVlan },
  { name: "bpf_skb_vlan_pop", run: popVlan },
  { name: "bpf_skb_change_tail", run: changeTail },
  { name: "bpf_skb_change_head", run: changeHead },
  { name: "bpf_skb_change_proto", run: changeProtocol },
  {
    name: "bpf_skb_change_type",
    run(call) {
      const packet = packetOf(call);
      if (packet.field(SKB.packetType) > OTHER_HOST || call.u32(2) > OTHER_HOST) return -ERRNO.EINVAL;
      packet.setField(SKB.packetType, call.u32(2));
      return 0;
    },
  },
  { name: "bpf_skb_adjust_room", run: adjustRoom },
  { name: "bpf_csum_level", run: checksumLevel },
  { name: "bpf_get_hash_recalc", run: recalculateHash, differs: "the hash of a flow is another number" },
  { name: "bpf_set_hash", run: (call) => setHash(call, call.u32(2)) },
  { name: "bpf_set_hash_invalid", run: (call) => setHash(call, 0) },
  { name: "bpf_skb_set_tstamp", run: setTimestamp },
  { name: "bpf_skb_ecn_set_ce", run: markCongestion },
  { name: "bpf_skb_get_tunnel_key", run: getTunnelKey },
  { name: "bpf_skb_set_tunnel_key", run: setTunnelKey },
  { name: "bpf_skb_get_tunnel_opt", run: getTunnelOptions },
  { name: "bpf_skb_set_tunnel_opt", run: setTunnelOptions },
];
