import type { IpStack } from "../ip-stack.ts";
import type { TcpHeader } from "../packet/packet.ts";
import { dropSkb } from "../skb/drop.ts";
import type { SkBuff } from "../skb/sk-buff.ts";
import { filterForSock } from "../socket/filter-sock.ts";
import type { Endpoint } from "../socket/sock.ts";
import { checkCookie, receiveForRequest } from "./accept-request.ts";
import { TCP_STATE } from "./states.ts";
import { fillControl } from "./tcp-data.ts";
import { receiveEstablished, receiveInState } from "./tcp-input.ts";
import { sendReset } from "./tcp-reset.ts";
import type { TcpSock } from "./tcp-sock.ts";
import { receiveInTimeWait } from "./time-wait.ts";

type Ends = Readonly<{ local: Endpoint; remote: Endpoint }>;

/** A segment that came by IP: tcp_v4_rcv, tcp_v6_rcv. */
export function receiveTcp(stack: IpStack, skb: SkBuff): void {
  const isV6 = skb.network?.kind === "ip" && skb.network.source.version === 6;
  stack.system.trace.call(isV6 ? "tcp_v6_rcv" : "tcp_v4_rcv", [skb], () => {
    const header = skb.transport;
    if (skb.network?.kind !== "ip" || header?.kind !== "tcp") return dropSkb(stack, skb, "PKT_TOO_SMALL");
    if (skb.fault === "TCP_CSUM") return badChecksum(stack, skb);
    fillControl(skb, header);
    const ends = {
      local: { address: skb.network.destination, port: header.destinationPort },
      remote: { address: skb.network.source, port: header.sourcePort },
    };
    deliver(stack, skb, ends);
  });
}

function badChecksum(stack: IpStack, skb: SkBuff): void {
  stack.system.trace.fire("tcp:tcp_bad_csum", () => ({ args: [skb], fields: { skbaddr: skb.address } }));
  dropSkb(stack, skb, "TCP_CSUM");
}

function deliver(stack: IpStack, skb: SkBuff, ends: Ends): void {
  const entry = stack.tcp.find(ends);
  if (entry === undefined) return deliverToListener(stack, skb, ends);
  if (entry.kind === "timeWait") {
    if (receiveInTimeWait(entry, skb) === "new") deliverToListener(stack, skb, ends);
    return;
  }
  if (entry.kind === "tcp") return deliverToSock(entry, skb);
  if (entry.listener.state !== TCP_STATE.LISTEN) return noSocket(stack, skb);
  if (filterForSock(stack, entry.listener.sk, skb, entry.listener)) receiveForRequest(entry, skb);
}

function deliverToListener(stack: IpStack, skb: SkBuff, ends: Ends): void {
  const chosen = stack.bpf?.lookupSock("tcp", ends, skb);
  if (chosen === "drop") return noSocket(stack, skb);
  const found = stack.tcp.listeners(ends.local);
  const tcp = (chosen === undefined ? undefined : stack.tcp.of(chosen)) ?? oneOf(stack, found, skb);
  if (tcp === undefined) return noSocket(stack, skb);
  if (!filterForSock(stack, tcp.sk, skb, tcp)) return;
  const request = tcp.state === TCP_STATE.LISTEN ? checkCookie(tcp, skb) : undefined;
  if (request !== undefined) return receiveForRequest(request, skb);
  receiveIn(tcp, skb);
}

/** Of sockets that share a port, the one that a program chooses, or the flow's hash. */
function oneOf(stack: IpStack, found: readonly TcpSock[], skb: SkBuff): TcpSock | undefined {
  if (found.length < 2) return found[0];
  const chosen = stack.bpf?.selectReuseport(
    found.map(({ sk }) => sk),
    skb,
  );
  if (chosen === "drop") return undefined;
  return (chosen === undefined ? undefined : stack.tcp.of(chosen)) ?? found[flowHash(skb) % found.length];
}

/** Sockets that share a port by SO_REUSEPORT get their connections by this. */
function flowHash(skb: SkBuff): number {
  const { sourcePort } = skb.transport as TcpHeader;
  return Math.imul(sourcePort, 0x9e37_79b1) >>> 8;
}

function noSocket(stack: IpStack, skb: SkBuff): void {
  sendReset(stack, skb, undefined, "NO_SOCKET");
  dropSkb(stack, skb, "NO_SOCKET");
}

function deliverToSock(tcp: TcpSock, skb: SkBuff): void {
  if (!filterForSock(tcp.stack, tcp.sk, skb, tcp)) return;
  if (!tcp.sk.isOwned) return receiveIn(tcp, skb);
  tcp.system.trace.call("tcp_add_backlog", [tcp, skb, null], () => {
    const most = (tcp.sk.options.receiveBuffer + tcp.sk.options.sendBuffer) * 2;
    const held = tcp.backlog.reduce((sum, other) => sum + other.payload.length + 256, 0);
    if (held > most) return dropSkb(tcp.stack, skb, "SOCKET_BACKLOG", tcp);
    tcp.backlog.push(skb);
  });
}

/** A segment for a socket that nobody works on: tcp_v4_do_rcv. */
function receiveIn(tcp: TcpSock, skb: SkBuff): void {
  const isV6 = skb.network?.kind === "ip" && skb.network.source.version === 6;
  tcp.system.trace.call(isV6 ? "tcp_v6_do_rcv" : "tcp_v4_do_rcv", [tcp, skb], () => {
    if (tcp.state === TCP_STATE.ESTABLISHED) {
      receiveEstablished(tcp, skb);
      return 0;
    }
    const reset = receiveInState(tcp, skb);
    if (reset === undefined) return 0;
    sendReset(tcp.stack, skb, tcp, reset);
    dropSkb(tcp.stack, skb, reset, tcp);
    return 0;
  });
}

/** A system call begins to work on a socket: lock_sock_nested. */
export function lockSock(tcp: TcpSock): void {
  tcp.system.trace.call("lock_sock_nested", [tcp, 0], () => {
    tcp.sk.isOwned = true;
  });
}

/** It is done: what came meanwhile is taken now. release_sock. */
export function unlockSock(tcp: TcpSock): void {
  if (!tcp.sk.isOwned) return;
  tcp.system.trace.call("release_sock", [tcp], () => {
    if (tcp.backlog.length > 0)
      tcp.system.trace.call("__release_sock", [tcp], () => {
        for (let skb = tcp.backlog.shift(); skb !== undefined; skb = tcp.backlog.shift()) receiveIn(tcp, skb);
      });
    tcp.sk.isOwned = false;
  });
}
