import type { ProgramType } from "../abi/attach-spec.ts";
import type { Environment } from "./environment.ts";
import type { AddressSpace, Window } from "./memory.ts";
import type { SocketInfo } from "./network.ts";
import type { ObjectPool } from "./objects.ts";
import { isSkbProgram } from "./packet.ts";

/** `struct bpf_sock`: byte offsets. Source: include/uapi/linux/bpf.h, v6.18. */
// biome-ignore format: one line
const SOCK = {
  ifindex: 0, family: 4, type: 8, protocol: 12, mark: 16, priority: 20, source4: 24, source6: 28, sourcePort: 44,
  destinationPort: 48, destination4: 52, destination6: 56, state: 72, rxQueue: 76, bytes: 80,
} as const;

/** Fields of `struct bpf_tcp_sock` in order, 32 bits each; those of 64 bits follow them, and four more behind those. */
// biome-ignore format: in the order of the struct
const TCP_FIELDS = [
  "snd_cwnd", "srtt_us", "rtt_min", "snd_ssthresh", "rcv_nxt", "snd_nxt", "snd_una", "mss_cache", "ecn_flags",
  "rate_delivered", "rate_interval_us", "packets_out", "retrans_out", "total_retrans", "segs_in", "data_segs_in",
  "segs_out", "data_segs_out", "lost_out", "sacked_out",
] as const;
const TCP_WIDE = ["bytes_received", "bytes_acked"] as const;
const TCP_LAST = ["dsack_dups", "delivered", "delivered_ce", "icsk_retransmits"] as const;
const TCP_BYTES = 112;

/** Where contexts hold the address of their socket. Source: include/uapi/linux/bpf.h, v6.18. */
const SOCKET_FIELD: Readonly<Partial<Record<ProgramType, number>>> = {
  sockOps: 184,
  skMsg: 72,
  cgroupSockAddr: 64,
  skReuseport: 40,
  cgroupSockopt: 0,
  skLookup: 0,
};
const SKB_SOCKET_FIELD = 168;

/**
 * Sockets as programs see them: `struct bpf_sock` and `struct bpf_tcp_sock` in the machine's memory. Programs that go
 * by BTF have the address of a `struct sock` in the environment's memory instead.
 */
export class Sockets {
  readonly #space: AddressSpace;
  readonly #objects: ObjectPool;
  readonly #env: Environment;
  readonly #views = new Map<number, SocketInfo>();

  constructor(space: AddressSpace, objects: ObjectPool, env: Environment) {
    this.#space = space;
    this.#objects = objects;
    this.#env = env;
  }

  /** Address of a `struct bpf_sock` for the socket; 0 for none. */
  view(socket: SocketInfo | undefined): number {
    if (socket === undefined) return 0;
    for (const [at, known] of this.#views)
      if (known.cookie === socket.cookie && this.#objects.acquire(at)) return at;
    const at = this.#objects.make(SOCK.bytes);
    if (at === 0) return 0;
    const { view } = this.#space;
    const put = (offset: number, value: number) => view.setUint32(at + offset, value, true);
    put(SOCK.ifindex, socket.ifindex);
    put(SOCK.family, socket.family);
    put(SOCK.type, socket.type);
    put(SOCK.protocol, socket.protocol);
    put(SOCK.mark, socket.mark);
    put(SOCK.priority, socket.priority);
    put(SOCK.sourcePort, socket.sourcePort);
    view.setUint16(at + SOCK.destinationPort, socket.destinationPort);
    put(SOCK.state, socket.state);
    put(SOCK.rxQueue, socket.rxQueue);
    this.#space.u8.set(socket.source, at + (socket.source.length === 4 ? SOCK.source4 : SOCK.source6));
    const isV4 = socket.destination.length === 4;
    this.#space.u8.set(socket.destination, at + (isV4 ? SOCK.destination4 : SOCK.destination6));
    this.#views.set(at, socket);
    return at;
  }

  /** Address of a `struct bpf_tcp_sock`; 0 for sockets that are none. */
  tcpView(socket: SocketInfo | undefined): number {
    if (socket?.tcp === undefined || socket.isMini) return 0;
    const at = this.#objects.make(TCP_BYTES);
    if (at === 0) return 0;
    const { tcp } = socket;
    const { view } = this.#space;
    const put = (names: readonly string[], from: number) => {
      for (const [i, name] of names.entries()) view.setUint32(at + from + i * 4, Number(tcp[name] ?? 0), true);
    };
    put(TCP_FIELDS, 0);
    const wideAt = TCP_FIELDS.length * 4;
    for (const [i, name] of TCP_WIDE.entries())
      view.setBigUint64(at + wideAt + i * 8, BigInt(tcp[name] ?? 0), true);
    put(TCP_LAST, wideAt + TCP_WIDE.length * 8);
    this.#views.set(at, socket);
    return at;
  }

  /** Whether contexts of `bytes` bytes hold the address of a socket. */
  isIn(type: ProgramType, bytes: number): boolean {
    const field = fieldOf(type);
    return this.#env.network?.contextSocket !== undefined && field !== undefined && field + 8 <= bytes;
  }

  /** Writes the address of the context's socket into it. */
  place(ctx: Window, type: ProgramType): void {
    const { network } = this.#env;
    const field = fieldOf(type);
    if (network?.contextSocket === undefined || field === undefined || field + 8 > ctx.size) return;
    const at = this.view(network.contextSocket(BigInt(ctx.start)));
    this.#space.view.setBigUint64(ctx.start + field, BigInt(at), true);
  }

  /** The socket that a pointer means, whichever form it has. */
  at(address: bigint): SocketInfo | undefined {
    if (address === 0n) return undefined;
    return this.#views.get(Number(address)) ?? this.#env.network?.socketAt?.(address);
  }

  release(address: number): void {
    if (!this.#views.has(address)) return;
    this.#objects.release(address);
    if (!this.#objects.has(address)) this.#views.delete(address);
  }

  /** At the end of all runs: no program holds a socket any more. */
  clear(): void {
    if (this.#views.size === 0) return;
    for (const at of this.#views.keys()) while (this.#objects.release(at));
    this.#views.clear();
  }
}

function fieldOf(type: ProgramType): number | undefined {
  return isSkbProgram(type) ? SKB_SOCKET_FIELD : SOCKET_FIELD[type];
}
