import { isMapped, toMapped } from "../packet/ip-address.ts";
import { TCP_FLAG, type TcpHeader } from "../packet/packet.ts";
import { dropSkb } from "../skb/drop.ts";
import type { SkBuff } from "../skb/sk-buff.ts";
import { FAMILY } from "../socket/families.ts";
import { Sock } from "../socket/sock.ts";
import { forgetRequest } from "./connection-request.ts";
import { newTcpSock } from "./new-tcp-sock.ts";
import { RequestSock } from "./request-sock.ts";
import { TCP_STATE } from "./states.ts";
import { cookieOf } from "./syn-cookie.ts";
import { receiveInState } from "./tcp-input.ts";
import { prepareReceive, takeOptions } from "./tcp-open.ts";
import { sendReset } from "./tcp-reset.ts";
import type { TcpSock } from "./tcp-sock.ts";

/** A segment for a request: tcp_check_req. The segment is gone afterwards. */
export function receiveForRequest(request: RequestSock, skb: SkBuff): void {
  const { listener } = request;
  listener.system.trace.call("tcp_check_req", [listener, skb, request, false, null, null], () =>
    check(request, skb),
  );
}

function check(request: RequestSock, skb: SkBuff): void {
  const { listener } = request;
  const { stack } = listener;
  const { flags, ack } = skb.transport as TcpHeader;
  if (flags & TCP_FLAG.rst) {
    if (skb.seq === (request.irs + 1) >>> 0) forgetRequest(request);
    return dropSkb(stack, skb, "TCP_RESET", listener);
  }
  if (flags & TCP_FLAG.syn) return repeatSynAck(request, skb);
  if ((flags & TCP_FLAG.ack) === 0) return dropSkb(stack, skb, "TCP_FLAGS", listener);
  if (ack !== (request.iss + 1) >>> 0) {
    sendReset(stack, skb, listener, "TCP_INVALID_ACK_SEQUENCE");
    return dropSkb(stack, skb, "TCP_INVALID_ACK_SEQUENCE", listener);
  }
  complete(request, skb);
}

/** The SYN came again: our answer was lost. */
function repeatSynAck(request: RequestSock, skb: SkBuff): void {
  const { listener } = request;
  request.timer?.cancel();
  forgetRequest(request);
  listener.system.trace.call("tcp_rcv_state_process", [listener, skb], () => 0);
  receiveInState(listener, skb);
}

/** The third segment of the handshake: a socket of its own, and into the queue that accept(2) looks at. */
function complete(request: RequestSock, skb: SkBuff): void {
  const { listener } = request;
  const { stack } = listener;
  const child = synReceived(request, skb);
  if (child === undefined) return dropSkb(stack, skb, "TCP_LISTEN_OVERFLOW", listener);
  forgetRequest(request);
  const { trace } = stack.system;
  trace.call("inet_csk_complete_hashdance", [listener, child, request, true], () => {
    trace.call("inet_csk_reqsk_queue_add", [listener, request, child], () => {
      listener.acceptQueue.push(child);
      child.listener = listener;
    });
  });
  trace.call("tcp_child_process", [listener, child, skb], () => {
    const reset = receiveInState(child, skb);
    if (reset !== undefined) {
      sendReset(stack, skb, child, reset);
      dropSkb(stack, skb, reset, child);
    }
    if (listener.state === TCP_STATE.LISTEN) listener.sk.notify("readable");
  });
}

/** tcp_v4_syn_recv_sock; undefined when the queue of connections to accept is full. */
function synReceived(request: RequestSock, skb: SkBuff): TcpSock | undefined {
  const { listener } = request;
  const { trace } = listener.system;
  const isV6 = request.remote.address.version === 6;
  let child: TcpSock | undefined;
  trace.call(
    isV6 ? "tcp_v6_syn_recv_sock" : "tcp_v4_syn_recv_sock",
    [listener, skb, request, null, request, null, null],
    () => {
      if (listener.acceptQueue.length > listener.maxBacklog) {
        listener.stack.counters.listenOverflows++;
        return null;
      }
      child = trace.call("tcp_create_openreq_child", [listener, request, skb], () => createChild(request));
      return child;
    },
  );
  return child;
}

function createChild(request: RequestSock): TcpSock {
  const { listener, local, remote } = request;
  const { sk } = listener;
  const child = newTcpSock(new Sock(sk.stack, "tcp", sk.family, sk.type, sk.protocol));
  Object.assign(child.sk.options, sk.options);
  child.sk.uid = sk.uid;
  child.sk.cgroupId = sk.cgroupId;
  child.sk.cgroup = sk.cgroup;
  child.sk.isDead = false;
  const seen = sk.family === FAMILY.inet6 ? toMapped : (address: typeof local.address) => address;
  child.sk.setLocal(seen(local.address), local.port);
  child.sk.setRemote(seen(remote.address), remote.port);
  child.state = TCP_STATE.LISTEN; // a copy of its listener's struct
  child.sk.image?.setState(TCP_STATE.LISTEN);
  listener.system.trace.call("inet_csk_clone_lock", [listener, request, 0xcc0], () => {
    child.storeState(TCP_STATE.SYN_RECV);
    return child;
  });
  startSequences(child, request);
  sk.stack.tcp.hash(child);
  return child;
}

function startSequences(child: TcpSock, request: RequestSock): void {
  child.iss = request.iss;
  child.sndUna = (request.iss + 1) >>> 0;
  child.sndNxt = child.sndUna;
  child.writeSeq = child.sndUna;
  child.irs = request.irs;
  child.rcvNxt = (request.irs + 1) >>> 0;
  child.rcvWup = child.rcvNxt;
  child.copiedSeq = child.rcvNxt;
  child.timestampsOk = true;
  child.sackOk = true;
  child.wscaleOk = true;
  prepareReceive(child);
  takeOptions(child, request.options);
  child.sndWnd = request.window;
  child.maxWindow = request.window;
  child.sndWl1 = request.irs;
  child.segsIn = 1;
  const now = child.system.now();
  if (request.sentNs > 0 && request.retransmits === 0)
    child.rtt.measure((now - request.sentNs) / 1000, now / 1000, 0, 0);
}

/** An acknowledgement that fits no request: the answer to a SYN cookie, perhaps. cookie_v4_check. */
export function checkCookie(listener: TcpSock, skb: SkBuff): RequestSock | undefined {
  const { flags, ack, seq } = skb.transport as TcpHeader;
  if (skb.network?.kind !== "ip" || listener.stack.counters.synCookies === 0) return undefined;
  if ((flags & (TCP_FLAG.ack | TCP_FLAG.syn | TCP_FLAG.rst)) !== TCP_FLAG.ack) return undefined;
  const { sourcePort, destinationPort, window } = skb.transport as TcpHeader;
  const ends = {
    local: { address: skb.network.destination, port: destinationPort },
    remote: { address: skb.network.source, port: sourcePort },
  };
  const irs = (seq - 1) >>> 0;
  const iss = (ack - 1) >>> 0;
  if (cookieOf(listener.stack, ends, irs) !== iss) return undefined;
  const isV6 = skb.network.source.version === 6 && !isMapped(skb.network.source);
  const mss = isV6 ? 1440 : 1460;
  return listener.system.trace.call(isV6 ? "cookie_v6_check" : "cookie_v4_check", [listener, skb], () => {
    return new RequestSock(listener, ends, { irs, iss, window }, { mss });
  });
}
