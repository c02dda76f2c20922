import type { IpStack } from "../ip-stack.ts";
import { TCP_FLAG, type TcpHeader } from "../packet/packet.ts";
import type { DropReason } from "../skb/drop.ts";
import type { SkBuff } from "../skb/sk-buff.ts";
import { sockaddr, sockaddrFields } from "../socket/endpoint-fields.ts";
import { FAMILY } from "../socket/families.ts";
import { transmit } from "./tcp-output.ts";
import type { TcpSock } from "./tcp-sock.ts";

/** Why a reset is sent: the kernel's names without SK_RST_REASON_. Source: include/net/rstreason.h, v6.12. */
export type ResetReason =
  | DropReason
  | "TCP_ABORT_ON_CLOSE"
  | "TCP_ABORT_ON_LINGER"
  | "TCP_KEEPALIVE_TIMEOUT"
  | "TCP_TIMEWAIT_SOCKET"
  | "TCP_STATE";

/** Answers a segment with a reset: tcp_v4_send_reset. The segment stays with the caller. RFC 9293, 3.5.2. */
export function sendReset(stack: IpStack, skb: SkBuff, tcp: TcpSock | undefined, reason: ResetReason): void {
  const header = skb.transport as TcpHeader;
  if (skb.network?.kind !== "ip" || header.flags & TCP_FLAG.rst) return;
  const { source, destination } = skb.network;
  const number = stack.resetReason(reason);
  const { trace } = stack.system;
  trace.call(
    source.version === 6 ? "tcp_v6_send_reset" : "tcp_v4_send_reset",
    [tcp ?? null, skb, number],
    () => {
      trace.fire("tcp:tcp_send_reset", () => {
        const family = source.version === 6 ? FAMILY.inet6 : FAMILY.inet;
        const local = sockaddr(family, { address: destination, port: header.destinationPort });
        const remote = sockaddr(family, { address: source, port: header.sourcePort });
        const common = {
          skbaddr: skb.address,
          skaddr: tcp?.address ?? 0n,
          state: tcp?.state ?? 0,
          reason: number,
        };
        return { args: [tcp ?? null, skb, number], fields: { ...common, saddr: local, daddr: remote } };
      });
      stack.counters.resetsSent++;
      const answer = stack.newSkb(new Uint8Array(0));
      const hasAck = (header.flags & TCP_FLAG.ack) !== 0;
      answer.layer = "transport";
      answer.tcpFlags = hasAck ? TCP_FLAG.rst : TCP_FLAG.rst | TCP_FLAG.ack;
      answer.transport = {
        kind: "tcp",
        sourcePort: header.destinationPort,
        destinationPort: header.sourcePort,
        seq: hasAck ? header.ack : 0,
        ack: hasAck ? 0 : skb.endSeq,
        flags: answer.tcpFlags,
        window: 0,
        options: {},
      };
      stack.sendFrom(destination, source, 6, answer);
    },
  );
}

/** Ends a connection at once: tcp_send_active_reset. */
export function sendActiveReset(tcp: TcpSock, reason: ResetReason): void {
  const number = tcp.stack.resetReason(reason);
  tcp.system.trace.call("tcp_send_active_reset", [tcp, 0x820, number], () => {
    tcp.system.trace.fire("tcp:tcp_send_reset", () => {
      const common = { skbaddr: 0n, skaddr: tcp.address, state: tcp.state, reason: number };
      return { args: [tcp, null, number], fields: { ...common, ...sockaddrFields(tcp.sk) } };
    });
    tcp.stack.counters.resetsSent++;
    const skb = tcp.stack.newSkb(new Uint8Array(0));
    skb.seq = tcp.sndNxt;
    skb.endSeq = tcp.sndNxt;
    skb.tcpFlags = TCP_FLAG.rst | TCP_FLAG.ack;
    transmit(tcp, skb, false);
  });
}
