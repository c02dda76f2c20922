/** Performance events and probes, in C: a selection of what Linux has, v6.12. */
export const PERF_TYPES = `
struct perf_sample_data { u64 period, ip, addr; };
struct perf_event_attr {
  __u32 type, size; __u64 config; union { __u64 sample_period, sample_freq; }; __u64 sample_type;
};
struct hw_perf_event { u64 config, last_tag; int idx; u64 sample_period; };
enum perf_event_state {
  PERF_EVENT_STATE_DEAD = -5, PERF_EVENT_STATE_REVOKED, PERF_EVENT_STATE_EXIT, PERF_EVENT_STATE_ERROR,
  PERF_EVENT_STATE_OFF, PERF_EVENT_STATE_INACTIVE, PERF_EVENT_STATE_ACTIVE
};
typedef void (*perf_overflow_handler_t)(struct perf_event *, struct perf_sample_data *, struct pt_regs *);
struct perf_event {
  enum perf_event_state state; unsigned int attach_state; local64_t count; struct perf_event_attr attr;
  struct hw_perf_event hw; struct perf_event_context *ctx; atomic_long_t refcount; int cpu;
  struct pid_namespace *ns; u64 id; perf_overflow_handler_t overflow_handler; struct bpf_prog *prog;
  u64 bpf_cookie;
};
struct perf_event_context { raw_spinlock_t lock; int nr_events; struct task_struct *task; u64 time; };
struct pmu { const char *name; int type; };
struct trace_event_call { int flags; };
struct trace_event_class { const char *system; };
struct trace_array { char *name; };
struct uprobe { struct inode *inode; loff_t offset, ref_ctr_offset; };
enum uprobe_task_state { UTASK_RUNNING, UTASK_SSTEP, UTASK_SSTEP_ACK, UTASK_SSTEP_TRAPPED };
struct uprobe_task { enum uprobe_task_state state; unsigned long vaddr; };
typedef int kprobe_opcode_t;
struct kprobe { kprobe_opcode_t *addr; const char *symbol_name; unsigned int offset; u32 flags; };
`;
