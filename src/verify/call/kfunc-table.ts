import type { ProgramType } from "../../abi/attach-spec.ts";

/**
 * What the kernel's lists say of a kernel function besides its prototype. Programs were measured: each function was
 * offered to the verifier from a program of each type, on Linux 6.18. Flags: `KF_*` in kernel/bpf/helpers.c and where
 * the functions are defined, v6.18.
 */
export type KfuncEntry = Readonly<{
  name: string;
  programs: readonly ProgramType[] | "all";
  /** First Linux release that has it. */
  since: string;
  acquires?: true;
  releases?: true;
  mayBeNull?: true;
  sleeps?: true;
  /** Objects must be trusted, or be held by a reference; "rcu": or be protected by RCU. */
  objects?: "trusted" | "rcu";
  iterator?: "new" | "next" | "destroy";
  /** An iterator that is used within an RCU section, and whose elements are protected by it. */
  rcuProtected?: true;
  /** What gives back what it returns. */
  release?: string;
}>;

const TRACING: readonly ProgramType[] = ["tracing", "tracepoint", "perfEvent", "lsm"];
const CGROUP: readonly ProgramType[] = [
  "cgroupSkb",
  "cgroupSock",
  "sockOps",
  "cgroupDevice",
  "cgroupSockAddr",
  "cgroupSysctl",
  "cgroupSockopt",
];
const GENERIC: readonly ProgramType[] = ["schedCls", "xdp", "syscall", "structOps", ...TRACING, ...CGROUP];
const CPUMASK: readonly ProgramType[] = ["syscall", "structOps", ...TRACING];
const SKB: readonly ProgramType[] = [
  "socketFilter",
  "schedCls",
  "schedAct",
  "lwtIn",
  "lwtOut",
  "lwtXmit",
  "lwtSeg6local",
  "skSkb",
  "netfilter",
  ...TRACING,
  ...CGROUP,
];
const TC: readonly ProgramType[] = ["schedCls", "schedAct"];
const ALL = "all";

type Rest = Omit<KfuncEntry, "name" | "programs" | "since">;

function entry(name: string, programs: KfuncEntry["programs"], since: string, rest: Rest = {}): KfuncEntry {
  return { name, programs, since, ...rest };
}

function several(
  names: string,
  programs: KfuncEntry["programs"],
  since: string,
  rest: Rest = {},
): KfuncEntry[] {
  return names.split(" ").map((name) => entry(name, programs, since, rest));
}

const TAKE = { acquires: true, mayBeNull: true } as const;

