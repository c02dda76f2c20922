// Helpers on packets against the kernel's: the same result, the same packet, the same fields of the context afterwards.
import { expect, test } from "vitest";
import { type Environment, plainEnvironment } from "../../src/vm/environment.ts";
import { inKernel, inMachine, type OracleCase } from "../support/vm-oracle.ts";

/** An IPv4 or IPv6 packet with a UDP header, for a machine with the address 00:00:00:00:00:00. */
function frame(protocol: number, size = 98): Uint8Array {
  const bytes = Uint8Array.from({ length: size }, (_, i) => (i * 7 + 3) & 0xff);
  bytes.fill(0, 0, 6);
  bytes[12] = protocol >>> 8;
  bytes[13] = protocol & 0xff;
  if (protocol === 0x0800) bytes.set([0x45, 2, 0, size - 14, 0, 0, 0, 0, 64, 17, 0x12, 0x34], 14);
  if (protocol === 0x86dd) bytes.set([0x60, 0x12, 0, 0, 0, size - 54, 17, 64], 14);
  return bytes;
}
const V4 = frame(0x0800);
const V6 = frame(0x86dd);
const VLAN = Uint8Array.of(...V4.subarray(0, 12), 0x81, 0, 0x20, 5, ...V4.subarray(12));
const TWO_VLANS = Uint8Array.of(...V4.subarray(0, 12), 0x88, 0xa8, 0, 9, 0x81, 0, 0x20, 5, ...V4.subarray(12));

/** The arguments behind the context. */
const call = (name: string, ...args: readonly (number | string)[]) =>
  `r1 = r8\n${args.map((value, i) => `r${i + 2} = ${value}`).join("\n")}\ncall ${name}`;
/** The same again, with what the first gave stored at an offset of the memory. */
const keep = (at: number) => `*(u64 *)(r6 + ${at}) = r0`;
/** Fields of the context into memory. */
const fields = (...offsets: readonly number[]) =>
  offsets.map((offset, i) => `r1 = *(u32 *)(r8 + ${offset})\n*(u32 *)(r6 + ${i * 4}) = r1`).join("\n");
const LENGTH = 0;
const TYPE = 4;
const PROTOCOL = 16;
const TAGS = [20, 24, 28];
const HASH = 68;
/** The packet's size as its addresses say it. */
const span = (end: number, start = 0) =>
  `r1 = *(u32 *)(r8 + ${end})\nr2 = *(u32 *)(r8 + ${start})\nr1 -= r2\n*(u64 *)(r6 + 64) = r1`;

const room = (difference: number, mode: number, flags: number | string) =>
  `r1 = r8\nr2 = ${difference}\nr3 = ${mode}\nr4 = ${flags} ll\ncall bpf_skb_adjust_room`;
const copy = (helper: string, offset: number, size: number, more = "") =>
  `r1 = r8\nr2 = ${offset}\nr3 = r6\nr4 = ${size}\n${more}\ncall ${helper}`;
const l4 = (from: number | string, to: number, flags: number, offset = 40) =>
  call("bpf_l4_csum_replace", offset, from, to, flags);
const l3 = (from: number | string, to: number, flags: number, offset = 24) =>
  call("bpf_l3_csum_replace", offset, from, to, flags);
const tunnelKey = (then: string) => `
  *(u32 *)(r6 + 0) = 77
  *(u32 *)(r6 + 4) = 0x0100007f
  *(u32 *)(r6 + 8) = 9
  *(u8 *)(r6 + 20) = 3
  *(u8 *)(r6 + 21) = 64
  r1 = r8
  r2 = r6
  r3 = 28
  r4 = 0
  call bpf_skb_set_tunnel_key
  ${keep(96)}
  ${then}`;
const getKey = (size: number) =>
  `r1 = r8\nr2 = r6\nr2 += 48\nr3 = ${size}\nr4 = 0\ncall bpf_skb_get_tunnel_key`;
const mtu = (helperArgs: string) => `r3 = r6\n*(u32 *)(r3 + 0) = 0\n${helperArgs}\nr1 = r8\ncall bpf_check_mtu`;

const tc = { type: "schedCls", packet: V4 } as const;
const xdp = { type: "xdp", packet: V4 } as const;

