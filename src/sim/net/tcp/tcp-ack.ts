import { TCP_FLAG, type TcpHeader } from "../packet/packet.ts";
import type { SkBuff } from "../skb/sk-buff.ts";
import { isAfter, isBefore, seqDistance } from "./seq.ts";
import { armLossProbe, armRetransmit, armWindowProbe } from "./tcp-arm.ts";
import { fitsWindow, SKB_OVERHEAD } from "./tcp-output.ts";
import { enterRecovery, retransmitLost, setCaState, trimHead } from "./tcp-retransmit.ts";
import { CA_STATE, SACKED, type TcpSock } from "./tcp-sock.ts";

const REORDERING = 3; // net.ipv4.tcp_reordering

type Cleaned = { segments: number; rttUs: number | undefined };
const NOTHING_CLEANED: Readonly<Cleaned> = { segments: 0, rttUs: undefined };

/** Takes over what a segment acknowledges: tcp_ack. False for an acknowledgement of data that was never sent. */
export function takeAck(tcp: TcpSock, skb: SkBuff): boolean {
  return tcp.system.trace.call("tcp_ack", [tcp, skb, 0], () => processAck(tcp, skb)) === 1;
}

function processAck(tcp: TcpSock, skb: SkBuff): number {
  const header = skb.transport as TcpHeader;
  const { ack } = header;
  if (isAfter(ack, tcp.sndNxt)) return 0;
  const priorUna = tcp.sndUna;
  const priorFlight = tcp.inFlight;
  if (isBefore(ack, priorUna)) {
    takeSacks(tcp, header, ack);
    detectLoss(tcp);
    retransmitLost(tcp);
    return 1;
  }
  const windowChanged = updateWindow(tcp, skb, header);
  const advanced = seqDistance(priorUna, ack);
  if (advanced > 0) {
    tcp.bytesAcked += BigInt(advanced);
    tcp.sndUna = ack;
    tcp.retransmits = 0;
  }
  const wasLimited = tcp.isCwndLimited;
  const sacksBefore = tcp.sackedOut;
  const newlySacked = takeSacks(tcp, header, ack);
  let cleaned = NOTHING_CLEANED;
  tcp.system.trace.call("tcp_clean_rtx_queue", [tcp, skb, priorUna, priorUna, null, false], () => {
    cleaned = cleanQueue(tcp);
    return 0;
  });
  const isDuplicate =
    advanced === 0 &&
    skb.payload.length === 0 &&
    !windowChanged &&
    (header.flags & (TCP_FLAG.syn | TCP_FLAG.fin)) === 0;
  measureRtt(tcp, header, cleaned);
  if (advanced > 0) tcp.probesOut = 0;
  endProbe(tcp, ack);
  if (isDuplicate && tcp.packetsOut > 0 && !tcp.sackOk) tcp.duplicateAcks++;
  tcp.delivered += cleaned.segments + Math.max(0, newlySacked);
  if (tcp.packetsOut === 0 && cleaned.segments === 0 && advanced === 0) return ackProbe(tcp);
  react(tcp, {
    advanced,
    isDuplicate,
    sacked: tcp.sackedOut > sacksBefore,
    acked: cleaned.segments,
    wasLimited,
    priorFlight,
  });
  if (advanced > 0) {
    armRetransmit(tcp);
    armLossProbe(tcp);
  }
  retransmitLost(tcp);
  return 1;
}

/** The peer's window, when the segment is newer than what told it before: tcp_ack_update_window. */
function updateWindow(tcp: TcpSock, skb: SkBuff, { ack, flags, window }: TcpHeader): boolean {
  const offered = flags & TCP_FLAG.syn ? window : window << tcp.sndWscale;
  const isNewer =
    isAfter(ack, tcp.sndUna) ||
    isAfter(skb.seq, tcp.sndWl1) ||
    (skb.seq === tcp.sndWl1 && offered > tcp.sndWnd);
  if (!isNewer) return false;
  const changed = offered !== tcp.sndWnd;
  tcp.sndWl1 = skb.seq;
  tcp.sndWnd = offered;
  tcp.maxWindow = Math.max(tcp.maxWindow, offered);
  return changed;
}

