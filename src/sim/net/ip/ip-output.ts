import { ERRNO } from "../errno.ts";
import type { IpStack } from "../ip-stack.ts";
import { fromMapped, type IpAddress } from "../packet/ip-address.ts";
import type { IpHeader } from "../packet/packet.ts";
import type { Route } from "../route/routes.ts";
import { dropSkb } from "../skb/drop.ts";
import type { SkBuff } from "../skb/sk-buff.ts";
import type { Sock } from "../socket/sock.ts";
import { fragmentSkb } from "./fragments.ts";
import { neighbourOutput } from "./neighbours.ts";

/** Addresses that differ from the socket's own. */
export type SendEnds = Readonly<{ source: IpAddress; destination: IpAddress }>;

/** Sends a segment of a connection: ip_queue_xmit or inet6_csk_xmit. 0 or -errno; the packet is gone. */
export function queueXmit(stack: IpStack, sk: Sock, skb: SkBuff, ends?: SendEnds): number {
  const { trace } = stack.system;
  const source = ends?.source ?? fromMapped(sk.local.address);
  const destination = ends?.destination ?? fromMapped(sk.remote.address);
  if (destination.version === 6) {
    return trace.call("inet6_csk_xmit", [sk, skb, null], () =>
      trace.call("ip6_xmit", [sk, skb, null, sk.options.mark, null, sk.options.tos, sk.options.priority], () =>
        send(stack, sk, skb, source, destination),
      ),
    );
  }
  return trace.call("ip_queue_xmit", [sk, skb, null], () =>
    trace.call("__ip_queue_xmit", [sk, skb, null, sk.options.tos], () =>
      send(stack, sk, skb, source, destination),
    ),
  );
}

function send(stack: IpStack, sk: Sock, skb: SkBuff, source: IpAddress, destination: IpAddress): number {
  const route = stack.routeOf(sk, destination, source);
  if (route === undefined) {
    dropSkb(stack, skb, "IP_OUTNOROUTES", sk);
    return -ERRNO.EHOSTUNREACH;
  }
  putHeader(stack, skb, source, destination, sk.protocol, sk.options);
  return localOut(stack, sk, skb, route);
}

/** Puts an IP header in front of a packet. */
export function putHeader(
  stack: IpStack,
  skb: SkBuff,
  source: IpAddress,
  destination: IpAddress,
  protocol: number,
  options: Readonly<{ ttl: number; tos: number }> = { ttl: 64, tos: 0 },
): void {
  const isV4 = source.version === 4;
  const { ttl, tos } = options;
  skb.network = {
    kind: "ip", source, destination, protocol, ttl, tos, id: isV4 ? stack.nextIpId() : 0,
    dontFragment: true,
  }; // biome-ignore format: one header
  skb.layer = "network";
}

/** A packet with its IP header leaves this host: ip_local_out. `sk`: whose it is. */
export function localOut(stack: IpStack, sk: Sock | undefined, skb: SkBuff, route: Route): number {
  const { trace } = stack.system;
  const { version } = (skb.network as IpHeader).source;
  const net = stack.kernel?.net;
  if (version === 6) return outThroughHooks(stack, sk, skb, route);
  return trace.call("ip_local_out", [net, sk, skb], () => {
    trace.call("__ip_local_out", [net, sk, skb], () => 1);
    return outThroughHooks(stack, sk, skb, route);
  });
}

function outThroughHooks(stack: IpStack, sk: Sock | undefined, skb: SkBuff, route: Route): number {
  skb.device = route.device;
  if (stack.bpf?.netfilter("localOut", skb, undefined, route.device) === false) {
    dropSkb(stack, skb, "NETFILTER_DROP", sk);
    return -ERRNO.EPERM;
  }
  return output(stack, sk, skb, route);
}

/** Behind forwarding: ip_forward_finish. */
export function ipForwardOut(stack: IpStack, skb: SkBuff, route: Route): number {
  skb.sock = undefined;
  return output(stack, undefined, skb, route);
}

/** ip_output, or ip6_output. */
function output(stack: IpStack, sk: Sock | undefined, skb: SkBuff, route: Route): number {
  const { trace } = stack.system;
  const isV6 = (skb.network as IpHeader).source.version === 6;
  const net = stack.kernel?.net;
  return trace.call(isV6 ? "ip6_output" : "ip_output", [net, sk, skb], () => {
    skb.device = route.device;
    if (stack.bpf?.netfilter("postRouting", skb, undefined, route.device) === false) {
      dropSkb(stack, skb, "NETFILTER_DROP", sk);
      return -ERRNO.EPERM;
    }
    return trace.call(isV6 ? "ip6_finish_output" : "ip_finish_output", [net, sk, skb], () => {
      if (sk !== undefined && stack.bpf?.passesEgress(sk, skb) === false) {
        dropSkb(stack, skb, "BPF_CGROUP_EGRESS", sk);
        return -ERRNO.EPERM;
      }
      return finishOutput(stack, sk, skb, route);
    });
  });
}

function finishOutput(stack: IpStack, sk: Sock | undefined, skb: SkBuff, route: Route): number {
  const { trace } = stack.system;
  const header = skb.network as IpHeader;
  const isV6 = header.source.version === 6;
  const net = stack.kernel?.net;
  const bytes = skb.wholeLength - skb.linkBytes;
  if (bytes > route.mtu && skb.gsoSize === 0) {
    const name = isV6 ? "ip6_fragment" : "ip_do_fragment";
    return trace.call(name, [net, sk, skb, null], () => {
      let status = 0;
      for (const part of fragmentSkb(stack, skb, route.mtu)) status = out2(stack, sk, part, route) || status;
      return status;
    });
  }
  return out2(stack, sk, skb, route);
}

/** ip_finish_output2 */
function out2(stack: IpStack, sk: Sock | undefined, skb: SkBuff, route: Route): number {
  const { destination, source } = skb.network as IpHeader;
  const name = source.version === 6 ? "ip6_finish_output2" : "ip_finish_output2";
  return stack.system.trace.call(name, [stack.kernel?.net, sk, skb], () =>
    neighbourOutput(stack, skb, route, route.gateway ?? destination),
  );
}
