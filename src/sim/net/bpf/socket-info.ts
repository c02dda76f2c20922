import type { SocketInfo } from "../../../vm/network.ts";
import { fromMapped, type IpAddress, toMapped } from "../packet/ip-address.ts";
import { FAMILY } from "../socket/families.ts";
import type { Sock } from "../socket/sock.ts";
import { TCP_STATE } from "../tcp/states.ts";
import type { TcpSock } from "../tcp/tcp-sock.ts";
import type { TcpEntry } from "../tcp/tcp-table.ts";

/** A socket as the helpers of programs see it. */
export function socketInfo(sk: Sock): SocketInfo {
  const tcp = sk.class === "tcp" ? sk.stack.tcp.of(sk) : undefined;
  const { listener } = tcp ?? {};
  return {
    ...common(sk),
    address: sk.image?.object.address ?? 0n,
    source: seen(sk.family, sk.local.address),
    sourcePort: sk.local.port,
    destination: seen(sk.family, sk.remote.address),
    destinationPort: sk.remote.port,
    state: tcp?.state ?? (sk.remote.port !== 0 ? TCP_STATE.ESTABLISHED : TCP_STATE.CLOSE),
    isMini: false,
    ...(listener !== undefined && { listener: socketInfo(listener.sk) }),
    ...(tcp !== undefined && { tcp: tcpFields(tcp) }),
  };
}

/** As `socketInfo`, also for requests and what is left of connections. */
export function entryInfo(entry: TcpEntry): SocketInfo {
  if (entry.kind === "tcp") return socketInfo(entry.sk);
  const isRequest = entry.kind === "request";
  const family = isRequest ? entry.listener.sk.family : entry.family;
  return {
    ...(isRequest ? common(entry.listener.sk) : NOBODY),
    cookie: 0n,
    address: entry.address,
    family,
    type: 1,
    protocol: 6,
    source: seen(family, entry.local.address),
    sourcePort: entry.local.port,
    destination: seen(family, entry.remote.address),
    destinationPort: entry.remote.port,
    state: isRequest ? TCP_STATE.NEW_SYN_RECV : TCP_STATE.TIME_WAIT,
    isMini: true,
    ...(isRequest && { listener: socketInfo(entry.listener.sk) }),
  };
}

const NOBODY = { cookie: 0n, mark: 0, priority: 0, ifindex: 0, rxQueue: -1, uid: 0, cgroupId: 1n };

function common(sk: Sock) {
  const { options } = sk;
  return {
    cookie: sk.cookie,
    family: sk.family,
    type: sk.type,
    protocol: sk.protocol,
    mark: options.mark,
    priority: options.priority,
    ifindex: options.boundInterface,
    rxQueue: -1,
    uid: sk.uid,
    cgroupId: sk.cgroupId,
  };
}

function seen(family: number, address: IpAddress): Uint8Array {
  return (family === FAMILY.inet6 ? toMapped(address) : fromMapped(address)).bytes;
}

/** Members of struct bpf_tcp_sock, most of which struct bpf_sock_ops has, too. */
export function tcpFields(tcp: TcpSock): Readonly<Record<string, number | bigint>> {
  const { rtt, cubic } = tcp;
  return {
    snd_cwnd: cubic.window, srtt_us: rtt.srttUs, rtt_min: rtt.minUs, snd_ssthresh: cubic.threshold, rcv_nxt: tcp.rcvNxt,
    snd_nxt: tcp.sndNxt, snd_una: tcp.sndUna, mss_cache: tcp.mss, ecn_flags: 0, rate_delivered: 0, rate_interval_us: 0,
    packets_out: tcp.packetsOut, retrans_out: tcp.retransOut, total_retrans: tcp.totalRetrans, segs_in: tcp.segsIn,
    data_segs_in: tcp.dataSegsIn, segs_out: tcp.segsOut, data_segs_out: tcp.dataSegsOut, lost_out: tcp.lostOut,
    sacked_out: tcp.sackedOut, bytes_received: tcp.bytesReceived, bytes_acked: tcp.bytesAcked,
    dsack_dups: tcp.dsackDups, delivered: tcp.delivered, delivered_ce: 0, icsk_retransmits: tcp.retransmits,
  }; // biome-ignore format: as dense as can be read
}
