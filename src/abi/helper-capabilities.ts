/** A capability that a program's owner needs for some helpers; CAP_SYS_ADMIN stands for each. */
export type HelperCapability = "CAP_BPF" | "CAP_PERFMON";

/** Helpers that tell what the kernel does, or read its memory. Measured on 6.18 with CAP_BPF alone. */
const PERFMON: ReadonlySet<string> = new Set([
  ...["bpf_trace_printk", "bpf_trace_vprintk", "bpf_snprintf", "bpf_snprintf_btf"],
  ...["bpf_get_current_task", "bpf_get_current_task_btf", "bpf_get_current_comm", "bpf_task_pt_regs"],
  ...["bpf_probe_read_user", "bpf_probe_read_kernel", "bpf_probe_read_user_str", "bpf_probe_read_kernel_str"],
  ...["bpf_copy_from_user", "bpf_copy_from_user_task", "bpf_find_vma", "bpf_get_task_stack"],
  ...["bpf_get_branch_snapshot", "bpf_perf_event_read", "bpf_perf_event_read_value"],
  ...["bpf_send_signal", "bpf_send_signal_thread"],
  ...["bpf_skc_to_tcp6_sock", "bpf_skc_to_tcp_sock", "bpf_skc_to_tcp_timewait_sock"],
  ...["bpf_skc_to_tcp_request_sock", "bpf_skc_to_udp6_sock", "bpf_skc_to_unix_sock", "bpf_skc_to_mptcp_sock"],
]);

/** Source: bpf_base_func_proto, kernel/bpf/helpers.c, v6.18. */
const BPF: ReadonlySet<string> = new Set([
  ...["bpf_spin_lock", "bpf_spin_unlock", "bpf_jiffies64", "bpf_per_cpu_ptr", "bpf_this_cpu_ptr"],
  ...["bpf_timer_init", "bpf_timer_set_callback", "bpf_timer_start", "bpf_timer_cancel", "bpf_kptr_xchg"],
  ...["bpf_for_each_map_elem", "bpf_loop", "bpf_user_ringbuf_drain"],
  ...["bpf_ringbuf_reserve_dynptr", "bpf_ringbuf_submit_dynptr", "bpf_ringbuf_discard_dynptr"],
  ...["bpf_dynptr_from_mem", "bpf_dynptr_read", "bpf_dynptr_write", "bpf_dynptr_data"],
  ...["bpf_cgrp_storage_get", "bpf_cgrp_storage_delete", "bpf_current_task_under_cgroup"],
  ...["bpf_get_current_cgroup_id", "bpf_get_current_ancestor_cgroup_id"],
]);

/**
 * What it takes to call the helper from programs of types that anybody may load, and of those of the network. Helpers of
 * other program types are there for who may load them.
 */
export function helperCapability(name: string): HelperCapability | undefined {
  if (PERFMON.has(name)) return "CAP_PERFMON";
  return BPF.has(name) ? "CAP_BPF" : undefined;
}
