import { resolve, resolveId, sizeOf } from "../../btf/layout.ts";
import type { BtfId } from "../../btf/types.ts";
import { refuse } from "../access/report.ts";
import type { State } from "../state/state.ts";
import { mapValues } from "../state/state.ts";
import {
  ATTR,
  changed,
  isPointer,
  LOST,
  POISON,
  type Pointer,
  pointer,
  UNKNOWN_VALUE,
  type Value,
} from "../state/value.ts";
import type { Analysis } from "../walk/analysis.ts";
import { FIXED_RESULTS } from "./kfunc-fixed-results.ts";
import type { KfuncSite } from "./kfunc-site.ts";

/** What a kernel function leaves in r0. */
export function kfuncResult(a: Analysis, s: State, site: KfuncSite): Value {
  const { kernel } = a.env;
  if (kernel === undefined) return POISON;
  const fixed = FIXED_RESULTS[site.kfunc.name];
  if (fixed) return fixed(a, s, site);
  if (site.movedIn !== undefined) becomeNonOwning(s, site.movedIn);
  const type = resolve(kernel, site.kfunc.returns);
  if (type.kind === "void") return LOST;
  if (type.kind !== "pointer") return UNKNOWN_VALUE;
  return returned(a, s, site, type.to);
}

function returned(a: Analysis, s: State, site: KfuncSite, to: BtfId): Value {
  const { kernel } = a.env;
  if (kernel === undefined) return POISON;
  const { entry, iterator } = site.kfunc;
  const target = resolve(kernel, to);
  const type = resolveId(kernel, to);
  if (target.kind === "struct" || target.kind === "union") {
    const rcu = /^bpf_iter_(?:task|css)_next$/.test(site.kfunc.name);
    const attrs =
      iterator === "next"
        ? rcu
          ? ATTR.rcu
          : ATTR.trusted
        : site.kfunc.name === "bpf_get_kmem_cache"
          ? ATTR.untrusted
          : 0;
    return held(a, s, site, pointer("btf", { btf: kernel, type, attrs }));
  }
  if (target.kind === "void") return UNKNOWN_VALUE; // an address that means nothing here. Source: check_kfunc_call, v6.18
  if (target.kind === "funcProto") {
    const message = `what ${site.name} returns cannot be used`;
    refuse(a, s, { reg: 0 }, "verify/kfunc-argument", message);
    return POISON;
  }
  void entry;
  return held(a, s, site, pointer("mem", { size: sizeOf(kernel, to), attrs: ATTR.readOnly, ref: site.ref }));
}

/** A pointer with the reference that the call takes, if it does, and an id while it may be NULL. */
export function held(a: Analysis, s: State, site: KfuncSite, p: Pointer): Pointer {
  const { entry } = site.kfunc;
  const nullable = entry?.mayBeNull === true;
  if (!entry?.acquires) return changed(p, { nullable, id: nullable ? a.newId() : 0 });
  const ref = a.acquire(s, entry.release ?? "the function that releases it");
  return changed(p, { ref, id: nullable ? ref : 0, nullable });
}

/** An object that was moved into a list or tree can still be used while the lock is held, but is not owned. */
function becomeNonOwning(s: State, ref: number): void {
  s.held = s.held.filter((item) => item.kind !== "reference" || item.id !== ref);
  mapValues(s, (value) => {
    if (!isPointer(value) || value.ref !== ref) return value;
    return changed(value, { ref: 0, attrs: value.attrs | ATTR.nonOwning });
  });
}
