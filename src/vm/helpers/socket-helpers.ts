import { ERRNO } from "../errno.ts";
import type { SocketInfo, SocketQuery } from "../network.ts";
import type { HelperRecord } from "./helper.ts";
import type { HelperCall } from "./helper-call.ts";

const OVERFLOW_UID = 65_534; // of packets that have no socket
const TUPLE4_BYTES = 12; // struct bpf_sock_tuple
const TUPLE6_BYTES = 36;
const TCP = 6;
const UDP = 17;
const MPTCP = 262;
const AF = { unix: 1, inet: 2, inet6: 10 } as const;
const STATE = { listen: 10, timeWait: 6, newSynReceived: 12 } as const;

/** The socket of the context: the first argument, or the one of an argument that is a pointer to a socket. */
function socketOf(call: HelperCall, arg = 1): SocketInfo | undefined {
  const address = call.u64(arg);
  return call.state.sockets.at(address) ?? contextSocket(call, address);
}

function contextSocket(call: HelperCall, ctx: bigint): SocketInfo | undefined {
  return call.env.network?.contextSocket?.(ctx);
}

/** As the kernel's sk_to_full_sk: a request stands for the socket that listens. */
function fullSocket(socket: SocketInfo | undefined): SocketInfo | undefined {
  if (socket === undefined || !socket.isMini) return socket;
  return socket.state === STATE.newSynReceived ? socket.listener : undefined;
}

/** bpf_sk_lookup_{tcp,udp}, bpf_skc_lookup_tcp (ctx, tuple, size, netns, flags). */
function lookUp(protocol: "tcp" | "udp", mini: boolean) {
  return (call: HelperCall): number => {
    const query = queryOf(call, protocol, mini);
    if (query === undefined) return 0;
    const found = call.env.network?.findSocket?.(query);
    return call.state.sockets.view(mini ? found : fullSocket(found));
  };
}

function queryOf(call: HelperCall, protocol: "tcp" | "udp", mini: boolean): SocketQuery | undefined {
  const size = call.u32(3);
  const [netns, flags] = [call.u64(4), call.u64(5)];
  const isAny = BigInt.asIntN(32, netns) < 0n;
  if (flags !== 0n || (!isAny && netns > 0x7fff_ffffn)) return undefined;
  if (size !== TUPLE4_BYTES && size !== TUPLE6_BYTES) return undefined;
  const tuple = call.read(2, size);
  const address = size === TUPLE4_BYTES ? 4 : 16;
  const port = (at: number) => ((tuple[at] as number) << 8) | (tuple[at + 1] as number);
  return {
    protocol,
    source: tuple.slice(0, address),
    destination: tuple.slice(address, address * 2),
    sourcePort: port(address * 2),
    destinationPort: port(address * 2 + 2),
    netns: isAny ? undefined : Number(netns),
    mini,
  };
}

function release(call: HelperCall): number {
  call.state.sockets.release(call.address(1));
  return 0;
}

/** bpf_skc_to_…: the socket's `struct sock` where it is of that kind. */
function cast(isKind: (socket: SocketInfo) => boolean) {
  return (call: HelperCall): bigint => {
    const socket = call.state.sockets.at(call.u64(1));
    return socket !== undefined && isKind(socket) ? socket.address : 0n;
  };
}

const isTcp = (socket: SocketInfo): boolean => socket.protocol === TCP;

function cookie(call: HelperCall): bigint {
  return fullOrMini(call)?.cookie ?? 0n;
}

function fullOrMini(call: HelperCall): SocketInfo | undefined {
  return call.isNull(1) ? undefined : socketOf(call);
}

function cgroupOf(socket: SocketInfo | undefined): bigint {
  return fullSocket(socket)?.cgroupId ?? 0n;
}

function ancestor(call: HelperCall, id: bigint): bigint {
  if (id === 0n) return 0n;
  return call.env.network?.ancestorCgroup?.(id, call.s32(2)) ?? 0n;
}

/** bpf_setsockopt(socket, level, name, value, size): 0 or -errno. */
function setOption(call: HelperCall): number {
  const socket = socketOf(call);
  const size = call.s32(5);
  if (size < 0) return -ERRNO.EINVAL;
  const value = call.read(4, size).slice();
  if (socket === undefined || socket.isMini) return -ERRNO.EINVAL;
  return call.env.network?.setOption?.(socket, call.s32(2), call.s32(3), value) ?? -ERRNO.EINVAL;
}

/** bpf_getsockopt(socket, level, name, value, size): 0 or -errno. */
function getOption(call: HelperCall): number {
  const socket = socketOf(call);
  const size = call.s32(5);
  if (size < 0) return -ERRNO.EINVAL;
  const into = call.write(4, size);
  const found =
    socket === undefined || socket.isMini
      ? -ERRNO.EINVAL
      : (call.env.network?.getOption?.(socket, call.s32(2), call.s32(3), size) ?? -ERRNO.EINVAL);
  into.fill(0);
  if (typeof found === "number") return found;
  into.set(found.subarray(0, size));
  return 0;
}

const SOCKADDR_BYTES: Readonly<Record<number, number>> = { [AF.inet]: 16, [AF.inet6]: 24 };

