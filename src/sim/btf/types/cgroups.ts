/** Control groups, in C: a selection of what Linux has, v6.12. */
export const CGROUP_TYPES = `
struct cgroup_subsys {
  bool implicit_on_dfl : 1, threaded : 1; int id; const char *name, *legacy_name; struct cgroup_root *root;
};
struct cgroup_file { struct kernfs_node *kn; unsigned long notified_at; };
struct cgroup_freezer_state {
  bool freeze, e_freeze; int nr_frozen_descendants, nr_frozen_tasks; seqcount_spinlock_t freeze_seq;
  u64 freeze_start_nsec, frozen_nsec;
};
struct task_cputime { u64 stime, utime; unsigned long long sum_exec_runtime; };
struct cgroup_base_stat { struct task_cputime cputime; u64 ntime; };
struct cgroup_bpf { struct bpf_prog_array *effective[38]; u8 flags[38]; struct percpu_ref refcnt; };
struct cgroup {
  struct cgroup_subsys_state self; unsigned long flags;
  int level, max_depth, nr_descendants, nr_dying_descendants, nr_populated_csets, nr_threaded_children;
  struct kernfs_node *kn; struct cgroup_file procs_file, events_file; u16 subtree_control;
  struct cgroup_subsys_state *subsys[12]; struct cgroup_root *root; struct list_head cset_links;
  struct cgroup *dom_cgrp, *old_dom_cgrp; struct cgroup_base_stat last_bstat; struct cgroup_bpf bpf;
  struct cgroup_freezer_state freezer; struct cgroup *ancestors[0];
};
struct cgroup_root {
  struct kernfs_root *kf_root; unsigned int subsys_mask; int hierarchy_id; struct cgroup cgrp;
  atomic_t nr_cgrps; unsigned int flags; char name[64];
};
struct css_set {
  struct cgroup_subsys_state *subsys[12]; refcount_t refcount; struct css_set *dom_cset;
  struct cgroup *dfl_cgrp; int nr_tasks; struct list_head tasks, mg_tasks, dying_tasks;
  struct hlist_node hlist; bool dead;
};
struct cgroup_namespace {
  struct ns_common ns; struct user_namespace *user_ns; struct ucounts *ucounts; struct css_set *root_cset;
};
struct cpuset {
  struct cgroup_subsys_state css; unsigned long flags; cpumask_var_t cpus_allowed; nodemask_t mems_allowed;
};
struct cftype { char name[64]; size_t max_write_len; unsigned int flags; struct cgroup_subsys *ss; };
struct cgroup_taskset {
  struct list_head src_csets, dst_csets; int nr_tasks, ssid; struct list_head *csets; struct css_set *cur_cset;
  struct task_struct *cur_task;
};
struct cgroup_mgctx {
  struct list_head preloaded_src_csets, preloaded_dst_csets; struct cgroup_taskset tset; u16 ss_mask;
};
struct psi_group { struct psi_group *parent; bool enabled; };
enum cgroup_subsys_id {
  cpuset_cgrp_id, cpu_cgrp_id, cpuacct_cgrp_id, io_cgrp_id, memory_cgrp_id, devices_cgrp_id, freezer_cgrp_id,
  net_cls_cgrp_id, perf_event_cgrp_id, net_prio_cgrp_id, hugetlb_cgrp_id, pids_cgrp_id, CGROUP_SUBSYS_COUNT
};
enum cgroup_bpf_attach_type {
  CGROUP_BPF_ATTACH_TYPE_INVALID = -1, CGROUP_INET_INGRESS, CGROUP_INET_EGRESS, CGROUP_INET_SOCK_CREATE,
  CGROUP_SOCK_OPS, CGROUP_DEVICE, CGROUP_INET4_BIND, CGROUP_INET6_BIND, CGROUP_INET4_CONNECT,
  CGROUP_INET6_CONNECT, CGROUP_UNIX_CONNECT, CGROUP_INET4_POST_BIND, CGROUP_INET6_POST_BIND,
  CGROUP_UDP4_SENDMSG, CGROUP_UDP6_SENDMSG, CGROUP_UNIX_SENDMSG, CGROUP_SYSCTL, CGROUP_UDP4_RECVMSG,
  CGROUP_UDP6_RECVMSG, CGROUP_UNIX_RECVMSG, CGROUP_GETSOCKOPT, CGROUP_SETSOCKOPT, CGROUP_INET4_GETPEERNAME,
  CGROUP_INET6_GETPEERNAME, CGROUP_UNIX_GETPEERNAME, CGROUP_INET4_GETSOCKNAME, CGROUP_INET6_GETSOCKNAME,
  CGROUP_UNIX_GETSOCKNAME, CGROUP_INET_SOCK_RELEASE, CGROUP_LSM_START, CGROUP_LSM_END = 37,
  MAX_CGROUP_BPF_ATTACH_TYPE
};
`;
