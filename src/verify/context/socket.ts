import type { AttachType } from "../../abi/attach-types.ts";
import { address, type ContextField, type ContextLayout, field, whole } from "./layout.ts";

// Contexts of programs that see sockets. Source: include/uapi/linux/bpf.h and net/core/filter.c, v6.18.

const PACKET = { kind: "packet" } as const;
const PACKET_END = { kind: "packetEnd" } as const;
const SOCKET = { kind: "socket" } as const;
const SOCKET_OR_NULL = { kind: "socket", fields: { nullable: true } } as const;

const CREATION: readonly AttachType[] = ["cgroupInetSockCreate", "cgroupInetSockRelease"];
const BOUND4: readonly AttachType[] = ["cgroupInet4PostBind"];
const BOUND6: readonly AttachType[] = ["cgroupInet6PostBind"];

/** struct bpf_sock, as pointers to sockets see it: read-only. */
export const SOCKET_FIELDS: readonly ContextField[] = [
  whole("bound_dev_if", 0),
  field("family", 4, { reads: "start" }),
  field("type", 8, { reads: "start" }),
  field("protocol", 12, { reads: "start" }),
  whole("mark", 16),
  whole("priority", 20),
  field("src_ip4", 24),
  field("src_ip6", 28, { size: 16 }),
  field("src_port", 44, { reads: "start" }),
  whole("dst_port", 48, { unit: 4 }),
  field("dst_port", 48, { unit: 2 }),
  field("dst_ip4", 52),
  field("dst_ip6", 56, { size: 16 }),
  field("state", 72, { reads: "start" }),
  field("rx_queue_mapping", 76, { reads: "start" }),
];

/** The part of struct bpf_sock that sockets of every state have. */
export const SOCK_COMMON_FIELDS: readonly ContextField[] = SOCKET_FIELDS.filter(
  ({ name }) => !["type", "protocol", "mark", "priority"].includes(name),
);

/** struct bpf_tcp_sock. */
export const TCP_SOCKET_FIELDS: readonly ContextField[] = [
  whole("fields", 0, { size: 80 }),
  whole("bytes_received", 80, { unit: 8 }),
  whole("bytes_acked", 88, { unit: 8 }),
  whole("more fields", 96, { size: 20 }),
];

/** struct bpf_xdp_sock. */
export const XDP_SOCKET_FIELDS: readonly ContextField[] = [whole("queue_id", 0)];

function attachRule(f: ContextField): ContextField {
  switch (f.name) {
    case "bound_dev_if":
    case "mark":
    case "priority":
      return { ...f, only: CREATION, writes: "whole" };
    case "src_ip4":
      return { ...f, only: BOUND4 };
    case "src_ip6":
      return { ...f, only: BOUND6 };
    case "src_port":
      return { ...f, only: [...BOUND4, ...BOUND6] };
    default:
      return f;
  }
}

export const CGROUP_SOCK: ContextLayout = {
  type: "struct bpf_sock",
  size: 80,
  fields: SOCKET_FIELDS.map(attachRule),
};

// biome-ignore format: a table
const ADDRESS4: readonly AttachType[] = [
  "cgroupInet4Bind", "cgroupInet4Connect", "cgroupUdp4Sendmsg", "cgroupUdp4Recvmsg", "cgroupInet4Getpeername", "cgroupInet4Getsockname",
];
// biome-ignore format: a table
const ADDRESS6: readonly AttachType[] = [
  "cgroupInet6Bind", "cgroupInet6Connect", "cgroupUdp6Sendmsg", "cgroupUdp6Recvmsg", "cgroupInet6Getpeername", "cgroupInet6Getsockname",
];

export const SOCK_ADDR: ContextLayout = {
  type: "struct bpf_sock_addr",
  size: 72,
  fields: [
    whole("user_family", 0),
    field("user_ip4", 4, { only: ADDRESS4, writes: "whole" }),
    field("user_ip6", 8, { size: 16, only: ADDRESS6, writes: "whole", pairs: true }),
    field("user_port", 24, { writes: "whole" }),
    whole("family", 28),
    whole("type", 32),
    whole("protocol", 36),
    field("msg_src_ip4", 40, { only: ["cgroupUdp4Sendmsg"], writes: "whole" }),
    field("msg_src_ip6", 44, { size: 16, only: ["cgroupUdp6Sendmsg"], writes: "whole", pairs: true }),
    address("sk", 64, 8, SOCKET),
  ],
};

