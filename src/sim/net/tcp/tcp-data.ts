import { TCP_FLAG, type TcpHeader } from "../packet/packet.ts";
import { type DropReason, dropSkb } from "../skb/drop.ts";
import type { SkBuff } from "../skb/sk-buff.ts";
import { SHUTDOWN } from "../socket/families.ts";
import { isAfter, isBefore, type Seq, seqDistance } from "./seq.ts";
import { TCP_STATE } from "./states.ts";
import { doneWith } from "./tcp-done.ts";
import { freeWindow, sendAck, sendDelayedAck } from "./tcp-output.ts";
import type { TcpSock } from "./tcp-sock.ts";
import { enterTimeWait } from "./time-wait.ts";

const OVERHEAD = 768; // of a received segment beyond its payload
const MOST_RANGES = 4;

/** A segment is thrown away: tcp_drop. */
export function dropSegment(tcp: TcpSock, skb: SkBuff, reason: DropReason): void {
  const { trace } = tcp.system;
  trace.call("tcp_drop", [tcp, skb], () => {
    trace.call("tcp_drop_reason", [tcp, skb, tcp.stack.dropReason(reason)], () =>
      dropSkb(tcp.stack, skb, reason, tcp),
    );
  });
}

/** Takes the payload of a segment, or keeps it for later: tcp_data_queue. The segment belongs to it from now on. */
export function queueData(tcp: TcpSock, skb: SkBuff): void {
  tcp.system.trace.call("tcp_data_queue", [tcp, skb], () => {
    if (skb.seq === skb.endSeq) return tcp.stack.freed(skb);
    skb.layer = "payload";
    if (skb.seq === tcp.rcvNxt) return takeInOrder(tcp, skb);
    if (!isAfter(skb.endSeq, tcp.rcvNxt)) return takeDuplicate(tcp, skb, "TCP_OLD_DATA");
    if (!isBefore(skb.seq, (tcp.rcvNxt + window(tcp)) >>> 0)) return takeDuplicate(tcp, skb, "TCP_OVERWINDOW");
    if (isBefore(skb.seq, tcp.rcvNxt)) {
      reportRange(tcp, skb.seq, tcp.rcvNxt); // RFC 2883
      return takeInOrder(tcp, skb);
    }
    keepForLater(tcp, skb);
  });
}

/** What the peer may still send. */
export function window(tcp: TcpSock): number {
  return Math.max(0, tcp.rcvWnd - seqDistance(tcp.rcvWup, tcp.rcvNxt));
}

function takeDuplicate(tcp: TcpSock, skb: SkBuff, reason: DropReason): void {
  if (reason === "TCP_OLD_DATA") reportRange(tcp, skb.seq, skb.endSeq);
  tcp.quickAcks = Math.max(tcp.quickAcks, 2);
  tcp.ackPending = true;
  dropSegment(tcp, skb, reason);
}

function takeInOrder(tcp: TcpSock, skb: SkBuff): void {
  if (window(tcp) === 0 && skb.payload.length > 0) return takeDuplicate(tcp, skb, "TCP_ZEROWINDOW");
  tcp.system.trace.call("tcp_queue_rcv", [tcp, skb, null], () => append(tcp, skb));
  if (skb.payload.length > 0) tcp.lastReceivedNs = tcp.system.now();
  if (hasFin(skb)) takeFin(tcp);
  takeKept(tcp);
  trimRanges(tcp);
  tcp.ackPending = true;
  if (tcp.isFreed) return;
  if (!tcp.sk.isDead) tcp.system.trace.call("tcp_data_ready", [tcp], () => tcp.sk.notify("readable"));
}

/** Adds a segment to what can be read; one without payload is done with. */
function append(tcp: TcpSock, skb: SkBuff): void {
  tcp.bytesReceived += BigInt(Math.max(0, seqDistance(tcp.rcvNxt, skb.endSeq)));
  tcp.rcvNxt = skb.endSeq;
  if (skb.payload.length === 0) return tcp.stack.freed(skb);
  skb.sock = tcp;
  if (tcp.stack.bpf?.received(tcp, skb) === false) return skipped(tcp, skb);
  tcp.receiveQueue.push(skb);
  tcp.rmemAlloc += skb.payload.length + OVERHEAD;
}

/** A program took the payload: the reader goes on behind it. */
function skipped(tcp: TcpSock, skb: SkBuff): void {
  if (tcp.receiveQueue.length === 0) {
    tcp.copiedSeq = skb.endSeq;
    return tcp.stack.freed(skb);
  }
  const last = tcp.receiveQueue.at(-1);
  if (last !== undefined) last.endSeq = skb.endSeq;
  tcp.stack.freed(skb);
}

/** Bytes that a received segment holds of the buffer. */
export function heldBytes(skb: SkBuff): number {
  return skb.payload.length + OVERHEAD;
}

function hasFin(skb: SkBuff): boolean {
  return (skb.tcpFlags & TCP_FLAG.fin) !== 0;
}

/** Segments that came before their time and follow now: tcp_ofo_queue. */
function takeKept(tcp: TcpSock): void {
  if (tcp.outOfOrder.length === 0) return;
  tcp.system.trace.call("tcp_ofo_queue", [tcp], () => {
    for (
      let skb = tcp.outOfOrder[0];
      skb !== undefined && !isAfter(skb.seq, tcp.rcvNxt);
      skb = tcp.outOfOrder[0]
    ) {
      tcp.outOfOrder.shift();
      tcp.rmemAlloc -= heldBytes(skb);
      if (!isAfter(skb.endSeq, tcp.rcvNxt)) {
        dropSegment(tcp, skb, "TCP_OFOMERGE");
        continue;
      }
      append(tcp, skb);
      if (hasFin(skb)) takeFin(tcp);
    }
  });
}

