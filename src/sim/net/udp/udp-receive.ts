import { ERRNO } from "../errno.ts";
import { sendIcmpError } from "../ip/icmp-send.ts";
import type { IpStack } from "../ip-stack.ts";
import type { IpHeader } from "../packet/packet.ts";
import { dropSkb } from "../skb/drop.ts";
import type { SkBuff } from "../skb/sk-buff.ts";
import { sockaddrFields } from "../socket/endpoint-fields.ts";
import { SHUTDOWN } from "../socket/families.ts";
import { filterForSock } from "../socket/filter-sock.ts";
import type { Endpoint, Sock } from "../socket/sock.ts";
import type { UdpSock } from "./udp-sock.ts";

const OVERHEAD = 768;

/** A datagram: udp_rcv or udpv6_rcv. */
export function receiveUdp(stack: IpStack, skb: SkBuff): void {
  const { trace } = stack.system;
  const isV6 = (skb.network as IpHeader).source.version === 6;
  trace.call(isV6 ? "udpv6_rcv" : "udp_rcv", [skb], () => {
    trace.call(isV6 ? "__udp6_lib_rcv" : "__udp4_lib_rcv", [skb, null, 17], () => deliver(stack, skb, isV6));
    return 0;
  });
}

function deliver(stack: IpStack, skb: SkBuff, isV6: boolean): number {
  const header = skb.transport;
  const { source, destination } = skb.network as IpHeader;
  if (header?.kind !== "udp") return refuse(stack, skb, "PKT_TOO_SMALL");
  if (skb.fault === "UDP_CSUM") return refuse(stack, skb, "UDP_CSUM");
  const ends = {
    local: { address: destination, port: header.destinationPort },
    remote: { address: source, port: header.sourcePort },
  };
  const chosen = stack.bpf?.lookupSock("udp", ends, skb);
  const udp = chosen === "drop" ? undefined : receiverOf(stack, chosen, ends, skb);
  if (udp === undefined) {
    stack.counters.noPorts++;
    sendIcmpError(stack, skb, isV6 ? { type: 1, code: 4 } : { type: 3, code: 3 });
    return refuse(stack, skb, "NO_SOCKET");
  }
  const name = isV6 ? "udpv6_queue_rcv_skb" : "udp_queue_rcv_skb";
  return stack.system.trace.call(name, [udp, skb], () => queueDatagram(udp, skb));
}

type Ends = Readonly<{ local: Endpoint; remote: Endpoint }>;

/** The socket that programs chose, or one of those that the datagram is for. */
function receiverOf(
  stack: IpStack,
  chosen: Sock | undefined,
  { local, remote }: Ends,
  skb: SkBuff,
): UdpSock | undefined {
  const udp = chosen === undefined ? undefined : stack.udp.of(chosen);
  if (udp !== undefined) return udp;
  const found = stack.udp.findAll(local, remote);
  if (found.length < 2) return found[0];
  const own = stack.bpf?.selectReuseport(
    found.map(({ sk }) => sk),
    skb,
  );
  if (own === "drop") return undefined;
  return (own === undefined ? undefined : stack.udp.of(own)) ?? found[(skb.hash >>> 8) % found.length];
}

function refuse(stack: IpStack, skb: SkBuff, reason: "PKT_TOO_SMALL" | "UDP_CSUM" | "NO_SOCKET"): number {
  dropSkb(stack, skb, reason);
  return 0;
}

/** Puts a datagram into a socket's queue, if it has room. 0 or -errno; the packet is gone then. */
export function queueDatagram(udp: UdpSock, skb: SkBuff): number {
  const { sk, stack } = udp;
  if (!filterForSock(stack, sk, skb, udp)) return -1;
  const { trace } = stack.system;
  const bytes = skb.payload.length + OVERHEAD;
  const isRefused = udp.rmemAlloc + bytes > sk.options.receiveBuffer || (sk.shutdown & SHUTDOWN.receive) !== 0;
  const status = trace.call("__udp_enqueue_schedule_skb", [udp, skb], () => {
    if (isRefused) return -ERRNO.ENOMEM;
    const header = skb.transport;
    const { source, destination } = skb.network as IpHeader;
    const ports =
      header?.kind === "udp" ? { from: header.sourcePort, to: header.destinationPort } : { from: 0, to: 0 };
    skb.layer = "payload";
    skb.sock = udp;
    udp.rmemAlloc += bytes;
    const from = { address: source, port: ports.from };
    udp.queue.push({ skb, from, to: { address: destination, port: ports.to } });
    if (!sk.isDead) sk.notify("readable");
    return 0;
  });
  if (status === 0) return 0;
  udp.drops++;
  trace.fire("udp:udp_fail_queue_rcv_skb", () => ({
    args: [status, udp, skb],
    fields: {
      rc: status,
      sport: sk.local.port,
      dport: sk.remote.port,
      family: sk.family,
      ...sockaddrFields(sk),
    },
  }));
  dropSkb(stack, skb, "SOCKET_RCVBUFF", udp);
  return status;
}

/** Takes the oldest datagram off the queue; it belongs to the caller. */
export function takeDatagram(udp: UdpSock): UdpSock["queue"][number] | undefined {
  const datagram = udp.queue.shift();
  if (datagram !== undefined) udp.rmemAlloc -= datagram.skb.payload.length + OVERHEAD;
  return datagram;
}
