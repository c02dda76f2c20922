import { ERRNO } from "../errno.ts";
import { isBefore, seqAdd, seqDistance } from "./seq.ts";
import { TCP_STATE } from "./states.ts";
import { armRetransmit, armWindowProbe } from "./tcp-arm.ts";
import { doneWith } from "./tcp-done.ts";
import { currentMss, sendAck, splitSkb, transmit } from "./tcp-output.ts";
import { sendActiveReset } from "./tcp-reset.ts";
import { enterLoss, isOpening, retransmitHead, sendLossProbe } from "./tcp-retransmit.ts";
import type { TcpSock } from "./tcp-sock.ts";
import { enterTimeWait } from "./time-wait.ts";

const MOST_RETRANSMITS = 15; // net.ipv4.tcp_retries2
const MOST_ORPHAN_RETRANSMITS = 8; // net.ipv4.tcp_orphan_retries
const MOST_SYN_RETRANSMITS = 6; // net.ipv4.tcp_syn_retries
const RETRY_NS = 4_000_000;
const TIME_WAIT_NS = 60_000_000_000;

/** The timer for retransmissions and probes: tcp_write_timer_handler. */
export function writeTimeout(tcp: TcpSock): void {
  if (tcp.isFreed || tcp.state === TCP_STATE.CLOSE || tcp.state === TCP_STATE.LISTEN) return;
  if (tcp.sk.isOwned) return tcp.writeTimer.start(RETRY_NS); // a system call works on it: tcp_release_cb looks again
  tcp.system.trace.call("tcp_write_timer_handler", [tcp], () => {
    const { purpose } = tcp;
    tcp.purpose = "none";
    if (purpose === "lossProbe") sendLossProbe(tcp);
    else if (purpose === "probe") tcp.system.trace.call("tcp_probe_timer", [tcp], () => probeWindow(tcp));
    else if (purpose === "retransmit") {
      tcp.retransmits++;
      tcp.system.trace.call("tcp_retransmit_timer", [tcp], () => retransmitTimeout(tcp));
    }
  });
}

function retransmitTimeout(tcp: TcpSock): void {
  if (tcp.rtxQueue.length === 0) return;
  if (tcp.bpfFlags & 1)
    tcp.stack.bpf?.sockOps(tcp, "timeout", [tcp.retransmits, Math.round(tcp.rtt.rtoUs / 1000), 0]);
  if (hasGivenUp(tcp)) return giveUp(tcp);
  if (!isOpening(tcp)) enterLoss(tcp);
  const status = isOpening(tcp) ? retransmitSyn(tcp) : retransmitHead(tcp);
  if (status !== 0 && status === -ERRNO.EINVAL) return giveUp(tcp);
  tcp.backoff++;
  tcp.rtt.backOff();
  armRetransmit(tcp);
}

function retransmitSyn(tcp: TcpSock): number {
  tcp.cubic.window = 1;
  return retransmitHead(tcp);
}

function hasGivenUp(tcp: TcpSock): boolean {
  if (tcp.state === TCP_STATE.SYN_SENT) return tcp.retransmits > MOST_SYN_RETRANSMITS;
  const { userTimeoutMs } = tcp.sk.options;
  const sinceNs = tcp.retransmitStampNs === 0 ? 0 : tcp.system.now() - tcp.retransmitStampNs;
  if (userTimeoutMs > 0 && sinceNs > userTimeoutMs * 1e6) return true;
  return tcp.retransmits > (tcp.sk.isDead ? MOST_ORPHAN_RETRANSMITS : MOST_RETRANSMITS);
}

/** tcp_write_err */
function giveUp(tcp: TcpSock): void {
  tcp.system.trace.call("tcp_write_err", [tcp], () => {
    tcp.sk.error = ERRNO.ETIMEDOUT;
    if (!tcp.sk.isDead) tcp.sk.notify("error");
    doneWith(tcp);
  });
}

