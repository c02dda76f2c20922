import { resolve } from "../../btf/layout.ts";
import { findStruct } from "../../btf/lookup.ts";
import type { BtfId } from "../../btf/types.ts";
import { refuse } from "../access/report.ts";
import type { State } from "../state/state.ts";
import { reg } from "../state/state.ts";
import {
  ATTR,
  changed,
  isPointer,
  POISON,
  type Pointer,
  pointer,
  type Value,
  ZERO_VALUE,
} from "../state/value.ts";
import type { Analysis } from "../walk/analysis.ts";
import type { KfuncSite } from "./kfunc-site.ts";

type Result = (a: Analysis, s: State, site: KfuncSite) => Value;

/** Results that depend on the arguments and not on the prototype. */
export const FIXED_RESULTS: Readonly<Record<string, Result>> = {
  // Where the lock was not had, another path goes on.
  bpf_res_spin_lock: () => ZERO_VALUE,
  bpf_res_spin_lock_irqsave: () => ZERO_VALUE,
  bpf_obj_new_impl: (a, s, site) => newObject(a, s, site, 0),
  bpf_percpu_obj_new_impl: (a, s, site) => newObject(a, s, site, ATTR.perCpu),
  bpf_refcount_acquire_impl: (a, s, site) => {
    const { object } = site;
    if (object === undefined) return POISON;
    const given = reg(s, 1);
    const sure = isPointer(given) && given.ref !== 0;
    const ref = a.acquire(s, "bpf_obj_drop()");
    return pointer("btf", {
      btf: object.btf,
      type: object.type,
      attrs: ATTR.alloc,
      ref,
      id: sure ? 0 : ref,
      nullable: !sure,
    });
  },
  bpf_list_pop_front: (a, s, site) => popped(a, s, site),
  bpf_list_pop_back: (a, s, site) => popped(a, s, site),
  bpf_rbtree_remove: (a, s, site) => {
    const { object, holds } = site;
    if (object === undefined) return POISON;
    const ref = a.acquire(s, "bpf_obj_drop()");
    const off = holds?.nodeOffset ?? 0;
    return pointer("btf", {
      btf: object.btf,
      type: object.type,
      attrs: ATTR.alloc,
      off,
      ref,
      id: ref,
      nullable: true,
    });
  },
  bpf_rbtree_first: inTree,
  bpf_rbtree_root: inTree,
  bpf_rbtree_left: inTree,
  bpf_rbtree_right: inTree,
  bpf_list_front: inTree,
  bpf_list_back: inTree,
  bpf_cast_to_kern_ctx: (a, s) => {
    const { kernel } = a.env;
    const name = KERNEL_CONTEXT[a.env.programType];
    const type = name === undefined ? undefined : kernel && findStruct(kernel, name);
    if (kernel === undefined || type === undefined) {
      refuse(
        a,
        s,
        { reg: 1 },
        "verify/kfunc-argument",
        "programs of this type have no kernel context to cast to",
      );
      return POISON;
    }
    return pointer("btf", { btf: kernel, type, attrs: ATTR.trusted });
  },
  bpf_rdonly_cast: (a, s, site) => {
    const { kernel } = a.env;
    const id = Number(site.constant ?? 0n) as BtfId;
    if (kernel === undefined) return POISON;
    if (id === 0 && a.env.profile.has("untrustedMemory"))
      return pointer("mem", { attrs: ATTR.readOnly | ATTR.untrusted });
    const type = id > 0 && id < kernel.count ? kernel.type(id) : undefined;
    if (type?.kind === "struct" || type?.kind === "union")
      return pointer("btf", { btf: kernel, type: id, attrs: ATTR.untrusted });
    const message = type ? "the type to cast to is no struct" : "the type to cast to does not exist";
    refuse(a, s, { reg: 2 }, "verify/kfunc-argument", message);
    return POISON;
  },
  bpf_session_cookie: () => pointer("mem", { size: 8 }), // other memory that is given may only be read
  bpf_dynptr_slice: (a, s, site) => slice(a, s, site, ATTR.readOnly),
  bpf_dynptr_slice_rdwr: (a, s, site) => slice(a, s, site, 0),
};

// Source: include/linux/bpf_types.h, v6.18.
const KERNEL_CONTEXT: Readonly<Record<string, string>> = {
  socketFilter: "sk_buff",
  schedCls: "sk_buff",
  schedAct: "sk_buff",
  cgroupSkb: "sk_buff",
  lwtIn: "sk_buff",
  lwtOut: "sk_buff",
  lwtXmit: "sk_buff",
  lwtSeg6local: "sk_buff",
  skSkb: "sk_buff",
  xdp: "xdp_buff",
  sockOps: "bpf_sock_ops_kern",
  skMsg: "sk_msg",
  kprobe: "pt_regs",
  perfEvent: "bpf_perf_event_data_kern",
  skLookup: "bpf_sk_lookup_kern",
  skReuseport: "sk_reuseport_kern",
  cgroupSockAddr: "bpf_sock_addr_kern",
  cgroupSockopt: "bpf_sockopt_kern",
  cgroupSysctl: "bpf_sysctl_kern",
};

/** bpf_obj_new(): an object of one of the program's own structs. */
function newObject(a: Analysis, s: State, site: KfuncSite, extra: number): Value {
  const { btf } = a.env;
  const id = Number(site.constant ?? 0n) as BtfId;
  const type = btf && id > 0 && id < btf.count ? resolve(btf, id) : undefined;
  if (btf === undefined || type?.kind !== "struct") {
    const message = `${site.name} makes objects of the program's own structs; r1 is not the number of one`;
    refuse(a, s, { reg: 1 }, "verify/kfunc-argument", message, {
      expected: "bpf_core_type_id_local(struct …)",
    });
    return POISON;
  }
  const ref = a.acquire(s, extra === 0 ? "bpf_obj_drop()" : "bpf_percpu_obj_drop()");
  return pointer("btf", { btf, type: id, attrs: ATTR.alloc | extra, ref, id: ref, nullable: true });
}

function popped(a: Analysis, s: State, site: KfuncSite): Value {
  const { holds } = site;
  if (holds === undefined) return POISON;
  const ref = a.acquire(s, "bpf_obj_drop()");
  const { btf, type, nodeOffset: off } = holds;
  return pointer("btf", { btf, type, attrs: ATTR.alloc, off, ref, id: ref, nullable: true });
}

/** A node that stays where it is: usable while the lock is held. */
function inTree(a: Analysis, _s: State, site: KfuncSite): Value {
  const holds = site.holds ?? (site.object && { ...site.object, nodeOffset: 0 });
  if (holds === undefined) return POISON;
  const { btf, type, nodeOffset: off } = holds;
  return pointer("btf", { btf, type, attrs: ATTR.alloc | ATTR.nonOwning, off, id: a.newId(), nullable: true });
}

function slice(a: Analysis, s: State, site: KfuncSite, attrs: number): Value {
  const size = Number(site.constant ?? 0n);
  const { dynptr } = site;
  if (attrs === 0 && !a.mayWritePackets) {
    refuse(a, s, { reg: 1 }, "verify/read-only", "programs of this type cannot write to the packet");
    return POISON;
  }
  const p: Pointer = pointer("mem", { size, attrs, nullable: true, id: a.newId() });
  return dynptr ? changed(p, { dynptrId: dynptr.id, dynptr: dynptr.of, ref: dynptr.ref }) : p;
}