/** Every kernel function that programs may call. */
// biome-ignore format: one family per line
export const KFUNC_ENTRIES: readonly KfuncEntry[] = [
  entry("bpf_obj_new_impl", GENERIC, "6.2", { ...TAKE, release: "bpf_obj_drop()" }),
  entry("bpf_percpu_obj_new_impl", GENERIC, "6.6", { ...TAKE, release: "bpf_percpu_obj_drop()" }),
  ...several("bpf_obj_drop_impl bpf_percpu_obj_drop_impl", GENERIC, "6.2", { releases: true }),
  entry("bpf_refcount_acquire_impl", GENERIC, "6.4", { ...TAKE, objects: "rcu", release: "bpf_obj_drop()" }),
  ...several("bpf_list_push_front_impl bpf_list_push_back_impl", GENERIC, "6.2"),
  ...several("bpf_list_pop_front bpf_list_pop_back", GENERIC, "6.2", { ...TAKE, release: "bpf_obj_drop()" }),
  ...several("bpf_list_front bpf_list_back", GENERIC, "6.16", { mayBeNull: true }),
  entry("bpf_rbtree_remove", GENERIC, "6.3", { ...TAKE, release: "bpf_obj_drop()" }),
  entry("bpf_rbtree_add_impl", GENERIC, "6.3"),
  ...several("bpf_rbtree_first bpf_rbtree_root bpf_rbtree_left bpf_rbtree_right", GENERIC, "6.3", { mayBeNull: true }),
  entry("bpf_task_acquire", GENERIC, "6.2", { ...TAKE, objects: "rcu", release: "bpf_task_release()" }),
  entry("bpf_task_release", GENERIC, "6.2", { releases: true }),
  ...several("bpf_task_from_pid bpf_task_from_vpid", GENERIC, "6.2", { ...TAKE, release: "bpf_task_release()" }),
  ...several("bpf_cgroup_acquire bpf_cgroup_ancestor bpf_task_get_cgroup1", GENERIC, "6.2", { ...TAKE, objects: "rcu", release: "bpf_cgroup_release()" }),
  entry("bpf_cgroup_from_id", GENERIC, "6.4", { ...TAKE, release: "bpf_cgroup_release()" }),
  entry("bpf_cgroup_release", GENERIC, "6.2", { releases: true }),
  entry("bpf_task_under_cgroup", GENERIC, "6.5", { objects: "rcu" }),
  entry("bpf_send_signal_task", GENERIC, "6.13", { objects: "trusted" }),
  entry("bpf_lookup_user_key", GENERIC, "6.1", { ...TAKE, sleeps: true, release: "bpf_key_put()" }),
  entry("bpf_lookup_system_key", GENERIC, "6.1", { ...TAKE, release: "bpf_key_put()" }),
  entry("bpf_key_put", GENERIC, "6.1", { releases: true }),
  entry("bpf_throw", GENERIC, "6.7"),
  ...several("bpf_cast_to_kern_ctx bpf_rdonly_cast", ALL, "6.2"),
  ...several("bpf_rcu_read_lock bpf_rcu_read_unlock", ALL, "6.2"),
  ...several("bpf_preempt_disable bpf_preempt_enable", ALL, "6.10"),
  ...several("bpf_local_irq_save bpf_local_irq_restore", ALL, "6.14"),
  ...several("bpf_res_spin_lock bpf_res_spin_lock_irqsave", ALL, "6.15", { mayBeNull: true }),
  ...several("bpf_res_spin_unlock bpf_res_spin_unlock_irqrestore", ALL, "6.15"),
  ...several("bpf_dynptr_slice bpf_dynptr_slice_rdwr", ALL, "6.4", { mayBeNull: true }),
  ...several("bpf_dynptr_adjust bpf_dynptr_is_null bpf_dynptr_is_rdonly bpf_dynptr_size bpf_dynptr_clone", ALL, "6.5"),
  ...several("bpf_dynptr_copy bpf_dynptr_memset", ALL, "6.17"),
  ...several("bpf_probe_read_kernel_dynptr bpf_probe_read_kernel_str_dynptr bpf_probe_read_user_dynptr bpf_probe_read_user_str_dynptr", ALL, "6.16"),
  ...several("bpf_copy_from_user_dynptr bpf_copy_from_user_str_dynptr", ALL, "6.16", { sleeps: true }),
  ...several("bpf_copy_from_user_task_dynptr bpf_copy_from_user_task_str_dynptr", ALL, "6.16", { sleeps: true, objects: "trusted" }),
  ...several("bpf_copy_from_user_str bpf_copy_from_user_task_str", ALL, "6.12", { sleeps: true }),
  entry("bpf_iter_num_new", ALL, "6.4", { iterator: "new" }),
  entry("bpf_iter_num_next", ALL, "6.4", { iterator: "next", mayBeNull: true }),
  entry("bpf_iter_num_destroy", ALL, "6.4", { iterator: "destroy" }),
  entry("bpf_iter_bits_new", ALL, "6.11", { iterator: "new" }),
  entry("bpf_iter_bits_next", ALL, "6.11", { iterator: "next", mayBeNull: true }),
  entry("bpf_iter_bits_destroy", ALL, "6.11", { iterator: "destroy" }),
  entry("bpf_iter_task_new", ALL, "6.7", { iterator: "new", objects: "trusted", rcuProtected: true }),
  entry("bpf_iter_task_next", ALL, "6.7", { iterator: "next", mayBeNull: true }),
  entry("bpf_iter_task_destroy", ALL, "6.7", { iterator: "destroy" }),
  entry("bpf_iter_task_vma_new", ALL, "6.7", { iterator: "new", objects: "rcu" }),
  entry("bpf_iter_task_vma_next", ALL, "6.7", { iterator: "next", mayBeNull: true }),
  entry("bpf_iter_task_vma_destroy", ALL, "6.7", { iterator: "destroy" }),
  entry("bpf_iter_css_new", ALL, "6.7", { iterator: "new", objects: "trusted", rcuProtected: true }),
  entry("bpf_iter_css_next", ALL, "6.7", { iterator: "next", mayBeNull: true }),
  entry("bpf_iter_css_destroy", ALL, "6.7", { iterator: "destroy" }),
  entry("bpf_iter_css_task_new", ALL, "6.7", { iterator: "new", objects: "trusted" }),
  entry("bpf_iter_css_task_next", ALL, "6.7", { iterator: "next", mayBeNull: true }),
  entry("bpf_iter_css_task_destroy", ALL, "6.7", { iterator: "destroy" }),
  ...["kmem_cache", "dmabuf"].flatMap((of) => [
    entry(`bpf_iter_${of}_new`, ALL, "6.16", { iterator: "new", sleeps: true }),
    entry(`bpf_iter_${of}_next`, ALL, "6.16", { iterator: "next", mayBeNull: true, sleeps: true }),
    entry(`bpf_iter_${of}_destroy`, ALL, "6.16", { iterator: "destroy", sleeps: true }),
  ]),
  ...several("bpf_wq_init bpf_wq_set_callback_impl bpf_wq_start", ALL, "6.10"),
  ...several("bpf_task_work_schedule_signal_impl bpf_task_work_schedule_resume_impl", ALL, "6.18", { objects: "trusted" }),
  ...several("bpf_strcmp bpf_strcasecmp bpf_strchr bpf_strchrnul bpf_strnchr bpf_strrchr bpf_strlen bpf_strnlen bpf_strspn bpf_strcspn bpf_strstr bpf_strnstr", ALL, "6.17"),
  entry("bpf_stream_vprintk_impl", ALL, "6.17", { objects: "trusted" }),
  entry("bpf_map_sum_elem_count", ALL, "6.6", { objects: "trusted" }),
  entry("bpf_get_kmem_cache", ALL, "6.13"),
  entry("bpf_cgroup_read_xattr", ALL, "6.17", { objects: "rcu" }),
  ...several("bpf_arena_alloc_pages bpf_arena_free_pages", ALL, "6.9", { objects: "trusted", sleeps: true }),
  entry("bpf_arena_reserve_pages", ALL, "6.17", { objects: "trusted", sleeps: true }),
  // Only for programs that are loaded for a network card: none here is.
  ...several("bpf_xdp_metadata_rx_timestamp bpf_xdp_metadata_rx_hash bpf_xdp_metadata_rx_vlan_tag", [], "6.3", { objects: "trusted" }),
  entry("bpf_modify_return_test_tp", ALL, "6.11"),
  entry("__bpf_trap", ALL, "6.16"),
  entry("bpf_cpumask_create", CPUMASK, "6.3", { ...TAKE, release: "bpf_cpumask_release()" }),
  entry("bpf_cpumask_acquire", CPUMASK, "6.3", { acquires: true, objects: "trusted", release: "bpf_cpumask_release()" }),
  entry("bpf_cpumask_release", CPUMASK, "6.3", { releases: true }),
  ...several("bpf_cpumask_and bpf_cpumask_any_and_distribute bpf_cpumask_any_distribute bpf_cpumask_clear bpf_cpumask_clear_cpu bpf_cpumask_copy bpf_cpumask_empty bpf_cpumask_equal bpf_cpumask_first bpf_cpumask_first_and bpf_cpumask_first_zero bpf_cpumask_full bpf_cpumask_intersects bpf_cpumask_or bpf_cpumask_populate bpf_cpumask_set_cpu bpf_cpumask_setall bpf_cpumask_subset bpf_cpumask_test_and_clear_cpu bpf_cpumask_test_and_set_cpu bpf_cpumask_test_cpu bpf_cpumask_weight bpf_cpumask_xor", CPUMASK, "6.3", { objects: "rcu" }),
  entry("bpf_crypto_ctx_create", ["syscall"], "6.10", { ...TAKE, sleeps: true, release: "bpf_crypto_ctx_release()" }),
  entry("bpf_crypto_ctx_acquire", ["syscall"], "6.10", { ...TAKE, objects: "rcu", release: "bpf_crypto_ctx_release()" }),
  entry("bpf_crypto_ctx_release", ["syscall"], "6.10", { releases: true }),
  ...several("bpf_crypto_encrypt bpf_crypto_decrypt", [...TC, "xdp"], "6.10", { objects: "rcu" }),
  ...several("bpf_skb_ct_alloc bpf_skb_ct_lookup bpf_xdp_ct_alloc bpf_xdp_ct_lookup", ["schedCls", "xdp"], "5.18", { ...TAKE, release: "bpf_ct_release()" }),
  entry("bpf_ct_insert_entry", ["schedCls", "xdp"], "6.0", { ...TAKE, releases: true, release: "bpf_ct_release()" }),
  entry("bpf_ct_release", ["schedCls", "xdp"], "5.18", { releases: true }),
  ...several("bpf_ct_set_timeout bpf_ct_change_timeout bpf_ct_set_status bpf_ct_change_status bpf_ct_set_nat_info", ["schedCls", "xdp"], "6.0", { objects: "trusted" }),
  entry("bpf_dynptr_from_skb", SKB, "6.4", { objects: "trusted" }),
  entry("bpf_dynptr_from_skb_meta", TC, "6.18", { objects: "trusted" }),
  entry("bpf_dynptr_from_xdp", ["xdp"], "6.4"),
  entry("bpf_xdp_pull_data", ["xdp"], "6.18"),
  entry("bpf_xdp_get_xfrm_state", ["xdp"], "6.8", { ...TAKE, release: "bpf_xdp_xfrm_state_release()" }),
  entry("bpf_xdp_xfrm_state_release", ["xdp"], "6.8", { releases: true }),
  entry("bpf_sk_assign_tcp_reqsk", ["schedCls"], "6.9", { objects: "trusted" }),
  ...several("bpf_sock_addr_set_sun_path bpf_sock_ops_enable_tx_tstamp", CGROUP, "6.7", { objects: "trusted" }),
  entry("css_rstat_updated", TRACING, "6.1"),
  entry("css_rstat_flush", TRACING, "6.1", { sleeps: true }),
  entry("bpf_get_task_exe_file", ["lsm"], "6.12", { ...TAKE, objects: "trusted", release: "bpf_put_file()" }),
  entry("bpf_put_file", ["lsm"], "6.12", { releases: true }),
  entry("bpf_path_d_path", ["lsm"], "6.12", { objects: "trusted" }),
  ...several("bpf_get_dentry_xattr bpf_get_file_xattr bpf_set_dentry_xattr bpf_remove_dentry_xattr", ["lsm"], "6.8", { objects: "trusted", sleeps: true }),
  entry("bpf_sock_destroy", ["tracing"], "6.5", { objects: "trusted" }),
  ...several("bpf_session_cookie bpf_session_is_return", ["kprobe"], "6.10"),
  ...several("tcp_slow_start tcp_reno_ssthresh tcp_reno_cong_avoid tcp_reno_undo_cwnd tcp_cong_avoid_ai", ["structOps"], "5.13"),
  ...several("cubictcp_init cubictcp_recalc_ssthresh cubictcp_cong_avoid cubictcp_state cubictcp_cwnd_event cubictcp_acked", ["structOps"], "5.13"),
  ...several("dctcp_init dctcp_update_alpha dctcp_cwnd_event dctcp_ssthresh dctcp_cwnd_undo dctcp_state", ["structOps"], "5.13"),
  ...several("bbr_init bbr_main bbr_sndbuf_expand bbr_undo_cwnd bbr_cwnd_event bbr_ssthresh bbr_min_tso_segs bbr_set_state", ["structOps"], "5.13"),
];

const BY_NAME: ReadonlyMap<string, KfuncEntry> = new Map(KFUNC_ENTRIES.map((item) => [item.name, item]));

/** What is known of the kernel function of that name; undefined for those that no program may call. */
export function kfuncEntry(name: string): KfuncEntry | undefined {
  return BY_NAME.get(name);
}
