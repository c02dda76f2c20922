import { ERRNO } from "../errno.ts";
import { indexKey } from "../maps/array-map.ts";
import { ReferenceMap } from "../maps/reference-maps.ts";
import type { Packet } from "../packet.ts";
import type { HelperRecord } from "./helper.ts";
import type { HelperCall } from "./helper-call.ts";

// include/uapi/linux/bpf.h, v6.18
const XDP_REDIRECT = 4;
const TC_ACT_REDIRECT = 7;
const PSEUDO_HEADER = 0x10; // BPF_F_PSEUDO_HDR
const MARK_MANGLED_0 = 0x20; // BPF_F_MARK_MANGLED_0
const SIZE_FIELD = 0xf; // BPF_F_HDR_FIELD_MASK
const ETHERNET_HEADER = 14;

function packet(call: HelperCall): Packet {
  const { packet: found } = call.state;
  if (found === undefined)
    throw call.state.fail("vm/unsupported", "this helper needs a packet; give one to the run");
  return found;
}

/** Folded one's complement sum of 16-bit words; an odd last byte counts as the low half of a word. */
function checksum(bytes: Uint8Array, seed: number): number {
  let sum = seed;
  for (let i = 0; i < bytes.length; i += 2) {
    sum += (bytes[i] as number) | ((bytes[i + 1] ?? 0) << 8);
    if (sum > 0xffff_ffff) sum -= 0xffff_ffff;
  }
  return sum >>> 0;
}

function fold(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded & 0xffff) + (folded >>> 16);
  return folded;
}

function add32(a: number, b: number): number {
  const sum = a + b;
  return sum > 0xffff_ffff ? sum - 0xffff_ffff : sum;
}

/** bpf_csum_diff(from, from_size, to, to_size, seed). */
function csumDiff(call: HelperCall): number {
  const [fromSize, toSize] = [call.u32(2), call.u32(4)];
  if ((fromSize | toSize) & 3) return -ERRNO.EINVAL;
  const from = fromSize > 0 ? call.read(1, fromSize).slice() : new Uint8Array(0);
  const to = toSize > 0 ? call.read(3, toSize) : new Uint8Array(0);
  for (let i = 0; i < from.length; i++) from[i] = (from[i] as number) ^ 0xff;
  return fold(checksum(to, checksum(from, call.u32(5))));
}

/** Replaces a checksum in the packet by what it is after `from` became `to`. */
function replaceChecksum(call: HelperCall, flags: number): number {
  const field = packet(call).part(call.u32(2), 2);
  if (field === undefined) return -ERRNO.EFAULT;
  const view = new DataView(field.buffer, field.byteOffset, 2);
  const old = view.getUint16(0, true);
  const isUdp = (flags & MARK_MANGLED_0) !== 0;
  if (isUdp && old === 0) return 0;
  const size = flags & SIZE_FIELD;
  if (size !== 0 && size !== 2 && size !== 4) return -ERRNO.EINVAL;
  if (size === 0 && !call.isNull(3)) return -ERRNO.EINVAL;
  const part = size === 2 ? 0xffff : 0xffff_ffff;
  const [from, to] = [call.u32(3) & part, call.u32(4) & part];
  const without = size === 0 ? ~old & 0xffff : add32(~old & 0xffff, (~from & part) >>> 0);
  const updated = ~fold(add32(without, to >>> 0)) & 0xffff;
  view.setUint16(0, isUdp && updated === 0 ? 0xffff : updated, true);
  return 0;
}

function loadBytes(call: HelperCall, offset: number, arg: number, size: number): number {
  const into = call.write(arg, size);
  const part = packet(call).part(offset, size);
  if (part === undefined) {
    into.fill(0);
    return -ERRNO.EFAULT;
  }
  into.set(part);
  return 0;
}

function storeBytes(call: HelperCall, offset: number, arg: number, size: number): number {
  const part = packet(call).part(offset, size);
  if (part === undefined) return -ERRNO.EFAULT;
  part.set(call.read(arg, size));
  return 0;
}

function s32(call: HelperCall, arg: number): number {
  return call.u32(arg) | 0;
}

