import { ERRNO } from "../errno.ts";
import { indexKey } from "../maps/array-map.ts";
import { ReferenceMap } from "../maps/reference-maps.ts";
import type { DeviceInfo, RouteAnswer, RouteQuery } from "../network.ts";
import type { RunEffects } from "../run-effects.ts";
import type { HelperRecord } from "./helper.ts";
import type { HelperCall } from "./helper-call.ts";
import { packetOf } from "./packet-helpers.ts";

// include/uapi/linux/bpf.h and include/uapi/linux/pkt_cls.h, v6.18
const XDP = { aborted: 0, redirect: 4 };
const TC = { shot: 2, redirect: 7 };
const INGRESS = 1n; // BPF_F_INGRESS
const VERDICTS = 3n; // what bpf_redirect_map returns when nothing is found
const BROADCAST = 8n;
const EXCLUDE_INGRESS = 16n;
const NEIGHBOUR_BYTES = 20; // struct bpf_redir_neigh

function redirect(call: HelperCall, to: number, how: RunEffects["redirect"]): number {
  const effects = call.state.effect();
  effects.redirectedTo = to;
  if (how) effects.redirect = how;
  return call.state.program?.type === "xdp" ? XDP.redirect : TC.redirect;
}

/** bpf_redirect(ifindex, flags). */
function redirectTo(call: HelperCall): number {
  const flags = call.u64(2);
  if (call.state.program?.type === "xdp") {
    if (flags !== 0n) return XDP.aborted;
  } else if ((flags & ~INGRESS) !== 0n) return TC.shot;
  return redirect(call, call.u32(1), { kind: flags === INGRESS ? "ingress" : "egress" });
}

/** bpf_redirect_map(map, key, flags). */
function redirectByMap(call: HelperCall): number | bigint {
  const map = call.map(1);
  const flags = call.u64(3);
  const isDevices = map.spec.type === "devmap" || map.spec.type === "devmapHash";
  const known = VERDICTS | (isDevices ? BROADCAST | EXCLUDE_INGRESS : 0n);
  if (!(map instanceof ReferenceMap)) throw call.state.fail("vm/bad-map", `${map.spec.name} holds no targets`);
  if ((flags & ~known) !== 0n) return XDP.aborted;
  const to = map.referredByKey(indexKey(call.u32(2)));
  if (to === undefined && (flags & BROADCAST) === 0n) return flags & VERDICTS;
  const broadcast = (flags & BROADCAST) !== 0n;
  const { name, type } = map.spec;
  return redirect(call, to ?? 0, { kind: "map", map: name, type, key: call.u32(2), broadcast });
}

/** bpf_clone_redirect(skb, ifindex, flags). */
function cloneRedirect(call: HelperCall): number {
  const [ifindex, flags] = [call.u32(2), call.u64(3)];
  const { network } = call.env;
  if ((flags & ~INGRESS) !== 0n) return -ERRNO.EINVAL;
  if (network?.device && network.device(ifindex) === undefined) return -ERRNO.EINVAL;
  const effects = call.state.effect();
  effects.clones ??= [];
  effects.clones.push({ ifindex, ingress: flags === INGRESS, bytes: packetOf(call).bytes() });
  return 0;
}

// ---- sizes and routes

const LINK_BYTES = 14;
const CHECK_SEGMENTS = 1n; // BPF_MTU_CHK_SEGS

/** bpf_check_mtu(ctx, ifindex, &length, difference, flags): 0, 1 for too long, or -errno. */
function checkMtu(call: HelperCall): number {
  const [ifindex, difference, flags] = [call.u32(2), call.s32(4), call.u64(5)];
  const isXdp = call.state.program?.type === "xdp";
  const given = call.writable(3, 4);
  const { view } = call.state.space;
  const asked = view.getUint32(given, true);
  if (isXdp ? flags !== 0n : (flags & ~CHECK_SEGMENTS) !== 0n) return -ERRNO.EINVAL;
  if (flags === CHECK_SEGMENTS && (difference !== 0 || asked !== 0)) return -ERRNO.EINVAL;
  const device = deviceOf(call, ifindex);
  if (device === undefined) return -ERRNO.ENODEV;
  const length = (asked === 0 ? packetOf(call).length : asked + LINK_BYTES) + difference;
  view.setUint32(given, device.mtu, true);
  return length <= device.mtu + LINK_BYTES ? 0 : 1;
}

/** 0: the packet's own. */
function deviceOf(call: HelperCall, ifindex: number): DeviceInfo | undefined {
  const own = call.state.program?.type === "xdp" ? 1 : packetOf(call).field(40) || 1;
  return call.env.network?.device?.(ifindex === 0 ? own : ifindex);
}

/** `struct bpf_fib_lookup`: byte offsets. */
const FIB = { family: 0, protocol: 1, sourcePort: 2, destinationPort: 4, length: 6, ifindex: 8, metric: 12, source: 16, destination: 32, table: 48, mark: 52, sourceMac: 52, destinationMac: 58, bytes: 64 } as const; // biome-ignore format: one line
const FIB_FLAGS = { direct: 1, output: 2, skipNeighbour: 4, table: 8, source: 16, mark: 32, all: 63 } as const;
const NO_NEIGHBOUR = 7;
const FRAGMENT = 8;

