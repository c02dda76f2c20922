// What programs may write in the kernel's objects, and which of them are more than their types say.
import { sizeOf } from "../../btf/layout.ts";
import { findStruct, followPath } from "../../btf/lookup.ts";
import type { Btf, BtfId } from "../../btf/types.ts";
import type { Environment } from "../environment.ts";

/** `whole`: any part of the field may be written, from any offset in it; else it is written from its start. */
type WritableField = Readonly<{ struct: string; field: string; whole?: true }>;

const field = (struct: string, name: string): WritableField => ({ struct, field: name });

/**
 * Fields of a TCP socket that congestion controls write. Measured on Linux 6.18, offset by offset.
 * Source: bpf_tcp_ca_btf_struct_access, net/ipv4/bpf_tcp_ca.c, v6.18.
 */
const OF_TCP_SOCKET: readonly WritableField[] = [
  field("sock", "sk_pacing_rate"),
  field("sock", "sk_pacing_status"),
  { struct: "inet_connection_sock", field: "icsk_ca_priv", whole: true },
  field("inet_connection_sock", "icsk_ack.pending"),
  ...["snd_cwnd", "snd_cwnd_cnt", "snd_cwnd_stamp", "snd_ssthresh", "ecn_flags", "app_limited"].map((name) =>
    field("tcp_sock", name),
  ),
];

/** By the struct of functions, then by the object's type. */
const BY_STRUCT_OPS: Readonly<Record<string, Readonly<Record<string, readonly WritableField[]>>>> = {
  tcp_congestion_ops: { tcp_sock: OF_TCP_SOCKET },
  bpf_dummy_ops: { bpf_dummy_ops_state: [{ struct: "bpf_dummy_ops_state", field: "val", whole: true }] },
  sched_ext_ops: {
    task_struct: [
      field("task_struct", "scx.slice"),
      field("task_struct", "scx.dsq_vtime"),
      field("task_struct", "scx.disallow"),
    ],
  },
};

/** Connections that programs look up or make. Source: nfct_btf_struct_access, net/netfilter/nf_conntrack_bpf.c, v6.18. */
const OF_CONNECTION: readonly WritableField[] = [field("nf_conn", "mark")];

function writableFields(env: Environment, object: string): readonly WritableField[] {
  const { programType, attachPlace } = env;
  if (programType === "structOps") return BY_STRUCT_OPS[attachPlace?.struct ?? ""]?.[object] ?? [];
  const seesConnections = programType === "schedCls" || programType === "schedAct" || programType === "xdp";
  return seesConnections && /^nf_conn(___init)?$/.test(object) ? OF_CONNECTION : [];
}

/** The fields of an object that may be written, by their names. */
export function writableNames(env: Environment, object: string): readonly string[] {
  return writableFields(env, object).map(({ field: name }) => name);
}

/** Whether `size` bytes at `offset` of a kernel object of type `object` may be written. Throws BtfError for a bad blob. */
export function mayWriteField(env: Environment, object: string, offset: number, size: number): boolean {
  const { kernel } = env;
  if (kernel === undefined) return false;
  return writableFields(env, object).some((one) => {
    const place = placeOf(kernel, one);
    if (place === undefined || offset + size > place.end) return false;
    return one.whole ? offset >= place.start : offset === place.start;
  });
}

/** A field by its path, such as `icsk_ack.pending`: where it begins and ends, in bytes; of a bit field its whole bytes. */
function placeOf(btf: Btf, { struct, field: path }: WritableField): { start: number; end: number } | undefined {
  const root = findStruct(btf, struct);
  const found = root === undefined ? undefined : followPath(btf, root, path);
  if (found?.kind !== "found") return undefined;
  const { type, bitOffset, bitWidth } = found.target;
  const start = Math.floor(bitOffset / 8);
  return { start, end: bitWidth ? Math.ceil((bitOffset + bitWidth) / 8) : start + sizeOf(btf, type) };
}

/** A socket that a congestion control is given is a TCP socket. Returns the type that the object has. */
export function promoted({ attachPlace, kernel }: Environment, type: BtfId): BtfId {
  if (attachPlace?.struct !== "tcp_congestion_ops" || kernel?.nameOf(type) !== "sock") return type;
  return findStruct(kernel, "tcp_sock") ?? type;
}