/** Marks what the receiver has behind gaps; how many segments are new among it. */
function takeSacks(tcp: TcpSock, { options }: TcpHeader, ack: number): number {
  if (!tcp.sackOk || options.sack === undefined) return 0;
  const before = tcp.sackedOut;
  const [first] = options.sack;
  if (first !== undefined && !isAfter(first[1], ack)) tcp.dsackDups++; // RFC 2883: a duplicate arrived
  for (const [from, to] of options.sack) {
    if (isBefore(from, tcp.sndUna) || isAfter(to, tcp.sndNxt) || !isBefore(from, to)) continue;
    for (const skb of tcp.rtxQueue) {
      if (!isBefore(skb.seq, to)) break;
      if (isBefore(skb.seq, from) || isAfter(skb.endSeq, to) || skb.sacked & SACKED.acked) continue;
      if (skb.sacked & SACKED.lost) tcp.lostOut -= skb.segments;
      if (skb.sacked & SACKED.retrans) tcp.retransOut -= skb.segments;
      skb.sacked = (skb.sacked & ~(SACKED.lost | SACKED.retrans)) | SACKED.acked;
      tcp.sackedOut += skb.segments;
    }
  }
  return tcp.sackedOut - before;
}

/** Takes off the queue what was acknowledged wholly: tcp_clean_rtx_queue. */
function cleanQueue(tcp: TcpSock): Cleaned {
  const cleaned: Cleaned = { segments: 0, rttUs: undefined };
  const now = tcp.system.now();
  let done = 0;
  for (const skb of tcp.rtxQueue) {
    if (isAfter(skb.endSeq, tcp.sndUna)) {
      const acked = seqDistance(skb.seq, tcp.sndUna);
      if (acked > 0 && acked <= skb.payload.length) {
        const before = skb.segments;
        trimHead(tcp, skb, acked);
        cleaned.segments += before - skb.segments;
        if (!skb.wasRetransmitted) cleaned.rttUs = (now - skb.sentNs) / 1000;
      }
      break;
    }
    done++;
    cleaned.segments += skb.segments;
    tcp.packetsOut -= skb.segments;
    if (skb.sacked & SACKED.acked) tcp.sackedOut -= skb.segments;
    if (skb.sacked & SACKED.lost) tcp.lostOut -= skb.segments;
    if (skb.sacked & SACKED.retrans) tcp.retransOut -= skb.segments;
    if (!skb.wasRetransmitted && (skb.sacked & SACKED.acked) === 0) cleaned.rttUs = (now - skb.sentNs) / 1000;
    tcp.wmemQueued -= skb.payload.length + SKB_OVERHEAD;
  }
  if (done === 0) return cleaned;
  for (const skb of tcp.rtxQueue.splice(0, done)) tcp.stack.freed(skb);
  if (tcp.rtxQueue.length === 0) tcp.retransmitStampNs = 0;
  return cleaned;
}

/** Karn's rule: segments that were sent twice say nothing, unless timestamps do. */
function measureRtt(tcp: TcpSock, { options }: TcpHeader, cleaned: Cleaned): void {
  const now = tcp.system.now();
  let rttUs = cleaned.rttUs;
  if (rttUs === undefined && cleaned.segments > 0 && tcp.timestampsOk && options.timestamps?.echo) {
    const ms = (Math.floor(now / 1e6) >>> 0) - options.timestamps.echo;
    if (ms >= 0 && ms < 1e6) rttUs = Math.max(ms, 1) * 1000;
  }
  if (rttUs === undefined) return;
  tcp.rtt.measure(rttUs, now / 1000, tcp.sndUna, tcp.sndNxt);
  tcp.backoff = 0;
  if (tcp.bpfFlags & 8) tcp.stack.bpf?.sockOps(tcp, "rtt", [Math.round(rttUs), tcp.rtt.srttUs]);
}

/** The answer to a window probe: tcp_ack_probe. */
function ackProbe(tcp: TcpSock): number {
  tcp.probesOut = 0;
  const [head] = tcp.writeQueue;
  if (head === undefined) return 1;
  if (fitsWindow(tcp, head) || tcp.sndWnd >= tcp.mss) {
    tcp.backoff = 0;
    tcp.writeTimer.stop();
    tcp.purpose = "none";
  } else armWindowProbe(tcp);
  return 1;
}

