import type { SkBuff } from "../skb/sk-buff.ts";
import { endpointFields, sockaddrFields } from "../socket/endpoint-fields.ts";
import type { TcpState } from "./states.ts";
import type { TcpSock } from "./tcp-sock.ts";

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
