/**
 * Helpers that give the same answer throughout one run of a program and touch nothing: calls of them can be shared,
 * moved and left out. Names without "bpf_". Clocks and random numbers are not among them.
 */
const SAME_IN_ONE_RUN: ReadonlySet<string> = new Set([
  "get_current_pid_tgid",
  "get_current_uid_gid",
  "get_current_task",
  "get_current_task_btf",
  "get_current_cgroup_id",
  "get_current_ancestor_cgroup_id",
  "get_smp_processor_id",
  "get_numa_node_id",
  "get_attach_cookie",
  "get_func_ip",
  "get_func_arg_cnt",
]);

/** Helpers that only give a value: unused calls can be left out, others stay where they are. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set([
  "ktime_get_ns",
  "ktime_get_boot_ns",
  "ktime_get_coarse_ns",
  "ktime_get_tai_ns",
  "jiffies64",
  "get_prandom_u32",
  "map_lookup_elem",
  "map_lookup_percpu_elem",
  "per_cpu_ptr",
  "this_cpu_ptr",
]);

/** Whether all calls with the same arguments in one run of a program give the same. */
export function isSameInOneRun(helper: string): boolean {
  return SAME_IN_ONE_RUN.has(plain(helper));
}

/** Whether a call that nobody looks at the result of can be left out. */
export function hasNoEffect(helper: string): boolean {
  return isSameInOneRun(helper) || WITHOUT_EFFECT.has(plain(helper));
}

function plain(helper: string): string {
  return helper.startsWith("bpf_") ? helper.slice(4) : helper;
}