export const SOCK_OPS: ContextLayout = {
  type: "struct bpf_sock_ops",
  size: 224,
  fields: [
    whole("op", 0),
    whole("reply", 4, { writes: "whole" }),
    whole("args", 8, { size: 12 }),
    whole("family", 20),
    whole("remote_ip4", 24),
    whole("local_ip4", 28),
    whole("remote_ip6", 32, { size: 16 }),
    whole("local_ip6", 48, { size: 16 }),
    whole("remote_port", 64),
    whole("local_port", 68),
    whole("is_fullsock", 72),
    whole("snd_cwnd", 76),
    whole("srtt_us", 80),
    whole("bpf_sock_ops_cb_flags", 84),
    whole("state", 88),
    whole("rtt_min", 92, { size: 72 }),
    whole("sk_txhash", 164, { writes: "whole" }),
    whole("bytes_received", 168, { unit: 8 }),
    whole("bytes_acked", 176, { unit: 8 }),
    address("sk", 184, 8, SOCKET_OR_NULL),
    address("skb_data", 192, 8, PACKET),
    address("skb_data_end", 200, 8, PACKET_END),
    whole("skb_len", 208),
    field("skb_tcp_flags", 212, { reads: "start" }),
    whole("skb_hwtstamp", 216, { unit: 8 }),
  ],
};

export const SK_MSG: ContextLayout = {
  type: "struct sk_msg_md",
  size: 80,
  fields: [
    address("data", 0, 8, PACKET),
    address("data_end", 8, 8, PACKET_END),
    whole("family", 16),
    whole("remote_ip4", 20),
    whole("local_ip4", 24),
    whole("remote_ip6", 28, { size: 16 }),
    whole("local_ip6", 44, { size: 16 }),
    whole("remote_port", 60),
    whole("local_port", 64),
    whole("size", 68),
    address("sk", 72, 8, SOCKET),
  ],
};

export const SK_REUSEPORT: ContextLayout = {
  type: "struct sk_reuseport_md",
  size: 56,
  fields: [
    address("data", 0, 8, PACKET),
    address("data_end", 8, 8, PACKET_END),
    field("len", 16),
    field("eth_protocol", 20, { least: 2 }),
    field("ip_protocol", 24),
    field("bind_inany", 28),
    whole("hash", 32),
    address("sk", 40, 8, SOCKET),
    address("migrating_sk", 48, 8, { kind: "sockCommon", fields: { nullable: true } }),
  ],
};

export const SK_LOOKUP: ContextLayout = {
  type: "struct bpf_sk_lookup",
  size: 72,
  fields: [
    address("sk", 0, 8, SOCKET_OR_NULL),
    field("family", 8),
    field("protocol", 12),
    field("remote_ip4", 16),
    field("remote_ip6", 20, { size: 16 }),
    whole("remote_port", 36),
    field("remote_port", 36, { unit: 2, size: 4 }),
    field("local_ip4", 40),
    field("local_ip6", 44, { size: 16 }),
    field("local_port", 60),
    field("ingress_ifindex", 64),
  ],
};

export const CGROUP_DEVICE: ContextLayout = {
  type: "struct bpf_cgroup_dev_ctx",
  size: 12,
  fields: [field("access_type", 0), whole("major", 4), whole("minor", 8)],
};

export const CGROUP_SYSCTL: ContextLayout = {
  type: "struct bpf_sysctl",
  size: 8,
  fields: [field("write", 0), field("file_pos", 4, { writes: "whole" })],
};

export const CGROUP_SOCKOPT: ContextLayout = {
  type: "struct bpf_sockopt",
  size: 40,
  fields: [
    address("sk", 0, 8, SOCKET),
    address("optval", 8, 8, PACKET),
    address("optval_end", 16, 8, PACKET_END),
    whole("level", 24, { writes: "whole", writeOnly: ["cgroupSetsockopt"] }),
    whole("optname", 28, { writes: "whole", writeOnly: ["cgroupSetsockopt"] }),
    whole("optlen", 32, { writes: "whole" }),
    whole("retval", 36, { writes: "whole", only: ["cgroupGetsockopt"] }),
  ],
};
