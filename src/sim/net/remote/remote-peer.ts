import type { Duration } from "../../world/duration.ts";
import type { World } from "../../world/world.ts";
import type { MachineNet } from "../machine-net.ts";
import { type IpAddress, ip, ipFromNumber } from "../packet/ip-address.ts";
import { PROTOCOL, TCP_FLAG, type TransportHeader } from "../packet/packet.ts";
import { SkBuff } from "../skb/sk-buff.ts";
import { type Connection, connectFrom } from "./connection.ts";
import type { RemoteHost } from "./remote-host.ts";

const BURST = 8; // packets of a flood that leave together
const FIRST_PORT = 1024;
const PORTS = 64_000;
const PUBLIC_FROM = 0x0b00_0000; // 11.0.0.0
const PUBLIC_TO = 0xdf00_0000;

/** How a remote client behaves. */
export type ClientOptions = Readonly<{
  /** How many connections a second, at random times; default 1. */
  perSecond?: number;
  /** How many in all; default: no end. */
  count?: number;
  /** Bytes or a text that it sends when it is connected; default an HTTP request. */
  send?: string | number;
  /** How many requests it sends over one connection, each after the answer to the one before; default 1. */
  requests?: number;
  /** Stays connected for so long after the last answer. */
  stay?: Duration;
  /** When it begins. */
  after?: Duration;
}>;

export type FloodOptions = Readonly<{
  kind?: "syn" | "udp" | "icmp" | "ack";
  /** Packets a second; default 10,000. */
  perSecond?: number;
  /** Default: no end. */
  duration?: Duration;
  /** From addresses that are not its own. */
  spoofed?: boolean;
  /** Payload of each packet. */
  bytes?: number;
  after?: Duration;
}>;

export type ScanOptions = Readonly<{
  /** "connect": whole handshakes; others: one packet for each port. */
  kind?: "syn" | "connect" | "fin" | "xmas" | "null" | "udp";
  /** Ports a second; default 1000. */
  perSecond?: number;
  after?: Duration;
}>;

const SCAN_FLAGS = { syn: TCP_FLAG.syn, fin: TCP_FLAG.fin, xmas: 0x29, null: 0, ack: TCP_FLAG.ack } as const;

/** What a remote host does to the machine. */
export class RemotePeer {
  readonly host: RemoteHost;
  readonly #net: MachineNet;
  readonly #own: IpAddress;

  constructor(net: MachineNet, host: RemoteHost) {
    this.#net = net;
    this.host = host;
    this.#own = host.addresses[0] ?? ip("0.0.0.0");
  }

