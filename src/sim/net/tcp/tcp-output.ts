import { TCP_FLAG, type TcpHeader, type TcpOptions } from "../packet/packet.ts";
import type { SkBuff } from "../skb/sk-buff.ts";
import { isAfter, isBefore, seqAdd, seqDistance } from "./seq.ts";
import { TCP_STATE } from "./states.ts";
import { armLossProbe, armRetransmit, armWindowProbe } from "./tcp-arm.ts";
import type { TcpSock } from "./tcp-sock.ts";

/** Bytes that a packet takes of a socket's buffer beyond its payload. */
export const SKB_OVERHEAD = 576;
const MOST_GSO_BYTES = 65_000;
const DELACK_MIN_NS = 40_000_000; // TCP_DELACK_MIN, include/net/tcp.h, v6.12

/** The path's packets hold that much payload: tcp_current_mss. */
export function currentMss(tcp: TcpSock): number {
  const sacks = tcp.sackOk && tcp.sackRanges.length > 0 ? 4 + 8 * Math.min(tcp.sackRanges.length, 3) : 0;
  return Math.max(48, tcp.mss - sacks);
}

/** Takes over what the path and the peer allow: tcp_sync_mss. */
export function syncMss(tcp: TcpSock, mtu: number): void {
  const headers = (tcp.sk.remote.address.version === 4 ? 20 : 40) + 20;
  tcp.advmss = Math.max(88, mtu - headers);
  const timestamps = tcp.timestampsOk ? 12 : 0;
  tcp.mss = Math.max(48, Math.min(tcp.mssClamp, mtu - headers) - timestamps);
}

/** Sends a segment: __tcp_transmit_skb. `skb` stays with the sender when it is a copy that goes. */
export function transmit(tcp: TcpSock, skb: SkBuff, copy: boolean): number {
  const { trace } = tcp.system;
  return trace.call("__tcp_transmit_skb", [tcp, skb, copy, 0xcc0, tcp.rcvNxt], () => {
    const out = copy ? trace.call("skb_clone", [skb, 0x820], () => skb.clone()) : skb;
    const now = tcp.system.now();
    skb.sentNs = now;
    out.sentNs = now;
    out.sock = tcp;
    out.layer = "transport";
    out.mark = tcp.sk.options.mark;
    out.priority = tcp.sk.options.priority;
    out.hash = tcp.sk.txHash;
    out.transport = headerOf(tcp, skb);
    if (copy) tcp.stack.made(out);
    const bytes = out.payload.length;
    tcp.segsOut += out.segments;
    if (bytes > 0) {
      tcp.dataSegsOut += out.segments;
      tcp.bytesSent += BigInt(bytes);
      tcp.lastSentNs = now;
    }
    if (out.transport.flags & TCP_FLAG.ack) ackSent(tcp);
    const status = tcp.stack.queueXmit(tcp.sk, out);
    tcp.sk.txHash = out.hash;
    return status;
  });
}

function headerOf(tcp: TcpSock, skb: SkBuff): TcpHeader {
  const isSyn = (skb.tcpFlags & TCP_FLAG.syn) !== 0;
  const hasAck = (skb.tcpFlags & TCP_FLAG.ack) !== 0;
  const window = isSyn
    ? Math.min(tcp.rcvWnd, 65_535)
    : selectWindow(tcp) >>> (tcp.wscaleOk ? tcp.rcvWscale : 0);
  return {
    kind: "tcp",
    sourcePort: tcp.sk.local.port,
    destinationPort: tcp.sk.remote.port,
    seq: skb.seq,
    ack: hasAck ? tcp.rcvNxt : 0,
    flags: skb.tcpFlags,
    window: Math.min(window, 65_535),
    options: isSyn ? synOptions(tcp) : establishedOptions(tcp),
  };
}

/** As Linux offers by default: MSS, SACK, timestamps, window scale. */
function synOptions(tcp: TcpSock): TcpOptions {
  return {
    mss: tcp.advmss,
    ...(tcp.sackOk && { sackPermitted: true }),
    ...(tcp.timestampsOk && { timestamps: { value: timestamp(tcp), echo: tcp.tsRecent } }),
    ...(tcp.wscaleOk && { windowScale: tcp.rcvWscale }),
  };
}

function establishedOptions(tcp: TcpSock): TcpOptions {
  const options: { -readonly [name in keyof TcpOptions]: TcpOptions[name] } = {};
  if (tcp.timestampsOk) options.timestamps = { value: timestamp(tcp), echo: tcp.tsRecent };
  if (tcp.sackRanges.length > 0) options.sack = tcp.sackRanges.slice(0, tcp.timestampsOk ? 3 : 4);
  return options;
}