/** A segment behind a gap: tcp_data_queue_ofo. */
function keepForLater(tcp: TcpSock, skb: SkBuff): void {
  tcp.system.trace.call("tcp_data_queue_ofo", [tcp, skb], () => {
    tcp.ackPending = true;
    const at = tcp.outOfOrder.findIndex((other) => isBefore(skb.seq, other.seq) || skb.seq === other.seq);
    const before = tcp.outOfOrder[at === -1 ? tcp.outOfOrder.length - 1 : at - 1];
    const same = at === -1 ? undefined : tcp.outOfOrder[at];
    const isKnown =
      (before !== undefined && !isAfter(skb.endSeq, before.endSeq)) ||
      (same?.seq === skb.seq && !isAfter(skb.endSeq, same.endSeq));
    if (isKnown) {
      reportRange(tcp, skb.seq, skb.endSeq);
      return dropSegment(tcp, skb, "TCP_OFOMERGE");
    }
    skb.sock = tcp;
    tcp.outOfOrder.splice(at === -1 ? tcp.outOfOrder.length : at, 0, skb);
    tcp.rmemAlloc += heldBytes(skb);
    if (tcp.sackOk) reportKept(tcp, skb);
  });
}

/** What lies behind gaps, for the next acknowledgement: the range of the newest segment comes first. */
function reportKept(tcp: TcpSock, newest: SkBuff): void {
  const ranges: [Seq, Seq][] = [];
  for (const { seq, endSeq } of tcp.outOfOrder) {
    const last = ranges.at(-1);
    if (last === undefined || isAfter(seq, last[1])) ranges.push([seq, endSeq]);
    else if (isAfter(endSeq, last[1])) last[1] = endSeq;
  }
  const first = ranges.findIndex(([from, to]) => !isBefore(newest.seq, from) && !isAfter(newest.endSeq, to));
  if (first > 0) ranges.unshift(...ranges.splice(first, 1));
  tcp.sackRanges = ranges.slice(0, MOST_RANGES);
}

/** A duplicate is told of before all else: RFC 2883. */
function reportRange(tcp: TcpSock, from: Seq, to: Seq): void {
  if (tcp.sackOk) tcp.sackRanges = [[from, to] as const, ...tcp.sackRanges].slice(0, MOST_RANGES);
}

/** Ranges that are no news any more. */
function trimRanges(tcp: TcpSock): void {
  if (tcp.sackRanges.length > 0) tcp.sackRanges = tcp.sackRanges.filter(([, to]) => isAfter(to, tcp.rcvNxt));
}

/** The peer sends no more: tcp_fin. */
function takeFin(tcp: TcpSock): void {
  tcp.system.trace.call("tcp_fin", [tcp], () => {
    tcp.sk.shutdown |= SHUTDOWN.receive;
    tcp.ackPending = true;
    tcp.quickAcks = Math.max(tcp.quickAcks, 1);
    switch (tcp.state) {
      case TCP_STATE.SYN_RECV:
      case TCP_STATE.ESTABLISHED:
        tcp.setState(TCP_STATE.CLOSE_WAIT);
        break;
      case TCP_STATE.FIN_WAIT1:
        sendAck(tcp);
        tcp.setState(TCP_STATE.CLOSING);
        break;
      case TCP_STATE.FIN_WAIT2:
        sendAck(tcp);
        return enterTimeWait(tcp, TCP_STATE.TIME_WAIT);
      default:
        break;
    }
    for (const skb of tcp.outOfOrder.splice(0)) dropSegment(tcp, skb, "QUEUE_PURGE");
    if (!tcp.sk.isDead) tcp.sk.notify("state");
  });
}

/** Sends an acknowledgement if it is time for one: __tcp_ack_snd_check. */
export function checkAck(tcp: TcpSock): void {
  if (!tcp.ackPending || tcp.state === TCP_STATE.CLOSE || tcp.isFreed) return;
  tcp.system.trace.call("__tcp_ack_snd_check", [tcp, 1], () => {
    const unacked = seqDistance(tcp.rcvWup, tcp.rcvNxt);
    const isFar = unacked > tcp.advmss && freeWindow(tcp) >= tcp.rcvWnd;
    if (isFar || tcp.quickAcks > 0 || tcp.outOfOrder.length > 0) sendAck(tcp);
    else sendDelayedAck(tcp);
  });
}

/** Throws away everything that was received: the socket is closed. True when there was payload that nobody read. */
export function purgeReceived(tcp: TcpSock): boolean {
  const hadData = tcp.receiveQueue.length > 0;
  for (const skb of tcp.receiveQueue.splice(0)) tcp.stack.freed(skb);
  for (const skb of tcp.outOfOrder.splice(0)) tcp.stack.freed(skb);
  tcp.rmemAlloc = 0;
  return hadData;
}

/** A reset came: tcp_reset. */
export function takeReset(tcp: TcpSock, skb: SkBuff, error: number): void {
  tcp.system.trace.call("tcp_reset", [tcp, skb], () => {
    tcp.sk.error = error;
    doneWith(tcp);
    if (!tcp.sk.isDead) tcp.sk.notify("error");
  });
}

/** Fields of the segment that TCP works with: tcp_v4_fill_cb. */
export function fillControl(skb: SkBuff, header: TcpHeader): void {
  const flags = header.flags;
  const length = skb.payload.length + (flags & TCP_FLAG.syn ? 1 : 0) + (flags & TCP_FLAG.fin ? 1 : 0);
  skb.seq = header.seq;
  skb.endSeq = (header.seq + length) >>> 0;
  skb.tcpFlags = flags;
  skb.sacked = 0;
}
