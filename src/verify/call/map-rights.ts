import type { Helper } from "../../abi/helper-types.ts";
import type { MapType } from "../../abi/map-spec.ts";
import { refuse } from "../access/report.ts";
import type { State } from "../state/state.ts";
import type { Analysis } from "../walk/analysis.ts";
import type { CallSite } from "./call-site.ts";

/** Helpers that write to the map that they are given. */
const WRITERS: readonly string[] = [
  "bpf_map_update_elem",
  "bpf_map_delete_elem",
  "bpf_map_push_elem",
  "bpf_map_pop_elem",
];
const READERS: readonly string[] = [
  "bpf_map_lookup_elem",
  "bpf_map_peek_elem",
  "bpf_map_lookup_percpu_elem",
  "bpf_for_each_map_elem",
];

/** Checks that the helper takes maps of that type, and that programs may change the map if it does. */
export function checkHelperMap(a: Analysis, s: State, site: CallSite, helper: Helper): boolean {
  const { map } = site;
  if (map === undefined || !helper.args.some((arg) => arg.kind === "map")) return true;
  const r = helper.args.findIndex((arg) => arg.kind === "map") + 1;
  if (helper.maps && !helper.maps.includes(map.type)) {
    const message = `${site.name} does not take map \`${map.name}\`, of type ${map.type}`;
    return refuse(a, s, { reg: r }, "verify/map-type-helper", message, { types: helper.maps.join(", ") });
  }
  if (WRITERS.includes(helper.name) && !map.canWrite && !isOwnersMap(map.type))
    return refuse(a, s, { reg: r }, "verify/read-only", `map \`${map.name}\` is read-only for programs`);
  if (READERS.includes(helper.name) && !map.canRead)
    return refuse(a, s, { reg: r }, "verify/write-only", `map \`${map.name}\` is write-only for programs`);
  return true;
}

function isOwnersMap(type: MapType): boolean {
  return type === "sockmap" || type === "sockhash";
}
