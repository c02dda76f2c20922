import type { TracepointData } from "../../hooks/tracepoint.ts";
import { TCP_FLAG, type TcpHeader, type TcpOptions } from "../packet/packet.ts";
import type { SkBuff } from "../skb/sk-buff.ts";
import { endpointFields } from "../socket/endpoint-fields.ts";
import { RequestSock } from "./request-sock.ts";
import { cookieOf } from "./syn-cookie.ts";
import type { TcpSock } from "./tcp-sock.ts";

const FIRST_TIMEOUT_NS = 1_000_000_000;
const MOST_RETRANSMITS = 5; // net.ipv4.tcp_synack_retries
const MOST_REQUESTS = 4096; // net.ipv4.tcp_max_syn_backlog

/** A SYN for a listening socket: tcp_conn_request. The segment stays with the caller. */
export function connectionRequest(listener: TcpSock, skb: SkBuff): void {
  const { trace } = listener.system;
  const isV6 = skb.network?.kind === "ip" && skb.network.source.version === 6;
  trace.call(isV6 ? "tcp_v6_conn_request" : "tcp_v4_conn_request", [listener, skb], () => {
    trace.call("tcp_conn_request", [null, null, listener, skb], () => accept(listener, skb));
  });
}

function accept(listener: TcpSock, skb: SkBuff): number {
  const { counters } = listener.stack;
  if (listener.acceptQueue.length > listener.maxBacklog) {
    counters.listenOverflows++;
    return 0;
  }
  const isFlooded = listener.requests.size >= Math.min(Math.max(listener.maxBacklog, 8), MOST_REQUESTS);
  const request = requestOf(listener, skb, isFlooded);
  if (request === undefined) return 0;
  if (isFlooded) {
    counters.synCookies++;
    sendSynAck(request);
    request.free(); // the answer brings back all that must be known
    return 0;
  }
  listener.system.trace.call("inet_csk_reqsk_queue_hash_add", [listener, request, 250], () => {
    listener.requests.add(request);
    listener.stack.tcp.hash(request);
    armTimer(request);
  });
  sendSynAck(request);
  return 0;
}

function requestOf(listener: TcpSock, skb: SkBuff, withCookie: boolean): RequestSock | undefined {
  if (skb.network?.kind !== "ip") return undefined;
  const header = skb.transport as TcpHeader;
  const ends = {
    local: { address: skb.network.destination, port: header.destinationPort },
    remote: { address: skb.network.source, port: header.sourcePort },
  };
  const iss = withCookie ? cookieOf(listener.stack, ends, skb.seq) : listener.system.random.u32();
  // A cookie has no room for what both ends can do: RFC 4987, 3.6.
  const options: TcpOptions = withCookie ? { mss: header.options.mss ?? 536 } : header.options;
  return new RequestSock(listener, ends, { irs: skb.seq, iss, window: header.window }, options);
}

function sendSynAck(request: RequestSock): void {
  const { listener } = request;
  const isV6 = request.remote.address.version === 6;
  const name = isV6 ? "tcp_v6_send_synack" : "tcp_v4_send_synack";
  listener.system.trace.call(name, [listener, null, null, request, null, 0, null], () => {
    const skb = makeSynAck(request);
    if (request.sentNs === 0) request.sentNs = listener.system.now();
    return listener.stack.queueXmit(listener.sk, skb, {
      source: request.local.address,
      destination: request.remote.address,
    });
  });
}

function makeSynAck(request: RequestSock): SkBuff {
  const { listener } = request;
  const skb = listener.stack.newSkb(new Uint8Array(0));
  listener.system.trace.call("tcp_make_synack", [listener, null, request, null, 0, null], () => {
    const { options } = request;
    const headers = request.remote.address.version === 6 ? 60 : 40;
    skb.seq = request.iss;
    skb.endSeq = (request.iss + 1) >>> 0;
    skb.tcpFlags = TCP_FLAG.syn | TCP_FLAG.ack;
    skb.sock = request;
    skb.layer = "transport";
    skb.transport = {
      kind: "tcp",
      sourcePort: request.local.port,
      destinationPort: request.remote.port,
      seq: request.iss,
      ack: (request.irs + 1) >>> 0,
      flags: skb.tcpFlags,
      window: Math.min(listener.sk.options.receiveBuffer / 2, 65_535),
      options: {
        mss: listener.stack.mtuFor(request.remote.address) - headers,
        ...(options.sackPermitted && { sackPermitted: true }),
        ...(options.timestamps && { timestamps: { value: millis(listener), echo: options.timestamps.value } }),
        ...(options.windowScale !== undefined && { windowScale: 7 }),
      },
    };
    return skb;
  });
  return skb;
}

function millis(listener: TcpSock): number {
  return Math.floor(listener.system.now() / 1e6) >>> 0;
}

function armTimer(request: RequestSock): void {
  const ns = FIRST_TIMEOUT_NS * 2 ** request.retransmits;
  request.timer = request.listener.system.timer(ns, "reqsk_timer_handler", () => timeout(request));
}

/** No answer to the SYN-ACK: it is sent again, or the request forgotten. */
function timeout(request: RequestSock): void {
  const { listener } = request;
  if (request.retransmits >= MOST_RETRANSMITS) return forgetRequest(request);
  request.retransmits++;
  const { trace } = listener.system;
  trace.call("inet_rtx_syn_ack", [listener, request], () => {
    trace.call("tcp_rtx_synack", [listener, request], () => {
      sendSynAck(request);
      trace.fire("tcp:tcp_retransmit_synack", () => retransmitData(request));
    });
  });
  armTimer(request);
}

function retransmitData(request: RequestSock): TracepointData {
  const { listener, local, remote } = request;
  const ends = endpointFields(listener.sk, { local, remote });
  return {
    args: [listener, request],
    fields: { skaddr: listener.address, req: request.address, ...ends },
  };
}

/** It was answered, refused, or nobody answered. */
export function forgetRequest(request: RequestSock): void {
  request.listener.requests.delete(request);
  request.listener.stack.tcp.forget(request);
  request.free();
}
