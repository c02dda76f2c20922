import { SkepError } from "../base/errors.ts";

/** Packets of a capture file. */
export type Capture = Readonly<{
  packets: readonly Uint8Array[];
  /** Some packets are shorter than they were on the wire. */
  cut: number;
  /** LINKTYPE_ number: 1 is Ethernet. */
  linkType: number;
  /** The file ends within a packet, which is left out. */
  truncated: boolean;
}>;

// Source of both formats: IETF drafts draft-ietf-opsawg-pcap-04 and draft-ietf-opsawg-pcapng-02.
const PCAP_MAGICS = [0xa1b2c3d4, 0xa1b23c4d]; // times in micro- and nanoseconds
const PCAPNG_SECTION = 0x0a0d0d0a;
const PCAPNG_ORDER = 0x1a2b3c4d;
const PCAP_HEAD = 24;
const PCAP_RECORD = 16;
const BLOCK = { interface: 1, packet: 2, simple: 3, enhanced: 6 } as const;
const MOST_PACKET = 1 << 18; // bytes; tcpdump's own limit

/** Reads a capture as tcpdump or Wireshark writes it; undefined when the bytes are none. Throws SkepError. */
export function readCapture(bytes: Uint8Array, name: string): Capture | undefined {
  if (bytes.length < 4) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const little of [true, false])
    if (PCAP_MAGICS.includes(view.getUint32(0, little))) return readPcap(bytes, view, little, name);
  if (view.getUint32(0, true) === PCAPNG_SECTION) return readPcapng(bytes, view, name);
  return undefined;
}

function readPcap(bytes: Uint8Array, view: DataView, little: boolean, name: string): Capture {
  if (bytes.length < PCAP_HEAD) throw broken(name, 0, "its header is cut off");
  const packets = new PacketList(bytes, name);
  let at = PCAP_HEAD;
  while (at + PCAP_RECORD <= bytes.length) {
    const captured = view.getUint32(at + 8, little);
    if (!packets.add(at + PCAP_RECORD, captured, view.getUint32(at + 12, little))) break;
    at += PCAP_RECORD + captured;
  }
  return packets.capture(view.getUint32(20, little) & 0xffff, at !== bytes.length);
}

function readPcapng(bytes: Uint8Array, view: DataView, name: string): Capture {
  const packets = new PacketList(bytes, name);
  let little = true;
  let linkType: number | undefined;
  let snap = 0;
  let at = 0;
  for (let size = 0; at + 12 <= bytes.length; at += size) {
    if (view.getUint32(at, true) === PCAPNG_SECTION) little = view.getUint32(at + 8, true) === PCAPNG_ORDER;
    const type = view.getUint32(at, little);
    size = view.getUint32(at + 4, little);
    if (size < 12 || size % 4 !== 0) throw broken(name, at, `a block of ${size} bytes`);
    if (at + size > bytes.length) break;
    if (type === BLOCK.interface && size >= 20) {
      linkType ??= view.getUint16(at + 8, little);
      snap = view.getUint32(at + 12, little);
    } else if ((type === BLOCK.enhanced || type === BLOCK.packet) && size >= 32) {
      const captured = view.getUint32(at + 20, little);
      if (captured > size - 32) throw broken(name, at, "a packet is longer than its block");
      packets.add(at + 28, captured, view.getUint32(at + 24, little));
    } else if (type === BLOCK.simple && size >= 16) {
      const length = view.getUint32(at + 8, little);
      packets.add(at + 12, Math.min(length, snap || length, size - 16), length);
    }
  }
  return packets.capture(linkType ?? 1, at !== bytes.length);
}

class PacketList {
  readonly #bytes: Uint8Array;
  readonly #name: string;
  readonly #packets: Uint8Array[] = [];
  #cut = 0;

  constructor(bytes: Uint8Array, name: string) {
    this.#bytes = bytes;
    this.#name = name;
  }

  /** False when the file ends before the packet does. */
  add(start: number, captured: number, length: number): boolean {
    if (captured > MOST_PACKET) throw broken(this.#name, start, `a packet of ${captured} bytes`);
    if (start + captured > this.#bytes.length) return false;
    this.#packets.push(this.#bytes.slice(start, start + captured));
    if (captured < length) this.#cut++;
    return true;
  }

  capture(linkType: number, truncated: boolean): Capture {
    if (this.#packets.length === 0) throw broken(this.#name, 0, "it holds no packet");
    return { packets: this.#packets, cut: this.#cut, linkType, truncated };
  }
}

function broken(name: string, at: number, what: string): SkepError {
  return new SkepError(`${name} is no capture that can be read: ${what}, at byte ${at}`, {
    code: "run/bad-capture",
    remedy: "write it anew, as with `tcpdump -w FILE`",
  });
}
