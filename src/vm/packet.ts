import type { ProgramType } from "../abi/attach-spec.ts";
import type { AddressSpace, Region, Window } from "./memory.ts";

const XDP_HEADROOM = 256; // XDP_PACKET_HEADROOM, include/uapi/linux/bpf.h, v6.18
const XDP_FRAME_BYTES = 40; // struct xdp_frame, at the start of the headroom
const SHARED_INFO_BYTES = 320; // sizeof(struct skb_shared_info) on x86-64
const PAGE = 4096;
/** BPF_SKB_MAX_LEN, net/core/filter.c, v6.18. */
export const MAX_SKB_BYTES = 4 * PAGE - SHARED_INFO_BYTES;
const SKB_HEADROOM = 256;
const MAX_META_BYTES = 252;
export const ETHERNET_BYTES = 14;

/** Where the program's context holds the packet's addresses, and its length: byte offsets. */
export type PacketFields = Readonly<{ data: number; dataEnd: number; dataMeta?: number; length?: number }>;

/** Fields of `struct __sk_buff`, each 32 bits. Source: include/uapi/linux/bpf.h, v6.18. */
// biome-ignore format: one line
export const SKB = {
  length: 0, packetType: 4, mark: 8, protocol: 16, vlanPresent: 20, vlanTci: 24, vlanProto: 28, ifindex: 40, hash: 68,
  data: 76, dataEnd: 80, dataMeta: 140, timestamp: 152, timestampType: 180,
} as const;

/** Of a context; `wide`: addresses have 64 bits, not 32. */
type Shape = Readonly<{ bytes: number; fields: PacketFields; wide?: true }>;

const XDP_SHAPE: Shape = { bytes: 24, fields: { data: 0, dataEnd: 4, dataMeta: 8 } };
const SKB_SHAPE: Shape = {
  bytes: 192,
  fields: { data: SKB.data, dataEnd: SKB.dataEnd, dataMeta: SKB.dataMeta, length: SKB.length },
};
const MSG_SHAPE: Shape = { bytes: 80, fields: { data: 0, dataEnd: 8, length: 68 }, wide: true };
const REUSEPORT_SHAPE: Shape = { bytes: 56, fields: { data: 0, dataEnd: 8, length: 16 }, wide: true };
const SOCK_OPS_SHAPE: Shape = { bytes: 224, fields: { data: 192, dataEnd: 200, length: 208 }, wide: true };
const SOCKOPT_SHAPE: Shape = { bytes: 40, fields: { data: 8, dataEnd: 16, length: 32 }, wide: true };

// biome-ignore format: one list
const SKB_PROGRAMS: ReadonlySet<ProgramType> = new Set([
  "socketFilter", "schedCls", "schedAct", "cgroupSkb", "lwtIn", "lwtOut", "lwtXmit", "lwtSeg6local", "skSkb",
  "flowDissector",
]);
/** Packets of these begin with the header of the link layer, those of others with that of the network layer. */
const LINK_PROGRAMS: ReadonlySet<ProgramType> = new Set(["schedCls", "schedAct", "xdp", "flowDissector"]);

function shapeOf(type: ProgramType): Shape | undefined {
  if (SKB_PROGRAMS.has(type)) return SKB_SHAPE;
  if (type === "xdp") return XDP_SHAPE;
  if (type === "skMsg") return MSG_SHAPE;
  if (type === "skReuseport") return REUSEPORT_SHAPE;
  if (type === "cgroupSockopt") return SOCKOPT_SHAPE; // the option's value is its packet
  return type === "sockOps" ? SOCK_OPS_SHAPE : undefined;
}

/** Where programs of that type find their packet; undefined where the context does not say. */
export function packetFields(type: ProgramType): PacketFields | undefined {
  return shapeOf(type)?.fields;
}

/** Size of the context that is made up for a packet when none is given. */
export function contextBytes(type: ProgramType, packet: Uint8Array | undefined): number {
  return packet === undefined ? 0 : (shapeOf(type)?.bytes ?? 0);
}

/** Whether the program's context is a `struct __sk_buff`. */
export function isSkbProgram(type: ProgramType): boolean {
  return SKB_PROGRAMS.has(type);
}

