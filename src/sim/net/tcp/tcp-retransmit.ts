import { TCP_FLAG } from "../packet/packet.ts";
import type { SkBuff } from "../skb/sk-buff.ts";
import { isAfter, isBefore, seqDistance } from "./seq.ts";
import { TCP_STATE } from "./states.ts";
import { armRetransmit } from "./tcp-arm.ts";
import { currentMss, splitSkb, transmit, writeXmit } from "./tcp-output.ts";
import { CA_STATE, type CaState, SACKED, type TcpSock } from "./tcp-sock.ts";
import { fireCongestion, fireRetransmit } from "./tcp-tracepoints.ts";

/** Sends a segment again and counts it: tcp_retransmit_skb. 0, or what sending gave. */
function retransmitSkb(tcp: TcpSock, skb: SkBuff): number {
  const { trace } = tcp.system;
  return trace.call("tcp_retransmit_skb", [tcp, skb, 1], () => {
    const status = trace.call("__tcp_retransmit_skb", [tcp, skb, 1], () => sendAgain(tcp, skb));
    if (status === 0) {
      if ((skb.sacked & SACKED.retrans) === 0) tcp.retransOut += skb.segments;
      skb.sacked |= SACKED.retrans | SACKED.everRetrans;
      skb.wasRetransmitted = true;
      if (tcp.retransmitStampNs === 0) tcp.retransmitStampNs = tcp.system.now();
    }
    return status;
  });
}

function sendAgain(tcp: TcpSock, skb: SkBuff): number {
  trimAcked(tcp, skb);
  const mss = currentMss(tcp);
  if (skb.payload.length > mss) {
    const before = skb.segments;
    const rest = splitSkb(tcp, skb, mss);
    skb.gsoSize = 0;
    rest.gsoSize = rest.payload.length > mss ? mss : 0;
    tcp.rtxQueue.splice(tcp.rtxQueue.indexOf(skb) + 1, 0, rest);
    adjustCounts(tcp, skb, skb.segments + rest.segments - before);
  }
  const status = transmit(tcp, skb, true);
  if (tcp.bpfFlags & 2) tcp.stack.bpf?.sockOps(tcp, "retransmit", [skb.seq, skb.segments, status]);
  if (status === 0) fireRetransmit(tcp, skb, 0);
  tcp.totalRetrans += skb.segments;
  tcp.bytesRetrans += BigInt(skb.payload.length);
  return status;
}

/** What was acknowledged of the first segment is not sent again. */
function trimAcked(tcp: TcpSock, skb: SkBuff): void {
  const acked = seqDistance(skb.seq, tcp.sndUna);
  if (acked <= 0 || acked > skb.payload.length) return;
  trimHead(tcp, skb, acked);
}

/** The first bytes of a segment were acknowledged. */
export function trimHead(tcp: TcpSock, skb: SkBuff, bytes: number): void {
  const before = skb.segments;
  skb.setPayload(skb.payload.subarray(bytes));
  skb.seq = tcp.sndUna;
  tcp.wmemQueued -= bytes;
  adjustCounts(tcp, skb, skb.segments - before);
}

function adjustCounts(tcp: TcpSock, skb: SkBuff, by: number): void {
  tcp.packetsOut += by;
  if (skb.sacked & SACKED.acked) tcp.sackedOut += by;
  if (skb.sacked & SACKED.lost) tcp.lostOut += by;
  if (skb.sacked & SACKED.retrans) tcp.retransOut += by;
}

/** Sends what was lost again, as far as the congestion window allows: tcp_xmit_retransmit_queue. */
export function retransmitLost(tcp: TcpSock): void {
  if (tcp.packetsOut === 0 || tcp.lostOut <= tcp.retransOut) return;
  tcp.system.trace.call("tcp_xmit_retransmit_queue", [tcp], () => {
    for (const skb of [...tcp.rtxQueue]) {
      if (tcp.inFlight >= tcp.cubic.window) return;
      if ((skb.sacked & (SACKED.acked | SACKED.retrans)) !== 0 || (skb.sacked & SACKED.lost) === 0) continue;
      if (retransmitSkb(tcp, skb) !== 0) return;
      if (skb === tcp.rtxQueue[0]) armRetransmit(tcp);
    }
  });
}

