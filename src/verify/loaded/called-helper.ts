import { helperByName } from "../../abi/helpers.ts";

/** Operations of maps that are called in place of the helper. */
const MAP_OPERATIONS: readonly (readonly [RegExp, string])[] = [
  [/_map_lookup_percpu_elem$|_lookup_percpu_elem$/, "bpf_map_lookup_percpu_elem"],
  [/_map_lookup_elem$|_lookup_elem(?:_sys_only)?$/, "bpf_map_lookup_elem"],
  [/_update_elem$/, "bpf_map_update_elem"],
  [/_delete_elem$/, "bpf_map_delete_elem"],
  [/_push_elem$/, "bpf_map_push_elem"],
  [/_pop_elem$/, "bpf_map_pop_elem"],
  [/_peek_elem$/, "bpf_map_peek_elem"],
  [/^(?:dev|cpu|xsk)_.*map.*_redirect$|^dev_hash_map_redirect$/, "bpf_redirect_map"],
  [/^bpf_for_each_\w+_elem$/, "bpf_for_each_map_elem"],
];

const OTHER_NAMES: Readonly<Record<string, string>> = {
  bpf_user_rnd_u32: "bpf_get_prandom_u32",
  bpf_get_raw_cpu_id: "bpf_get_smp_processor_id",
  bpf_get_numa_node_id: "bpf_get_numa_node_id",
};

/** The helper that a kernel's function is, by its name; program types have functions of their own for some. */
export function calledHelper(name: string): number | undefined {
  const plain = name.replace(/\.(?:constprop|isra|part|cold|llvm)\b.*$/, "");
  const direct = helperByName(OTHER_NAMES[plain] ?? plain) ?? helperByName(plain.replace(SUFFIX, ""));
  if (direct) return direct.id;
  const operation = MAP_OPERATIONS.find(([form]) => form.test(plain))?.[1];
  return operation === undefined ? undefined : helperByName(operation)?.id;
}

const SUFFIX =
  /_(?:tp|raw_tp|raw|pe|tracing|tcp|sleepable|xdp|kprobe|sock_addr|sock_ops|sock|skb|sk_msg|cg_sock|ts|cg)$/;
