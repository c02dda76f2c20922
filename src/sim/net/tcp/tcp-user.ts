import type { Word } from "../../hooks/word.ts";
import { ERRNO } from "../errno.ts";
import { anyAddress, fromMapped, type IpAddress, isUnspecified } from "../packet/ip-address.ts";
import { TCP_FLAG } from "../packet/packet.ts";
import type { SkBuff } from "../skb/sk-buff.ts";
import { FAMILY, SHUTDOWN } from "../socket/families.ts";
import { forgetRequest } from "./connection-request.ts";
import { isAfter, seqAdd, seqDistance } from "./seq.ts";
import { stateAfterClose, TCP_STATE, type TcpState } from "./states.ts";
import { heldBytes, purgeReceived } from "./tcp-data.ts";
import { destroy, doneWith } from "./tcp-done.ts";
import { sendSyn } from "./tcp-open.ts";
import { currentMss, pushPending, SKB_OVERHEAD, sendFin, writeXmit } from "./tcp-output.ts";
import { sendActiveReset } from "./tcp-reset.ts";
import type { TcpSock } from "./tcp-sock.ts";
import { adjustReceiveSpace, cleanReceiveBuffer, hasRoom } from "./tcp-space.ts";
import { enterTimeWait } from "./time-wait.ts";

const MOST_SKB_BYTES = 65_000;

/** Smaller ports are for the superuser. */
const FIRST_FREE_PORT = 1024; // net.ipv4.ip_unprivileged_port_start

/** bind(2): 0 or -errno. Port 0: any that is free. */
export function bindTcp(tcp: TcpSock, address: IpAddress, port: number): number {
  return tcp.system.trace.call("inet_csk_get_port", [tcp, port], () => takePort(tcp, address, port));
}

function takePort(tcp: TcpSock, address: IpAddress, port: number): number {
  const { stack, sk } = tcp;
  if (sk.local.port !== 0) return -ERRNO.EINVAL;
  if (!isUnspecified(address) && !stack.isLocal(fromMapped(address))) return -ERRNO.EADDRNOTAVAIL;
  if (port > 0 && port < FIRST_FREE_PORT && sk.uid !== 0) return -ERRNO.EACCES;
  const isListening = (other: typeof sk) => stack.tcp.isListening(other);
  const isFree = (candidate: number) => stack.tcp.ports.isFree(sk, address, candidate, isListening);
  const chosen = port === 0 ? stack.tcp.ports.choose(stack.system.random, 1, isFree) : port;
  if (chosen === undefined || (port !== 0 && !isFree(port))) return -ERRNO.EADDRINUSE;
  sk.setLocal(address, chosen);
  stack.tcp.register(tcp);
  stack.tcp.ports.add(sk, chosen);
  return 0;
}

/** listen(2): 0 or -errno. */
export function listenTcp(tcp: TcpSock, backlog: number): number {
  const { trace } = tcp.system;
  if (tcp.state !== TCP_STATE.CLOSE && tcp.state !== TCP_STATE.LISTEN) return -ERRNO.EINVAL;
  tcp.maxBacklog = Math.max(0, Math.min(backlog, 4096));
  if (tcp.state === TCP_STATE.LISTEN) return 0;
  return trace.call("inet_csk_listen_start", [tcp], () => {
    tcp.stack.bpf?.sockOps(tcp, "listen", []);
    tcp.storeState(TCP_STATE.LISTEN);
    const status = tcp.sk.local.port === 0 ? bindTcp(tcp, tcp.sk.local.address, 0) : 0;
    if (status < 0) tcp.storeState(TCP_STATE.CLOSE);
    return status;
  });
}

/** Starts a connection: tcp_v4_connect. 0 (the SYN is on its way) or -errno. */
export function connectTcp(tcp: TcpSock, address: IpAddress, port: number, userAddress: Word = 0): number {
  const { trace } = tcp.system;
  const isV6 = tcp.sk.family === FAMILY.inet6;
  const goesV4 = fromMapped(address).version === 4;
  const start = () => startConnect(tcp, address, port);
  const args = [tcp, userAddress, isV6 ? 28 : 16];
  if (!isV6) return trace.call("tcp_v4_connect", args, start);
  return trace.call("tcp_v6_connect", args, () =>
    goesV4 ? trace.call("tcp_v4_connect", args, start) : start(),
  );
}