/** Milliseconds, as TCP's timestamps count. */
function timestamp(tcp: TcpSock): number {
  return Math.floor(tcp.system.now() / 1e6) >>> 0;
}

/** What may still come, in bytes: tcp_select_window. The right edge never moves back. */
function selectWindow(tcp: TcpSock): number {
  const unit = tcp.wscaleOk ? 1 << tcp.rcvWscale : 1;
  const offered = Math.max(0, tcp.rcvWnd - seqDistance(tcp.rcvWup, tcp.rcvNxt));
  let window = freeWindow(tcp);
  if (window < offered) window = Math.ceil(offered / unit) * unit;
  tcp.rcvWnd = Math.min(window, tcp.wscaleOk ? 65_535 * unit : 65_535);
  tcp.rcvWup = tcp.rcvNxt;
  return tcp.rcvWnd;
}

/** Half of the buffer is for payload, the rest for overhead: __tcp_select_window. */
export function freeWindow(tcp: TcpSock): number {
  const room = Math.floor((tcp.sk.options.receiveBuffer - tcp.rmemAlloc) / 2);
  const unit = tcp.wscaleOk ? 1 << tcp.rcvWscale : 1;
  if (room < Math.min(tcp.advmss, tcp.sk.options.receiveBuffer / 4)) return 0; // no silly windows
  return Math.floor(room / unit) * unit;
}

function ackSent(tcp: TcpSock): void {
  tcp.ackPending = false;
  tcp.delackTimer.stop();
  if (tcp.quickAcks > 0) tcp.quickAcks--;
}

/** Sends a segment without payload now: tcp_send_ack. */
export function sendAck(tcp: TcpSock): void {
  if (tcp.state === TCP_STATE.CLOSE) return;
  const { trace } = tcp.system;
  trace.call("__tcp_send_ack", [tcp, tcp.rcvNxt], () => {
    const skb = tcp.stack.newSkb(new Uint8Array(0));
    skb.seq = tcp.sndNxt;
    skb.endSeq = tcp.sndNxt;
    skb.tcpFlags = TCP_FLAG.ack;
    transmit(tcp, skb, false);
  });
}

/** Acknowledges later, unless something goes out before: tcp_send_delayed_ack. */
export function sendDelayedAck(tcp: TcpSock): void {
  tcp.system.trace.call("tcp_send_delayed_ack", [tcp], () => {
    tcp.ackPending = true;
    if (!tcp.delackTimer.isOn) tcp.delackTimer.start(DELACK_MIN_NS);
  });
}

/** Puts a SYN or a FIN behind what is to be sent. */
export function queueFlag(tcp: TcpSock, flags: number): SkBuff {
  const skb = tcp.stack.newSkb(new Uint8Array(0));
  skb.sock = tcp;
  skb.tcpFlags = flags;
  skb.seq = tcp.writeSeq;
  skb.endSeq = seqAdd(tcp.writeSeq, 1);
  tcp.writeSeq = skb.endSeq;
  tcp.wmemQueued += SKB_OVERHEAD;
  return skb;
}

/** Sends a FIN behind all data: tcp_send_fin. */
export function sendFin(tcp: TcpSock): void {
  tcp.system.trace.call("tcp_send_fin", [tcp], () => {
    tcp.finQueued = true;
    const last = tcp.writeQueue.at(-1);
    if (last !== undefined) {
      last.tcpFlags |= TCP_FLAG.fin;
      last.endSeq = seqAdd(last.endSeq, 1);
      tcp.writeSeq = seqAdd(tcp.writeSeq, 1);
    } else tcp.writeQueue.push(queueFlag(tcp, TCP_FLAG.ack | TCP_FLAG.fin));
    pushPending(tcp, true);
  });
}

/** Sends what may be sent; what stays behind is asked for by timers: __tcp_push_pending_frames. */
export function pushPending(tcp: TcpSock, noDelay = tcp.sk.options.noDelay): void {
  if (tcp.writeQueue.length === 0 || tcp.state === TCP_STATE.CLOSE) return;
  const mss = currentMss(tcp);
  tcp.system.trace.call("__tcp_push_pending_frames", [tcp, mss, noDelay ? 2 : 0], () => {
    if (writeXmit(tcp, mss, noDelay)) armWindowProbe(tcp);
  });
}

