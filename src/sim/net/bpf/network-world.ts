import type { NetworkWorld, RouteAnswer, RouteQuery, SocketInfo, SocketQuery } from "../../../vm/network.ts";
import type { World } from "../../world/world.ts";
import { ERRNO } from "../errno.ts";
import type { IpStack } from "../ip-stack.ts";
import { type MachineNet, NETWORK } from "../machine-net.ts";
import { ipFromBytes } from "../packet/ip-address.ts";
import { putMac } from "../packet/mac-address.ts";
import { readOption, writeOption } from "../socket/options.ts";
import type { Sock } from "../socket/sock.ts";
import { Socket } from "../socket/socket.ts";
import { decodeAddress } from "../socket/socket-address.ts";
import { bindTcp } from "../tcp/tcp-user.ts";
import { bindUdp } from "../udp/udp-send.ts";
import { entryInfo, socketInfo } from "./socket-info.ts";

/** The network of a simulated machine as the helpers of programs see it. */
export function networkWorld(world: World): NetworkWorld {
  const net = () => world.get(NETWORK);
  const sockOf = ({ cookie }: SocketInfo) => net().programs.sockOf(cookie);
  return {
    contextSocket: () => current(net()),
    findSocket: (query) => findSocket(net(), query),
    socketAt: (address) => socketAt(net(), address),
    socketByCookie: (cookie) => infoOf(net().programs.sockOf(cookie)),
    getOption(info, level, name, size) {
      const sk = sockOf(info);
      const value = sk === undefined ? undefined : readOption(sk, level, name);
      return value === undefined ? -ERRNO.EINVAL : value.subarray(0, size);
    },
    setOption(info, level, name, value) {
      const sk = sockOf(info);
      return sk !== undefined && writeOption(sk, level, name, value) ? 0 : -ERRNO.EINVAL;
    },
    bind: (info, address) => bind(info === undefined ? undefined : sockOf(info), address),
    assign: () => 0,
    mapped(info, map) {
      const sk = sockOf(info);
      if (sk !== undefined) net().programs.sockMaps.add(sk, map);
    },
    device(ifindex) {
      const stack = stackOf(net());
      const device = stack.device(ifindex);
      return device && { ifindex, mtu: device.mtu, isUp: device.isUp, forwards: stack.isRouter };
    },
    route: (query) => route(stackOf(net()), query),
    netnsCookie: () => stackOf(net()).kernel?.cookie ?? 1n,
    ancestorCgroup: (id, level) => world.cgroups.byId(id)?.ancestor(level)?.id ?? 0n,
  };
}

function stackOf(net: MachineNet): IpStack {
  const { current: running } = net.programs;
  return running?.stack ?? running?.sock?.stack ?? net.stack;
}

function current(net: MachineNet): SocketInfo | undefined {
  return infoOf(net.programs.current?.sock);
}

function infoOf(sk: Sock | undefined): SocketInfo | undefined {
  return sk === undefined || sk.isFreed ? undefined : socketInfo(sk);
}

function findSocket(net: MachineNet, query: SocketQuery): SocketInfo | undefined {
  const stack = stackOf(net);
  const local = { address: ipFromBytes(query.destination), port: query.destinationPort };
  const remote = { address: ipFromBytes(query.source), port: query.sourcePort };
  if (query.protocol === "udp") return infoOf(stack.udp.find(local, remote)?.sk);
  const entry = stack.tcp.find({ local, remote });
  if (entry !== undefined && (entry.kind === "tcp" || query.mini)) return entryInfo(entry);
  return infoOf(stack.tcp.listeners(local)[0]?.sk);
}

const HIGHEST_REFERENCE = 1n << 32n;

/** By its struct sock, its struct socket, or what a map of sockets holds: a cookie, or the number of a descriptor. */
function socketAt(net: MachineNet, address: bigint): SocketInfo | undefined {
  const { memory } = net.world;
  const owner: unknown = memory.objectAt(address)?.owner;
  if (owner instanceof Socket) return infoOf(owner.protocol.sk);
  if (isSock(owner)) return infoOf(owner);
  return address < HIGHEST_REFERENCE ? infoOf(net.programs.sockReferred(Number(address))) : undefined;
}

function isSock(owner: unknown): owner is Sock {
  return typeof owner === "object" && owner !== null && "cookie" in owner && "stack" in owner;
}

function bind(sk: Sock | undefined, bytes: Uint8Array): number {
  const to = decodeAddress(bytes);
  if (sk === undefined || to?.kind !== "inet") return -ERRNO.EINVAL;
  const tcp = sk.stack.tcp.of(sk);
  if (tcp !== undefined) return bindTcp(tcp, to.address, to.port);
  const udp = sk.stack.udp.of(sk);
  return udp === undefined ? -ERRNO.EINVAL : bindUdp(udp, to.address, to.port);
}

function route(stack: IpStack, query: RouteQuery): RouteAnswer {
  if (!query.output && !stack.isRouter) return { kind: "forwardingOff" };
  const destination = ipFromBytes(query.destination);
  const entry = stack.routes.find(destination);
  if (entry === undefined || entry.type === "local" || entry.type === "broadcast")
    return { kind: "notForwarded" };
  if (entry.type === "unreachable") return { kind: "unreachable" };
  const next = entry.gateway ?? destination;
  const neighbour = stack.neighbours.find(entry.device, next);
  const isKnown = neighbour?.isUsable === true;
  const source =
    entry.source ?? entry.device.addresses.find(({ address }) => address.version === query.family)?.address;
  return {
    kind: "found",
    ifindex: entry.device.ifindex,
    mtu: entry.device.mtu,
    metric: entry.metric ?? 0,
    ...(entry.gateway !== undefined && { gateway: entry.gateway.bytes }),
    ...(source !== undefined && { preferredSource: source.bytes }),
    deviceMac: macBytes(entry.device.mac),
    ...(isKnown && neighbour && { neighbourMac: macBytes(neighbour.mac) }),
  };
}

function macBytes(mac: string): Uint8Array {
  const bytes = new Uint8Array(6);
  putMac(mac, bytes, 0);
  return bytes;
}
