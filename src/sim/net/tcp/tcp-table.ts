import { fromMapped, type IpAddress, isUnspecified } from "../packet/ip-address.ts";
import { PortTable } from "../socket/port-table.ts";
import type { Endpoint, Sock } from "../socket/sock.ts";
import type { RequestSock } from "./request-sock.ts";
import { TCP_STATE } from "./states.ts";
import type { TcpSock } from "./tcp-sock.ts";
import type { TimeWaitSock } from "./time-wait.ts";

export type TcpEntry = TcpSock | RequestSock | TimeWaitSock;
type Ends = Readonly<{ local: Endpoint; remote: Endpoint }>;

/** All TCP sockets of a host: by connection, and by port. */
export class TcpTable {
  readonly ports = new PortTable();
  readonly #connections = new Map<string, TcpEntry>();
  readonly #socks = new Map<Sock, TcpSock>();

  /** All sockets, in the order of their making. */
  get all(): IterableIterator<TcpSock> {
    return this.#socks.values();
  }

  /** Connections, half-open and closing ones too. */
  get connections(): IterableIterator<TcpEntry> {
    return this.#connections.values();
  }

  register(tcp: TcpSock): void {
    this.#socks.set(tcp.sk, tcp);
  }

  /** The socket is gone: its port is free. */
  release(tcp: TcpSock): void {
    this.#socks.delete(tcp.sk);
    this.unhash(tcp);
    this.ports.remove(tcp.sk, tcp.sk.local.port);
  }

  of(sk: Sock): TcpSock | undefined {
    return this.#socks.get(sk);
  }

  /** Makes a connection known by its endpoints. */
  hash(entry: TcpEntry): void {
    this.#connections.set(keyOf(endsOf(entry)), entry);
    if (entry.kind === "tcp") {
      this.register(entry);
      this.ports.add(entry.sk, entry.sk.local.port);
    }
  }

  /** A connection that is over. */
  unhash(tcp: TcpSock): void {
    this.forget(tcp);
  }

  forget(entry: TcpEntry): void {
    const key = keyOf(endsOf(entry));
    if (this.#connections.get(key) === entry) this.#connections.delete(key);
  }

  replace(tcp: TcpSock, timeWait: TimeWaitSock): void {
    this.#connections.set(keyOf(endsOf(tcp)), timeWait);
  }

  /** Whose segments these are: __inet_lookup_established. */
  find(ends: Ends): TcpEntry | undefined {
    return this.#connections.get(keyOf(ends));
  }

  /** Sockets that listen where a segment goes to; the ones for its very address come first. */
  listeners(local: Endpoint): readonly TcpSock[] {
    const exact: TcpSock[] = [];
    const any: TcpSock[] = [];
    for (const sk of this.ports.at(local.port)) {
      const tcp = this.#socks.get(sk);
      if (tcp === undefined || tcp.state !== TCP_STATE.LISTEN || !accepts(sk, local.address)) continue;
      (isUnspecified(sk.local.address) ? any : exact).push(tcp);
    }
    return exact.length > 0 ? exact : any;
  }

  isListening(sk: Sock): boolean {
    return this.#socks.get(sk)?.state === TCP_STATE.LISTEN;
  }

  /** Whether a connection between these endpoints can be made now. */
  isUnused(ends: Ends): boolean {
    return !this.#connections.has(keyOf(ends));
  }
}

/** Whether a socket that is bound takes what comes for an address. */
export function accepts(sk: Sock, address: IpAddress): boolean {
  const mine = fromMapped(sk.local.address);
  const theirs = fromMapped(address);
  if (mine.version === theirs.version) return isUnspecified(mine) || mine.text === theirs.text;
  return theirs.version === 4 && isUnspecified(mine) && sk.isDualStack;
}

function endsOf(entry: TcpEntry): Ends {
  return entry.kind === "tcp" ? entry.sk : entry;
}

function keyOf({ local, remote }: Ends): string {
  return `${fromMapped(local.address).text} ${local.port} ${fromMapped(remote.address).text} ${remote.port}`;
}