function redirectTo(call: HelperCall, target: number | undefined): number {
  call.state.redirectedTo = target;
  return call.state.program?.type === "xdp" ? XDP_REDIRECT : TC_ACT_REDIRECT;
}

/** Packets: reading, changing, checksums, redirection. */
export const PACKET_RECORDS: readonly HelperRecord[] = [
  { name: "bpf_skb_load_bytes", run: (call) => loadBytes(call, call.u32(2), 3, call.u32(4)) },
  {
    name: "bpf_skb_load_bytes_relative",
    run(call) {
      if (call.u32(5) > 1) return -ERRNO.EINVAL;
      return loadBytes(call, call.u32(2) + (call.u32(5) === 1 ? ETHERNET_HEADER : 0), 3, call.u32(4));
    },
  },
  {
    name: "bpf_skb_store_bytes",
    run: (call) => (call.u64(5) > 3n ? -ERRNO.EINVAL : storeBytes(call, call.u32(2), 3, call.u32(4))),
  },
  { name: "bpf_skb_pull_data", run: (call) => (call.u32(2) > packet(call).length ? -ERRNO.ENOMEM : 0) },
  {
    name: "bpf_skb_change_tail",
    run(call) {
      const found = packet(call);
      return found.move({ tail: call.u32(2) - found.length }) ? 0 : -ERRNO.EINVAL;
    },
  },
  {
    name: "bpf_skb_change_head",
    run: (call) => (packet(call).move({ head: -call.u32(2) }) ? 0 : -ERRNO.ENOMEM),
  },
  { name: "bpf_xdp_get_buff_len", run: (call) => packet(call).length },
  {
    name: "bpf_xdp_load_bytes",
    run: (call) =>
      packet(call).part(call.u32(2), call.u32(4))
        ? loadBytes(call, call.u32(2), 3, call.u32(4))
        : -ERRNO.EINVAL,
  },
  {
    name: "bpf_xdp_store_bytes",
    run: (call) =>
      packet(call).part(call.u32(2), call.u32(4))
        ? storeBytes(call, call.u32(2), 3, call.u32(4))
        : -ERRNO.EINVAL,
  },
  {
    name: "bpf_xdp_adjust_head",
    run(call) {
      const by = s32(call, 2);
      // An Ethernet header must be left, as in the kernel.
      if (packet(call).length - by < ETHERNET_HEADER) return -ERRNO.EINVAL;
      return packet(call).move({ head: by }) ? 0 : -ERRNO.EINVAL;
    },
  },
  {
    name: "bpf_xdp_adjust_tail",
    run(call) {
      const by = s32(call, 2);
      if (packet(call).length + by < ETHERNET_HEADER) return -ERRNO.EINVAL;
      return packet(call).move({ tail: by }) ? 0 : -ERRNO.EINVAL;
    },
  },
  {
    name: "bpf_xdp_adjust_meta",
    run: (call) => (packet(call).move({ meta: s32(call, 2) }) ? 0 : -ERRNO.EINVAL),
  },
  { name: "bpf_csum_diff", run: csumDiff },
  { name: "bpf_l3_csum_replace", run: (call) => replaceChecksum(call, Number(call.u64(5) & 0xffffn)) },
  {
    name: "bpf_l4_csum_replace",
    run: (call) => replaceChecksum(call, Number(call.u64(5) & 0xffffn) & ~PSEUDO_HEADER),
  },
  { name: "bpf_csum_update", run: () => -ERRNO.ENOTSUPP, differs: "packets carry no checksum of the device" },
  { name: "bpf_redirect", run: (call) => redirectTo(call, call.u32(1)) },
  { name: "bpf_redirect_peer", run: (call) => redirectTo(call, call.u32(1)) },
  {
    name: "bpf_clone_redirect",
    run(call) {
      call.state.clones.push({ ifindex: call.u32(2), bytes: packet(call).bytes() });
      return 0;
    },
  },
  {
    name: "bpf_redirect_map",
    run(call) {
      const map = call.map(1);
      const flags = call.u64(3);
      const target = map instanceof ReferenceMap ? map.referredByKey(indexKey(call.u32(2))) : undefined;
      return target === undefined ? flags & 3n : redirectTo(call, target);
    },
  },
];