  get #world(): World {
    return this.#net.world;
  }

  /** The machine's address that it talks to. */
  get #target(): IpAddress {
    const { devices } = this.#net.stack;
    for (const { kind, addresses } of devices) {
      const found = addresses.find(({ address }) => address.version === this.#own.version);
      if (kind !== "loopback" && found !== undefined) return found.address;
    }
    throw new RangeError(
      `the machine has no address that ${this.#own.text} could reach; give it one by machine.network()`,
    );
  }

  /** Connects to a port of the machine again and again. */
  connectTo(port: number, options: ClientOptions = {}): this {
    const { perSecond = 1, count = Number.POSITIVE_INFINITY, after = 0 } = options;
    const random = this.#world.random.stream(`client ${this.#own.text} ${port}`);
    let left = count;
    const next = (ns: number) => {
      if (left-- <= 0) return;
      this.#later(ns, () => {
        this.#converse(port, options);
        next(Math.round(random.exponential(1e9 / perSecond)));
      });
    };
    next(this.#world.ns(after));
    return this;
  }

  #converse(
    port: number,
    { send = "GET / HTTP/1.1\r\nHost: machine\r\n\r\n", requests = 1, stay }: ClientOptions,
  ): void {
    const bytes = typeof send === "number" ? new Uint8Array(send) : new TextEncoder().encode(send);
    let left = requests;
    const ask = (connection: Connection) => {
      left--;
      connection.write(bytes);
    };
    const done = (connection: Connection) => {
      if (stay === undefined) connection.end();
      else this.#later(this.#world.ns(stay), () => connection.end());
    };
    connectFrom(
      this.host.stack,
      { address: this.#target, port },
      {
        open: (connection) => (requests > 0 ? ask(connection) : done(connection)),
        data: (connection) => (left > 0 ? ask(connection) : done(connection)),
      },
    );
  }

  /** Sends packets that nobody asked for. */
  flood(port: number, options: FloodOptions = {}): this {
    const { kind = "syn", perSecond = 10_000, duration, spoofed = false, bytes = 0, after = 0 } = options;
    const world = this.#world;
    const random = world.random.stream(`flood ${this.#own.text} ${port}`);
    const startNs = world.nowNs + world.ns(after);
    const endNs = duration === undefined ? Number.POSITIVE_INFINITY : startNs + world.ns(duration);
    const target = this.#target;
    const payload = new Uint8Array(bytes);
    const burst = () => {
      if (world.nowNs >= endNs) return;
      for (let i = 0; i < BURST; i++) {
        const from = spoofed ? ipFromNumber(4, BigInt(random.integer(PUBLIC_FROM, PUBLIC_TO))) : this.#own;
        const sourcePort = FIRST_PORT + (random.u32() % PORTS);
        const source = target.version === from.version ? from : this.#own;
        this.#inject(source, target, headerOf(kind, sourcePort, port, random.u32()), payload);
      }
      this.#later(Math.round(random.exponential((BURST * 1e9) / perSecond)), burst);
    };
    this.#later(startNs - world.nowNs, burst);
    return this;
  }

  /** Tries ports of the machine: "20-1024", or a list. */
  scan(ports: string | readonly number[], options: ScanOptions = {}): this {
    const { kind = "syn", perSecond = 1000, after = 0 } = options;
    const list = typeof ports === "string" ? portRange(ports) : ports;
    const random = this.#world.random.stream(`scan ${this.#own.text}`);
    const target = this.#target;
    for (const [i, port] of list.entries()) {
      const ns = this.#world.ns(after) + Math.round((i * 1e9) / perSecond);
      this.#later(ns, () => {
        if (kind === "connect")
          connectFrom(this.host.stack, { address: target, port }, { open: (connection) => connection.abort() });
        else {
          const sourcePort = FIRST_PORT + (random.u32() % PORTS);
          const header: TransportHeader =
            kind === "udp"
              ? { kind, sourcePort, destinationPort: port }
              : segment(sourcePort, port, SCAN_FLAGS[kind], random.u32());
          this.#inject(this.#own, target, header, new Uint8Array(0));
        }
      });
    }
    return this;
  }

  /** Sends echo requests. */
  ping(options: Readonly<{ perSecond?: number; count?: number; bytes?: number; after?: Duration }> = {}): this {
    const { perSecond = 1, count = Number.POSITIVE_INFINITY, bytes = 56, after = 0 } = options;
    const isV6 = this.#own.version === 6;
    let sent = 0;
    const next = (ns: number) => {
      if (sent >= count) return;
      this.#later(ns, () => {
        sent++;
        const rest = (0x5e9 << 16) | (sent & 0xffff);
        this.#inject(
          this.#own,
          this.#target,
          { kind: "icmp", type: isV6 ? 128 : 8, code: 0, rest: rest >>> 0 },
          new Uint8Array(bytes),
        );
        next(Math.round(1e9 / perSecond));
      });
    };
    next(this.#world.ns(after));
    return this;
  }

  /** Sends one datagram. */
  sendUdp(port: number, data: Uint8Array | string, fromPort = 40_000): this {
    const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
    this.#inject(this.#own, this.#target, { kind: "udp", sourcePort: fromPort, destinationPort: port }, bytes);
    return this;
  }

  #inject(source: IpAddress, destination: IpAddress, transport: TransportHeader, payload: Uint8Array): void {
    const skb = new SkBuff(undefined, payload);
    const protocol = protocolOf(transport, destination.version);
    skb.network = { kind: "ip", source, destination, protocol, ttl: 64, tos: 0, id: 0, dontFragment: true };
    skb.transport = transport;
    this.#net.internet.inject(skb, this.host.wire.delay());
  }

  #later(ns: number, run: () => void): void {
    const world = this.#world;
    world.at(world.nowNs + ns, run);
  }
}

function protocolOf({ kind }: TransportHeader, version: 4 | 6): number {
  if (kind === "tcp") return PROTOCOL.tcp;
  if (kind === "udp") return PROTOCOL.udp;
  return version === 6 ? PROTOCOL.icmpv6 : PROTOCOL.icmp;
}

function headerOf(
  kind: NonNullable<FloodOptions["kind"]>,
  sourcePort: number,
  port: number,
  seq: number,
): TransportHeader {
  if (kind === "udp") return { kind, sourcePort, destinationPort: port };
  if (kind === "icmp") return { kind, type: 8, code: 0, rest: seq };
  return segment(sourcePort, port, SCAN_FLAGS[kind], seq);
}

function segment(sourcePort: number, destinationPort: number, flags: number, seq: number): TransportHeader {
  const options = flags === TCP_FLAG.syn ? { mss: 1460 } : {};
  return {
    kind: "tcp",
    sourcePort,
    destinationPort,
    seq,
    ack: flags & TCP_FLAG.ack ? seq : 0,
    flags,
    window: 1024,
    options,
  };
}

/** "20-25,80,443" */
function portRange(text: string): number[] {
  return text.split(",").flatMap((part) => {
    const [, from = "", to = from] = /^\s*(\d+)(?:-(\d+))?\s*$/.exec(part) ?? [];
    const [first, last] = [Number(from), Number(to)];
    if (from === "" || last > 65_535 || first > last)
      throw new RangeError(`\`${part}\` is no range of ports; write it as 20-1024`);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}
