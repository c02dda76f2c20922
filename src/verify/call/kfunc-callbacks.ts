import type { State } from "../state/state.ts";
import { ATTR, pointer } from "../state/value.ts";
import type { Analysis } from "../walk/analysis.ts";
import type { CallbackEntry } from "./callbacks.ts";
import { enterLater } from "./callbacks.ts";
import type { KfuncSite } from "./kfunc-site.ts";

/** The function of the program that a kernel function calls during the call; those that run later are followed here. */
export function callbackOf(
  a: Analysis,
  s: State,
  site: KfuncSite,
): Readonly<{ subprogram: number; entry: CallbackEntry }> | undefined {
  const { callback, map, mapUid } = site;
  if (callback === undefined) return undefined;
  if (site.kfunc.name === "bpf_rbtree_add_impl") {
    const { holds } = site;
    const node = pointer("btf", {
      ...(holds && { btf: holds.btf, type: holds.type, off: holds.nodeOffset }),
      attrs: ATTR.alloc | ATTR.nonOwning,
    });
    return { subprogram: callback, entry: { kind: "sync", args: [node, node], returns: [0, 1] } };
  }
  const args = map
    ? [pointer("map", { map, mapUid }), pointer("mapKey", { map }), pointer("mapValue", { map, mapUid })]
    : [];
  enterLater(a, s, callback, { kind: "async", args, returns: [0, 0] }, true);
  return undefined;
}
