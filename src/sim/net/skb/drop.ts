import type { Word } from "../../hooks/word.ts";
import type { IpStack } from "../ip-stack.ts";
import type { SkBuff } from "./sk-buff.ts";

/** Why a packet was thrown away: the kernel's names without SKB_DROP_REASON_. Source: include/net/dropreason-core.h, v6.12. */
export type DropReason =
  | "NOT_SPECIFIED"
  | "NO_SOCKET"
  | "SOCKET_FILTER"
  | "SOCKET_RCVBUFF"
  | "SOCKET_BACKLOG"
  | "PKT_TOO_SMALL"
  | "TCP_CSUM"
  | "UDP_CSUM"
  | "ICMP_CSUM"
  | "IP_CSUM"
  | "IP_INHDR"
  | "NETFILTER_DROP"
  | "OTHERHOST"
  | "IP_NOPROTO"
  | "TCP_FLAGS"
  | "TCP_ABORT_ON_DATA"
  | "TCP_ZEROWINDOW"
  | "TCP_OLD_DATA"
  | "TCP_OVERWINDOW"
  | "TCP_OFOMERGE"
  | "TCP_RFC7323_PAWS"
  | "TCP_LISTEN_OVERFLOW"
  | "TCP_OLD_SEQUENCE"
  | "TCP_INVALID_SEQUENCE"
  | "TCP_INVALID_ACK_SEQUENCE"
  | "TCP_RESET"
  | "TCP_INVALID_SYN"
  | "TCP_CLOSE"
  | "TCP_OLD_ACK"
  | "TCP_ACK_UNSENT_DATA"
  | "IP_OUTNOROUTES"
  | "IP_INNOROUTES"
  | "IP_INADDRERRORS"
  | "BPF_CGROUP_EGRESS"
  | "NEIGH_FAILED"
  | "NEIGH_QUEUEFULL"
  | "TC_EGRESS"
  | "TC_INGRESS"
  | "QDISC_DROP"
  | "QDISC_OVERLIMIT"
  | "CPU_BACKLOG"
  | "XDP"
  | "UNHANDLED_PROTO"
  | "FULL_RING"
  | "DEV_READY"
  | "PKT_TOO_BIG"
  | "PROTO_MEM"
  | "QUEUE_PURGE"
  | "SOCKET_CLOSE"
  | "RECURSION_LIMIT";

/** Throws a packet away: skb:kfree_skb tells why. `sk`: the socket that was to get it. */
export function dropSkb(stack: IpStack, skb: SkBuff, reason: DropReason, sk?: Word): void {
  const { trace } = stack.system;
  stack.counters.dropped++;
  const number = stack.dropReason(reason);
  trace.call("kfree_skb_reason", [skb, number], () => {
    trace.call("sk_skb_reason_drop", [sk ?? null, skb, number], () => {
      trace.fire("skb:kfree_skb", () => {
        const location = stack.callerAddress(2);
        return {
          args: [skb, location, number, sk ?? null],
          fields: {
            skbaddr: skb.address,
            location,
            rx_sk: wordOf(sk),
            protocol: protocolOf(skb),
            reason: number,
          },
        };
      });
    });
  });
  stack.freed(skb);
}

/** Ends a packet that did what it was for: skb:consume_skb. */
export function consumeSkb(stack: IpStack, skb: SkBuff): void {
  const { trace } = stack.system;
  trace.call("consume_skb", [skb], () => {
    trace.fire("skb:consume_skb", () => {
      const location = stack.callerAddress(1);
      return { args: [skb, location], fields: { skbaddr: skb.address, location } };
    });
  });
  stack.freed(skb);
}

/** EtherType, as tracepoints show it. */
export function protocolOf(skb: SkBuff): number {
  if (skb.link !== undefined) return skb.link.type;
  if (skb.network?.kind !== "ip") return 0;
  return skb.network.source.version === 6 ? 0x86dd : 0x0800;
}

function wordOf(sk: Word): bigint {
  return typeof sk === "object" && sk !== null ? sk.address : 0n;
}
