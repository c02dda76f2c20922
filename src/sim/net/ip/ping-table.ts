import type { IcmpHeader } from "../packet/packet.ts";
import type { SkBuff } from "../skb/sk-buff.ts";
import { queueDatagram } from "../udp/udp-receive.ts";
import type { UdpSock } from "../udp/udp-sock.ts";

/** Sockets for echo requests, by the identifier in their messages, which is their port. */
export class PingTable {
  readonly #socks = new Map<number, UdpSock>();

  /** Gives a socket an identifier. */
  add(ping: UdpSock): void {
    let id = 1 + (this.#socks.size % 0xffff);
    while (this.#socks.has(id)) id = (id % 0xffff) + 1;
    ping.sk.setLocal(ping.sk.local.address, id);
    this.#socks.set(id, ping);
  }

  remove(ping: UdpSock): void {
    this.#socks.delete(ping.sk.local.port);
  }

  /** An answer came: ping_rcv. */
  deliver(skb: SkBuff, header: IcmpHeader): void {
    const ping = this.#socks.get(header.rest >>> 16);
    if (ping === undefined) return;
    const copy = skb.clone();
    ping.stack.made(copy);
    queueDatagram(ping, copy);
  }
}
