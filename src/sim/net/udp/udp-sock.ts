import type { Addressed } from "../../hooks/word.ts";
import type { IpStack } from "../ip-stack.ts";
import { fromMapped, isUnspecified } from "../packet/ip-address.ts";
import type { SkBuff } from "../skb/sk-buff.ts";
import { PortTable } from "../socket/port-table.ts";
import type { Endpoint, Sock } from "../socket/sock.ts";
import { accepts } from "../tcp/tcp-table.ts";

/** A datagram that can be read, and who sent it. */
export type Datagram = Readonly<{ skb: SkBuff; from: Endpoint; to: Endpoint }>;

/** A UDP socket; also what ping(8) and raw sockets are, which have no ports. */
export class UdpSock implements Addressed {
  readonly kind = "udp";
  readonly sk: Sock;
  readonly queue: Datagram[] = [];
  /** Bytes of `queue`, with overhead. */
  rmemAlloc = 0;
  isConnected = false;
  drops = 0;
  isFreed = false;

  constructor(sk: Sock) {
    this.sk = sk;
    sk.onFlush = (image) => {
      image.setCommon(sk);
      image.sk.set("sk_backlog.rmem_alloc.counter", this.rmemAlloc);
      image.sk.set("sk_receive_queue.qlen", this.queue.length);
      image.sk.set("sk_drops.counter", this.drops);
    };
  }

  get address(): bigint {
    return this.sk.address;
  }

  get stack(): IpStack {
    return this.sk.stack;
  }
}

/** All UDP sockets of a host, by port. */
export class UdpTable {
  readonly ports = new PortTable();
  readonly #socks = new Map<Sock, UdpSock>();

  get all(): IterableIterator<UdpSock> {
    return this.#socks.values();
  }

  add(udp: UdpSock): void {
    this.#socks.set(udp.sk, udp);
    this.ports.add(udp.sk, udp.sk.local.port);
  }

  remove(udp: UdpSock): void {
    this.#socks.delete(udp.sk);
    this.ports.remove(udp.sk, udp.sk.local.port);
  }

  of(sk: Sock): UdpSock | undefined {
    return this.#socks.get(sk);
  }

  /** Who gets a datagram. */
  find(local: Endpoint, remote: Endpoint): UdpSock | undefined {
    return this.findAll(local, remote)[0];
  }

  /** Sockets that could get it: a connected one before others, those for the very address before others. */
  findAll(local: Endpoint, remote: Endpoint): readonly UdpSock[] {
    let best: UdpSock[] = [];
    let bestScore = -1;
    for (const sk of this.ports.at(local.port)) {
      const udp = this.#socks.get(sk);
      const score = udp === undefined ? -1 : scoreOf(udp, local, remote);
      if (udp === undefined || score < 0 || score < bestScore) continue;
      if (score > bestScore) best = [];
      bestScore = score;
      best.push(udp);
    }
    return best;
  }
}

/** compute_score in net/ipv4/udp.c, v6.12; -1: not for that socket. */
function scoreOf(udp: UdpSock, local: Endpoint, remote: Endpoint): number {
  const { sk } = udp;
  if (!accepts(sk, local.address)) return -1;
  let score = isUnspecified(sk.local.address) ? 1 : 3;
  if (!udp.isConnected) return score;
  const peer = fromMapped(sk.remote.address);
  if (peer.text !== fromMapped(remote.address).text || sk.remote.port !== remote.port) return -1;
  score += 4;
  return score;
}
