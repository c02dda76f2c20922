/** Tasks, credentials, namespaces, signals and the scheduler, in C: a selection of what Linux has, v6.12. */
export const TASK_TYPES = `
struct upid { int nr; struct pid_namespace *ns; };
struct ns_common {
  struct dentry *stashed;
  const struct proc_ns_operations *ops;
  unsigned int inum;
  refcount_t count;
};
struct pid_namespace {
  struct idr idr; unsigned int pid_allocated; struct task_struct *child_reaper; unsigned int level;
  struct pid_namespace *parent; struct user_namespace *user_ns; struct ucounts *ucounts; int reboot;
  struct ns_common ns;
};
struct pid {
  refcount_t count;
  unsigned int level;
  spinlock_t lock;
  struct dentry *stashed;
  u64 ino;
  struct hlist_head tasks[4], inodes;
  wait_queue_head_t wait_pidfd;
  struct callback_head rcu;
  struct upid numbers[];
};
enum pid_type { PIDTYPE_PID, PIDTYPE_TGID, PIDTYPE_PGID, PIDTYPE_SID, PIDTYPE_MAX };
typedef struct { u64 val; } kernel_cap_t; typedef struct { uid_t val; } kuid_t;
typedef struct { gid_t val; } kgid_t;
struct user_namespace {
  struct user_namespace *parent; int level; kuid_t owner; kgid_t group; struct ns_common ns;
  unsigned long flags;
};
struct user_struct { refcount_t __count; kuid_t uid; };
struct cred {
  atomic_long_t usage; kuid_t uid; kgid_t gid; kuid_t suid; kgid_t sgid; kuid_t euid; kgid_t egid;
  kuid_t fsuid; kgid_t fsgid; unsigned int securebits;
  kernel_cap_t cap_inheritable, cap_permitted, cap_effective, cap_bset, cap_ambient; void *security;
  struct user_struct *user; struct user_namespace *user_ns; struct ucounts *ucounts;
  struct group_info *group_info;
};
struct group_info { refcount_t usage; int ngroups; kgid_t gid[0]; };
struct ucounts { struct user_namespace *ns; kuid_t uid; };
struct new_utsname { char sysname[65], nodename[65], release[65], version[65], machine[65], domainname[65]; };
struct uts_namespace {
  struct new_utsname name; struct user_namespace *user_ns; struct ucounts *ucounts; struct ns_common ns;
};
struct ipc_namespace { struct user_namespace *user_ns; struct ns_common ns; };
struct time_namespace { struct user_namespace *user_ns; struct ns_common ns; };
struct nsproxy {
  refcount_t count; struct uts_namespace *uts_ns; struct ipc_namespace *ipc_ns; struct mnt_namespace *mnt_ns;
  struct pid_namespace *pid_ns_for_children; struct net *net_ns;
  struct time_namespace *time_ns, *time_ns_for_children; struct cgroup_namespace *cgroup_ns;
};
struct load_weight { unsigned long weight; u32 inv_weight; };
struct sched_avg {
  u64 last_update_time, load_sum; u32 util_sum; unsigned long load_avg, runnable_avg, util_avg;
};
struct sched_statistics {
  u64 wait_start, wait_max, wait_count, wait_sum, iowait_count, iowait_sum, sleep_start, sleep_max;
  s64 sum_sleep_runtime;
  u64 block_start, block_max;
  s64 sum_block_runtime, exec_max;
  u64 slice_max, nr_migrations_cold, nr_forced_migrations, nr_wakeups, nr_wakeups_sync, nr_wakeups_migrate;
  u64 nr_wakeups_local, nr_wakeups_remote;
};
struct sched_entity {
  struct load_weight load; struct rb_node run_node; u64 deadline, min_vruntime; struct list_head group_node;
  unsigned char on_rq; u64 exec_start, sum_exec_runtime, prev_sum_exec_runtime, vruntime; s64 vlag;
  u64 slice, nr_migrations; int depth; struct sched_entity *parent; struct cfs_rq *cfs_rq, *my_q;
  struct sched_avg avg;
};
struct sched_rt_entity {
  struct list_head run_list; unsigned long timeout, watchdog_stamp; unsigned int time_slice;
  unsigned short on_rq, on_list; struct sched_rt_entity *back;
};
struct sched_dl_entity {
  struct rb_node rb_node; u64 dl_runtime, dl_deadline, dl_period; s64 runtime; u64 deadline;
  unsigned int flags;
};
struct sched_info { unsigned long pcount; unsigned long long run_delay, last_arrival, last_queued; };
struct cfs_rq {
  struct load_weight load;
  unsigned int nr_running, h_nr_running, idle_nr_running, idle_h_nr_running;
  s64 avg_vruntime;
  u64 avg_load, min_vruntime;
  struct rb_root_cached tasks_timeline;
  struct sched_entity *curr, *next;
  struct sched_avg avg;
  struct rq *rq;
  struct task_group *tg;
};
struct rt_rq { unsigned int rt_nr_running; u64 rt_time; };
struct rq {
  raw_spinlock_t __lock; unsigned int nr_running; u64 nr_switches; struct cfs_rq cfs; struct rt_rq rt;
  unsigned long nr_uninterruptible; struct task_struct *curr; struct task_struct *idle, *stop;
  u64 clock, clock_task; atomic_t nr_iowait; int cpu, online;
};
struct prev_cputime { u64 utime, stime; raw_spinlock_t lock; };
struct thread_info { unsigned long flags, syscall_work; u32 status, cpu; };
enum timespec_type { TT_NONE, TT_NATIVE, TT_COMPAT };
struct restart_block {
  long (*fn)(struct restart_block *);
  union {
    struct {
      clockid_t clockid; enum timespec_type type;
      union { struct __kernel_timespec *rmtp; struct old_timespec32 *compat_rmtp; }; u64 expires;
    } nanosleep;
  };
};
struct seccomp { int mode; atomic_t filter_count; struct seccomp_filter *filter; };
struct task_io_accounting { u64 rchar, wchar, syscr, syscw, read_bytes, write_bytes, cancelled_write_bytes; };
struct rlimit { __kernel_ulong_t rlim_cur, rlim_max; };
typedef struct { unsigned long sig[1]; } sigset_t;
struct sigpending { struct list_head list; sigset_t signal; };
union sigval { int sival_int; void *sival_ptr; };
typedef union sigval sigval_t; typedef __kernel_long_t __kernel_clock_t;
union __sifields {
  struct { __kernel_pid_t _pid; __kernel_uid32_t _uid; } _kill;
  struct { __kernel_timer_t _tid; int _overrun; sigval_t _sigval; int _sys_private; } _timer;
  struct { __kernel_pid_t _pid; __kernel_uid32_t _uid; sigval_t _sigval; } _rt;
  struct { __kernel_pid_t _pid; __kernel_uid32_t _uid; int _status; __kernel_clock_t _utime, _stime; } _sigchld;
  struct {
    void *_addr;
    union {
      int _trapno; short _addr_lsb; struct { char _dummy_bnd[8]; void *_lower, *_upper; } _addr_bnd;
      struct { char _dummy_pkey[8]; __u32 _pkey; } _addr_pkey;
      struct { unsigned long _data; __u32 _type, _flags; } _perf;
    };
  } _sigfault;
  struct { long _band; int _fd; } _sigpoll;
  struct { void *_call_addr; int _syscall; unsigned int _arch; } _sigsys;
};
struct kernel_siginfo { struct { int si_signo, si_errno, si_code; union __sifields _sifields; }; };
struct siginfo {
  union { struct { int si_signo, si_errno, si_code; union __sifields _sifields; }; int _si_pad[32]; };
};
typedef void __signalfn_t(int); typedef __signalfn_t *__sighandler_t; typedef void __restorefn_t(void);
typedef __restorefn_t *__sigrestore_t;
struct sigaction {
  __sighandler_t sa_handler; unsigned long sa_flags; __sigrestore_t sa_restorer; sigset_t sa_mask;
};
struct k_sigaction { struct sigaction sa; };
typedef struct kernel_siginfo kernel_siginfo_t;
struct ksignal { struct k_sigaction ka; kernel_siginfo_t info; int sig; };
struct sighand_struct { spinlock_t siglock; refcount_t count; struct k_sigaction action[64]; };
struct timerqueue_head { struct rb_root_cached rb_root; };
struct posix_cputimer_base { u64 nextevt; struct timerqueue_head tqhead; };
struct posix_cputimers { struct posix_cputimer_base bases[3]; unsigned int timers_active, expiry_active; };
struct signal_struct {
  refcount_t sigcnt; atomic_t live; int nr_threads; struct list_head thread_head;
  wait_queue_head_t wait_chldexit; struct task_struct *curr_target; struct sigpending shared_pending;
  int group_exit_code, group_stop_count; unsigned int flags; struct hrtimer real_timer; struct pid *pids[4];
  int leader; struct tty_struct *tty; u64 utime, stime, cutime, cstime, gtime;
  unsigned long nvcsw, nivcsw, cnvcsw, cnivcsw, min_flt, maj_flt, cmin_flt, cmaj_flt, inblock, oublock;
  unsigned long maxrss; struct task_io_accounting ioac; unsigned long long sum_sched_runtime;
  struct rlimit rlim[16]; unsigned int audit_tty; short oom_score_adj, oom_score_adj_min;
  struct mm_struct *oom_mm;
};
enum tty_driver_type {
  TTY_DRIVER_TYPE_SYSTEM, TTY_DRIVER_TYPE_CONSOLE, TTY_DRIVER_TYPE_SERIAL, TTY_DRIVER_TYPE_PTY,
  TTY_DRIVER_TYPE_SCC, TTY_DRIVER_TYPE_SYSCONS
};
enum tty_driver_subtype {
  SYSTEM_TYPE_TTY = 1, SYSTEM_TYPE_CONSOLE, SYSTEM_TYPE_SYSCONS, SYSTEM_TYPE_SYSPTMX, PTY_TYPE_MASTER = 1,
  PTY_TYPE_SLAVE, SERIAL_TYPE_NORMAL = 1
};
struct tty_driver {
  const char *driver_name, *name; int major, minor_start; enum tty_driver_type type;
  enum tty_driver_subtype subtype;
};
struct tty_struct {
  int index; struct tty_driver *driver; const struct tty_operations *ops; char name[64]; unsigned long flags;
  int count;
  struct { struct pid *pgrp, *session; spinlock_t lock; unsigned char pktstatus; bool packet; } ctrl;
  struct tty_struct *link;
};
struct thread_struct { unsigned long sp, fsbase, gsbase, cr2, trap_nr, error_code; };
struct audit_context {
  int dummy;
  enum { AUDIT_CTX_UNUSED, AUDIT_CTX_SYSCALL, AUDIT_CTX_URING } context;
  unsigned int serial;
  int major;
  unsigned long argv[4];
  long return_code;
};
typedef struct { unsigned long bits[16]; } nodemask_t;
struct task_struct {
  struct thread_info thread_info; unsigned int __state; void *stack; refcount_t usage;
  unsigned int flags, ptrace; int on_cpu, wake_cpu, on_rq, prio, static_prio, normal_prio;
  unsigned int rt_priority; struct sched_entity se; struct sched_rt_entity rt; struct sched_dl_entity dl;
  const struct sched_class *sched_class; struct task_group *sched_task_group; struct sched_statistics stats;
  unsigned int policy; int nr_cpus_allowed; const cpumask_t *cpus_ptr; cpumask_t cpus_mask;
  struct sched_info sched_info; struct list_head tasks; struct mm_struct *mm, *active_mm;
  int exit_state, exit_code, exit_signal, pdeath_signal; unsigned long jobctl;
  unsigned int personality, in_execve : 1, in_iowait : 1, frozen : 1; unsigned long atomic_flags;
  struct restart_block restart_block; pid_t pid, tgid; unsigned long stack_canary;
  struct task_struct *real_parent, *parent; struct list_head children, sibling;
  struct task_struct *group_leader; struct list_head ptraced, ptrace_entry; struct pid *thread_pid;
  struct hlist_node pid_links[4]; struct list_head thread_node; struct completion *vfork_done;
  int *set_child_tid, *clear_child_tid; u64 utime, stime, gtime; struct prev_cputime prev_cputime;
  unsigned long nvcsw, nivcsw; u64 start_time, start_boottime; unsigned long min_flt, maj_flt;
  struct posix_cputimers posix_cputimers; const struct cred *ptracer_cred, *real_cred, *cred; char comm[16];
  unsigned long last_switch_count, last_switch_time; struct fs_struct *fs; struct files_struct *files;
  struct io_uring_task *io_uring; struct nsproxy *nsproxy; struct signal_struct *signal;
  struct sighand_struct *sighand; sigset_t blocked, real_blocked, saved_sigmask; struct sigpending pending;
  struct audit_context *audit_context; kuid_t loginuid; unsigned int sessionid; struct seccomp seccomp;
  u64 parent_exec_id, self_exec_id; spinlock_t alloc_lock; raw_spinlock_t pi_lock; struct bio_list *bio_list;
  struct blk_plug *plug; struct io_context *io_context; unsigned long ptrace_message;
  kernel_siginfo_t *last_siginfo; struct task_io_accounting ioac; unsigned int psi_flags;
  u64 acct_rss_mem1, acct_vm_mem1, acct_timexpd; nodemask_t mems_allowed; struct css_set *cgroups;
  struct list_head cg_list; struct robust_list_head *robust_list; struct perf_event_context *perf_event_ctxp;
  struct list_head perf_event_list; struct mempolicy *mempolicy; int numa_preferred_nid; struct rseq *rseq;
  struct task_delay_info *delays; u64 timer_slack_ns; unsigned long trace_recursion;
  struct mem_cgroup *memcg_in_oom; struct uprobe_task *utask; int pagefault_disabled;
  struct task_struct *oom_reaper_list; void *security; struct bpf_local_storage *bpf_storage;
  struct thread_struct thread;
};
struct sched_class {
  void (*enqueue_task)(struct rq *, struct task_struct *, int);
  bool (*dequeue_task)(struct rq *, struct task_struct *, int); void (*yield_task)(struct rq *);
  struct task_struct *(*pick_next_task)(struct rq *, struct task_struct *);
  void (*put_prev_task)(struct rq *, struct task_struct *, struct task_struct *);
  void (*set_next_task)(struct rq *, struct task_struct *, bool);
};
struct wake_q_node { struct wake_q_node *next; };
struct task_delay_info {
  raw_spinlock_t lock;
  u64 blkio_start, blkio_delay_max, blkio_delay_min, blkio_delay, swapin_start, swapin_delay_max;
  u64 swapin_delay_min, swapin_delay; u32 blkio_count, swapin_count;
  u64 freepages_start, freepages_delay_max, freepages_delay_min, freepages_delay, thrashing_start;
  u64 thrashing_delay_max, thrashing_delay_min, thrashing_delay, compact_start, compact_delay_max;
  u64 compact_delay_min, compact_delay, wpcopy_start, wpcopy_delay_max, wpcopy_delay_min;
  u64 wpcopy_delay, irq_delay_max, irq_delay_min, irq_delay;
  u32 freepages_count, thrashing_count, compact_count, wpcopy_count, irq_count;
};
struct kernel_clone_args {
  u64 flags; int *pidfd, *child_tid, *parent_tid; const char *name; int exit_signal;
  u32 kthread : 1, io_thread : 1, user_worker : 1; unsigned long stack, stack_size, tls; pid_t *set_tid;
  size_t set_tid_size; int cgroup, idle; int (*fn)(void *); void *fn_arg;
};
struct sched_attr {
  __u32 size, sched_policy; __u64 sched_flags; __s32 sched_nice; __u32 sched_priority;
  __u64 sched_runtime, sched_deadline, sched_period; __u32 sched_util_min, sched_util_max;
};
struct sched_param { int sched_priority; };
struct __kernel_old_timeval { __kernel_long_t tv_sec, tv_usec; };
struct rusage {
  struct __kernel_old_timeval ru_utime, ru_stime;
  __kernel_long_t ru_maxrss, ru_ixrss, ru_idrss, ru_isrss, ru_minflt, ru_majflt, ru_nswap, ru_inblock;
  __kernel_long_t ru_oublock, ru_msgsnd, ru_msgrcv, ru_nsignals, ru_nvcsw, ru_nivcsw;
};
struct cpuidle_device { unsigned int registered : 1, enabled : 1, cpu; };
struct cpuidle_driver { const char *name; int state_count; };
struct cpufreq_policy { unsigned int cpu, min, max, cur; };
struct kthread {
  unsigned long flags; unsigned int cpu; int result; int (*threadfn)(void *); void *data; char *full_name;
};
struct worker {
  struct work_struct *current_work; work_func_t current_func; struct task_struct *task;
  struct worker_pool *pool; unsigned int flags; int id; char desc[32];
};
struct signalfd_ctx { sigset_t sigmask; };
struct eventfd_ctx { struct kref kref; wait_queue_head_t wqh; __u64 count; unsigned int flags; int id; };
struct plist_node { int prio; struct list_head prio_list, node_list; };
union futex_key {
  struct { u64 i_seq; unsigned long pgoff; unsigned int offset; } shared;
  struct { union { struct mm_struct *mm; u64 __tmp; }; unsigned long address; unsigned int offset; } private;
  struct { u64 ptr; unsigned long word; unsigned int offset, node; } both;
};
struct futex_q { struct plist_node list; struct task_struct *task; union futex_key key; };
struct plist_head { struct list_head node_list; };
struct futex_hash_bucket {
  atomic_t waiters; spinlock_t lock; struct plist_head chain; struct futex_private_hash *priv;
};
struct rq_flags { unsigned long flags; };
enum migrate_reason {
  MR_COMPACTION, MR_MEMORY_FAILURE, MR_MEMORY_HOTPLUG, MR_SYSCALL, MR_MEMPOLICY_MBIND, MR_NUMA_MISPLACED,
  MR_CONTIG_RANGE, MR_LONGTERM_PIN, MR_DEMOTION, MR_DAMON, MR_TYPES
};
`;