/** The last segment was perhaps lost: sends new data, or that one again: tcp_send_loss_probe. RFC 8985, 7. */
export function sendLossProbe(tcp: TcpSock): void {
  tcp.system.trace.call("tcp_send_loss_probe", [tcp], () => {
    const before = tcp.packetsOut;
    if (tcp.writeQueue.length > 0 && isBefore(tcp.sndNxt, (tcp.sndUna + tcp.sndWnd) >>> 0))
      writeXmit(tcp, currentMss(tcp), true, true);
    const last = tcp.rtxQueue.at(-1);
    if (tcp.packetsOut === before && last !== undefined) {
      const mss = currentMss(tcp);
      const tail = last.payload.length > mss ? splitTail(tcp, last, mss) : last;
      retransmitSkb(tcp, tail);
      tcp.retransOut -= tail.segments; // a probe is not counted as one
      tail.sacked &= ~SACKED.retrans;
    }
    tcp.tlpHighSeq = tcp.sndNxt;
    tcp.purpose = "none";
    armRetransmit(tcp);
  });
}

function splitTail(tcp: TcpSock, skb: SkBuff, mss: number): SkBuff {
  const before = skb.segments;
  const keep = (skb.segments - 1) * mss;
  const tail = splitSkb(tcp, skb, keep);
  skb.gsoSize = keep > mss ? mss : 0;
  tail.gsoSize = 0;
  tcp.rtxQueue.push(tail);
  adjustCounts(tcp, skb, skb.segments + tail.segments - before);
  return tail;
}

/** tcp_set_ca_state */
export function setCaState(tcp: TcpSock, state: CaState): void {
  if (tcp.caState === state) return;
  tcp.system.trace.call("tcp_set_ca_state", [tcp, state], () => {
    fireCongestion(tcp, state);
    tcp.caState = state;
  });
}

/** A timeout: everything that was not acknowledged is lost: tcp_enter_loss. */
export function enterLoss(tcp: TcpSock): void {
  tcp.system.trace.call("tcp_enter_loss", [tcp], () => {
    if (tcp.caState <= CA_STATE.Disorder || isAfter(tcp.sndUna, tcp.highSeq)) {
      tcp.cubic.lose();
      tcp.highSeq = tcp.sndNxt;
    }
    tcp.cubic.restart(tcp.inFlight > 0 ? 1 : Math.max(1, Math.min(tcp.cubic.window, 2)));
    tcp.retransOut = 0;
    tcp.lostOut = 0;
    tcp.duplicateAcks = 0;
    for (const skb of tcp.rtxQueue) {
      skb.sacked &= ~SACKED.retrans;
      if (skb.sacked & SACKED.acked) continue;
      skb.sacked |= SACKED.lost;
      tcp.lostOut += skb.segments;
    }
    setCaState(tcp, CA_STATE.Loss);
  });
}

/** Some segments are lost, others arrived: tcp_enter_recovery. */
export function enterRecovery(tcp: TcpSock): void {
  tcp.system.trace.call("tcp_enter_recovery", [tcp, false], () => {
    tcp.highSeq = tcp.sndNxt;
    tcp.cubic.window = Math.max(tcp.cubic.lose(), 2);
    setCaState(tcp, CA_STATE.Recovery);
  });
}

/** The oldest segment again, as a timeout does. */
export function retransmitHead(tcp: TcpSock): number {
  const [head] = tcp.rtxQueue;
  if (head === undefined) return 0;
  if (head.sacked & SACKED.lost) return retransmitSkb(tcp, head);
  head.sacked |= SACKED.lost;
  tcp.lostOut += head.segments;
  return retransmitSkb(tcp, head);
}

/** Whether the segment asks for a connection. */
export function isSyn(skb: SkBuff): boolean {
  return (skb.tcpFlags & TCP_FLAG.syn) !== 0;
}

/** Whether a connection is being made. */
export function isOpening(tcp: TcpSock): boolean {
  return tcp.state === TCP_STATE.SYN_SENT || tcp.state === TCP_STATE.SYN_RECV;
}
