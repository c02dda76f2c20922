import type { State } from "../state/state.ts";
import { mapValues } from "../state/state.ts";
import {
  ATTR,
  changed,
  hasAttr,
  isPointer,
  type Pointer,
  pointer,
  type Value,
  ZERO_VALUE,
} from "../state/value.ts";
import type { Analysis } from "../walk/analysis.ts";

/** Whether the kernel is sure that the pointer is not NULL, so that a test of it has one outcome. */
export function isNeverNull(a: Analysis, p: Pointer): boolean {
  if (p.nullable) return false;
  switch (p.kind) {
    case "socket":
    case "tcpSocket":
    case "mapValue":
    case "mapKey":
    case "sockCommon":
    case "map":
      return true;
    case "mem":
      return !hasAttr(p, ATTR.untrusted);
    case "btf":
      return isTrusted(p);
    default:
      void a;
      return false;
  }
}

/** Whether an object is sure to live: given by the hook, or held by a reference. */
export function isTrusted(p: Pointer): boolean {
  if (p.ref !== 0) return true;
  return hasAttr(p, ATTR.trusted) && !hasAttr(p, ATTR.untrusted | ATTR.perCpu);
}

/** Whether one of two equal pointers is known not to be NULL, and the other then is neither. */
export function sharesNullness(p: Pointer, q: Pointer): boolean {
  return p.nullable !== q.nullable && p.kind !== "btf" && q.kind !== "btf";
}

/** What a test for NULL says of the pointer and of every copy of it. Without the object there is no reference to it. */
export function settleNull(a: Analysis, s: State, tested: Pointer, is: "present" | "absent"): void {
  const { id, ref } = tested;
  if (is === "absent" && ref !== 0 && ref === id) s.held = s.held.filter((held) => held.id !== ref);
  mapValues(s, (value) => {
    if (!isPointer(value) || !value.nullable || value.id !== id) return value;
    return is === "absent" ? ZERO_VALUE : present(a, value);
  });
}

/** The pointer where it is not NULL: some become what they stand for. */
export function present(a: Analysis, p: Pointer): Value {
  const { map } = p;
  if (p.kind !== "mapValue" || map === undefined)
    return changed(p, { nullable: false, id: keepsId(p) ? p.id : 0 });
  if (map.inner) {
    const special = map.inner.fields.some((field) => field.kind === "timer" || field.kind === "workqueue");
    return pointer("map", { map: map.inner, mapUid: special ? p.id : 0 });
  }
  if (map.type === "xskmap") return pointer("xdpSocket");
  if (map.type === "sockmap" || map.type === "sockhash") return pointer("socket", { id: 0, ref: p.ref });
  void a;
  return changed(p, { nullable: false, id: keepsId(p) ? p.id : 0 });
}

/** What may hold a lock keeps its id, so that it is known which one was locked. */
function keepsId(p: Pointer): boolean {
  const fields = p.map?.fields ?? [];
  if (p.kind === "mapValue" && fields.some((f) => f.kind === "spinLock" || f.kind === "resSpinLock"))
    return true;
  return p.kind === "btf" && hasAttr(p, ATTR.alloc);
}
