import { ERRNO } from "../errno.ts";
import { TCP_FLAG, type TcpHeader } from "../packet/packet.ts";
import { consumeSkb, type DropReason } from "../skb/drop.ts";
import type { SkBuff } from "../skb/sk-buff.ts";
import { SHUTDOWN } from "../socket/families.ts";
import { connectionRequest } from "./connection-request.ts";
import { isAfter, isBefore, seqDistance } from "./seq.ts";
import { TCP_STATE } from "./states.ts";
import { takeAck } from "./tcp-ack.ts";
import { checkAck, dropSegment, queueData, takeReset, window } from "./tcp-data.ts";
import { doneWith } from "./tcp-done.ts";
import { finishOpening, receiveInSynSent } from "./tcp-open.ts";
import { pushPending, sendAck } from "./tcp-output.ts";
import type { TcpSock } from "./tcp-sock.ts";
import { checkSpace } from "./tcp-space.ts";
import { fireProbe, fireSock } from "./tcp-tracepoints.ts";
import { enterTimeWait } from "./time-wait.ts";

const FIN_TIMEOUT_NS = 60_000_000_000; // net.ipv4.tcp_fin_timeout

/** A segment for an established connection: tcp_rcv_established. */
export function receiveEstablished(tcp: TcpSock, skb: SkBuff): void {
  tcp.system.trace.call("tcp_rcv_established", [tcp, skb], () => {
    fireProbe(tcp, skb);
    countIn(tcp, skb);
    if (!validate(tcp, skb)) return;
    const header = skb.transport as TcpHeader;
    if ((header.flags & TCP_FLAG.ack) === 0) return dropSegment(tcp, skb, "TCP_FLAGS");
    if (!takeAck(tcp, skb)) {
      sendAck(tcp);
      return dropSegment(tcp, skb, "TCP_ACK_UNSENT_DATA");
    }
    measureAtReceiver(tcp, skb, header);
    queueData(tcp, skb);
    afterData(tcp);
  });
}

/** tcp_rcv_rtt_measure_ts */
function measureAtReceiver(tcp: TcpSock, skb: SkBuff, { options }: TcpHeader): void {
  const { timestamps } = options;
  if (!tcp.timestampsOk || timestamps === undefined || timestamps.echo === 0 || skb.payload.length === 0)
    return;
  const ms = ((Math.floor(tcp.system.now() / 1e6) >>> 0) - timestamps.echo) | 0;
  if (ms < 0 || ms > 60_000) return;
  const sample = Math.max(ms, 1) * 1e6;
  tcp.rcvRttNs = tcp.rcvRttNs === 0 ? sample : tcp.rcvRttNs * 0.875 + sample * 0.125;
}

/** What may go out now: tcp_data_snd_check and tcp_ack_snd_check. */
function afterData(tcp: TcpSock): void {
  if (tcp.isFreed || tcp.state === TCP_STATE.CLOSE) return;
  pushPending(tcp);
  checkSpace(tcp);
  checkAck(tcp);
}

function countIn(tcp: TcpSock, skb: SkBuff): void {
  tcp.segsIn += skb.segments;
  if (skb.payload.length > 0) tcp.dataSegsIn += skb.segments;
}

/** Whether the segment may be looked at further; it is gone when not: tcp_validate_incoming. RFC 9293, 3.10.7.4. */
function validate(tcp: TcpSock, skb: SkBuff): boolean {
  const header = skb.transport as TcpHeader;
  const isReset = (header.flags & TCP_FLAG.rst) !== 0;
  if (isOldTimestamp(tcp, header) && !isReset) return refuse(tcp, skb, "TCP_RFC7323_PAWS");
  const reason = sequenceFault(tcp, skb);
  if (reason !== undefined) {
    if (isReset) {
      dropSegment(tcp, skb, reason);
      return false;
    }
    return refuse(tcp, skb, reason);
  }
  if (isReset) {
    receiveReset(tcp, skb);
    return false;
  }
  if (header.flags & TCP_FLAG.syn) {
    tcp.system.trace.call("tcp_send_challenge_ack", [tcp], () => sendAck(tcp)); // RFC 5961, 4.2
    dropSegment(tcp, skb, "TCP_INVALID_SYN");
    return false;
  }
  const { timestamps } = header.options;
  if (tcp.timestampsOk && timestamps !== undefined && !isAfter(skb.seq, tcp.rcvWup)) {
    tcp.tsRecent = timestamps.value;
    tcp.tsRecentNs = tcp.system.now();
  }
  return true;
}

function refuse(tcp: TcpSock, skb: SkBuff, reason: DropReason): false {
  if (skb.seq !== skb.endSeq) tcp.quickAcks = Math.max(tcp.quickAcks, 2);
  tcp.system.trace.call("tcp_send_dupack", [tcp, skb], () => sendAck(tcp));
  dropSegment(tcp, skb, reason);
  return false;
}

function isOldTimestamp(tcp: TcpSock, { options }: TcpHeader): boolean {
  if (!tcp.timestampsOk || options.timestamps === undefined) return false;
  return ((tcp.tsRecent - options.timestamps.value) | 0) > 1; // a tick of the clock may be lost by reordering
}

/** tcp_sequence */
function sequenceFault(tcp: TcpSock, skb: SkBuff): DropReason | undefined {
  if (isBefore(skb.endSeq, tcp.rcvWup)) return "TCP_OLD_SEQUENCE";
  if (isAfter(skb.seq, (tcp.rcvNxt + window(tcp)) >>> 0)) return "TCP_INVALID_SEQUENCE";
  return undefined;
}

