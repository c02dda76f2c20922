import type { Insn } from "../../isa/insn.ts";
import { FIELD_TYPE_NAME, type SpecialField, touchedField } from "../program/fields.ts";
import type { MapInfo } from "../program/map-info.ts";
import type { State } from "../state/state.ts";
import { constant, isFixed, type Pointer, type Value } from "../state/value.ts";
import type { Analysis } from "../walk/analysis.ts";
import { isWithin } from "./region.ts";
import { type Access, offsets, refuse } from "./report.ts";

/** Checks an access to a map's value: direction, bounds, and fields that are the kernel's. */
export function checkMapValue(a: Analysis, s: State, p: Pointer, access: Access): boolean {
  const map = p.map;
  if (map === undefined) throw new Error("bug: a map value without a map");
  if (access.how === "write" && !map.canWrite)
    return refuse(a, s, access, "verify/read-only", `map \`${map.name}\` is read-only for programs`);
  if (access.how === "read" && !map.canRead)
    return refuse(a, s, access, "verify/write-only", `map \`${map.name}\` is write-only for programs`);
  if (!isWithin(a, s, p, access, map.valueSize, "verify/map-value-bounds")) return false;
  return checkFields(a, s, p, access, map.fields);
}

/** Special fields are only touched by helpers; kptr fields also by whole loads and stores at a fixed place. */
export function checkFields(
  a: Analysis,
  s: State,
  p: Pointer,
  access: Access,
  fields: readonly SpecialField[],
): boolean {
  if (fields.length === 0) return true;
  const { first, last } = offsets(p, access);
  const field = touchedField(fields, first, last + BigInt(access.size));
  if (field === undefined) return true;
  const values = { helper: HELPER_OF[field.kind] ?? "the kernel's functions for it" };
  const name = FIELD_TYPE_NAME[field.kind];
  if (field.kind !== "kptr") {
    const message = `the access touches the ${name} at offset ${field.offset}, which only the kernel uses`;
    return refuse(a, s, access, "verify/special-field", message, values);
  }
  if (access.byHelper) {
    const message = `a helper would touch the kernel object's pointer at offset ${field.offset}`;
    return refuse(a, s, access, "verify/special-field", message, values);
  }
  if (!isFixed(p) || first !== BigInt(field.offset) || access.size !== 8) {
    const message = `the kernel object's pointer at offset ${field.offset} is accessed in part, or at an offset that varies`;
    return refuse(a, s, access, "verify/special-field", message, values);
  }
  return true;
}

const HELPER_OF: Readonly<Partial<Record<SpecialField["kind"], string>>> = {
  spinLock: "bpf_spin_lock(), bpf_spin_unlock()",
  resSpinLock: "bpf_res_spin_lock(), bpf_res_spin_unlock()",
  timer: "bpf_timer_init() and the like",
  workqueue: "bpf_wq_init() and the like",
  kptr: "bpf_kptr_xchg()",
  listHead: "bpf_list_push_front() and the like",
  rbRoot: "bpf_rbtree_add() and the like",
  refcount: "bpf_refcount_acquire()",
};

/** The kptr field that a fixed access is to, if it is. */
export function kptrFieldAt(p: Pointer, off: number): SpecialField | undefined {
  const fields = p.map?.fields ?? [];
  if (fields.length === 0 || !isFixed(p)) return undefined;
  const at = p.off + off + Number(p.vary.value);
  return fields.find((field) => field.kind === "kptr" && field.offset === at);
}

/** What a load from a map that nobody can change gives, at a place that is known; undefined when that is unknown. */
export function fixedContent(p: Pointer, insn: Insn, off: number, size: number): Value | undefined {
  const bytes = p.map?.fixed;
  if (bytes === undefined || !isFixed(p) || p.map?.type !== "array") return undefined;
  const at = p.off + off + Number(p.vary.value);
  let value = 0n;
  for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[at + i] ?? 0);
  const signed = insn.kind === "load" && insn.signed;
  return constant(signed ? BigInt.asIntN(size * 8, value) : value);
}

/** Whether a value of the map is one whose lookup with a known key cannot fail. */
export function isAlwaysPresent(map: MapInfo, key: bigint): boolean {
  return (map.type === "array" || map.type === "percpuArray") && key < BigInt(map.maxEntries);
}
