import type { Random } from "../../world/random.ts";
import { fromMapped, type IpAddress, isUnspecified } from "../packet/ip-address.ts";
import type { Sock } from "./sock.ts";

const LOW = 32_768; // net.ipv4.ip_local_port_range
const HIGH = 60_999;

/** Which sockets of one protocol have which local port. */
export class PortTable {
  readonly #byPort = new Map<number, Set<Sock>>();

  /** Sockets with that local port. */
  at(port: number): ReadonlySet<Sock> {
    return this.#byPort.get(port) ?? NONE;
  }

  /** Whether `sk` may have an address and a port; `isListening` tells which others listen. */
  isFree(sk: Sock, address: IpAddress, port: number, isListening: (other: Sock) => boolean): boolean {
    for (const other of this.at(port))
      if (other !== sk && conflicts(sk, address, other, isListening)) return false;
    return true;
  }

  add(sk: Sock, port: number): void {
    const set = this.#byPort.get(port);
    if (set === undefined) this.#byPort.set(port, new Set([sk]));
    else set.add(sk);
  }

  remove(sk: Sock, port: number): void {
    const set = this.#byPort.get(port);
    if (set === undefined) return;
    set.delete(sk);
    if (set.size === 0) this.#byPort.delete(port);
  }

  /** A port for which `isFree` says yes: even ones first, as connect(2) takes them. Undefined when there is none. */
  choose(random: Random, parity: 0 | 1, isFree: (port: number) => boolean): number | undefined {
    const count = (HIGH - LOW + 1) / 2;
    for (const odd of [parity, 1 - parity]) {
      const start = random.integer(0, count - 1);
      for (let i = 0; i < count; i++) {
        const port = LOW + odd + 2 * ((start + i) % count);
        if (isFree(port)) return port;
      }
    }
    return undefined;
  }
}

const NONE: ReadonlySet<Sock> = new Set();

/** Two sockets cannot share a port when their addresses overlap, unless both allow it. inet_csk_bind_conflict. */
function conflicts(sk: Sock, address: IpAddress, other: Sock, isListening: (other: Sock) => boolean): boolean {
  if (!overlaps(sk, address, other)) return false;
  const { options } = sk;
  if (options.reusePort && other.options.reusePort && sk.uid === other.uid) return false;
  return !(options.reuseAddress && other.options.reuseAddress && !isListening(other));
}

function overlaps(sk: Sock, address: IpAddress, other: Sock): boolean {
  const bound = sk.options.boundInterface;
  if (bound !== 0 && other.options.boundInterface !== 0 && bound !== other.options.boundInterface) return false;
  const mine = fromMapped(address);
  const theirs = fromMapped(other.local.address);
  if (mine.version !== theirs.version) {
    const v6 = mine.version === 6 ? { address: mine, sk } : { address: theirs, sk: other };
    return isUnspecified(v6.address) && v6.sk.isDualStack;
  }
  return mine.text === theirs.text || isUnspecified(mine) || isUnspecified(theirs);
}