/** A context for a packet when none is given: what the kernel's own test runs say of it. */
export function makeContext(type: ProgramType, packet: Uint8Array | undefined): Uint8Array {
  const shape = shapeOf(type);
  if (packet === undefined || shape === undefined) return new Uint8Array(0);
  const bytes = new Uint8Array(shape.bytes);
  const view = new DataView(bytes.buffer);
  if (type === "xdp") view.setUint32(12, LOOPBACK, true);
  if (!SKB_PROGRAMS.has(type)) return bytes;
  view.setUint32(SKB.ifindex, LOOPBACK, true);
  const isLink = LINK_PROGRAMS.has(type);
  view.setUint32(SKB.protocol, isLink ? linkProtocol(packet) : networkProtocol(packet), true);
  if (isLink) view.setUint32(SKB.packetType, packetType(packet), true);
  return bytes;
}

const LOOPBACK = 1;
const ETH_P_IP = 0x0008; // in network order, as the context holds it
const ETH_P_IPV6 = 0xdd86;

function linkProtocol(packet: Uint8Array): number {
  return (packet[12] ?? 0) | ((packet[13] ?? 0) << 8);
}

function networkProtocol(packet: Uint8Array): number {
  const version = (packet[0] ?? 0) >>> 4;
  return version === 4 ? ETH_P_IP : version === 6 ? ETH_P_IPV6 : 0;
}

/** PACKET_HOST, PACKET_MULTICAST, PACKET_OTHERHOST, for a device with the address 00:00:00:00:00:00, like loopback. */
function packetType(packet: Uint8Array): number {
  const to = packet.subarray(0, 6);
  if (to.every((byte) => byte === 0)) return 0;
  return ((to[0] ?? 0) & 1) !== 0 ? 2 : 3;
}

/** The packet of one run, with room before and behind it, and the fields of the context that point to it. */
export class Packet {
  /** Addresses of its first byte, of the byte after its last, and of the metadata before it. */
  start: number;
  end: number;
  meta: number;
  /** Where the header of the network layer is, from the start. */
  networkOffset: number;
  /** It carries another one inside. */
  isEncapsulated = false;
  /** How many checksums are known to be good; -1 for none. */
  checksumLevel = -1;
  /** `struct bpf_tunnel_key`, and whether its addresses are of IPv6; and options of the tunnel. */
  tunnelKey: Readonly<{ bytes: Uint8Array; isV6: boolean }> | undefined;
  tunnelOptions: Uint8Array | undefined;
  readonly type: ProgramType;
  readonly #space: AddressSpace;
  readonly #shape: Shape | undefined;
  readonly #ctx: Window;
  #area: number;
  #areaSize: number;
  #region: Region;

  /** Fields of the context that lie behind its size are left out. */
  constructor(space: AddressSpace, bytes: Uint8Array, ctx: Window, type: ProgramType) {
    this.#space = space;
    this.#shape = shapeOf(type);
    this.#ctx = ctx;
    this.type = type;
    this.networkOffset = LINK_PROGRAMS.has(type) ? ETHERNET_BYTES : 0;
    const headroom = type === "xdp" ? XDP_HEADROOM : SKB_HEADROOM;
    const size = headroom + bytes.length + SHARED_INFO_BYTES;
    this.#areaSize = type === "xdp" ? Math.ceil(size / PAGE) * PAGE : size;
    this.#area = space.allocate(this.#areaSize);
    this.start = this.#area + headroom;
    this.meta = this.start;
    this.end = this.start + bytes.length;
    space.u8.set(bytes, this.start);
    this.#region = this.#addRegion();
    this.#writeFields();
  }

  get length(): number {
    return this.end - this.start;
  }

  /** A copy of its bytes. */
  bytes(): Uint8Array {
    return this.#space.u8.slice(this.start, this.end);
  }

  /** The bytes from `offset`, or undefined when the packet does not hold them all. */
  part(offset: number, size: number): Uint8Array | undefined {
    if (offset < 0 || size < 0 || offset + size > this.length) return undefined;
    return this.#space.u8.subarray(this.start + offset, this.start + offset + size);
  }

  /** A field of a `struct __sk_buff`; 0 where the context is none. */
  field(offset: number): number {
    return this.#isSkb ? this.#read(offset) : 0;
  }

