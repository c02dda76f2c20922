// Captured packets as files that Wireshark and tcpdump read. Source: draft-ietf-opsawg-pcapng, sections 3 and 4.

const SECTION_HEADER = 0x0a0d0d0a;
const BYTE_ORDER = 0x1a2b3c4d;
const INTERFACE = 1;
const ENHANCED_PACKET = 6;
const LINKTYPE_RAW = 101; // packets begin with their IP header
const TIME_RESOLUTION = 9; // option if_tsresol
const NANOSECONDS = 9; // ten to the minus nine

/** What a file begins with: one section, and one interface of IP packets with times in nanoseconds. */
export function pcapngHead(): Uint8Array {
  const section = block(SECTION_HEADER, 16, (view) => {
    view.setUint32(0, BYTE_ORDER, true);
    view.setUint16(4, 1, true); // version 1.0
    view.setBigInt64(8, -1n, true); // the section's length is not said
  });
  const face = block(INTERFACE, 20, (view) => {
    view.setUint16(0, LINKTYPE_RAW, true);
    view.setUint16(8, TIME_RESOLUTION, true);
    view.setUint16(10, 1, true);
    view.setUint8(12, NANOSECONDS);
  });
  const head = new Uint8Array(section.length + face.length);
  head.set(section);
  head.set(face, section.length);
  return head;
}

/** One packet; `originalBytes` counts what was not captured, too. */
export function pcapngPacket(data: Uint8Array, unixTimeNs: bigint, originalBytes: number): Uint8Array {
  const padded = Math.ceil(data.length / 4) * 4;
  return block(ENHANCED_PACKET, 20 + padded, (view, bytes) => {
    view.setUint32(4, Number((unixTimeNs >> 32n) & 0xffff_ffffn), true);
    view.setUint32(8, Number(unixTimeNs & 0xffff_ffffn), true);
    view.setUint32(12, data.length, true);
    view.setUint32(16, Math.max(originalBytes, data.length), true);
    bytes.set(data, 20);
  });
}

/** A block around a body of `length` bytes, a multiple of four. */
function block(type: number, length: number, fill: (body: DataView, bytes: Uint8Array) => void): Uint8Array {
  const all = new Uint8Array(length + 12);
  const view = new DataView(all.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, all.length, true);
  fill(new DataView(all.buffer, 8, length), all.subarray(8, 8 + length));
  view.setUint32(all.length - 4, all.length, true);
  return all;
}
