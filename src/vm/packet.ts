import type { ProgramType } from "../abi/attach-spec.ts";
import type { AddressSpace, Region } from "./memory.ts";

const HEADROOM = 256; // XDP_PACKET_HEADROOM, include/uapi/linux/bpf.h, v6.18
const TAILROOM = 320; // sizeof(struct skb_shared_info) on x86-64

/** Where the program's context holds the packet's addresses, each 32 bits: byte offsets. */
export type PacketFields = Readonly<{ data: number; dataEnd: number; dataMeta?: number; length?: number }>;

/** `struct xdp_md` and `struct __sk_buff`. Source: include/uapi/linux/bpf.h, v6.18. */
const XDP_FIELDS: PacketFields = { data: 0, dataEnd: 4, dataMeta: 8 };
const SKB_FIELDS: PacketFields = { data: 76, dataEnd: 80, dataMeta: 140, length: 0 };
const XDP_MD_BYTES = 24;
const SK_BUFF_BYTES = 192;

// biome-ignore format: one list
const SKB_PROGRAMS: ReadonlySet<ProgramType> = new Set([
  "socketFilter", "schedCls", "schedAct", "cgroupSkb", "lwtIn", "lwtOut", "lwtXmit", "lwtSeg6local", "skSkb",
]);

/** Where programs of that type find their packet; undefined where the context does not say. */
export function packetFields(type: ProgramType): PacketFields | undefined {
  if (type === "xdp") return XDP_FIELDS;
  return SKB_PROGRAMS.has(type) ? SKB_FIELDS : undefined;
}

/** Size of the context that is made up for a packet when none is given. */
export function contextBytes(type: ProgramType, packet: Uint8Array | undefined): number {
  if (packet === undefined) return 0;
  if (type === "xdp") return XDP_MD_BYTES;
  return SKB_PROGRAMS.has(type) ? SK_BUFF_BYTES : 0;
}

/** The packet of one run, with room before and behind it, and the fields of the context that point to it. */
export class Packet {
  /** Addresses of its first byte, of the byte after its last, and of the metadata before it. */
  start: number;
  end: number;
  meta: number;
  readonly #space: AddressSpace;
  readonly #fields: PacketFields | undefined;
  readonly #ctx: number;
  readonly #area: number;
  readonly #areaSize: number;
  readonly #region: Region;

  constructor(space: AddressSpace, bytes: Uint8Array, ctx: number, fields: PacketFields | undefined) {
    this.#space = space;
    this.#fields = fields;
    this.#ctx = ctx;
    this.#areaSize = HEADROOM + bytes.length + TAILROOM;
    this.#area = space.allocate(this.#areaSize);
    this.start = this.#area + HEADROOM;
    this.meta = this.start;
    this.end = this.start + bytes.length;
    space.u8.set(bytes, this.start);
    this.#region = space.add({
      name: "packet",
      start: this.#area,
      size: this.#areaSize,
      writable: true,
      window: () => ({ start: this.meta, size: this.end - this.meta }),
    });
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

  /** Moves start, end or metadata by so many bytes; false when there is no room, and nothing changed. */
  move(by: { head?: number; tail?: number; meta?: number }): boolean {
    const start = this.start + (by.head ?? 0);
    const end = this.end + (by.tail ?? 0);
    const meta = by.head !== undefined ? start - (this.start - this.meta) : this.meta + (by.meta ?? 0);
    if (meta < this.#area || meta > start || start > end || end > this.#area + this.#areaSize) return false;
    if (by.head !== undefined && meta !== start) this.#space.u8.copyWithin(meta, this.meta, this.start);
    if (end > this.end) this.#space.u8.fill(0, this.end, end);
    this.start = start;
    this.end = end;
    this.meta = meta;
    this.#space.invalidate();
    this.#writeFields();
    return true;
  }

  close(): void {
    this.#space.remove(this.#region);
    this.#space.release(this.#area, this.#areaSize);
  }

  #writeFields(): void {
    const { view } = this.#space;
    if (this.#fields === undefined) return;
    view.setUint32(this.#ctx + this.#fields.data, this.start, true);
    view.setUint32(this.#ctx + this.#fields.dataEnd, this.end, true);
    if (this.#fields.dataMeta !== undefined) view.setUint32(this.#ctx + this.#fields.dataMeta, this.meta, true);
    if (this.#fields.length !== undefined) view.setUint32(this.#ctx + this.#fields.length, this.length, true);
  }
}