// biome-ignore format: one case per line
const CASES: readonly OracleCase[] = [
  { rule: "fields of the context",          ...tc, text: `${fields(LENGTH, TYPE, PROTOCOL, ...TAGS, 40)}\nr0 = 0` },
  { rule: "fields for IPv6",                ...tc, packet: V6, text: `${fields(LENGTH, TYPE, PROTOCOL)}\nr0 = 0` },
  { rule: "fields of a broadcast",          ...tc, packet: V4.map((byte, i) => i < 6 ? 0xff : byte), text: `${fields(TYPE)}\nr0 = 0` },
  { rule: "fields of a multicast",          ...tc, packet: V4.map((byte, i) => i === 0 ? 1 : byte), text: `${fields(TYPE)}\nr0 = 0` },
  { rule: "fields of another's packet",     ...tc, packet: V4.map((byte, i) => i === 5 ? 1 : byte), text: `${fields(TYPE)}\nr0 = 0` },
  { rule: "fields with a VLAN tag inside",  ...tc, packet: VLAN, text: `${fields(PROTOCOL, ...TAGS)}\nr0 = 0` },
  { rule: "a VLAN tag",                     ...tc, text: `${call("bpf_skb_vlan_push", 0x0081, 0x2005)}\n${fields(LENGTH, PROTOCOL, ...TAGS)}` },
  { rule: "a VLAN tag of no known kind",    ...tc, text: `${call("bpf_skb_vlan_push", 0x1234, 7)}\n${fields(...TAGS)}` },
  { rule: "two VLAN tags",                  ...tc, text: `${call("bpf_skb_vlan_push", 0x0081, 5)}\n${call("bpf_skb_vlan_push", 0xa888, 6)}\n${fields(LENGTH, PROTOCOL, ...TAGS)}` },
  { rule: "a VLAN tag taken",               ...tc, packet: VLAN, text: `${call("bpf_skb_vlan_pop")}\n${fields(LENGTH, PROTOCOL, ...TAGS)}` },
  { rule: "one of two VLAN tags taken",     ...tc, packet: TWO_VLANS, text: `${call("bpf_skb_vlan_pop")}\n${fields(LENGTH, PROTOCOL, ...TAGS)}` },
  { rule: "both VLAN tags taken",           ...tc, packet: TWO_VLANS, text: `${call("bpf_skb_vlan_pop")}\n${call("bpf_skb_vlan_pop")}\n${fields(LENGTH, PROTOCOL, ...TAGS)}` },
  { rule: "no VLAN tag to take",            ...tc, text: `${call("bpf_skb_vlan_pop")}\n${fields(LENGTH, PROTOCOL, ...TAGS)}` },
  { rule: "a tag pushed and taken",         ...tc, text: `${call("bpf_skb_vlan_push", 0x0081, 5)}\n${call("bpf_skb_vlan_pop")}\n${fields(LENGTH, PROTOCOL, ...TAGS)}` },
  { rule: "longer",                         ...tc, text: `${call("bpf_skb_change_tail", 120, 0)}\n${fields(LENGTH)}` },
  { rule: "much longer",                    ...tc, text: `${call("bpf_skb_change_tail", 590, 0)}\n${fields(LENGTH)}` },
  { rule: "shorter",                        ...tc, text: `${call("bpf_skb_change_tail", 40, 0)}\n${fields(LENGTH)}` },
  { rule: "too short",                      ...tc, text: `${call("bpf_skb_change_tail", 13, 0)}\n${fields(LENGTH)}` },
  { rule: "as short as it gets",            ...tc, text: call("bpf_skb_change_tail", 14, 0) },
  { rule: "too long",                       ...tc, text: call("bpf_skb_change_tail", 70_000, 0) },
  { rule: "longer with a flag",             ...tc, text: call("bpf_skb_change_tail", 120, 1) },
  { rule: "room before it",                 ...tc, text: `${call("bpf_skb_change_head", 20, 0)}\n${fields(LENGTH)}` },
  { rule: "a lot of room before it",        ...tc, text: `${call("bpf_skb_change_head", 300, 0)}\n${fields(LENGTH)}` },
  { rule: "negative room before it",        ...tc, text: call("bpf_skb_change_head", -1, 0) },
  { rule: "IPv4 to IPv6",                   ...tc, text: `${call("bpf_skb_change_proto", 0xdd86, 0)}\n${fields(LENGTH, PROTOCOL)}` },
  { rule: "IPv6 to IPv4",                   ...tc, packet: V6, text: `${call("bpf_skb_change_proto", 0x0008, 0)}\n${fields(LENGTH, PROTOCOL)}` },
  { rule: "IPv4 to IPv4",                   ...tc, text: call("bpf_skb_change_proto", 0x0008, 0) },
  { rule: "another protocol with flags",    ...tc, text: call("bpf_skb_change_proto", 0xdd86, 1) },
  { rule: "the packet's type",              ...tc, text: `${call("bpf_skb_change_type", 3)}\n${fields(TYPE)}` },
  { rule: "a wrong type",                   ...tc, text: call("bpf_skb_change_type", 4) },
  { rule: "room behind the MAC header",     ...tc, text: `${room(8, 1, 0)}\n${fields(LENGTH, PROTOCOL)}` },
  { rule: "room behind the IP header",      ...tc, text: `${room(8, 0, 0)}\n${fields(LENGTH, PROTOCOL)}` },
  { rule: "room behind the IPv6 header",    ...tc, packet: V6, text: `${room(8, 0, 0)}\n${fields(LENGTH, PROTOCOL)}` },
  { rule: "less room",                      ...tc, text: `${room(-8, 0, 0)}\n${fields(LENGTH, PROTOCOL)}` },
  { rule: "less room behind the MAC header", ...tc, text: `${room(-20, 1, 0)}\n${fields(LENGTH, PROTOCOL)}` },
  { rule: "less room than there is",        ...tc, text: room(-90, 0, 0) },
  { rule: "too much room",                  ...tc, text: room(5000, 0, 0) },
  { rule: "room in no known place",         ...tc, text: room(8, 2, 0) },
  { rule: "room with unknown flags",        ...tc, text: room(8, 1, 0x400) },
  { rule: "room in no IP packet",           ...tc, packet: frame(0x0806), text: room(8, 1, 0) },
  { rule: "encapsulated in IPv4",           ...tc, text: `${room(20, 1, 2)}\n${fields(LENGTH, PROTOCOL)}` },
  { rule: "encapsulated in IPv6",           ...tc, text: `${room(40, 1, 4)}\n${fields(LENGTH, PROTOCOL)}` },
  { rule: "encapsulated twice",             ...tc, text: `${room(20, 1, 2)}\n${keep(0)}\n${room(20, 1, 2)}` },
  { rule: "encapsulated in both",           ...tc, text: room(20, 1, 6) },
  { rule: "encapsulated with Ethernet",     ...tc, text: room(34, 1, `${(14n << 56n) | 2n | 64n}`) },
  { rule: "encapsulated with a short link", ...tc, text: room(34, 1, `${(10n << 56n) | 2n | 64n}`) },
  { rule: "taken out of IPv6",              ...tc, text: `${room(-20, 1, 256)}\n${fields(LENGTH, PROTOCOL)}` },
  { rule: "taken out while growing",        ...tc, text: room(20, 1, 128) },
  { rule: "checksum levels",                ...tc, text: `${call("bpf_csum_level", 0)}\n${keep(0)}\n${call("bpf_csum_level", 1)}\n${keep(8)}\n${call("bpf_csum_level", 0)}\n${keep(16)}\n${call("bpf_csum_level", 2)}\n${call("bpf_csum_level", 0)}` },
  { rule: "checksum level of what",         ...tc, text: call("bpf_csum_level", 9) },
  { rule: "the hash that was set",          ...tc, text: `${call("bpf_set_hash", 77)}\n${fields(HASH)}\n${call("bpf_get_hash_recalc")}` },
  { rule: "a hash that is void",            ...tc, text: `${call("bpf_set_hash", 77)}\n${call("bpf_set_hash_invalid")}\n${fields(HASH)}\nr0 = 0` },
  { rule: "when it leaves",                 ...tc, text: `${call("bpf_skb_set_tstamp", 12345, 1)}\nr1 = *(u64 *)(r8 + 152)\n*(u64 *)(r6 + 0) = r1\nr1 = *(u8 *)(r8 + 180)\n*(u64 *)(r6 + 8) = r1` },
  { rule: "when it leaves, never",          ...tc, text: call("bpf_skb_set_tstamp", 0, 1) },
  { rule: "when it leaves, by no clock",    ...tc, text: call("bpf_skb_set_tstamp", 5, 3) },
  { rule: "bytes of the packet",            ...tc, text: copy("bpf_skb_load_bytes", 10, 20) },
  { rule: "bytes behind its end",           ...tc, text: copy("bpf_skb_load_bytes", 90, 20), data: "x".repeat(40) },
  { rule: "bytes from the network header",  ...tc, text: copy("bpf_skb_load_bytes_relative", 4, 10, "r5 = 1") },
  { rule: "bytes from the link header",     ...tc, text: copy("bpf_skb_load_bytes_relative", 4, 10, "r5 = 0") },
  { rule: "bytes from no known header",     ...tc, text: copy("bpf_skb_load_bytes_relative", 4, 10, "r5 = 2"), data: "x".repeat(40) },
  { rule: "bytes written",                  ...tc, text: copy("bpf_skb_store_bytes", 30, 10, "r5 = 0"), data: "0123456789" },
  { rule: "bytes written behind its end",   ...tc, text: copy("bpf_skb_store_bytes", 90, 10, "r5 = 0"), data: "0123456789" },
  { rule: "bytes written with wrong flags", ...tc, text: copy("bpf_skb_store_bytes", 30, 10, "r5 = 8"), data: "0123456789" },
  { rule: "L3 checksum, 2 bytes",           ...tc, text: l3(0x1234, 0x4321, 2) },
  { rule: "L3 checksum, 4 bytes",           ...tc, text: l3(0x12345678, 0x7654321, 4) },
  { rule: "L3 checksum by difference",      ...tc, text: l3(0, 0xbeef, 0) },
  { rule: "L3 checksum, difference of two", ...tc, text: l3(1, 0xbeef, 0) },
  { rule: "L3 checksum at an odd offset",   ...tc, text: l3(1, 2, 2, 25) },
  { rule: "L3 checksum, unknown flags",     ...tc, text: l3(1, 2, 0x12) },
  { rule: "L3 checksum, 3 bytes",           ...tc, text: l3(1, 2, 3) },
  { rule: "L3 checksum behind the end",     ...tc, text: l3(1, 2, 2, 200) },
  { rule: "L4 checksum, 2 bytes",           ...tc, text: l4(0x1234, 0x4321, 2) },
  { rule: "L4 checksum with a pseudo header", ...tc, text: l4(0x12345678, 0x7654321, 0x14) },
  { rule: "L4 checksum that is zero",       ...tc, packet: V4.map((byte, i) => i === 40 || i === 41 ? 0 : byte), text: l4(5, 6, 0x22) },
  { rule: "L4 checksum enforced",           ...tc, packet: V4.map((byte, i) => i === 40 || i === 41 ? 0 : byte), text: l4(5, 6, 0x62) },
  { rule: "L4 checksum, unknown flags",     ...tc, text: l4(5, 6, 0x102) },
  { rule: "pull",                           ...tc, text: `${call("bpf_skb_pull_data", 90)}\n${keep(0)}\n${call("bpf_skb_pull_data", 99)}` },
  { rule: "no tunnel",                      ...tc, text: getKey(28), data: "x".repeat(120) },
  { rule: "a tunnel",                       ...tc, text: tunnelKey(getKey(28)) },
  { rule: "a tunnel, older struct",         ...tc, text: tunnelKey(getKey(24)) },
  { rule: "a tunnel, oldest struct",        ...tc, text: tunnelKey(getKey(8)) },
  { rule: "a tunnel, whole struct",         ...tc, text: tunnelKey(getKey(44)) },
  { rule: "a tunnel, size of none",         ...tc, text: tunnelKey(getKey(20)) },
  { rule: "redirected",                     ...tc, text: "r1 = 1\nr2 = 0\ncall bpf_redirect", returns: 0 },
  { rule: "redirected with wrong flags",    ...tc, text: "r1 = 1\nr2 = 4\ncall bpf_redirect", returns: 0 },
  { rule: "redirected to a neighbour",      ...tc, text: "r1 = 1\nr2 = 0\nr3 = 0\nr4 = 0\ncall bpf_redirect_neigh", returns: 0 },
  { rule: "redirected to a short neighbour", ...tc, text: "r1 = 1\nr2 = r6\nr3 = 4\nr4 = 0\ncall bpf_redirect_neigh", returns: 0 },
  { rule: "mtu",                            ...tc, text: mtu("r2 = 0\nr4 = 0\nr5 = 0") },
  { rule: "mtu of a device",                ...tc, text: mtu("r2 = 1\nr4 = 70000\nr5 = 0") },
  { rule: "mtu of no device",               ...tc, text: mtu("r2 = 12345\nr4 = 0\nr5 = 0") },
  { rule: "mtu with wrong flags",           ...tc, text: mtu("r2 = 0\nr4 = 0\nr5 = 2") },
  { rule: "mtu of a given length",          ...tc, text: mtu("*(u32 *)(r3 + 0) = 65000\nr2 = 0\nr4 = 1000\nr5 = 0") },
  { rule: "xdp: fields",                    ...xdp, text: `${span(4)}\n${fields(12)}\nr0 = 0` },
  { rule: "xdp: more head",                 ...xdp, text: `${call("bpf_xdp_adjust_head", -16)}\n${span(4)}` },
  { rule: "xdp: as much head as there is",  ...xdp, text: `${call("bpf_xdp_adjust_head", -216)}\n${span(4)}` },
  { rule: "xdp: more head than there is",   ...xdp, text: `${call("bpf_xdp_adjust_head", -217)}\n${span(4)}` },
  { rule: "xdp: less head",                 ...xdp, text: `${call("bpf_xdp_adjust_head", 20)}\n${span(4)}` },
  { rule: "xdp: too little left",           ...xdp, text: `${call("bpf_xdp_adjust_head", 85)}\n${span(4)}` },
  { rule: "xdp: more tail",                 ...xdp, text: `${call("bpf_xdp_adjust_tail", 30)}\n${span(4)}` },
  { rule: "xdp: as much tail as there is",  ...xdp, text: `${call("bpf_xdp_adjust_tail", 300)}\n${span(4)}` },
  { rule: "xdp: more tail than there is",   ...xdp, text: `${call("bpf_xdp_adjust_tail", 3423)}\n${span(4)}` },
  { rule: "xdp: less tail",                 ...xdp, text: `${call("bpf_xdp_adjust_tail", -50)}\n${span(4)}` },
  { rule: "xdp: too short",                 ...xdp, text: `${call("bpf_xdp_adjust_tail", -85)}\n${span(4)}` },
  { rule: "xdp: metadata",                  ...xdp, text: `${call("bpf_xdp_adjust_meta", -8)}\n${span(0, 8)}` },
  { rule: "xdp: metadata of odd size",      ...xdp, text: `${call("bpf_xdp_adjust_meta", -7)}\n${span(0, 8)}` },
  { rule: "xdp: most metadata",             ...xdp, text: `${call("bpf_xdp_adjust_meta", -216)}\n${span(0, 8)}` },
  { rule: "xdp: too much metadata",         ...xdp, text: `${call("bpf_xdp_adjust_meta", -220)}\n${span(0, 8)}` },
  { rule: "xdp: negative metadata",         ...xdp, text: `${call("bpf_xdp_adjust_meta", 4)}\n${span(0, 8)}` },
  { rule: "xdp: metadata and head",         ...xdp, text: `${call("bpf_xdp_adjust_meta", -8)}\n${call("bpf_xdp_adjust_head", -209)}\n${keep(0)}\n${call("bpf_xdp_adjust_head", -208)}\n${span(0, 8)}` },
  { rule: "xdp: bytes",                     ...xdp, text: copy("bpf_xdp_load_bytes", 10, 20) },
  { rule: "xdp: bytes behind the end",      ...xdp, text: copy("bpf_xdp_load_bytes", 90, 20), data: "x".repeat(40) },
  { rule: "xdp: bytes written",             ...xdp, text: copy("bpf_xdp_store_bytes", 30, 10), data: "0123456789" },
  { rule: "xdp: length",                    ...xdp, text: call("bpf_xdp_get_buff_len") },
  { rule: "xdp: redirected",                ...xdp, text: "r1 = 1\nr2 = 0\ncall bpf_redirect", returns: 2 },
  { rule: "xdp: redirected with flags",     ...xdp, text: "r1 = 1\nr2 = 1\ncall bpf_redirect", returns: 2 },
  { rule: "xdp: mtu",                       ...xdp, text: mtu("r2 = 0\nr4 = 0\nr5 = 0") },
  { rule: "xdp: mtu with flags",            ...xdp, text: mtu("r2 = 0\nr4 = 0\nr5 = 1") },
  { rule: "xdp: redirect to nothing",       ...xdp, text: "r1 = map[devices]\nr2 = 0\nr3 = 1\ncall bpf_redirect_map", maps: [{ name: "devices", type: "devmap", keySize: 4, valueSize: 4, maxEntries: 2, flags: 0 }], returns: 2 },
  { rule: "xdp: redirect with wrong flags", ...xdp, text: "r1 = map[devices]\nr2 = 0\nr3 = 64\ncall bpf_redirect_map", maps: [{ name: "devices", type: "devmap", keySize: 4, valueSize: 4, maxEntries: 2, flags: 0 }], returns: 2 },
];

/** The loopback device, on which the kernel's test runs receive packets. */
function world(): Environment {
  const device = (ifindex: number) =>
    ifindex === 1 ? { ifindex, mtu: 65_536, isUp: true, forwards: false } : undefined;
  return { ...plainEnvironment(), network: { device } };
}

test.each(CASES)("$rule", (given) => {
  const { packet: wanted = "", ...expected } = inKernel(given);
  for (const engine of ["interpreter", "jit"] as const) {
    const { packet = "", ...found } = inMachine(given, engine, world());
    expect(found).toEqual(expected);
    // The kernel hands out the metadata before an XDP frame with it.
    expect(given.type === "xdp" ? wanted.slice(-packet.length) : wanted).toBe(packet);
  }
});