/** Sends as much as the windows allow; true when nothing is on its way and something waits. */
export function writeXmit(tcp: TcpSock, mss: number, noDelay: boolean, probe = false): boolean {
  return tcp.system.trace.call("tcp_write_xmit", [tcp, mss, noDelay ? 2 : 0, probe ? 2 : 0, 0x820], () => {
    let sent = 0;
    for (let skb = tcp.writeQueue[0]; skb !== undefined; skb = tcp.writeQueue[0]) {
      const quota = probe ? 1 : tcp.cubic.window - tcp.inFlight;
      if (quota <= 0) break;
      const limit = sendLimit(tcp, skb, mss, quota);
      if (limit === undefined) break;
      const isTail = tcp.writeQueue.length === 1;
      if (skb.payload.length <= mss && isTail && !noDelay && !mayBeSmall(tcp, skb, mss)) break;
      if (skb.payload.length > limit) splitHead(tcp, skb, limit);
      skb.gsoSize = skb.payload.length > mss ? mss : 0;
      if (transmit(tcp, skb, true) < 0 && tcp.packetsOut === 0) break;
      newDataSent(tcp, skb);
      sent++;
      if (probe) break;
    }
    if (sent === 0) return tcp.packetsOut === 0 && tcp.writeQueue.length > 0;
    tcp.isCwndLimited = tcp.inFlight >= tcp.cubic.window;
    if (!probe) armLossProbe(tcp);
    return false;
  });
}

/** How much of the segment may go; undefined: nothing. */
function sendLimit(tcp: TcpSock, skb: SkBuff, mss: number, quota: number): number | undefined {
  const room = seqDistance(skb.seq, seqAdd(tcp.sndUna, tcp.sndWnd));
  const needed = Math.min(mss, seqDistance(skb.seq, skb.endSeq));
  if (room < needed) return undefined;
  const most = Math.min(room, quota * mss, MOST_GSO_BYTES);
  if (skb.payload.length <= most) return skb.payload.length;
  return most > mss ? Math.floor(most / mss) * mss : most;
}

/** Nagle's rule: a small segment waits while another one is on its way. RFC 9293, 3.7.4. */
function mayBeSmall(tcp: TcpSock, skb: SkBuff, mss: number): boolean {
  if (skb.payload.length === mss || (skb.tcpFlags & TCP_FLAG.fin) !== 0) return true;
  if (tcp.sk.options.cork) return false;
  return tcp.packetsOut === 0;
}

/** Keeps the first `bytes` of the first segment in it; the rest is a segment of its own behind it. */
function splitHead(tcp: TcpSock, skb: SkBuff, bytes: number): void {
  const rest = splitSkb(tcp, skb, bytes);
  tcp.writeQueue.splice(1, 0, rest);
}

/** tcp_fragment: cuts a segment in two; the second is returned. */
export function splitSkb(tcp: TcpSock, skb: SkBuff, bytes: number): SkBuff {
  return tcp.system.trace.call("tcp_fragment", [tcp, 0, skb, bytes, tcp.mss, 0x820], () => {
    const rest = tcp.stack.newSkb(skb.payload.subarray(bytes));
    rest.sock = tcp;
    rest.seq = seqAdd(skb.seq, bytes);
    rest.endSeq = skb.endSeq;
    rest.tcpFlags = skb.tcpFlags;
    rest.sentNs = skb.sentNs;
    rest.sacked = skb.sacked;
    rest.wasRetransmitted = skb.wasRetransmitted;
    skb.tcpFlags &= ~(TCP_FLAG.fin | TCP_FLAG.psh);
    skb.endSeq = rest.seq;
    skb.setPayload(skb.payload.subarray(0, bytes));
    tcp.wmemQueued += SKB_OVERHEAD;
    return rest;
  });
}

/** tcp_event_new_data_sent */
function newDataSent(tcp: TcpSock, skb: SkBuff): void {
  const nothingOut = tcp.packetsOut === 0;
  tcp.writeQueue.shift();
  tcp.rtxQueue.push(skb);
  if (isAfter(skb.endSeq, tcp.sndNxt)) tcp.sndNxt = skb.endSeq;
  tcp.packetsOut += skb.segments;
  tcp.maxPacketsOut = Math.max(tcp.maxPacketsOut, tcp.packetsOut);
  if (nothingOut || tcp.purpose === "lossProbe" || !tcp.writeTimer.isOn) armRetransmit(tcp);
}

/** Whether the peer's window takes the segment wholly. */
export function fitsWindow(tcp: TcpSock, skb: SkBuff): boolean {
  return !isBefore(seqAdd(tcp.sndUna, tcp.sndWnd), skb.endSeq);
}