/** Asks whether the peer's window is open again: tcp_send_probe0. RFC 9293, 3.8.6.1. */
function probeWindow(tcp: TcpSock): void {
  if (tcp.packetsOut > 0 || tcp.writeQueue.length === 0) return;
  if (tcp.probesOut > MOST_RETRANSMITS) return giveUp(tcp);
  tcp.system.trace.call("tcp_send_probe0", [tcp], () => {
    tcp.system.trace.call("tcp_write_wakeup", [tcp, 1], () => {
      const [head] = tcp.writeQueue;
      if (head !== undefined && isBefore(head.seq, seqAdd(tcp.sndUna, tcp.sndWnd))) return sendHead(tcp);
      return sendOldByte(tcp);
    });
    tcp.probesOut++;
    tcp.backoff = Math.min(tcp.backoff + 1, 8);
    armWindowProbe(tcp);
  });
}

function sendHead(tcp: TcpSock): number {
  const [head] = tcp.writeQueue;
  if (head === undefined) return 0;
  const most = Math.min(seqDistance(head.seq, (tcp.sndUna + tcp.sndWnd) >>> 0), currentMss(tcp));
  if (head.payload.length > most) tcp.writeQueue.splice(1, 0, splitSkb(tcp, head, most));
  tcp.writeQueue.shift();
  tcp.rtxQueue.push(head);
  tcp.packetsOut += head.segments;
  tcp.sndNxt = head.endSeq;
  return transmit(tcp, head, true);
}

/** A segment with a sequence number that was acknowledged: it must be answered. tcp_xmit_probe_skb. */
function sendOldByte(tcp: TcpSock): number {
  return tcp.system.trace.call("tcp_xmit_probe_skb", [tcp, 0, 0], () => {
    const skb = tcp.stack.newSkb(new Uint8Array(0));
    skb.seq = (tcp.sndUna - 1) >>> 0;
    skb.endSeq = skb.seq;
    skb.tcpFlags = 16;
    return transmit(tcp, skb, false);
  });
}

/** An acknowledgement waited long enough: tcp_delack_timer_handler. */
export function delayedAckTimeout(tcp: TcpSock): void {
  if (tcp.isFreed || tcp.state === TCP_STATE.CLOSE || tcp.state === TCP_STATE.LISTEN) return;
  if (tcp.sk.isOwned) return tcp.delackTimer.start(RETRY_NS);
  tcp.system.trace.call("tcp_delack_timer_handler", [tcp], () => {
    if (tcp.ackPending) sendAck(tcp);
  });
}

/** tcp_keepalive_timer: also ends half-closed connections that nobody holds. */
export function keepAliveTimeout(tcp: TcpSock): void {
  if (tcp.isFreed || tcp.state === TCP_STATE.CLOSE) return;
  if (tcp.sk.isOwned) return tcp.keepaliveTimer.start(RETRY_NS);
  if (tcp.state === TCP_STATE.FIN_WAIT2 && tcp.sk.isDead)
    return enterTimeWait(tcp, TCP_STATE.FIN_WAIT2, TIME_WAIT_NS);
  const { keepAlive, keepIdleS, keepIntervalS, keepCount } = tcp.sk.options;
  if (!keepAlive || isOpening(tcp)) return;
  const idleNs = tcp.system.now() - Math.max(tcp.lastReceivedNs, tcp.lastSentNs);
  if (idleNs < keepIdleS * 1e9 && tcp.probesOut === 0)
    return tcp.keepaliveTimer.start(keepIdleS * 1e9 - idleNs);
  if (tcp.probesOut >= keepCount) {
    sendActiveReset(tcp, "TCP_KEEPALIVE_TIMEOUT");
    return giveUp(tcp);
  }
  tcp.probesOut++;
  sendOldByte(tcp);
  tcp.keepaliveTimer.start(keepIntervalS * 1e9);
}
