import { ERRNO } from "../errno.ts";
import { type Packet, SKB } from "../packet.ts";
import { add32, checksum, fold } from "./checksum.ts";
import type { HelperRecord } from "./helper.ts";
import type { HelperCall } from "./helper-call.ts";

// include/uapi/linux/bpf.h, v6.18
const FIELD_SIZE = 0xfn; // BPF_F_HDR_FIELD_MASK
const CHECKSUM_FLAGS = { pseudoHeader: 0x10n, mangledZero: 0x20n, enforce: 0x40n, ipv6: 0x80n };
const L4_FLAGS = 0xffn;
const STORE_FLAGS = { recompute: 1n, invalidateHash: 2n };
const MAX_XDP = 0xffff;

/** The packet of the run. Throws MachineError when there is none. */
export function packetOf(call: HelperCall): Packet {
  const { packet } = call.state;
  if (packet !== undefined) return packet;
  throw call.state.fail("vm/unsupported", "this helper needs a packet; give one to the run");
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

/** Where a checksum is in the packet; undefined where none can be. */
function checksumField(call: HelperCall): DataView | undefined {
  const offset = call.u32(2);
  if (offset > 0xffff || offset % 2 !== 0) return undefined;
  const field = packetOf(call).part(offset, 2);
  return field && new DataView(field.buffer, field.byteOffset, 2);
}

/** What a checksum becomes after `from` became `to` in what it covers; undefined for arguments that do not fit. */
function replaced(call: HelperCall, old: number, size: number): number | undefined {
  const to = call.u32(4);
  if (size === 0) return call.isNull(3) ? ~fold(add32(~old & 0xffff, to)) & 0xffff : undefined;
  if (size !== 2 && size !== 4) return undefined;
  const part = size === 2 ? 0xffff : 0xffff_ffff;
  const without = add32(~old & 0xffff, (~(call.u32(3) & part) & part) >>> 0);
  return ~fold(add32(without, (to & part) >>> 0)) & 0xffff;
}

function replaceL3(call: HelperCall): number {
  const flags = call.u64(5);
  if ((flags & ~FIELD_SIZE) !== 0n) return -ERRNO.EINVAL;
  const field = checksumField(call);
  if (field === undefined) return -ERRNO.EFAULT;
  const updated = replaced(call, field.getUint16(0, true), Number(flags & FIELD_SIZE));
  if (updated === undefined) return -ERRNO.EINVAL;
  field.setUint16(0, updated, true);
  return 0;
}

function replaceL4(call: HelperCall): number {
  const flags = call.u64(5);
  if ((flags & ~L4_FLAGS) !== 0n) return -ERRNO.EINVAL;
  const field = checksumField(call);
  if (field === undefined) return -ERRNO.EFAULT;
  const old = field.getUint16(0, true);
  const keepsZero = (flags & CHECKSUM_FLAGS.mangledZero) !== 0n;
  if (keepsZero && (flags & CHECKSUM_FLAGS.enforce) === 0n && old === 0) return 0;
  const updated = replaced(call, old, Number(flags & FIELD_SIZE));
  if (updated === undefined) return -ERRNO.EINVAL;
  field.setUint16(0, keepsZero && updated === 0 ? 0xffff : updated, true);
  return 0;
}

/** bpf_skb_load_bytes, from an offset on. What cannot be read is zeros. */
function loadBytes(call: HelperCall, offset: number, arg: number, size: number): number {
  const into = call.write(arg, size);
  const part = packetOf(call).part(offset, size);
  if (part === undefined || offset > 0x7fff_ffff) {
    into.fill(0);
    return -ERRNO.EFAULT;
  }
  into.set(part);
  return 0;
}

/** bpf_skb_load_bytes_relative(skb, offset, to, size, header): 0 for the link layer's, 1 for the network layer's. */
function loadRelative(call: HelperCall): number {
  const header = call.u32(5);
  const start = header === 0 ? 0 : header === 1 ? packetOf(call).networkOffset : Number.POSITIVE_INFINITY;
  return loadBytes(call, start + call.u32(2), 3, call.u32(4));
}

/** bpf_skb_store_bytes(skb, offset, from, size, flags). */
function storeBytes(call: HelperCall): number {
  const flags = call.u64(5);
  if ((flags & ~(STORE_FLAGS.recompute | STORE_FLAGS.invalidateHash)) !== 0n) return -ERRNO.EINVAL;
  const [offset, size] = [call.u32(2), call.u32(4)];
  const packet = packetOf(call);
  if (offset > 0x7fff_ffff || packet.part(offset, size) === undefined) return -ERRNO.EFAULT;
  const from = call.read(3, size);
  packet.part(offset, size)?.set(from);
  if ((flags & STORE_FLAGS.invalidateHash) !== 0n) packet.setField(SKB.hash, 0);
  return 0;
}

/** 0 when an XDP frame holds the bytes, else -errno. */
function checkFrame(call: HelperCall, offset: number, size: number): number {
  if (offset > MAX_XDP || size > MAX_XDP) return -ERRNO.EFAULT;
  return packetOf(call).part(offset, size) === undefined ? -ERRNO.EINVAL : 0;
}

function loadFrame(call: HelperCall): number {
  const [offset, size] = [call.u32(2), call.u32(4)];
  return checkFrame(call, offset, size) || loadBytes(call, offset, 3, size);
}

function storeFrame(call: HelperCall): number {
  const [offset, size] = [call.u32(2), call.u32(4)];
  const wrong = checkFrame(call, offset, size);
  if (wrong === 0) packetOf(call).part(offset, size)?.set(call.read(3, size));
  return wrong;
}

function adjustMeta(call: HelperCall): number {
  const done = packetOf(call).moveMeta(call.s32(2));
  return done === "done" ? 0 : done === "room" ? -ERRNO.EINVAL : -ERRNO.EACCES;
}

/** Packets: reading, writing, checksums, and frames of XDP. Source: net/core/filter.c, v6.18. */
export const PACKET_RECORDS: readonly HelperRecord[] = [
  { name: "bpf_skb_load_bytes", run: (call) => loadBytes(call, call.u32(2), 3, call.u32(4)) },
  { name: "bpf_skb_load_bytes_relative", run: loadRelative },
  { name: "bpf_skb_store_bytes", run: storeBytes },
  { name: "bpf_skb_pull_data", run: (call) => (call.u32(2) > packetOf(call).length ? -ERRNO.ENOMEM : 0) },
  { name: "bpf_xdp_get_buff_len", run: (call) => packetOf(call).length },
  { name: "bpf_xdp_load_bytes", run: loadFrame },
  { name: "bpf_xdp_store_bytes", run: storeFrame },
  { name: "bpf_xdp_adjust_head", run: (call) => (packetOf(call).moveHead(call.s32(2)) ? 0 : -ERRNO.EINVAL) },
  { name: "bpf_xdp_adjust_tail", run: (call) => (packetOf(call).moveTail(call.s32(2)) ? 0 : -ERRNO.EINVAL) },
  { name: "bpf_xdp_adjust_meta", run: adjustMeta },
  { name: "bpf_csum_diff", run: csumDiff },
  { name: "bpf_l3_csum_replace", run: replaceL3 },
  { name: "bpf_l4_csum_replace", run: replaceL4 },
  { name: "bpf_csum_update", run: () => -ERRNO.ENOTSUPP, differs: "packets carry no checksum of the device" },
];
