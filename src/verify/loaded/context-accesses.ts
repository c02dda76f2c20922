import type { ProgramType } from "../../abi/attach-spec.ts";
import { sizeOf } from "../../btf/layout.ts";
import { findMember, findStruct } from "../../btf/lookup.ts";
import type { Btf } from "../../btf/types.ts";
import type { Insn, MemSize } from "../../isa/insn.ts";
import { CONTEXTS } from "../context/contexts.ts";

/**
 * Turns an access to what the kernel keeps behind a packet's context back into one to the context, which the program was
 * loaded with: `r2 = *(u64 *)(r1 +8)` of struct xdp_buff into `r2 = *(u32 *)(r1 +4)`, data_end of struct xdp_md. Gives the
 * instructions from `at` on that take the place of what stands there; none where that is nothing known.
 */
export type RestoreAccess = (insns: readonly Insn[], at: number) => readonly Insn[];

/** A field of the context, and where the kernel reads it: a member of a struct, some bytes into the packet's own. */
type Inside = Readonly<{ field: string; at: number; size: MemSize }>;

// What is the same member under another name, or in another struct: net/core/filter.c, bpf_convert_ctx_access(), v6.18.
const CONTROL = ["data_meta", "data_end"]; // of struct bpf_skb_data_end, which lies in sk_buff's cb
const PLAIN = [
  "data",
  "len",
  "mark",
  "priority",
  "hash",
  "queue_mapping",
  "protocol",
  "tc_index",
  "vlan_proto",
  "napi_id",
];
const CB_WORDS = 5;

/** For programs whose context is struct xdp_md or __sk_buff; others are left as they are. `btf`: the types of that kernel. */
export function contextRestorer(type: ProgramType, btf: Btf): RestoreAccess {
  const layout = CONTEXTS[type];
  const inside =
    layout?.type === "struct xdp_md"
      ? xdpFields(btf)
      : layout?.type === "struct __sk_buff"
        ? skbFields(btf)
        : [];
  const chains = CHAINS.filter(({ context }) => context === layout?.type).flatMap((chain) =>
    walkOf(btf, chain),
  );
  const offsetOf = (name: string) => layout?.fields.find((field) => field.name === name)?.offset;
  return (insns, at) =>
    restoredField(insns[at], inside, offsetOf) ?? restoredChain(insns, at, chains, offsetOf) ?? [];
}

type OffsetOf = (field: string) => number | undefined;

function restoredField(insn: Insn | undefined, inside: readonly Inside[], offsetOf: OffsetOf) {
  if (insn?.kind !== "load" && insn?.kind !== "store") return undefined;
  const { off, size } = insn;
  const exact = inside.find((field) => field.at === off && field.size === size);
  const within =
    exact ?? inside.find(({ field, at }) => field.startsWith("cb[") && off >= at && off + size <= at + 4);
  const start = within && offsetOf(baseOf(within.field));
  if (within === undefined || start === undefined) return undefined;
  const moved = start + indexOf(within.field) * 4 + (exact ? 0 : off - within.at);
  return [{ ...insn, off: moved, size: exact ? 4 : size } as Insn];
}

/** A field that the kernel reads by following pointers; between them it may test for NULL. */
type Chain = Readonly<{
  context: string;
  field: string;
  steps: readonly (readonly [struct: string, member: string])[];
}>;

// biome-ignore format: one field per line
const CHAINS: readonly Chain[] = [
  { context: "struct xdp_md",    field: "ingress_ifindex", steps: [["xdp_buff", "rxq"], ["xdp_rxq_info", "dev"], ["net_device", "ifindex"]] },
  { context: "struct xdp_md",    field: "rx_queue_index",  steps: [["xdp_buff", "rxq"], ["xdp_rxq_info", "queue_index"]] },
  { context: "struct xdp_md",    field: "egress_ifindex",  steps: [["xdp_buff", "txq"], ["xdp_txq_info", "dev"], ["net_device", "ifindex"]] },
  { context: "struct __sk_buff", field: "ifindex",         steps: [["sk_buff", "dev"], ["net_device", "ifindex"]] },
];

type Walk = Readonly<{ field: string; loads: readonly Inside[] }>;

function walkOf(btf: Btf, { field, steps }: Chain): readonly Walk[] {
  const loads = steps.flatMap(([struct, member]) => insideOf(btf, struct, member, 0, field));
  return loads.length === steps.length ? [{ field, loads }] : [];
}

const NOTHING: Insn = { kind: "ja", off: 0, wide: false };

function restoredChain(insns: readonly Insn[], at: number, chains: readonly Walk[], offsetOf: OffsetOf) {
  for (const { field, loads } of chains) {
    const off = offsetOf(field);
    const length = off === undefined ? 0 : chainLength(insns, at, loads);
    const first = insns[at];
    if (off === undefined || length === 0 || first?.kind !== "load") continue;
    return [{ ...first, off, size: 4 } as Insn, ...new Array<Insn>(length - 1).fill(NOTHING)];
  }
  return undefined;
}

/** How many instructions follow the pointers, each from where the one before led; 0: these do not. */
function chainLength(insns: readonly Insn[], start: number, loads: readonly Inside[]): number {
  const first = insns[start];
  if (first?.kind !== "load") return 0;
  let at = start;
  for (const [step, { at: off, size }] of loads.entries()) {
    const test = insns[at];
    if (step > 0 && test?.kind === "jump" && test.op === "eq" && test.dst === first.dst) at++;
    const insn = insns[at];
    if (insn?.kind !== "load" || insn.off !== off || insn.size !== size || insn.dst !== first.dst) return 0;
    if (step > 0 && insn.base !== first.dst) return 0;
    at++;
  }
  return at - start;
}

function xdpFields(btf: Btf): readonly Inside[] {
  return ["data", "data_end", "data_meta"].flatMap((field) => insideOf(btf, "xdp_buff", field, 0, field));
}

function skbFields(btf: Btf): readonly Inside[] {
  const [cb] = insideOf(btf, "sk_buff", "cb", 0, "cb");
  if (cb === undefined) return [];
  const [words] = insideOf(btf, "qdisc_skb_cb", "data", cb.at, "cb");
  return [
    ...PLAIN.flatMap((field) => insideOf(btf, "sk_buff", field, 0, field)),
    ...CONTROL.flatMap((field) => insideOf(btf, "bpf_skb_data_end", field, cb.at, field)),
    ...insideOf(btf, "qdisc_skb_cb", "tc_classid", cb.at, "tc_classid"),
    ...(words
      ? Array.from(
          { length: CB_WORDS },
          (_, i): Inside => ({ field: `cb[${i}]`, at: words.at + i * 4, size: 4 }),
        )
      : []),
  ];
}

function insideOf(btf: Btf, struct: string, member: string, base: number, field: string): readonly Inside[] {
  const id = findStruct(btf, struct);
  const found = id === undefined ? undefined : findMember(btf, id, member);
  if (found === undefined || found.bitOffset % 8 !== 0) return [];
  return [{ field, at: base + found.bitOffset / 8, size: sizeOf(btf, found.type) as MemSize }];
}

const baseOf = (field: string): string => field.replace(/\[\d+\]$/, "");
const indexOf = (field: string): number => Number(/\[(\d+)\]$/.exec(field)?.[1] ?? 0);