function startConnect(tcp: TcpSock, to: IpAddress, port: number): number {
  const { stack, sk } = tcp;
  const target = fromMapped(isUnspecified(to) ? loopbackOf(to) : to);
  const bound = fromMapped(sk.local.address);
  const route = stack.route(target, isUnspecified(bound) ? undefined : bound, sk);
  if (route === undefined) return -ERRNO.ENETUNREACH;
  const source = isUnspecified(bound) || bound.version !== target.version ? route.source : bound;
  sk.setRemote(seenBy(sk.family, target), port);
  sk.setLocal(seenBy(sk.family, source), sk.local.port);
  tcp.setState(TCP_STATE.SYN_SENT);
  const status = chooseEndpoints(tcp, source, target, port);
  if (status < 0) {
    tcp.setState(TCP_STATE.CLOSE);
    sk.setRemote(anyAddress(to.version), 0);
    return status;
  }
  tcp.iss = stack.system.random.u32();
  tcp.writeSeq = tcp.iss;
  tcp.sndUna = tcp.iss;
  tcp.sndNxt = tcp.iss;
  return sendSyn(tcp);
}

/** The port: inet_hash_connect. */
function chooseEndpoints(tcp: TcpSock, source: IpAddress, target: IpAddress, port: number): number {
  const { stack, sk } = tcp;
  return tcp.system.trace.call("inet_hash_connect", [null, tcp], () => {
    const isUnused = (candidate: number) =>
      stack.tcp.isUnused({ local: { address: source, port: candidate }, remote: { address: target, port } }) &&
      [...stack.tcp.ports.at(candidate)].every((other) => !stack.tcp.isListening(other));
    let local = sk.local.port;
    if (local === 0) {
      const chosen = stack.tcp.ports.choose(stack.system.random, 0, isUnused);
      if (chosen === undefined) return -ERRNO.EADDRNOTAVAIL;
      local = chosen;
    } else if (
      !stack.tcp.isUnused({ local: { address: source, port: local }, remote: { address: target, port } })
    )
      return -ERRNO.EADDRNOTAVAIL;
    sk.setLocal(sk.local.address, local);
    tcp.system.trace.call("inet_ehash_insert", [tcp, null, null], () => {
      stack.tcp.hash(tcp);
      return true;
    });
    return 0;
  });
}

function loopbackOf(address: IpAddress): IpAddress {
  const bytes = anyAddress(address.version).bytes;
  if (address.version === 4) return { version: 4, bytes: Uint8Array.of(127, 0, 0, 1), text: "127.0.0.1" };
  bytes[15] = 1;
  return { version: 6, bytes, text: "::1" };
}

function seenBy(family: number, address: IpAddress): IpAddress {
  if (family !== FAMILY.inet6 || address.version === 6) return address;
  const bytes = new Uint8Array(16);
  bytes.fill(0xff, 10, 12);
  bytes.set(address.bytes, 12);
  return { version: 6, bytes, text: `::ffff:${address.text}` };
}

/** Takes the oldest finished connection off a listening socket's queue. */
export function takeConnection(listener: TcpSock): TcpSock | undefined {
  const child = listener.acceptQueue.shift();
  if (child !== undefined) child.listener = undefined;
  return child;
}

/** Why nothing can be sent: -errno, or 0. */
export function sendFault(tcp: TcpSock): number {
  if (tcp.sk.error !== 0) return -takeError(tcp);
  if (tcp.sk.shutdown & SHUTDOWN.send || !CAN_SEND.has(tcp.state)) return -ERRNO.EPIPE;
  return 0;
}

/** Whether `sendFault` would give something; the error stays. */
export function cannotSend(tcp: TcpSock): boolean {
  return tcp.sk.error !== 0 || (tcp.sk.shutdown & SHUTDOWN.send) !== 0 || !CAN_SEND.has(tcp.state);
}

const CAN_SEND: ReadonlySet<TcpState> = new Set<TcpState>([TCP_STATE.ESTABLISHED, TCP_STATE.CLOSE_WAIT]);

/** The pending error, which is told once. */
export function takeError(tcp: TcpSock): number {
  const { error } = tcp.sk;
  tcp.sk.error = 0;
  return error;
}

