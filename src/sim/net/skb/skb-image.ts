import { addressOf } from "../../memory/address.ts";
import type { KernelMemory } from "../../memory/kernel-memory.ts";
import type { KernelObject } from "../../memory/kernel-object.ts";
import { ETHERTYPE } from "../packet/packet.ts";
import type { SkBuff } from "./sk-buff.ts";

const HEADROOM = 256; // bytes before the payload: all headers fit
const UNSET = 0xffff; // of header offsets
const CHECKSUM_UNNECESSARY = 1;

/** A packet in the kernel's memory: struct sk_buff, its bytes, and struct skb_shared_info behind them. */
export class SkbImage {
  readonly object: KernelObject;
  readonly #memory: KernelMemory;
  #head = 0;
  #headBytes = 0;
  #isWritten = false;

  constructor(memory: KernelMemory) {
    this.#memory = memory;
    this.object = memory.make("sk_buff", { "users.refs.counter": 1, ip_summed: CHECKSUM_UNNECESSARY });
  }

  /** The packet's bytes have changed. */
  invalidate(): void {
    this.#isWritten = false;
  }

  /** Brings everything up to date. */
  update(skb: SkBuff): void {
    if (!this.#isWritten) this.#writeBytes(skb);
    const { object } = this;
    const headers = HEADROOM - (skb.wholeLength - skb.payload.length);
    const before = skb.wholeLength - skb.length;
    object.set("data", addressOf(this.#head + headers + before));
    object.set("len", skb.length);
    object.set("dev", skb.device?.address ?? 0n);
    object.set("sk", skb.sock?.address ?? 0n);
    object.set("skb_iif", skb.ingressIfindex);
    object.set("mark", skb.mark);
    object.set("priority", skb.priority);
    object.set("hash", skb.hash);
    object.set("queue_mapping", skb.queue);
    object.set("tstamp", skb.sentNs);
    const cb = this.#memory.cast("tcp_skb_cb", object.addressOf("cb"));
    cb.set("seq", skb.seq);
    cb.set("end_seq", skb.endSeq);
    cb.set("tcp_flags", skb.tcpFlags);
    cb.set("sacked", skb.sacked & 0xff);
  }

  free(): void {
    if (this.#headBytes > 0) this.#memory.release(this.#head, this.#headBytes);
    this.object.free();
  }

  #writeBytes(skb: SkBuff): void {
    this.#isWritten = true;
    const shared = this.#memory.layouts.named("skb_shared_info").bytes;
    const end = Math.ceil((HEADROOM + skb.payload.length) / 64) * 64;
    if (this.#headBytes < end + shared) {
      if (this.#headBytes > 0) this.#memory.release(this.#head, this.#headBytes);
      this.#headBytes = end + shared;
      this.#head = this.#memory.allocate(this.#headBytes);
    }
    const frame = skb.frame();
    const start = HEADROOM - (frame.length - skb.payload.length);
    this.#memory.u8.set(frame, this.#head + start);
    const { link, network, transport } = skb;
    const networkAt = start + skb.linkBytes;
    const type = network?.kind === "ip" && network.source.version === 6 ? ETHERTYPE.ipv6 : ETHERTYPE.ipv4;
    this.object.fill({
      head: addressOf(this.#head),
      tail: HEADROOM + skb.payload.length,
      end,
      truesize: this.#headBytes + 256,
      protocol: swap16(link?.type ?? (network === undefined ? 0 : type)),
      mac_len: skb.linkBytes,
      mac_header: link === undefined ? UNSET : start,
      network_header: network === undefined ? UNSET : networkAt,
      transport_header: transport === undefined ? UNSET : networkAt + skb.networkBytes,
    });
    const info = this.#memory.cast("skb_shared_info", addressOf(this.#head + end));
    info.set("gso_size", skb.gsoSize);
    info.set("gso_segs", skb.gsoSize === 0 ? 0 : skb.segments);
    info.set("dataref.counter", 1);
  }
}

/** A number in network order as this machine reads it, and back. */
export function swap16(value: number): number {
  return ((value & 0xff) << 8) | ((value >> 8) & 0xff);
}