// biome-ignore format: one answer per line
const FIB_RESULTS: Readonly<Record<Exclude<RouteAnswer["kind"], "found">, number>> = {
  blackhole: 1, unreachable: 2, prohibited: 3, notForwarded: 4, forwardingOff: 5, unsupported: 6,
};

/** bpf_fib_lookup(ctx, &params, size, flags): 0, why not, or -errno. */
function lookUpRoute(call: HelperCall): number {
  const [size, flags] = [call.s32(3), call.u32(4)];
  if (size < FIB.bytes || (flags & ~FIB_FLAGS.all) !== 0) return -ERRNO.EINVAL;
  const bytes = call.write(2, FIB.bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, FIB.bytes);
  const family = bytes[FIB.family] === 2 ? 4 : bytes[FIB.family] === 10 ? 6 : undefined;
  if (family === undefined) return -ERRNO.EAFNOSUPPORT;
  const { network } = call.env;
  if (network?.device?.(view.getUint32(FIB.ifindex, true)) === undefined) return -ERRNO.ENODEV;
  const answer = network.route?.(query(view, bytes, family, flags)) ?? { kind: "notForwarded" };
  if (answer.kind !== "found") return FIB_RESULTS[answer.kind];
  const asked = view.getUint16(FIB.length, true);
  const { mtu: deviceMtu = 0 } = network.device(answer.ifindex) ?? {};
  const mtu = answer.mtu || deviceMtu;
  if (asked > mtu) {
    view.setUint16(FIB.length, mtu, true);
    return FRAGMENT;
  }
  const result = fillRoute(view, bytes, answer, flags);
  if (result !== 0) return result;
  if (asked !== 0) view.setUint16(FIB.length, mtu, true);
  else if (call.state.program?.type !== "xdp") {
    view.setUint16(FIB.length, deviceMtu, true);
    if (packetOf(call).length > deviceMtu + LINK_BYTES) return FRAGMENT;
  }
  return 0;
}

function query(view: DataView, bytes: Uint8Array, family: 4 | 6, flags: number): RouteQuery {
  const size = family === 4 ? 4 : 16;
  const direct = (flags & FIB_FLAGS.direct) !== 0;
  return {
    family,
    source: bytes.slice(FIB.source, FIB.source + size),
    destination: bytes.slice(FIB.destination, FIB.destination + size),
    protocol: bytes[FIB.protocol] as number,
    sourcePort: view.getUint16(FIB.sourcePort),
    destinationPort: view.getUint16(FIB.destinationPort),
    ifindex: view.getUint32(FIB.ifindex, true),
    tos: family === 4 ? (bytes[FIB.metric] as number) : 0,
    flowInfo: family === 6 ? view.getUint32(FIB.metric) : 0,
    table: !direct ? "rules" : (flags & FIB_FLAGS.table) !== 0 ? view.getUint32(FIB.table, true) : "device",
    output: (flags & FIB_FLAGS.output) !== 0,
    mark: (flags & FIB_FLAGS.mark) !== 0 ? view.getUint32(FIB.mark, true) : 0,
  };
}

/** Writes the answer into the program's struct; 0, or that the neighbour is not known. */
function fillRoute(
  view: DataView,
  bytes: Uint8Array,
  answer: RouteAnswer & { kind: "found" },
  flags: number,
): number {
  view.setUint32(FIB.metric, answer.metric, true);
  view.setUint32(FIB.ifindex, answer.ifindex, true);
  if ((flags & FIB_FLAGS.source) !== 0 && answer.preferredSource) bytes.set(answer.preferredSource, FIB.source);
  if (answer.gateway) {
    bytes.set(answer.gateway, FIB.destination);
    if (answer.gateway.length === 16) bytes[FIB.family] = 10; // an IPv4 route by an IPv6 neighbour
  }
  if ((flags & FIB_FLAGS.skipNeighbour) === 0) {
    if (answer.neighbourMac === undefined || answer.deviceMac === undefined) return NO_NEIGHBOUR;
    bytes.set(answer.deviceMac, FIB.sourceMac);
    bytes.set(answer.neighbourMac, FIB.destinationMac);
  }
  view.setUint32(FIB.table, 0, true); // the VLAN's protocol and tag
  return 0;
}

/** Where packets go. Source: net/core/filter.c, v6.18. */
export const REDIRECT_RECORDS: readonly HelperRecord[] = [
  { name: "bpf_redirect", run: redirectTo },
  {
    name: "bpf_redirect_peer",
    run: (call) => (call.u64(2) === 0n ? redirect(call, call.u32(1), { kind: "peer" }) : TC.shot),
  },
  {
    name: "bpf_redirect_neigh",
    run(call) {
      const size = call.s32(3);
      if ((size !== 0 && size < NEIGHBOUR_BYTES) || call.u64(4) !== 0n) return TC.shot;
      return redirect(call, call.u32(1), { kind: "neighbour" });
    },
  },
  { name: "bpf_redirect_map", run: redirectByMap },
  { name: "bpf_clone_redirect", run: cloneRedirect },
  { name: "bpf_check_mtu", run: checkMtu },
  { name: "bpf_fib_lookup", run: lookUpRoute },
  {
    name: "bpf_get_route_realm",
    run: (call) => call.env.network?.routeRealm?.(call.u64(1)) ?? 0,
  },
];
