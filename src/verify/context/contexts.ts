import type { ProgramType } from "../../abi/attach-spec.ts";
import type { ContextLayout } from "./layout.ts";
import * as skb from "./skb.ts";
import * as socket from "./socket.ts";
import * as tracing from "./tracing.ts";

/** The context of each program type; absent for those whose context follows from what they are attached to. */
export const CONTEXTS: Readonly<Partial<Record<ProgramType, ContextLayout>>> = {
  socketFilter: skb.SOCKET_FILTER,
  kprobe: tracing.PROBE,
  schedCls: skb.TRAFFIC_CONTROL,
  schedAct: skb.TRAFFIC_CONTROL,
  tracepoint: tracing.TRACEPOINT,
  xdp: skb.XDP,
  perfEvent: tracing.PERF_EVENT,
  cgroupSkb: skb.CGROUP_SKB,
  cgroupSock: socket.CGROUP_SOCK,
  lwtIn: skb.TUNNEL,
  lwtOut: skb.TUNNEL,
  lwtXmit: skb.TUNNEL,
  lwtSeg6local: skb.TUNNEL,
  sockOps: socket.SOCK_OPS,
  skSkb: skb.SOCKET_STREAM,
  cgroupDevice: socket.CGROUP_DEVICE,
  skMsg: socket.SK_MSG,
  rawTracepoint: tracing.RAW_TRACEPOINT,
  cgroupSockAddr: socket.SOCK_ADDR,
  lircMode2: tracing.LIRC,
  skReuseport: socket.SK_REUSEPORT,
  flowDissector: skb.FLOW_DISSECTOR,
  cgroupSysctl: socket.CGROUP_SYSCTL,
  rawTracepointWritable: tracing.RAW_TRACEPOINT_WRITABLE,
  cgroupSockopt: socket.CGROUP_SOCKOPT,
  skLookup: socket.SK_LOOKUP,
  syscall: tracing.SYSCALL,
  netfilter: tracing.NETFILTER,
};
