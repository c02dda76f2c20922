import type { NetfilterHook, RouteHook, SockmapHook } from "../../abi/attach-spec.ts";

/**
 * Names of places in `Hooks.list`, for those who attach and those who fire. `netns`: the file of a network namespace;
 * absent for the machine's own.
 */
export const PLACE = {
  xdp: (ifindex: number, netns?: string): string => `xdp:${ifindex}${inNetns(netns)}`,
  tc: (ifindex: number, direction: "ingress" | "egress", netns?: string): string =>
    `tc:${ifindex}:${direction}${inNetns(netns)}`,
  netkit: (ifindex: number, peer: boolean, netns?: string): string =>
    `netkit:${ifindex}:${peer ? "peer" : "primary"}${inNetns(netns)}`,
  netfilter: (family: "ipv4" | "ipv6", hook: NetfilterHook, netns?: string): string =>
    `netfilter:${family}:${hook}${inNetns(netns)}`,
  /** `hook` as in CgroupHook: "cgroupInetIngress". */
  cgroup: (cgroupId: bigint, hook: string): string => `cgroup:${cgroupId}:${hook}`,
  skLookup: (netns?: string): string => `skLookup${inNetns(netns)}`,
  flowDissector: (netns?: string): string => `flowDissector${inNetns(netns)}`,
  /** A socket by its descriptor's number, as attach specs name it. */
  socket: (kind: "socketFilter" | "skReuseport", socket: number): string => `${kind}:${socket}`,
  sockmap: (map: string, hook: SockmapHook): string => `sockmap:${map}:${hook}`,
  route: (hook: RouteHook, destination: string, ifindex: number, netns?: string): string =>
    `route:${hook}:${destination}:${ifindex}${inNetns(netns)}`,
  lsm: (hook: string): string => `lsm:${hook}`,
  lsmCgroup: (hook: string, cgroupId: bigint): string => `lsmCgroup:${hook}:${cgroupId}`,
  /** Software events of perf_event_open(2): "page-faults". */
  software: (event: string): string => `software:${event}`,
} as const;

function inNetns(netns: string | undefined): string {
  return netns === undefined ? "" : `@${netns}`;
}
