import type { NetDevice } from "../device/net-device.ts";
import type { IpStack } from "../ip-stack.ts";
import { isLoopback, isMulticast } from "../packet/ip-address.ts";
import { type IpHeader, PROTOCOL } from "../packet/packet.ts";
import { fireLookup } from "../route/fib-tracepoints.ts";
import { consumeSkb, dropSkb } from "../skb/drop.ts";
import type { SkBuff } from "../skb/sk-buff.ts";
import { receiveTcp } from "../tcp/tcp-receive.ts";
import { receiveUdp } from "../udp/udp-receive.ts";
import { reassemble } from "./fragments.ts";
import { icmpReceive } from "./icmp.ts";
import { sendIcmpError } from "./icmp-send.ts";
import { ipForwardOut } from "./ip-output.ts";

/** An IP packet: ip_rcv or ipv6_rcv. */
export function ipReceive(stack: IpStack, device: NetDevice, skb: SkBuff): void {
  const { trace } = stack.system;
  const header = skb.network as IpHeader;
  const isV6 = header.source.version === 6;
  trace.call(isV6 ? "ipv6_rcv" : "ip_rcv", [skb, device, stack.kernel?.packetType(isV6), device], () => {
    const fault = trace.call(
      isV6 ? "ip6_rcv_core" : "ip_rcv_core",
      isV6 ? [skb, device, stack.kernel?.net] : [skb, stack.kernel?.net],
      () => {
        return skb.fault === "IP_CSUM" || skb.fault === "IP_INHDR" ? null : skb;
      },
    );
    if (fault === null) return dropped(stack, skb, skb.fault === "IP_CSUM" ? "IP_CSUM" : "IP_INHDR");
    if (stack.bpf?.netfilter("preRouting", skb, device, undefined) === false)
      return dropped(stack, skb, "NETFILTER_DROP");
    trace.call(isV6 ? "ip6_rcv_finish" : "ip_rcv_finish", [stack.kernel?.net, null, skb], () =>
      finish(stack, device, skb),
    );
    return 0;
  });
}

function dropped(stack: IpStack, skb: SkBuff, reason: "IP_CSUM" | "IP_INHDR" | "NETFILTER_DROP"): number {
  dropSkb(stack, skb, reason);
  return 1;
}

/** Routing: for this host, or for another one. */
function finish(stack: IpStack, device: NetDevice, skb: SkBuff): number {
  const header = skb.network as IpHeader; // programs may have changed it
  const where = whereTo(stack, device, header);
  switch (where) {
    case "local":
      localDeliver(stack, skb);
      return 0;
    case "martian":
      dropSkb(stack, skb, "IP_INADDRERRORS");
      return 1;
    case "forward":
      return forward(stack, device, skb);
  }
}

function whereTo(stack: IpStack, device: NetDevice, header: IpHeader): "local" | "martian" | "forward" {
  const { source, destination } = header;
  if (device.kind !== "loopback" && (isLoopback(source) || isLoopback(destination))) return "martian";
  const entry = stack.routes.find(destination);
  if (isMulticast(destination) || entry?.type === "broadcast" || stack.isBroadcast(destination)) return "local";
  fireLookup(
    stack,
    { source, destination, protocol: header.protocol, input: device.ifindex },
    entry,
    entry === undefined ? -113 : 0,
  );
  if (entry?.type === "local") return "local";
  return "forward";
}

/** ip_local_deliver */
function localDeliver(stack: IpStack, skb: SkBuff): void {
  const { trace } = stack.system;
  const isV6 = (skb.network as IpHeader).source.version === 6;
  const { fragment } = skb.network as IpHeader;
  const whole = fragment === undefined ? skb : reassemble(stack, skb);
  if (whole === undefined) return;
  trace.call(isV6 ? "ip6_input" : "ip_local_deliver", [whole], () => {
    const device = stack.deviceOf(whole);
    if (stack.bpf?.netfilter("localIn", whole, device, undefined) === false)
      return dropped(stack, whole, "NETFILTER_DROP");
    const finishName = isV6 ? "ip6_input_finish" : "ip_local_deliver_finish";
    trace.call(finishName, [stack.kernel?.net, null, whole], () => {
      whole.layer = "transport";
      const { protocol } = whole.network as IpHeader;
      if (isV6)
        trace.call("ip6_protocol_deliver_rcu", [stack.kernel?.net, whole, protocol, false], () =>
          dispatch(stack, whole),
        );
      else
        trace.call("ip_protocol_deliver_rcu", [stack.kernel?.net, whole, protocol], () =>
          dispatch(stack, whole),
        );
      return 0;
    });
    return 0;
  });
}

function dispatch(stack: IpStack, skb: SkBuff): void {
  const { protocol, source } = skb.network as IpHeader;
  const isRawTaken = stack.raw.deliver(skb);
  switch (protocol) {
    case PROTOCOL.tcp:
      return receiveTcp(stack, skb);
    case PROTOCOL.udp:
      return receiveUdp(stack, skb);
    case PROTOCOL.icmp:
    case PROTOCOL.icmpv6:
      return icmpReceive(stack, skb);
    default:
      if (isRawTaken) return consumeSkb(stack, skb);
      sendIcmpError(stack, skb, source.version === 4 ? { type: 3, code: 2 } : { type: 4, code: 1 });
      dropSkb(stack, skb, "IP_NOPROTO");
  }
}

/** The packet is for somebody else: ip_forward. Hosts that are no routers refuse. */
function forward(stack: IpStack, device: NetDevice, skb: SkBuff): number {
  const header = skb.network as IpHeader;
  if (!stack.isRouter) {
    dropSkb(stack, skb, "IP_INADDRERRORS");
    return 1;
  }
  const isV6 = header.source.version === 6;
  stack.system.trace.call(isV6 ? "ip6_forward" : "ip_forward", [skb], () => {
    if (header.ttl <= 1) {
      sendIcmpError(stack, skb, { type: isV6 ? 3 : 11, code: 0 });
      dropSkb(stack, skb, "IP_INHDR");
      return 1;
    }
    const route = stack.route(header.destination, header.source, undefined, false);
    if (route === undefined) {
      sendIcmpError(stack, skb, isV6 ? { type: 1, code: 0 } : { type: 3, code: 0 });
      dropSkb(stack, skb, "IP_INNOROUTES");
      return 1;
    }
    if (skb.wholeLength - skb.linkBytes > route.mtu && skb.gsoSize === 0 && header.dontFragment) {
      sendIcmpError(
        stack,
        skb,
        isV6 ? { type: 2, code: 0, rest: route.mtu } : { type: 3, code: 4, rest: route.mtu },
      );
      dropSkb(stack, skb, "PKT_TOO_BIG");
      return 1;
    }
    if (stack.bpf?.netfilter("forward", skb, device, route.device) === false)
      return dropped(stack, skb, "NETFILTER_DROP");
    skb.network = { ...header, ttl: header.ttl - 1 };
    stack.counters.forwarded++;
    return ipForwardOut(stack, skb, route);
  });
  return 0;
}