/** Puts as much of the data into the send buffer as it takes, and sends what may go; how much was taken. */
export function sendData(tcp: TcpSock, data: Uint8Array, more = false): number {
  const mss = currentMss(tcp);
  let taken = 0;
  while (taken < data.length && hasRoom(tcp)) {
    taken += appendData(tcp, data.subarray(taken));
    const waiting = seqDistance(tcp.sndNxt, tcp.writeSeq);
    if (waiting > tcp.maxWindow >> 1 && taken < data.length) writeXmit(tcp, mss, true);
  }
  if (taken > 0) push(tcp, mss, more || tcp.sk.options.cork);
  return taken;
}

/** tcp_push */
function push(tcp: TcpSock, mss: number, more: boolean): void {
  const last = tcp.writeQueue.at(-1);
  if (last === undefined) return;
  if (!more) last.tcpFlags |= TCP_FLAG.psh;
  tcp.system.trace.call("tcp_push", [tcp, more ? 0x8000 : 0, mss, 0, mss], () => {
    if (!more || last.payload.length >= mss) pushPending(tcp);
  });
}

/** Fills the last segment that was not sent, or makes a new one. */
function appendData(tcp: TcpSock, data: Uint8Array): number {
  const last = tcp.writeQueue.at(-1);
  const most = Math.max(1, Math.floor(MOST_SKB_BYTES / tcp.mss)) * tcp.mss;
  const room = last === undefined || last.sentNs !== 0 ? 0 : most - last.payload.length;
  if (last !== undefined && room > 0 && (last.tcpFlags & TCP_FLAG.fin) === 0) {
    const part = data.subarray(0, room);
    const joined = new Uint8Array(last.payload.length + part.length);
    joined.set(last.payload);
    joined.set(part, last.payload.length);
    last.setPayload(joined);
    return grow(tcp, last, part.length);
  }
  const skb = tcp.stack.newSkb(data.subarray(0, most));
  skb.sock = tcp;
  skb.seq = tcp.writeSeq;
  skb.endSeq = tcp.writeSeq;
  skb.tcpFlags = TCP_FLAG.ack;
  tcp.writeQueue.push(skb);
  tcp.wmemQueued += SKB_OVERHEAD;
  return grow(tcp, skb, skb.payload.length);
}

function grow(tcp: TcpSock, skb: { endSeq: number }, bytes: number): number {
  skb.endSeq = seqAdd(skb.endSeq, bytes);
  tcp.writeSeq = seqAdd(tcp.writeSeq, bytes);
  tcp.wmemQueued += bytes;
  tcp.bytesWritten += bytes;
  return bytes;
}

/** What was received, of at most `most` bytes; it is taken off the queue unless `peek`. */
export function receiveData(tcp: TcpSock, most: number, peek = false): Uint8Array {
  const parts = takeInjected(tcp, most, peek);
  let copied = parts.reduce((sum, part) => sum + part.length, 0);
  let seq = tcp.copiedSeq;
  for (const skb of tcp.receiveQueue.slice()) {
    if (copied === most) break;
    const from = seqDistance(skb.seq, seq);
    const part = skb.payload.subarray(from, from + most - copied);
    parts.push(part);
    copyOut(tcp, skb, from, part.length);
    copied += part.length;
    seq = seqAdd(seq, part.length);
    if (peek) continue;
    tcp.copiedSeq = seq;
    tcp.bytesRead += part.length;
    if (isAfter(seqAdd(skb.seq, skb.payload.length), seq)) break;
    tcp.receiveQueue.shift();
    tcp.rmemAlloc -= heldBytes(skb);
    seq = skb.endSeq; // a FIN counts, and so does what programs took away behind it
    tcp.copiedSeq = seq;
    tcp.stack.freed(skb);
  }
  if (copied > 0 && !peek) adjustReceiveSpace(tcp);
  return joinBytes(parts);
}

/** skb_copy_datagram_iter */
function copyOut(tcp: TcpSock, skb: SkBuff, from: number, length: number): void {
  const { trace } = tcp.system;
  trace.call("skb_copy_datagram_iter", [skb, from, null, length], () => {
    trace.fire("skb:skb_copy_datagram_iovec", () => ({
      args: [skb, length],
      fields: { skbaddr: skb.address, len: length },
    }));
    return 0;
  });
}

