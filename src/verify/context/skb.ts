import { address, type ContextField, type ContextLayout, field, whole, without, writable } from "./layout.ts";

// struct __sk_buff. Source: include/uapi/linux/bpf.h and net/core/filter.c (`*_is_valid_access`), v6.18.

const SIZE = 192;
const PACKET = { kind: "packet" } as const;
const PACKET_META = { kind: "packetMeta" } as const;
const PACKET_END = { kind: "packetEnd" } as const;

const ADDRESSES: readonly ContextField[] = [
  field("family", 88),
  whole("remote_ip4", 92),
  whole("local_ip4", 96),
  whole("remote_ip6", 100, { size: 16 }),
  whole("local_ip6", 116, { size: 16 }),
  field("remote_port", 132),
  field("local_port", 136),
];

const ALL: readonly ContextField[] = [
  field("len", 0),
  field("pkt_type", 4),
  field("mark", 8),
  field("queue_mapping", 12),
  field("protocol", 16),
  field("vlan_present", 20),
  field("vlan_tci", 24),
  field("vlan_proto", 28),
  field("priority", 32),
  field("ingress_ifindex", 36),
  field("ifindex", 40),
  field("tc_index", 44),
  field("cb", 48, { size: 20, reads: "any" }),
  field("hash", 68),
  field("tc_classid", 72),
  address("data", 76, 4, PACKET),
  address("data_end", 80, 4, PACKET_END),
  field("napi_id", 84),
  ...ADDRESSES,
  address("data_meta", 140, 4, PACKET_META),
  whole("tstamp", 152, { unit: 8 }),
  field("wire_len", 160),
  field("gso_segs", 164),
  address("sk", 168, 8, { kind: "sockCommon", fields: { nullable: true } }),
  field("gso_size", 176),
  whole("hwtstamp", 184, { unit: 8 }),
];

const ADDRESS_NAMES = ADDRESSES.map(({ name }) => name);

function layout(fields: readonly ContextField[]): ContextLayout {
  return { type: "struct __sk_buff", size: SIZE, fields };
}

export const SOCKET_FILTER = layout(
  writable(
    without(
      ALL,
      "tc_classid",
      "data",
      "data_end",
      "data_meta",
      "tstamp",
      "wire_len",
      "hwtstamp",
      ...ADDRESS_NAMES,
    ),
    { cb: "any" },
  ),
);

export const CGROUP_SKB = layout(
  writable(
    without(ALL, "tc_classid", "data_meta", "wire_len").map((f) =>
      f.name === "data" || f.name === "data_end"
        ? { ...f, capBpf: true }
        : f.name === "tstamp"
          ? { ...f, capBpf: "write" }
          : f,
    ),
    { mark: "whole", priority: "whole", cb: "any", tstamp: "whole" },
  ),
);

export const TUNNEL = layout(
  writable(without(ALL, "tc_classid", "data_meta", "tstamp", "wire_len", "hwtstamp", ...ADDRESS_NAMES), {
    mark: "whole",
    priority: "whole",
    cb: "any",
  }),
);

export const TRAFFIC_CONTROL = layout(
  writable([...without(ALL, ...ADDRESS_NAMES), whole("tstamp_type", 180, { unit: 1 })], {
    mark: "whole",
    tc_index: "whole",
    priority: "whole",
    tc_classid: "whole",
    cb: "any",
    tstamp: "whole",
    queue_mapping: "whole",
  }),
);

export const SOCKET_STREAM = layout(
  writable(without(ALL, "tc_classid", "data_meta", "tstamp", "wire_len", "hwtstamp", "mark"), {
    tc_index: "whole",
    priority: "whole",
  }),
);

export const FLOW_DISSECTOR = layout([
  address("data", 76, 4, PACKET),
  address("data_end", 80, 4, PACKET_END),
  address("flow_keys", 144, 8, { kind: "flowKeys" }),
]);

/** struct xdp_md. */
export const XDP: ContextLayout = {
  type: "struct xdp_md",
  size: 24,
  fields: [
    address("data", 0, 4, PACKET),
    address("data_end", 4, 4, PACKET_END),
    address("data_meta", 8, 4, PACKET_META),
    whole("ingress_ifindex", 12),
    whole("rx_queue_index", 16),
    whole("egress_ifindex", 20, { only: ["xdpDevmap"] }),
  ],
};
