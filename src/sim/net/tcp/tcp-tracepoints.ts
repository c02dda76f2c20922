import type { FieldWord } from "../../hooks/tracepoint.ts";
import { fromMapped, type IpAddress, isMapped, toMapped } from "../packet/ip-address.ts";
import type { SkBuff } from "../skb/sk-buff.ts";
import { FAMILY } from "../socket/families.ts";
import type { Endpoint, Sock } from "../socket/sock.ts";
import type { TcpState } from "./states.ts";
import type { TcpSock } from "./tcp-sock.ts";

type Fields = Record<string, FieldWord>;

/** sock:inet_sock_set_state. Source: include/trace/events/sock.h, v6.12. */
export function fireSetState(tcp: TcpSock, from: TcpState, to: TcpState): void {
  tcp.system.trace.fire("sock:inet_sock_set_state", () => ({
    args: [tcp, from, to],
    fields: {
      skaddr: tcp.address,
      oldstate: from,
      newstate: to,
      protocol: tcp.sk.protocol,
      ...endpointFields(tcp.sk),
    },
  }));
}

/**
 * A tracepoint of TCP that tells about a socket alone: tcp_destroy_sock, tcp_rcv_space_adjust, tcp_receive_reset.
 * Source: include/trace/events/tcp.h, v6.12.
 */
export function fireSock(tcp: TcpSock, name: string): void {
  tcp.system.trace.fire(`tcp:${name}`, () => ({
    args: [tcp],
    fields: { skaddr: tcp.address, ...endpointFields(tcp.sk), sock_cookie: tcp.sk.cookie },
  }));
}

/** tcp:tcp_cong_state_set */
export function fireCongestion(tcp: TcpSock, state: number): void {
  tcp.system.trace.fire("tcp:tcp_cong_state_set", () => ({
    args: [tcp, state],
    fields: { skaddr: tcp.address, ...endpointFields(tcp.sk), cong_state: state },
  }));
}

/** tcp:tcp_retransmit_skb: the segment that is sent again. */
export function fireRetransmit(tcp: TcpSock, skb: SkBuff, error: number): void {
  tcp.system.trace.fire("tcp:tcp_retransmit_skb", () => {
    const what = { skbaddr: skb.address, skaddr: tcp.address, state: tcp.state, err: error };
    return { args: [tcp, skb, error], fields: { ...what, ...endpointFields(tcp.sk) } };
  });
}

/** tcp:tcp_probe: a segment came to an established connection. */
export function fireProbe(tcp: TcpSock, skb: SkBuff): void {
  tcp.system.trace.fire("tcp:tcp_probe", () => ({
    args: [tcp, skb],
    fields: {
      ...sockaddrFields(tcp.sk),
      sport: tcp.sk.local.port,
      dport: tcp.sk.remote.port,
      family: tcp.sk.family,
      mark: skb.mark,
      data_len: skb.payload.length,
      snd_nxt: tcp.sndNxt,
      snd_una: tcp.sndUna,
      snd_cwnd: tcp.cubic.window,
      ssthresh: tcp.cubic.threshold,
      snd_wnd: tcp.sndWnd,
      srtt: tcp.rtt.srttUs >> 3,
      rcv_wnd: tcp.rcvWnd,
      sock_cookie: tcp.sk.cookie,
      skbaddr: skb.address,
      skaddr: tcp.address,
    },
  }));
}

/** Ports and addresses of a socket, as most tracepoints show them: ports in this machine's order, addresses as bytes. */
export function endpointFields(
  sk: Sock,
  { local, remote }: Readonly<{ local: Endpoint; remote: Endpoint }> = sk,
): Fields {
  return {
    sport: local.port,
    dport: remote.port,
    family: sk.family,
    saddr: bytes4(local.address),
    daddr: bytes4(remote.address),
    saddr_v6: bytes6(local.address),
    daddr_v6: bytes6(remote.address),
  };
}

/** struct sockaddr_in or sockaddr_in6 of both ends, in 28 bytes each. */
export function sockaddrFields(sk: Sock): Fields {
  return { saddr: sockaddr(sk.family, sk.local), daddr: sockaddr(sk.family, sk.remote) };
}

/** An endpoint as struct sockaddr_in (16 bytes) or sockaddr_in6 (28 bytes). */
export function sockaddr(family: number, { address, port }: { address: IpAddress; port: number }): Uint8Array {
  const isV6 = family === FAMILY.inet6;
  const bytes = new Uint8Array(isV6 ? 28 : 16);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, family, true);
  view.setUint16(2, port);
  bytes.set(isV6 ? bytes6(address) : bytes4(address), isV6 ? 8 : 4);
  return bytes;
}

function bytes4(address: IpAddress): Uint8Array {
  if (address.version === 4) return address.bytes;
  return isMapped(address) ? fromMapped(address).bytes : new Uint8Array(4);
}

/** IPv4 addresses are shown as mapped ones. */
function bytes6(address: IpAddress): Uint8Array {
  return toMapped(address).bytes;
}
