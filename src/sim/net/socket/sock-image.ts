import type { KernelMemory } from "../../memory/kernel-memory.ts";
import type { KernelObject } from "../../memory/kernel-object.ts";
import { fromMapped, type IpAddress, isMapped, toMapped } from "../packet/ip-address.ts";
import { swap16 } from "../skb/skb-image.ts";
import { FAMILY } from "./families.ts";
import type { Sock } from "./sock.ts";

/** Kinds of sockets; each is a struct, and a struct proto, of its own. */
export type SockClass = "tcp" | "udp" | "raw" | "ping" | "unix";

const STRUCTS: Readonly<Record<SockClass, readonly [v4: string, v6: string]>> = {
  tcp: ["tcp_sock", "tcp6_sock"],
  udp: ["udp_sock", "udp6_sock"],
  raw: ["raw_sock", "raw_sock"],
  ping: ["inet_sock", "inet_sock"],
  unix: ["unix_sock", "unix_sock"],
};

const NO_ADDRESS = new Uint8Array(16);

/** A socket in the kernel's memory, seen as each of the structs that begin at its address. */
export class SockImage {
  /** The whole: tcp_sock, udp6_sock, unix_sock … */
  readonly object: KernelObject;
  readonly sk: KernelObject;
  /** Of all but UNIX sockets. */
  readonly inet: KernelObject | undefined;
  readonly icsk: KernelObject | undefined;
  readonly tcp: KernelObject | undefined;

  constructor(memory: KernelMemory, sock: Sock) {
    const [v4, v6] = STRUCTS[sock.class];
    const isV6 = sock.family === FAMILY.inet6;
    this.object = memory.make(isV6 ? v6 : v4);
    this.object.owner = sock;
    const { address } = this.object;
    this.sk = memory.cast("sock", address);
    if (sock.class !== "unix") this.inet = memory.cast("inet_sock", address);
    if (sock.class === "tcp") {
      this.icsk = memory.cast("inet_connection_sock", address);
      this.tcp = memory.cast("tcp_sock", address);
    }
    const { kernel } = sock.stack;
    this.sk.fill({
      "__sk_common.skc_family": sock.family,
      "__sk_common.skc_state": 7,
      "__sk_common.skc_prot": kernel?.proto(sock.class, isV6),
      "__sk_common.skc_net.net": kernel?.net,
      "__sk_common.skc_cookie.counter": sock.cookie,
      "__sk_common.skc_refcnt.refs.counter": 1,
      "__sk_common.skc_net_refcnt": 1,
      sk_type: sock.type,
      sk_protocol: sock.protocol,
      sk_rcvbuf: sock.options.receiveBuffer,
      sk_sndbuf: sock.options.sendBuffer,
      sk_rcvlowat: 1,
    });
    const has6 = isV6 && (sock.class === "tcp" || sock.class === "udp");
    if (has6) this.inet?.set("pinet6", this.object.addressOf("inet6"));
  }

  /** Addresses and ports, as struct sock_common and struct inet_sock hold them. */
  setEndpoints(sock: Sock): void {
    const { sk, inet } = this;
    const { local, remote } = sock;
    const v4 = (address: IpAddress) =>
      address.version === 4 || isMapped(address) ? word4(fromMapped(address)) : 0;
    sk.set("__sk_common.skc_daddr", v4(remote.address));
    sk.set("__sk_common.skc_rcv_saddr", v4(local.address));
    sk.set("__sk_common.skc_dport", swap16(remote.port));
    sk.set("__sk_common.skc_num", local.port);
    if (sock.family === FAMILY.inet6) {
      sk.set("__sk_common.skc_v6_daddr.in6_u.u6_addr8", bytes16(remote.address));
      sk.set("__sk_common.skc_v6_rcv_saddr.in6_u.u6_addr8", bytes16(local.address));
    }
    inet?.set("inet_saddr", v4(local.address));
    inet?.set("inet_sport", swap16(local.port));
  }

  setState(state: number): void {
    this.sk.set("__sk_common.skc_state", state);
  }

  /** What all sockets have that changes while they live. */
  setCommon(sock: Sock): void {
    const { sk } = this;
    sk.set("sk_err", sock.error);
    sk.set("sk_shutdown", sock.shutdown);
    sk.set("sk_mark", sock.options.mark);
    sk.set("sk_priority", sock.options.priority);
    sk.set("sk_rcvbuf", sock.options.receiveBuffer);
    sk.set("sk_sndbuf", sock.options.sendBuffer);
    sk.set("sk_uid.val", sock.uid);
    sk.set("__sk_common.skc_bound_dev_if", sock.options.boundInterface);
    sk.set("__sk_common.skc_reuse", sock.options.reuseAddress);
    sk.set("__sk_common.skc_reuseport", sock.options.reusePort);
    sk.set("__sk_common.skc_ipv6only", sock.options.ipv6Only);
    if (sock.cgroup !== undefined) sk.set("sk_cgrp_data.cgroup", sock.cgroup.address);
  }

  free(): void {
    this.object.free();
  }
}

/** The 4 bytes of an IPv4 address as this machine reads them. */
export function word4({ bytes }: IpAddress): number {
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
}

/** An address as struct in6_addr holds it; the one that stands for any stays zero in both versions. */
function bytes16(address: IpAddress): Uint8Array {
  if (address.version === 4 && address.bytes.every((byte) => byte === 0)) return NO_ADDRESS;
  return toMapped(address).bytes;
}