/** bpf_bind(ctx, address, size): 0 or -errno. */
function bind(call: HelperCall): number {
  const size = call.s32(3);
  if (size < 2) return -ERRNO.EINVAL;
  const address = call.read(2, size).slice();
  const least = SOCKADDR_BYTES[(address[0] as number) | ((address[1] as number) << 8)];
  if (least === undefined) return -ERRNO.EAFNOSUPPORT;
  if (size < least) return -ERRNO.EINVAL;
  return call.env.network?.bind?.(contextSocket(call, call.u64(1)), address) ?? -ERRNO.EINVAL;
}

const ASSIGN = { replace: 1n, noReuseport: 2n } as const;

/** bpf_sk_assign(ctx, socket, flags): the packet goes to this socket. */
function assign(call: HelperCall): number {
  const flags = call.u64(3);
  const socket = call.isNull(2) ? undefined : socketOf(call, 2);
  const isLookup = call.state.program?.type === "skLookup";
  if (isLookup ? (flags & ~(ASSIGN.replace | ASSIGN.noReuseport)) !== 0n : flags !== 0n || socket === undefined)
    return -ERRNO.EINVAL;
  const effects = call.state.effect();
  if (isLookup && socket !== undefined) {
    if (socket.state !== STATE.listen && socket.protocol === TCP) return -ERRNO.ESOCKTNOSUPPORT;
    if (effects.assignedSocket !== undefined && (flags & ASSIGN.replace) === 0n) return -ERRNO.EEXIST;
  }
  const status = call.env.network?.assign?.(socket, Number(flags)) ?? 0;
  if (status === 0) effects.assignedSocket = socket?.cookie ?? 0n;
  return status;
}

/** Sockets: finding them, looking at them, options. Source: net/core/filter.c, v6.18. */
export const SOCKET_RECORDS: readonly HelperRecord[] = [
  { name: "bpf_sk_lookup_tcp", run: lookUp("tcp", false) },
  { name: "bpf_sk_lookup_udp", run: lookUp("udp", false) },
  { name: "bpf_skc_lookup_tcp", run: lookUp("tcp", true) },
  { name: "bpf_sk_release", run: release },
  {
    name: "bpf_sk_fullsock",
    run(call) {
      const socket = call.state.sockets.at(call.u64(1));
      return socket === undefined || socket.isMini ? 0 : call.u64(1);
    },
  },
  { name: "bpf_tcp_sock", run: (call) => call.state.sockets.tcpView(call.state.sockets.at(call.u64(1))) },
  {
    name: "bpf_get_listener_sock",
    run(call) {
      const socket = fullSocket(call.state.sockets.at(call.u64(1)));
      return call.state.sockets.view(socket?.state === STATE.listen ? socket : socket?.listener);
    },
  },
  {
    name: "bpf_skc_to_tcp6_sock",
    run: cast((socket) => isTcp(socket) && !socket.isMini && socket.family === AF.inet6),
  },
  { name: "bpf_skc_to_tcp_sock", run: cast((socket) => isTcp(socket) && !socket.isMini) },
  {
    name: "bpf_skc_to_tcp_timewait_sock",
    run: cast((socket) => isTcp(socket) && socket.state === STATE.timeWait),
  },
  {
    name: "bpf_skc_to_tcp_request_sock",
    run: cast((socket) => isTcp(socket) && socket.state === STATE.newSynReceived),
  },
  {
    name: "bpf_skc_to_udp6_sock",
    run: cast((socket) => socket.protocol === UDP && socket.family === AF.inet6),
  },
  { name: "bpf_skc_to_unix_sock", run: cast((socket) => socket.family === AF.unix) },
  { name: "bpf_skc_to_mptcp_sock", run: cast((socket) => socket.protocol === MPTCP) },
  { name: "bpf_get_socket_cookie", run: cookie },
  { name: "bpf_get_socket_uid", run: (call) => fullSocket(fullOrMini(call))?.uid ?? OVERFLOW_UID },
  { name: "bpf_get_netns_cookie", run: (call) => call.env.network?.netnsCookie?.(call.u64(1)) ?? 1n },
  { name: "bpf_setsockopt", run: setOption },
  { name: "bpf_getsockopt", run: getOption },
  { name: "bpf_bind", run: bind },
  { name: "bpf_sk_assign", run: assign },
  { name: "bpf_tcp_send_ack", run: (call) => call.env.network?.sendAck?.(call.u64(1), call.u32(2)) ?? 0 },
  { name: "bpf_skb_cgroup_id", run: (call) => cgroupOf(socketOf(call)) },
  { name: "bpf_sk_cgroup_id", run: (call) => cgroupOf(call.isNull(1) ? undefined : socketOf(call)) },
  { name: "bpf_skb_ancestor_cgroup_id", run: (call) => ancestor(call, cgroupOf(socketOf(call))) },
  {
    name: "bpf_sk_ancestor_cgroup_id",
    run: (call) => ancestor(call, cgroupOf(call.isNull(1) ? undefined : socketOf(call))),
  },
  {
    name: "bpf_get_cgroup_classid",
    run: (call) => call.env.network?.classId?.(call.state.packet ? socketOf(call) : undefined) ?? 0,
  },
  { name: "bpf_skb_cgroup_classid", run: (call) => call.env.network?.classId?.(socketOf(call)) ?? 0 },
];
