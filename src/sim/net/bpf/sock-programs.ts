import type { HookProgram } from "../../hooks/hook-program.ts";
import type { IpStack } from "../ip-stack.ts";
import { fromMapped, type IpAddress, ipFromBytes, toMapped } from "../packet/ip-address.ts";
import type { SkBuff } from "../skb/sk-buff.ts";
import { swap16 } from "../skb/skb-image.ts";
import { FAMILY } from "../socket/families.ts";
import type { Endpoint, Sock } from "../socket/sock.ts";
import type { TcpSock } from "../tcp/tcp-sock.ts";
import { ProgramContext } from "./program-context.ts";
import { tcpFields } from "./socket-info.ts";
import type { SockOp } from "./stack-bpf.ts";
import type { StackPrograms } from "./stack-programs.ts";

/** Numbers of BPF_SOCK_OPS_…. Source: include/uapi/linux/bpf.h, v6.12. */
const OPS: Readonly<Record<SockOp, number>> = {
  timeoutInit: 1,
  connect: 3,
  activeEstablished: 4,
  passiveEstablished: 5,
  timeout: 8,
  retransmit: 9,
  state: 10,
  listen: 11,
  rtt: 12,
};

/** Members of struct tcp_sock that struct bpf_sock_ops has. */
const OPS_FIELDS = [
  "snd_cwnd", "srtt_us", "rtt_min", "snd_ssthresh", "rcv_nxt", "snd_nxt", "snd_una", "mss_cache", "packets_out",
  "retrans_out", "total_retrans", "segs_in", "data_segs_in", "segs_out", "data_segs_out", "lost_out", "sacked_out",
  "bytes_received", "bytes_acked",
] as const; // biome-ignore format: one list

/** Runs programs that see, and may change, the address of a call; undefined: one of them refused. */
export function runSockAddr(
  programs: StackPrograms,
  list: readonly HookProgram[],
  sk: Sock,
  to: Endpoint,
): Endpoint | undefined {
  let current = to;
  for (const program of list) {
    const context = new ProgramContext(programs.memory, "bpf_sock_addr");
    const isV6 = sk.family === FAMILY.inet6;
    const address = isV6 ? toMapped(current.address) : fromMapped(current.address);
    context.set("user_family", sk.family);
    context.setAddress("user_ip4", "user_ip6", address);
    context.set("user_port", swap16(current.port));
    context.set("family", sk.family);
    context.set("type", sk.type);
    context.set("protocol", sk.protocol);
    const result = programs.running({ sock: sk }, () => program.runPacket(undefined, context.bytes));
    if ((result.verdict & 1) === 0) return undefined;
    const { layout } = context;
    const port = swap16(ProgramContext.read(layout, result.ctx, "user_port") & 0xffff);
    const { offset } = layout.field(isV6 ? "user_ip6" : "user_ip4");
    current = { address: ipFromBytes(result.ctx, offset, isV6 ? 6 : 4), port };
  }
  return current;
}

/** Runs programs on a new, bound or closed socket: whether all allow it. */
export function runSock(programs: StackPrograms, list: readonly HookProgram[], sk: Sock): boolean {
  return list.every((program) => {
    const context = new ProgramContext(programs.memory, "bpf_sock");
    const isV6 = sk.family === FAMILY.inet6;
    context.set("bound_dev_if", sk.options.boundInterface);
    context.set("family", sk.family);
    context.set("type", sk.type);
    context.set("protocol", sk.protocol);
    context.set("mark", sk.options.mark);
    context.set("priority", sk.options.priority);
    context.setAddress("src_ip4", "src_ip6", isV6 ? sk.local.address : fromMapped(sk.local.address));
    context.set("src_port", sk.local.port);
    context.set("state", 7);
    const { verdict, ctx } = programs.running({ sock: sk }, () => program.runPacket(undefined, context.bytes));
    // A program on a new socket may bind it to a device, mark it, give it a priority.
    sk.options.boundInterface = ProgramContext.read(context.layout, ctx, "bound_dev_if");
    sk.options.mark = ProgramContext.read(context.layout, ctx, "mark");
    sk.options.priority = ProgramContext.read(context.layout, ctx, "priority");
    return (verdict & 1) !== 0;
  });
}