/** What programs have put in: it has no place in the peer's stream. */
function takeInjected(tcp: TcpSock, most: number, peek: boolean): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let copied = 0;
  for (const bytes of tcp.injected.slice()) {
    if (copied === most) break;
    const part = bytes.subarray(0, most - copied);
    parts.push(part);
    copied += part.length;
    if (peek) continue;
    if (part.length === bytes.length) tcp.injected.shift();
    else tcp.injected[0] = bytes.subarray(part.length);
  }
  return parts;
}

/** All parts in one piece; a single one stays as it is. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const [first] = parts;
  if (first !== undefined && parts.length === 1) return first;
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** After reading: the peer may be told about room. */
export function receivedData(tcp: TcpSock, copied: number): void {
  cleanReceiveBuffer(tcp, copied);
}

/** shutdown(2) for sending: tcp_shutdown. */
export function shutdownSend(tcp: TcpSock): void {
  tcp.system.trace.call("tcp_shutdown", [tcp, SHUTDOWN.send], () => {
    if (
      tcp.state !== TCP_STATE.ESTABLISHED &&
      tcp.state !== TCP_STATE.CLOSE_WAIT &&
      tcp.state !== TCP_STATE.SYN_RECV
    )
      return;
    if (closeState(tcp)) sendFin(tcp);
  });
}

/** tcp_close_state: whether a FIN is to be sent. */
function closeState(tcp: TcpSock): boolean {
  const { next, sendsFin } = stateAfterClose(tcp.state);
  if (next !== tcp.state) tcp.setState(next);
  return sendsFin;
}

/** No file refers to the socket any more: __tcp_close. It lives on until the connection is over. */
export function closeTcp(tcp: TcpSock): void {
  const { trace } = tcp.system;
  trace.call("__tcp_close", [tcp, 0], () => {
    tcp.sk.shutdown = SHUTDOWN.both;
    if (tcp.state === TCP_STATE.LISTEN) {
      tcp.setState(TCP_STATE.CLOSE);
      trace.call("inet_csk_listen_stop", [tcp], () => stopListening(tcp));
    } else if (purgeReceived(tcp) && tcp.state !== TCP_STATE.CLOSE) {
      tcp.setState(TCP_STATE.CLOSE);
      sendActiveReset(tcp, "TCP_ABORT_ON_CLOSE"); // RFC 2525, 2.17: the peer must learn that its data was lost
    } else if (tcp.sk.options.linger === 0 && tcp.state !== TCP_STATE.CLOSE) abort(tcp);
    else if (closeState(tcp)) sendFin(tcp);
    tcp.sk.isDead = true;
    tcp.sk.onEvent = undefined;
  });
}

/** tcp_disconnect */
function abort(tcp: TcpSock): void {
  const isKnown = tcp.state !== TCP_STATE.SYN_SENT;
  tcp.setState(TCP_STATE.CLOSE);
  if (isKnown) sendActiveReset(tcp, "TCP_ABORT_ON_LINGER");
}

/** What remains after `closeTcp` and the backlog: a closed socket goes, one in FIN_WAIT2 becomes a time-wait socket. */
export function finishClose(tcp: TcpSock): void {
  if (tcp.isFreed) return;
  if (tcp.state === TCP_STATE.FIN_WAIT2) enterTimeWait(tcp, TCP_STATE.FIN_WAIT2);
  else if (tcp.state === TCP_STATE.CLOSE) {
    tcp.stack.tcp.unhash(tcp);
    destroy(tcp);
  }
}

function stopListening(tcp: TcpSock): void {
  for (const request of [...tcp.requests]) forgetRequest(request);
  for (const child of tcp.acceptQueue.splice(0)) {
    child.sk.isDead = true;
    const isOpen = child.state !== TCP_STATE.CLOSE;
    if (isOpen) sendActiveReset(child, "TCP_ABORT_ON_CLOSE");
    if (isOpen) doneWith(child);
    else destroy(child);
  }
}

/** Whether connect(2) is over, and how: the connection is there (0), failed (-errno), or undefined: not yet. */
export function connectOutcome(tcp: TcpSock): number | undefined {
  if (tcp.state === TCP_STATE.SYN_SENT || tcp.state === TCP_STATE.SYN_RECV) return undefined;
  if (tcp.sk.error !== 0) return -takeError(tcp);
  return tcp.state === TCP_STATE.CLOSE ? -ERRNO.ECONNABORTED : 0;
}
