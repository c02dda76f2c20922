import { ERRNO } from "../errno.ts";
import { localOut, putHeader } from "../ip/ip-output.ts";
import { fromMapped, type IpAddress, isUnspecified, toMapped } from "../packet/ip-address.ts";
import { PROTOCOL } from "../packet/packet.ts";
import type { Route } from "../route/routes.ts";
import type { SkBuff } from "../skb/sk-buff.ts";
import { FAMILY } from "../socket/families.ts";
import type { Endpoint } from "../socket/sock.ts";
import type { UdpSock } from "./udp-sock.ts";

const MOST_BYTES = 65_507;

/** Smaller ports are for the superuser. */
const FIRST_FREE_PORT = 1024; // net.ipv4.ip_unprivileged_port_start

/** bind(2): 0 or -errno. Port 0: any that is free. */
export function bindUdp(udp: UdpSock, address: IpAddress, port: number): number {
  const { trace } = udp.stack.system;
  return trace.call("udp_lib_get_port", [udp, port, 0], () => takePort(udp, address, port));
}

function takePort(udp: UdpSock, address: IpAddress, port: number): number {
  const { sk, stack } = udp;
  if (sk.local.port !== 0) return -ERRNO.EINVAL;
  if (!isUnspecified(address) && !stack.isLocal(fromMapped(address))) return -ERRNO.EADDRNOTAVAIL;
  if (port > 0 && port < FIRST_FREE_PORT && sk.uid !== 0) return -ERRNO.EACCES;
  const isFree = (candidate: number) => stack.udp.ports.isFree(sk, address, candidate, () => false);
  const chosen = port === 0 ? stack.udp.ports.choose(stack.system.random, 1, isFree) : port;
  if (chosen === undefined || (port !== 0 && !isFree(port))) return -ERRNO.EADDRINUSE;
  sk.setLocal(address, chosen);
  stack.udp.add(udp);
  return 0;
}

/** connect(2): only that peer's datagrams come, and sends need no address. 0 or -errno. */
export function connectUdp(udp: UdpSock, to: Endpoint): number {
  const { sk, stack } = udp;
  const target = fromMapped(to.address);
  const route = stack.route(target, undefined, sk);
  if (route === undefined) return -ERRNO.ENETUNREACH;
  const status = bindIfNeeded(udp);
  if (status < 0) return status;
  const seen = sk.family === FAMILY.inet6 ? toMapped : (address: IpAddress) => address;
  if (isUnspecified(sk.local.address)) sk.setLocal(seen(route.source), sk.local.port);
  sk.setRemote(seen(target), to.port);
  udp.isConnected = true;
  sk.image?.setState(1);
  return 0;
}

function bindIfNeeded(udp: UdpSock): number {
  return udp.sk.local.port === 0 ? bindUdp(udp, udp.sk.local.address, 0) : 0;
}

/** Sends a datagram; `from`: the address that it says. How many bytes, or -errno. */
export function sendDatagram(udp: UdpSock, data: Uint8Array, to: Endpoint, from?: IpAddress): number {
  const { sk, stack } = udp;
  if (data.length > MOST_BYTES) return -ERRNO.EMSGSIZE;
  if (sk.error !== 0) {
    const { error } = sk;
    sk.error = 0;
    return -error;
  }
  const bound = bindIfNeeded(udp);
  if (bound < 0) return bound;
  const target = fromMapped(to.address);
  const own = fromMapped(from ?? sk.local.address);
  const source = isUnspecified(own) || own.version !== target.version ? undefined : own;
  const route = udp.isConnected ? stack.routeOf(sk, target, source) : stack.route(target, source, sk);
  if (route === undefined) return -ERRNO.ENETUNREACH;
  const skb = makeDatagram(udp, data, to.port);
  const status = send(udp, skb, target, source ?? route.source, route);
  return status < 0 ? status : data.length;
}

function makeDatagram(udp: UdpSock, data: Uint8Array, port: number): SkBuff {
  const { stack, sk } = udp;
  const skb = stack.newSkb(data.slice());
  skb.sock = udp;
  skb.mark = sk.options.mark;
  skb.priority = sk.options.priority;
  skb.layer = "transport";
  skb.transport = { kind: "udp", sourcePort: sk.local.port, destinationPort: port };
  return skb;
}

function send(udp: UdpSock, skb: SkBuff, target: IpAddress, source: IpAddress, route: Route): number {
  const { stack, sk } = udp;
  const { trace } = stack.system;
  const out = () => {
    putHeader(stack, skb, source, target, PROTOCOL.udp, sk.options);
    return localOut(stack, sk, skb, route);
  };
  if (target.version === 6)
    return trace.call("udp_v6_send_skb", [skb, null, null], () => trace.call("ip6_send_skb", [skb], out));
  return trace.call("udp_send_skb", [skb, stack.kernel?.flow({ destination: target }), null], () =>
    trace.call("ip_send_skb", [stack.kernel?.net, skb], out),
  );
}
