import type { IpHeader } from "../packet/packet.ts";
import type { SkBuff } from "../skb/sk-buff.ts";
import { queueDatagram } from "../udp/udp-receive.ts";
import type { UdpSock } from "../udp/udp-sock.ts";

/** Raw sockets: each gets a copy of every packet of its protocol. */
export class RawTable {
  readonly #socks = new Set<UdpSock>();

  add(raw: UdpSock): void {
    this.#socks.add(raw);
  }

  remove(raw: UdpSock): void {
    this.#socks.delete(raw);
  }

  get all(): IterableIterator<UdpSock> {
    return this.#socks.values();
  }

  /** Gives copies of a packet to those who want it; whether there were any. */
  deliver(skb: SkBuff): boolean {
    const { protocol, source } = skb.network as IpHeader;
    let isWanted = false;
    for (const raw of this.#socks) {
      const { sk } = raw;
      if (sk.protocol !== protocol || (sk.family === 10) !== (source.version === 6)) continue;
      isWanted = true;
      const copy = skb.clone();
      sk.stack.made(copy);
      queueDatagram(raw, copy);
    }
    return isWanted;
  }
}
