import type { State } from "../state/state.ts";
import { mapValues } from "../state/state.ts";
import { ATTR, changed, hasAttr, isPointer } from "../state/value.ts";
import type { Analysis } from "../walk/analysis.ts";
import { endRcuIterators } from "./iterators.ts";
import type { KfuncSite } from "./kfunc-site.ts";

/** Sections that a call opens or closes: RCU, preemption. */
export function changeSection(a: Analysis, s: State, site: KfuncSite): boolean {
  switch (site.kfunc.name) {
    case "bpf_rcu_read_lock":
      if (s.rcuDepth > 0 && !a.env.profile.has("nestedRcuSections")) {
        a.fault(s, { code: "verify/rcu-section", message: "an RCU section is opened within another one" });
        return false;
      }
      s.rcuDepth++;
      return true;
    case "bpf_rcu_read_unlock":
      if (s.rcuDepth === 0) {
        a.fault(s, { code: "verify/rcu-section", message: "an RCU section is closed that is not open" });
        return false;
      }
      if (--s.rcuDepth === 0) endRcu(s);
      return true;
    case "bpf_preempt_disable":
      s.preemptDepth++;
      return true;
    case "bpf_preempt_enable":
      if (s.preemptDepth === 0) {
        a.fault(s, {
          code: "verify/preemption-section",
          message: "preemption is enabled where it is not disabled",
        });
        return false;
      }
      s.preemptDepth--;
      return true;
    default:
      return true;
  }
}

/** Objects that RCU kept alive may be gone. */
function endRcu(s: State): void {
  endRcuIterators(s);
  mapValues(s, (value) => {
    if (!isPointer(value) || !hasAttr(value, ATTR.rcu)) return value;
    const attrs = (value.attrs & ~ATTR.rcu) | ATTR.untrusted;
    return changed(value, { attrs, nullable: false, id: 0 });
  });
}