/** Tells programs what happens to a connection; the last reply. */
export function runSockOps(
  programs: StackPrograms,
  list: readonly HookProgram[],
  tcp: TcpSock,
  op: SockOp,
  args: readonly number[],
): number {
  let reply = -1;
  const { sk } = tcp;
  for (const program of list) {
    const context = new ProgramContext(programs.memory, "bpf_sock_ops");
    context.set("op", OPS[op]);
    for (const [i, arg] of args.entries()) context.set(`args[${i}]`, arg);
    context.set("family", sk.family);
    putEnds(context, sk);
    context.set("is_fullsock", 1);
    context.set("bpf_sock_ops_cb_flags", tcp.bpfFlags);
    context.set("state", tcp.state);
    const fields = tcpFields(tcp);
    for (const name of OPS_FIELDS) context.set(name, fields[name] ?? 0);
    const result = programs.running({ sock: sk }, () => program.runPacket(undefined, context.bytes));
    reply = ProgramContext.read(context.layout, result.ctx, "reply") | 0;
    if (result.effects?.callbackFlags !== undefined) tcp.bpfFlags = result.effects.callbackFlags;
  }
  return reply;
}

function putEnds(context: ProgramContext, sk: Sock): void {
  const seen = (address: IpAddress) => (sk.family === FAMILY.inet6 ? address : fromMapped(address));
  context.setAddress("remote_ip4", "remote_ip6", seen(sk.remote.address));
  context.setAddress("local_ip4", "local_ip6", seen(sk.local.address));
  // Of the remote port only the upper half, in network order: as sock_ops_convert_ctx_access does.
  context.set("remote_port", (swap16(sk.remote.port) << 16) >>> 0);
  context.set("local_port", sk.local.port);
}

/** Asks sk_lookup programs whose packet it is: a socket, "drop", or undefined when they do not care. */
export function runSkLookup(
  programs: StackPrograms,
  list: readonly HookProgram[],
  stack: IpStack,
  protocol: "tcp" | "udp",
  { local, remote }: Readonly<{ local: Endpoint; remote: Endpoint }>,
  skb: SkBuff,
): bigint | "drop" | undefined {
  for (const program of list) {
    const context = new ProgramContext(programs.memory, "bpf_sk_lookup");
    const isV6 = local.address.version === 6;
    context.set("family", isV6 ? FAMILY.inet6 : FAMILY.inet);
    context.set("protocol", protocol === "tcp" ? 6 : 17);
    context.setAddress("remote_ip4", "remote_ip6", remote.address);
    context.setAddress("local_ip4", "local_ip6", local.address);
    context.set("remote_port", swap16(remote.port));
    context.set("local_port", local.port);
    context.set("ingress_ifindex", skb.ingressIfindex);
    const { verdict, effects } = programs.running({ stack, skb }, () =>
      program.runPacket(undefined, context.bytes),
    );
    if (verdict === 0) return "drop";
    if (effects?.assignedSocket) return effects.assignedSocket;
  }
  return undefined;
}

/** An option on its way into, or out of, the kernel. */
export type SockoptValue = Readonly<{ level: number; name: number; bytes: Uint8Array }>;

/**
 * Runs programs on a socket option. -EPERM when one refuses; with `status`: what the kernel answered, and the value is
 * what it gives.
 */
export function runSockopt(
  programs: StackPrograms,
  list: readonly HookProgram[],
  sk: Sock,
  option: SockoptValue,
  status?: number,
): (SockoptValue & { bypass: boolean }) | number {
  let current = { ...option, bypass: false };
  let retval = status ?? 0;
  for (const program of list) {
    const context = new ProgramContext(programs.memory, "bpf_sockopt");
    context.set("level", current.level);
    context.set("optname", current.name);
    context.set("optlen", current.bytes.length);
    context.set("retval", retval);
    const { bytes } = current;
    const result = programs.running({ sock: sk }, () => program.runPacket(bytes, context.bytes));
    if ((result.verdict & 1) === 0) return -1;
    const { layout } = context;
    const length = ProgramContext.read(layout, result.ctx, "optlen") | 0;
    retval = ProgramContext.read(layout, result.ctx, "retval") | 0;
    current = {
      level: ProgramContext.read(layout, result.ctx, "level"),
      name: ProgramContext.read(layout, result.ctx, "optname"),
      bytes: result.packet.slice(0, Math.max(0, length)),
      bypass: current.bypass || length === -1,
    };
  }
  return status !== undefined && retval < 0 ? retval : current;
}
