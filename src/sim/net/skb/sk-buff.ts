import type { Addressed } from "../../hooks/word.ts";
import type { KernelMemory } from "../../memory/kernel-memory.ts";
import { encodePacket } from "../packet/encode-packet.ts";
import { NO_MAC } from "../packet/mac-address.ts";
import {
  type EthernetHeader,
  linkHeaderBytes,
  type NetworkHeader,
  networkHeaderBytes,
  type Packet,
  type TransportHeader,
  transportHeaderBytes,
} from "../packet/packet.ts";
import { type PacketFault, parsePacket } from "../packet/parse-packet.ts";
import type { Seq } from "../tcp/seq.ts";
import { SkbImage } from "./skb-image.ts";

/** Where skb->data points: at the Ethernet header, the IP header, the transport header, or behind them all. */
export type SkbLayer = "link" | "network" | "transport" | "payload";

/** What a device is to packets. */
export type SkbDevice = Addressed & Readonly<{ ifindex: number; name: string }>;

const NO_LINK: EthernetHeader = { source: NO_MAC, destination: NO_MAC, type: 0 };
const OTHER: NetworkHeader = { kind: "other" };
const RAW: TransportHeader = { kind: "raw" };

/**
 * A packet on its way through a host: headers and payload as values. Its bytes, and a struct sk_buff that programs can
 * look at, come to be when somebody asks for them.
 */
export class SkBuff implements Addressed {
  /** Memory of the simulated machine; undefined on hosts that nobody looks into. */
  readonly memory: KernelMemory | undefined;
  payload: Uint8Array;
  layer: SkbLayer = "payload";
  device: SkbDevice | undefined;
  sock: Addressed | undefined;
  /** Interface through which it came; 0: it was made here. */
  ingressIfindex = 0;
  mark = 0;
  priority = 0;
  /** Of its flow. */
  hash = 0;
  queue = 0;
  /** Bytes of payload per packet when a device is to cut it up; 0: it is one packet. */
  gsoSize = 0;
  /** Of the last TC program that classified it. */
  classId = 0;
  /** Five words that TC programs pass each other: __sk_buff.cb. */
  readonly cb = new Uint8Array(20);
  /** How much XDP or TC programs have put in front of it. */
  metadata: Uint8Array | undefined;
  /** What was found wrong when its bytes were read. */
  fault: PacketFault | undefined;
  /** Cookie of the socket that a program gave it to; 0: of none. */
  assignedSocket = 0n;
  /** How often programs have sent it elsewhere. */
  redirects = 0;

  // TCP's control block.
  seq: Seq = 0;
  endSeq: Seq = 0;
  tcpFlags = 0;
  /** TCP_SACKED: what the receiver said about it, and what became of it. */
  sacked = 0;
  /** When it was sent last; 0: never. */
  sentNs = 0;
  wasRetransmitted = false;

  #link: EthernetHeader | undefined;
  #network: NetworkHeader | undefined;
  #transport: TransportHeader | undefined;
  #frame: Uint8Array | undefined;
  #image: SkbImage | undefined;

  constructor(memory: KernelMemory | undefined, payload: Uint8Array) {
    this.memory = memory;
    this.payload = payload;
  }

  get link(): EthernetHeader | undefined {
    return this.#link;
  }

  set link(header: EthernetHeader | undefined) {
    this.#link = header;
    this.#changed();
  }

  get network(): NetworkHeader | undefined {
    return this.#network;
  }

  set network(header: NetworkHeader | undefined) {
    this.#network = header;
    this.#changed();
  }

  get transport(): TransportHeader | undefined {
    return this.#transport;
  }

  set transport(header: TransportHeader | undefined) {
    this.#transport = header;
    this.#changed();
  }

  /** Its headers are new, or its payload is. */
  setPayload(payload: Uint8Array): void {
    this.payload = payload;
    this.#changed();
  }

  get linkBytes(): number {
    return this.#link === undefined ? 0 : linkHeaderBytes(this.#link);
  }

  get networkBytes(): number {
    return this.#network === undefined ? 0 : networkHeaderBytes(this.#network);
  }

  get transportBytes(): number {
    return this.#transport === undefined ? 0 : transportHeaderBytes(this.#transport);
  }

  /** Bytes from skb->data on. */
  get length(): number {
    let bytes = this.payload.length;
    if (this.layer === "payload") return bytes;
    bytes += this.transportBytes;
    if (this.layer === "transport") return bytes;
    bytes += this.networkBytes;
    return this.layer === "network" ? bytes : bytes + this.linkBytes;
  }

  /** Bytes with all headers that it has. */
  get wholeLength(): number {
    return this.linkBytes + this.networkBytes + this.transportBytes + this.payload.length;
  }

  /** How many packets a device makes of it. */
  get segments(): number {
    if (this.gsoSize === 0) return 1;
    return Math.max(1, Math.ceil(this.payload.length / this.gsoSize));
  }

  /** Address of its struct sk_buff, which is made now if it was not there. 0 on hosts without memory. */
  get address(): bigint {
    if (this.memory === undefined) return 0n;
    this.#image ??= new SkbImage(this.memory);
    this.#image.update(this);
    return this.#image.object.address;
  }

  /** All bytes, from the outermost header that it has. Do not write to them. */
  frame(): Uint8Array {
    if (this.#frame === undefined) {
      const bytes = encodePacket(this.packet());
      this.#frame = this.#link === undefined ? bytes.subarray(linkHeaderBytes(NO_LINK)) : bytes;
    }
    return this.#frame;
  }

  /** As values; headers that it does not have (yet) are empty. */
  packet(): Packet {
    return {
      link: this.#link ?? NO_LINK,
      network: this.#network ?? OTHER,
      transport: this.#transport ?? RAW,
      payload: this.payload,
    };
  }

  /** Takes the bytes of a frame that a program has changed; false when they are no frame any more. */
  setFrame(frame: Uint8Array): boolean {
    const parsed = parsePacket(frame);
    if (parsed === undefined) return false;
    const { link, network, transport, payload } = parsed.packet;
    this.#link = link;
    this.#network = network;
    this.#transport = transport;
    this.payload = payload;
    this.fault = parsed.fault;
    this.#changed();
    return true;
  }

  /** A packet of its own with the same headers and the same payload. */
  clone(): SkBuff {
    const copy = new SkBuff(this.memory, this.payload);
    copy.#link = this.#link;
    copy.#network = this.#network;
    copy.#transport = this.#transport;
    copy.#frame = this.#frame;
    copy.layer = this.layer;
    copy.device = this.device;
    copy.sock = this.sock;
    copy.ingressIfindex = this.ingressIfindex;
    copy.mark = this.mark;
    copy.priority = this.priority;
    copy.hash = this.hash;
    copy.queue = this.queue;
    copy.gsoSize = this.gsoSize;
    copy.seq = this.seq;
    copy.endSeq = this.endSeq;
    copy.tcpFlags = this.tcpFlags;
    copy.sentNs = this.sentNs;
    copy.cb.set(this.cb);
    return copy;
  }

  /** Gives its memory back, if it had any. */
  release(): void {
    this.#image?.free();
    this.#image = undefined;
  }

  #changed(): void {
    this.#frame = undefined;
    this.#image?.invalidate();
  }
}