/** RFC 5961, 3.2: only a reset at exactly the next sequence number is believed. */
function receiveReset(tcp: TcpSock, skb: SkBuff): void {
  if (skb.seq !== tcp.rcvNxt) {
    tcp.system.trace.call("tcp_send_challenge_ack", [tcp], () => sendAck(tcp));
    return dropSegment(tcp, skb, "TCP_RESET");
  }
  fireSock(tcp, "tcp_receive_reset");
  takeReset(tcp, skb, tcp.state === TCP_STATE.CLOSE_WAIT ? ERRNO.EPIPE : ERRNO.ECONNRESET);
  dropSegment(tcp, skb, "TCP_RESET");
}

/**
 * A segment for a socket in any other state: tcp_rcv_state_process. Why a reset is to be sent, or undefined; then the
 * segment is gone.
 */
export function receiveInState(tcp: TcpSock, skb: SkBuff): DropReason | undefined {
  let reset: DropReason | undefined;
  tcp.system.trace.call("tcp_rcv_state_process", [tcp, skb], () => {
    reset = process(tcp, skb);
    return reset === undefined ? 0 : tcp.stack.dropReason(reset);
  });
  return reset;
}

function process(tcp: TcpSock, skb: SkBuff): DropReason | undefined {
  const { flags } = skb.transport as TcpHeader;
  if (tcp.state === TCP_STATE.CLOSE) {
    dropSegment(tcp, skb, "TCP_CLOSE");
    return undefined;
  }
  if (tcp.state === TCP_STATE.LISTEN) return receiveInListen(tcp, skb);
  countIn(tcp, skb);
  if (tcp.state === TCP_STATE.SYN_SENT) {
    let reset: DropReason | undefined;
    tcp.system.trace.call("tcp_rcv_synsent_state_process", [tcp, skb, null], () => {
      reset = receiveInSynSent(tcp, skb);
      return reset === undefined ? -1 : 1;
    });
    if (reset === undefined) afterData(tcp);
    return reset;
  }
  if (!validate(tcp, skb)) return undefined;
  if ((flags & TCP_FLAG.ack) === 0) {
    dropSegment(tcp, skb, "TCP_FLAGS");
    return undefined;
  }
  if (!takeAck(tcp, skb)) {
    if (tcp.state === TCP_STATE.SYN_RECV) return "TCP_INVALID_ACK_SEQUENCE";
    sendAck(tcp);
    dropSegment(tcp, skb, "TCP_ACK_UNSENT_DATA");
    return undefined;
  }
  return afterAck(tcp, skb);
}

function receiveInListen(tcp: TcpSock, skb: SkBuff): DropReason | undefined {
  const { flags } = skb.transport as TcpHeader;
  if (flags & TCP_FLAG.ack) return "TCP_FLAGS";
  if (flags & TCP_FLAG.rst) dropSegment(tcp, skb, "TCP_RESET");
  else if ((flags & TCP_FLAG.syn) === 0 || flags & TCP_FLAG.fin) dropSegment(tcp, skb, "TCP_FLAGS");
  else {
    connectionRequest(tcp, skb);
    consumeSkb(tcp.stack, skb);
  }
  return undefined;
}

/** What our own FIN's acknowledgement changes, then the payload. */
function afterAck(tcp: TcpSock, skb: SkBuff): DropReason | undefined {
  const isAllAcked = tcp.finQueued && tcp.sndUna === tcp.writeSeq;
  switch (tcp.state) {
    case TCP_STATE.SYN_RECV:
      finishOpening(tcp);
      break;
    case TCP_STATE.FIN_WAIT1:
      if (isAllAcked && finAcked(tcp, skb)) return undefined;
      break;
    case TCP_STATE.CLOSING:
      if (isAllAcked) {
        enterTimeWait(tcp, TCP_STATE.TIME_WAIT);
        tcp.stack.freed(skb);
        return undefined;
      }
      break;
    case TCP_STATE.LAST_ACK:
      if (isAllAcked) {
        doneWith(tcp);
        tcp.stack.freed(skb);
        return undefined;
      }
      break;
    default:
      break;
  }
  return takePayload(tcp, skb);
}

/** FIN_WAIT1 is over. True when the connection lives on as a time-wait socket alone, and the segment is gone. */
function finAcked(tcp: TcpSock, skb: SkBuff): boolean {
  tcp.setState(TCP_STATE.FIN_WAIT2);
  tcp.sk.shutdown |= SHUTDOWN.send;
  if (!tcp.sk.isDead) {
    tcp.sk.notify("state");
    return false;
  }
  if (skb.tcpFlags & TCP_FLAG.fin || tcp.sk.isOwned) {
    tcp.keepaliveTimer.start(FIN_TIMEOUT_NS);
    return false;
  }
  enterTimeWait(tcp, TCP_STATE.FIN_WAIT2);
  tcp.stack.freed(skb);
  return true;
}

function takePayload(tcp: TcpSock, skb: SkBuff): DropReason | undefined {
  const brings = seqDistance(tcp.rcvNxt, skb.endSeq) > 0 && skb.payload.length > 0;
  switch (tcp.state) {
    case TCP_STATE.CLOSE_WAIT:
    case TCP_STATE.CLOSING:
    case TCP_STATE.LAST_ACK:
      if (!isBefore(skb.seq, tcp.rcvNxt)) tcp.stack.freed(skb);
      else queueData(tcp, skb);
      break;
    case TCP_STATE.FIN_WAIT1:
    case TCP_STATE.FIN_WAIT2:
      if (tcp.sk.isDead && brings) {
        takeReset(tcp, skb, ERRNO.ECONNRESET);
        return "TCP_ABORT_ON_DATA";
      }
      queueData(tcp, skb);
      break;
    default:
      queueData(tcp, skb);
  }
  afterData(tcp);
  return undefined;
}
