import type { Helper } from "../../abi/helper-types.ts";
import { resolve, sizeOf } from "../../btf/layout.ts";
import { findStruct } from "../../btf/lookup.ts";
import type { BtfId } from "../../btf/types.ts";
import { isAlwaysPresent } from "../access/map-value.ts";
import { draftOf, UNKNOWN } from "../number/scalar.ts";
import { settle } from "../number/settle.ts";
import type { State } from "../state/state.ts";
import { reg } from "../state/state.ts";
import {
  ATTR,
  changed,
  isPointer,
  LOST,
  POISON,
  type Pointer,
  pointer,
  scalar,
  UNKNOWN_VALUE,
  type Value,
} from "../state/value.ts";
import { present } from "../transfer/null-checks.ts";
import type { Analysis } from "../walk/analysis.ts";
import type { CallSite } from "./call-site.ts";

const MAX_ERRNO = 4095n;

/** What a helper leaves in r0. */
export function resultOf(a: Analysis, s: State, site: CallSite, helper: Helper): Value {
  const { returns } = helper;
  switch (returns.kind) {
    case "int":
      return helper.name === "bpf_get_smp_processor_id" ? cpuNumber(a) : UNKNOWN_VALUE;
    case "size":
      return bounded(site.greatestSize);
    case "void":
      return LOST;
    case "mapValue":
      return mapValue(a, s, site, helper, returns.nullable);
    case "mem": {
      const attrs = returns.of === "ringbuf" ? ATTR.ringbuf : 0;
      const { dynptr } = site;
      const slice =
        returns.of === "dynptr" && dynptr ? { dynptrId: dynptr.id, ref: dynptr.ref, dynptr: dynptr.of } : {};
      return held(a, s, helper, pointer("mem", { size: site.constantSize, attrs, ...slice }), true);
    }
    case "socket":
      return held(a, s, helper, cast(site, helper, pointer("socket")), true);
    case "tcpSocket":
      return held(a, s, helper, cast(site, helper, pointer("tcpSocket")), true);
    case "sockCommon":
      return held(a, s, helper, cast(site, helper, pointer("sockCommon")), true);
    case "btf":
      return object(a, s, site, helper, returns.type, returns.nullable, returns.trusted);
    case "percpu":
      return perCpu(a, s, returns.nullable);
    case "kptr":
      return exchanged(a, s, site);
    default:
      return UNKNOWN_VALUE;
  }
}

function cpuNumber(a: Analysis): Value {
  const d = draftOf(UNKNOWN);
  const most = BigInt(a.env.possibleCpus - 1);
  d.umin = d.smin = 0n;
  d.umax = d.smax = most;
  d.u32min = d.s32min = 0;
  d.u32max = d.s32max = Number(most);
  return scalar(settle(d));
}

/** A length, or a negative error number. */
function bounded(most: bigint | undefined): Value {
  if (most === undefined) return UNKNOWN_VALUE;
  const d = draftOf(UNKNOWN);
  d.smax = BigInt.asIntN(64, most);
  d.s32max = Number(BigInt.asIntN(32, most));
  d.smin = -MAX_ERRNO;
  d.s32min = Number(-MAX_ERRNO);
  return scalar(settle(d));
}

function mapValue(a: Analysis, s: State, site: CallSite, helper: Helper, nullable: boolean): Value {
  const { map } = site;
  if (map === undefined) return POISON;
  const known = site.constantKey !== undefined && helper.name === "bpf_map_lookup_elem";
  const surely = !nullable || (known && isAlwaysPresent(map, site.constantKey ?? -1n));
  const acquires = helper.name === "bpf_map_lookup_elem" && (map.type === "sockmap" || map.type === "sockhash");
  const ref = acquires ? a.acquire(s, "bpf_sk_release()") : 0;
  const locked = map.fields.some((f) => f.kind === "spinLock" || f.kind === "resSpinLock");
  const id = ref !== 0 ? ref : !surely || locked ? a.newId() : 0;
  const value = pointer("mapValue", { map, mapUid: site.mapUid, nullable: !surely, id, ref });
  return surely && map.inner ? present(a, value) : value;
}

/** A pointer with the reference that the helper takes, if it does, and an id while it may be NULL. */
function held(a: Analysis, s: State, helper: Helper, p: Pointer, nullable: boolean): Pointer {
  if (helper.acquires) {
    const ref = a.acquire(s, releaseOf(helper));
    return changed(p, { ref, id: ref, nullable });
  }
  return changed(p, { id: nullable ? a.newId() : 0, nullable });
}

function releaseOf(helper: Helper): string {
  if (helper.name === "bpf_ringbuf_reserve") return "bpf_ringbuf_submit() or bpf_ringbuf_discard()";
  return helper.name === "bpf_kptr_xchg"
    ? "the object's release function, or bpf_kptr_xchg()"
    : "bpf_sk_release()";
}

/** Views of a socket that a reference was taken of are void once that is given back. */
function cast(site: CallSite, helper: Helper, p: Pointer): Pointer {
  return helper.acquires ? p : changed(p, { ref: isCast(helper) ? site.ref : 0 });
}

function isCast(helper: Helper): boolean {
  return /^bpf_(?:tcp_sock|sk_fullsock|skc_to_)/.test(helper.name);
}

function object(
  a: Analysis,
  s: State,
  site: CallSite,
  helper: Helper,
  name: string,
  nullable: boolean,
  trusted: boolean,
): Value {
  const { kernel } = a.env;
  const type: BtfId | undefined = kernel && findStruct(kernel, name);
  if (kernel === undefined || type === undefined) {
    const message = `${helper.name}() returns a struct ${name}, whose type is needed from the kernel's BTF`;
    a.fault(s, { code: "verify/no-kernel-types", message });
    return POISON;
  }
  const attrs = trusted ? ATTR.trusted : 0;
  return held(a, s, helper, cast(site, helper, pointer("btf", { btf: kernel, type, attrs })), nullable);
}

/** bpf_per_cpu_ptr() and bpf_this_cpu_ptr(): the variable of one CPU. */
function perCpu(a: Analysis, s: State, nullable: boolean): Value {
  const given = reg(s, 1);
  if (!isPointer(given) || given.kind !== "btf" || given.btf === undefined) return POISON;
  const id = nullable ? a.newId() : 0;
  const target = resolve(given.btf, given.type);
  if (target.kind !== "struct" && target.kind !== "union")
    return pointer("mem", { size: sizeOf(given.btf, given.type), attrs: ATTR.readOnly, nullable, id });
  const attrs = given.attrs & ~ATTR.perCpu;
  return changed(given, { attrs, nullable, id });
}

/** bpf_kptr_xchg(): what was in the slot now belongs to the program. */
function exchanged(a: Analysis, s: State, site: CallSite): Value {
  const { kptr } = site;
  if (kptr === undefined) return POISON;
  const attrs = (kptr.local ? ATTR.alloc : 0) | (kptr.perCpu ? ATTR.perCpu : 0);
  const ref = a.acquire(s, "the object's release function, or bpf_kptr_xchg()");
  return pointer("btf", { btf: kptr.btf, type: kptr.type, attrs, ref, id: ref, nullable: true });
}