  setField(offset: number, value: number): void {
    if (this.#isSkb) this.#write(offset, value);
  }

  /** The network layer's protocol in network order, as the context says. */
  get protocol(): number {
    return this.field(SKB.protocol);
  }

  // ---- frames of XDP: there is as much room as the frame has

  /** Moves the start by so many bytes, and the metadata with it; false when there is no room. */
  moveHead(by: number): boolean {
    const metaBytes = this.start - this.meta;
    const start = this.start + by;
    if (start < this.#area + XDP_FRAME_BYTES + metaBytes || start > this.end - ETHERNET_BYTES) return false;
    if (metaBytes > 0) this.#space.u8.copyWithin(start - metaBytes, this.meta, this.start);
    this.#place(start, this.end, start - metaBytes);
    return true;
  }

  moveTail(by: number): boolean {
    const end = this.end + by;
    if (end > this.#area + this.#areaSize - SHARED_INFO_BYTES || end < this.start + ETHERNET_BYTES)
      return false;
    if (by > 0) this.#space.u8.fill(0, this.end, end);
    this.#place(this.start, end, this.meta);
    return true;
  }

  /** "room", "size": why not. */
  moveMeta(by: number): "done" | "room" | "size" {
    const meta = this.meta + by;
    const size = this.start - meta;
    if (meta < this.#area + XDP_FRAME_BYTES || size < 0) return "room";
    if (size % 4 !== 0 || size > MAX_META_BYTES) return "size";
    this.#place(this.start, this.end, meta);
    return "done";
  }

  // ---- socket buffers: they get the room that they need

  /** Makes room of so many zero bytes at an offset; what is before it moves forward. */
  insert(offset: number, size: number): void {
    this.#reserve(size, 0);
    const start = this.start - size;
    const { u8 } = this.#space;
    u8.copyWithin(start, this.start, this.start + offset);
    u8.fill(0, start + offset, start + offset + size);
    this.#place(start, this.end, start);
  }

  /** Takes so many bytes out at an offset. */
  remove(offset: number, size: number): void {
    const start = this.start + size;
    this.#space.u8.copyWithin(start, this.start, this.start + offset);
    this.#place(start, this.end, start);
  }

  /** Cuts it at its end, or makes it longer by zeros. */
  resize(length: number): void {
    this.#reserve(0, Math.max(0, length - this.length));
    const end = this.start + length;
    if (end > this.end) this.#space.u8.fill(0, this.end, end);
    this.#place(this.start, end, this.meta);
  }

  /** Shows the program the bytes between two offsets only, as bpf_msg_pull_data does. */
  show(from: number, to: number): void {
    if (this.#shape === undefined) return;
    this.#putAddress(this.#shape.fields.data, this.start + from);
    this.#putAddress(this.#shape.fields.dataEnd, this.start + to);
  }

  close(): void {
    this.#space.remove(this.#region);
    this.#space.release(this.#area, this.#areaSize);
  }

  #read(offset: number): number {
    const { start, size } = this.#ctx;
    return offset + 4 <= size ? this.#space.view.getUint32(start + offset, true) : 0;
  }

  #write(offset: number, value: number): void {
    const { start, size } = this.#ctx;
    if (offset + 4 <= size) this.#space.view.setUint32(start + offset, value, true);
  }

  get #isSkb(): boolean {
    return this.#shape === SKB_SHAPE;
  }

  #addRegion(): Region {
    return this.#space.add({
      name: "packet",
      start: this.#area,
      size: this.#areaSize,
      writable: true,
      window: () => ({ start: this.meta, size: this.end - this.meta }),
    });
  }

  /** Moves all of it to where there is room before and behind it. */
  #reserve(before: number, behind: number): void {
    const head = this.meta - this.#area;
    const tail = this.#area + this.#areaSize - this.end;
    if (before <= head && behind <= tail) return;
    const size = before + behind + SKB_HEADROOM + SHARED_INFO_BYTES + (this.end - this.meta);
    const area = this.#space.allocate(size);
    const meta = area + before + SKB_HEADROOM;
    this.#space.u8.copyWithin(meta, this.meta, this.end);
    const by = meta - this.meta;
    this.close();
    this.#area = area;
    this.#areaSize = size;
    this.#region = this.#addRegion();
    this.#place(this.start + by, this.end + by, meta);
  }

  #place(start: number, end: number, meta: number): void {
    this.start = start;
    this.end = end;
    this.meta = meta;
    this.#space.invalidate();
    this.#writeFields();
  }

  #writeFields(): void {
    if (this.#shape === undefined) return;
    const { data, dataEnd, dataMeta, length } = this.#shape.fields;
    this.#putAddress(data, this.start);
    this.#putAddress(dataEnd, this.end);
    if (dataMeta !== undefined) this.#putAddress(dataMeta, this.meta);
    if (length !== undefined) this.#write(length, this.length);
  }

  #putAddress(field: number, address: number): void {
    this.#write(field, address);
    if (this.#shape?.wide) this.#write(field + 4, 0);
  }
}