/** The loss probe was answered: nothing was lost, or the probe repaired it. */
function endProbe(tcp: TcpSock, ack: number): void {
  if (tcp.tlpHighSeq !== 0 && !isBefore(ack, tcp.tlpHighSeq)) tcp.tlpHighSeq = 0;
}

type Progress = Readonly<{
  advanced: number;
  isDuplicate: boolean;
  sacked: boolean;
  acked: number;
  wasLimited: boolean;
  priorFlight: number;
}>;

/** Congestion and recovery: tcp_fastretrans_alert and tcp_cong_control. */
function react(tcp: TcpSock, progress: Progress): void {
  const { advanced, acked, isDuplicate, sacked } = progress;
  if (isDuplicate || sacked || tcp.caState !== CA_STATE.Open || tcp.sackedOut > 0)
    tcp.system.trace.call("tcp_fastretrans_alert", [tcp, tcp.sndUna, isDuplicate, null, null], () =>
      alert(tcp, progress),
    );
  if (advanced > 0 && (tcp.caState <= CA_STATE.Disorder || tcp.caState === CA_STATE.Loss))
    tcp.system.trace.call("tcp_cong_avoid", [tcp, tcp.sndUna, acked], () => {
      const full = progress.wasLimited || progress.priorFlight >= tcp.cubic.window;
      tcp.system.trace.call("cubictcp_cong_avoid", [tcp, tcp.sndUna, acked], () =>
        tcp.cubic.acknowledged(acked, full, tcp.system.now(), tcp.rtt.srttUs),
      );
    });
}

function alert(tcp: TcpSock, { advanced }: Progress): void {
  if (advanced > 0) tcp.duplicateAcks = 0;
  const isOver = !isBefore(tcp.sndUna, tcp.highSeq);
  if (tcp.caState === CA_STATE.Recovery || tcp.caState === CA_STATE.Loss) {
    if (isOver && advanced > 0) return leaveRecovery(tcp);
    if (tcp.caState === CA_STATE.Recovery) {
      detectLoss(tcp);
      // RFC 6582: a part was acknowledged, so what follows is lost too.
      if (advanced > 0 && !tcp.sackOk) markHeadLost(tcp);
    }
    return;
  }
  detectLoss(tcp);
  if (tcp.lostOut > 0) enterRecovery(tcp);
  else setCaState(tcp, tcp.sackedOut > 0 || tcp.duplicateAcks > 0 ? CA_STATE.Disorder : CA_STATE.Open);
}

function leaveRecovery(tcp: TcpSock): void {
  if (tcp.caState === CA_STATE.Recovery) tcp.cubic.window = Math.max(2, tcp.cubic.threshold);
  setCaState(tcp, CA_STATE.Open);
}

/** Segments below three that arrived are lost; without SACK the first one, after three duplicates. */
function detectLoss(tcp: TcpSock): void {
  if (!tcp.sackOk) {
    if (tcp.duplicateAcks >= REORDERING && tcp.caState < CA_STATE.Recovery) markHeadLost(tcp);
    return;
  }
  if (tcp.sackedOut < REORDERING && !sackedTail(tcp)) return;
  let above = 0;
  for (let i = tcp.rtxQueue.length - 1; i >= 0; i--) {
    const skb = tcp.rtxQueue[i] as SkBuff;
    if (skb.sacked & SACKED.acked) {
      above += skb.segments;
      continue;
    }
    if (skb.sacked & (SACKED.lost | SACKED.retrans)) continue;
    if (above < REORDERING && !(above > 0 && sackedTail(tcp))) continue;
    skb.sacked |= SACKED.lost;
    tcp.lostOut += skb.segments;
  }
}

/** The answer to a loss probe tells of a gap: all that is missing was lost, however few arrived. */
function sackedTail(tcp: TcpSock): boolean {
  const last = tcp.rtxQueue.at(-1);
  return last !== undefined && (last.sacked & SACKED.acked) !== 0 && last.wasRetransmitted;
}

function markHeadLost(tcp: TcpSock): void {
  const [head] = tcp.rtxQueue;
  if (head === undefined || head.sacked & (SACKED.lost | SACKED.acked)) return;
  head.sacked |= SACKED.lost;
  tcp.lostOut += head.segments;
}
