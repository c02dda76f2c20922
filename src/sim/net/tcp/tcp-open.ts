import { ERRNO } from "../errno.ts";
import { TCP_FLAG, type TcpHeader, type TcpOptions } from "../packet/packet.ts";
import type { DropReason } from "../skb/drop.ts";
import type { SkBuff } from "../skb/sk-buff.ts";
import { isAfter } from "./seq.ts";
import { TCP_STATE } from "./states.ts";
import { takeAck } from "./tcp-ack.ts";
import { armRetransmit } from "./tcp-arm.ts";
import { dropSegment, takeReset } from "./tcp-data.ts";
import { queueFlag, sendAck, syncMss, transmit } from "./tcp-output.ts";
import type { TcpSock } from "./tcp-sock.ts";
import { fireSock } from "./tcp-tracepoints.ts";

const QUICK_ACKS = 16; // TCP_MAX_QUICKACKS, include/net/tcp.h, v6.12
const FIRST_SPACE = 14_600;

/** Sends the SYN: tcp_connect. The state is SYN_SENT, the endpoints are known. 0 or -errno. */
export function sendSyn(tcp: TcpSock): number {
  return tcp.system.trace.call("tcp_connect", [tcp], () => {
    tcp.stack.bpf?.sockOps(tcp, "connect", []);
    prepareReceive(tcp);
    tcp.timestampsOk = true;
    tcp.sackOk = true;
    tcp.wscaleOk = true;
    syncMss(tcp, tcp.stack.mtuTo(tcp.sk));
    const syn = queueFlag(tcp, TCP_FLAG.syn);
    tcp.rtxQueue.push(syn);
    tcp.packetsOut = 1;
    tcp.sndNxt = tcp.writeSeq;
    const status = transmit(tcp, syn, true);
    if (status === -ERRNO.ECONNREFUSED) return status;
    armRetransmit(tcp);
    return 0;
  });
}

/** The window and scale that the receive buffer allows at the start: tcp_select_initial_window. */
export function prepareReceive(tcp: TcpSock): void {
  const half = tcp.sk.options.receiveBuffer / 2;
  tcp.rcvWscale = 7;
  tcp.rcvWnd = Math.min(half, 65_535);
  if (half < 65_535) tcp.rcvWnd = Math.floor(half / tcp.advmss) * tcp.advmss || half;
}

/** A segment while a connection is asked for: tcp_rcv_synsent_state_process. As receiveInState. */
export function receiveInSynSent(tcp: TcpSock, skb: SkBuff): DropReason | undefined {
  const header = skb.transport as TcpHeader;
  const { flags, ack } = header;
  const hasAck = (flags & TCP_FLAG.ack) !== 0;
  if (hasAck && (!isAfter(ack, tcp.sndUna) || isAfter(ack, tcp.sndNxt))) return "TCP_INVALID_ACK_SEQUENCE";
  if (flags & TCP_FLAG.rst) {
    if (hasAck) {
      fireSock(tcp, "tcp_receive_reset");
      takeReset(tcp, skb, ERRNO.ECONNREFUSED);
    }
    dropSegment(tcp, skb, "TCP_RESET");
    return undefined;
  }
  if ((flags & TCP_FLAG.syn) === 0) {
    dropSegment(tcp, skb, "TCP_FLAGS");
    return undefined;
  }
  tcp.irs = skb.seq;
  tcp.rcvNxt = (skb.seq + 1) >>> 0;
  tcp.rcvWup = tcp.rcvNxt;
  tcp.copiedSeq = tcp.rcvNxt;
  takeOptions(tcp, header.options);
  if (!hasAck) return openTogether(tcp, skb, header);
  tcp.sndWl1 = skb.seq;
  takeAck(tcp, skb);
  tcp.sndWnd = header.window;
  finishConnect(tcp);
  tcp.stack.freed(skb);
  if (!tcp.sk.isDead) tcp.sk.notify("state");
  sendAck(tcp);
  return undefined;
}

/** Takes over what both ends can do: tcp_parse_options, for a SYN. */
export function takeOptions(tcp: TcpSock, options: TcpOptions): void {
  tcp.timestampsOk &&= options.timestamps !== undefined;
  tcp.sackOk &&= options.sackPermitted === true;
  tcp.wscaleOk &&= options.windowScale !== undefined;
  tcp.sndWscale = tcp.wscaleOk ? (options.windowScale ?? 0) : 0;
  if (!tcp.wscaleOk) tcp.rcvWscale = 0;
  if (options.timestamps !== undefined) {
    tcp.tsRecent = options.timestamps.value;
    tcp.tsRecentNs = tcp.system.now();
  }
  tcp.mssClamp = options.mss ?? 536;
  syncMss(tcp, tcp.stack.mtuTo(tcp.sk));
}

/** tcp_finish_connect */
function finishConnect(tcp: TcpSock): void {
  tcp.system.trace.call("tcp_finish_connect", [tcp, null], () => {
    tcp.setState(TCP_STATE.ESTABLISHED);
    beginTransfer(tcp);
    tcp.stack.bpf?.sockOps(tcp, "activeEstablished", []);
  });
}

/** A passive connection is there: the end of SYN_RECV in tcp_rcv_state_process. */
export function finishOpening(tcp: TcpSock): void {
  tcp.setState(TCP_STATE.ESTABLISHED);
  beginTransfer(tcp);
  tcp.stack.bpf?.sockOps(tcp, "passiveEstablished", []);
  if (!tcp.sk.isDead) tcp.sk.notify("state");
}

/** tcp_init_transfer */
function beginTransfer(tcp: TcpSock): void {
  tcp.system.trace.call("tcp_init_transfer", [tcp, 0, null], () => {
    tcp.quickAcks = QUICK_ACKS;
    tcp.rcvSpace = FIRST_SPACE;
    tcp.rcvSpaceSeq = tcp.copiedSeq;
    tcp.rcvSpaceNs = tcp.system.now();
    tcp.lastReceivedNs = tcp.rcvSpaceNs;
    if (tcp.sk.options.keepAlive) tcp.keepaliveTimer.start(tcp.sk.options.keepIdleS * 1e9);
  });
}

/** Both ends ask at the same time: RFC 9293, 3.5. */
function openTogether(tcp: TcpSock, skb: SkBuff, header: TcpHeader): undefined {
  tcp.setState(TCP_STATE.SYN_RECV);
  tcp.sndWnd = header.window;
  tcp.sndWl1 = skb.seq;
  tcp.maxWindow = header.window;
  const [syn] = tcp.rtxQueue;
  tcp.stack.freed(skb);
  if (syn === undefined) return;
  syn.tcpFlags |= TCP_FLAG.ack;
  transmit(tcp, syn, true);
}
