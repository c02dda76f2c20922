// Written by scripts/kernel-facts.mjs from a running kernel: change scripts/kernel-facts/choice.mjs instead.
export const TRACEPOINTS_TASKS = `
# raw_syscalls
sys_enter(struct pt_regs *regs, long id) {
  long id; unsigned long args[6]; }
sys_exit(struct pt_regs *regs, long ret) {
  long id; long ret; }
# sched
sched_kthread_stop(struct task_struct *t) {
  __data_loc char[] comm; pid_t pid; }
sched_kthread_stop_ret(int ret) {
  int ret; }
sched_kthread_work_execute_end(struct kthread_work *work, kthread_work_func_t function) {
  void *work; void *function; }
sched_kthread_work_execute_start(struct kthread_work *work) {
  void *work; void *function; }
sched_kthread_work_queue_work(struct kthread_worker *worker, struct kthread_work *work) {
  void *work; void *function; void *worker; }
sched_migrate_task(struct task_struct *p, int dest_cpu) {
  __data_loc char[] comm; pid_t pid; int prio; int orig_cpu; int dest_cpu; }
sched_move_numa(struct task_struct *tsk, int src_cpu, int dst_cpu) {
  pid_t pid; pid_t tgid; pid_t ngid; int src_cpu; int src_nid; int dst_cpu; int dst_nid; }
sched_numa_pair_template(struct task_struct *src_tsk, int src_cpu, struct task_struct *dst_tsk, int dst_cpu) =
  sched_stick_numa sched_swap_numa {
  pid_t src_pid; pid_t src_tgid; pid_t src_ngid; int src_cpu; int src_nid; pid_t dst_pid; pid_t dst_tgid;
  pid_t dst_ngid; int dst_cpu; int dst_nid; }
sched_pi_setprio(struct task_struct *tsk, struct task_struct *pi_task) {
  __data_loc char[] comm; pid_t pid; int oldprio; int newprio; }
sched_prepare_exec(struct task_struct *task, struct linux_binprm *bprm) {
  __data_loc char[] interp; __data_loc char[] filename; pid_t pid; __data_loc char[] comm; }
sched_process_exec(struct task_struct *p, pid_t old_pid, struct linux_binprm *bprm) {
  __data_loc char[] filename; pid_t pid; pid_t old_pid; }
sched_process_exit(struct task_struct *p, bool group_dead) {
  char comm[16]; pid_t pid; int prio; bool group_dead; }
sched_process_fork(struct task_struct *parent, struct task_struct *child) {
  __data_loc char[] parent_comm; pid_t parent_pid; __data_loc char[] child_comm; pid_t child_pid; }
sched_process_hang(struct task_struct *tsk) {
  __data_loc char[] comm; pid_t pid; }
sched_process_template(struct task_struct *p) = sched_process_free sched_wait_task {
  __data_loc char[] comm; pid_t pid; int prio; }
sched_process_wait(struct pid *pid) {
  __data_loc char[] comm; pid_t pid; int prio; }
sched_skip_cpuset_numa(struct task_struct *tsk, nodemask_t *mem_allowed_ptr) {
  char comm[16]; pid_t pid; pid_t tgid; pid_t ngid; unsigned long mem_allowed[16]; }
sched_skip_vma_numa(struct mm_struct *mm, struct vm_area_struct *vma, enum numa_vmaskip_reason reason) {
  unsigned long numa_scan_offset; unsigned long vm_start; unsigned long vm_end; enum numa_vmaskip_reason reason;
  }
sched_stat_runtime(struct task_struct *tsk, u64 runtime) {
  __data_loc char[] comm; pid_t pid; u64 runtime; }
sched_switch(bool preempt, struct task_struct *prev, struct task_struct *next, unsigned int prev_state) {
  char prev_comm[16]; pid_t prev_pid; int prev_prio; long prev_state; char next_comm[16]; pid_t next_pid;
  int next_prio; }
sched_wake_idle_without_ipi(int cpu) {
  int cpu; }
sched_wakeup_template(struct task_struct *p) = sched_wakeup sched_wakeup_new sched_waking {
  char comm[16]; pid_t pid; int prio; int target_cpu; }
# task
task_newtask(struct task_struct *task, u64 clone_flags) {
  pid_t pid; char comm[16]; u64 clone_flags; short oom_score_adj; }
task_prctl_unknown(int option, unsigned long arg2, unsigned long arg3, unsigned long arg4, unsigned long arg5) {
  int option; unsigned long arg2; unsigned long arg3; unsigned long arg4; unsigned long arg5; }
task_rename(struct task_struct *task, const char *comm) {
  pid_t pid; char oldcomm[16]; char newcomm[16]; short oom_score_adj; }
# signal
signal_deliver(int sig, struct kernel_siginfo *info, struct k_sigaction *ka) {
  int sig; int errno; int code; unsigned long sa_handler; unsigned long sa_flags; }
signal_generate(int sig, struct kernel_siginfo *info, struct task_struct *task, int group, int result) {
  int sig; int errno; int code; char comm[16]; pid_t pid; int group; int result; }
# exceptions
exceptions(unsigned long address, struct pt_regs *regs, unsigned long error_code) = page_fault_kernel
  page_fault_user {
  unsigned long address; unsigned long ip; unsigned long error_code; }
# irq
irq_handler_entry(int irq, struct irqaction *action) {
  int irq; __data_loc char[] name; }
irq_handler_exit(int irq, struct irqaction *action, int ret) {
  int irq; int ret; }
softirq(unsigned int vec_nr) = softirq_entry softirq_exit softirq_raise {
  unsigned int vec; }
tasklet(struct tasklet_struct *t, void *func) = tasklet_entry tasklet_exit {
  void *tasklet; void *func; }
# irq_vectors
vector_activate(unsigned int irq, bool is_managed, bool can_reserve, bool reserve) = vector_activate
  vector_deactivate {
  unsigned int irq; bool is_managed; bool can_reserve; bool reserve; }
vector_alloc(unsigned int irq, unsigned int vector, bool reserved, int ret) {
  unsigned int irq; unsigned int vector; bool reserved; int ret; }
vector_alloc_managed(unsigned int irq, unsigned int vector, int ret) {
  unsigned int irq; unsigned int vector; int ret; }
vector_config(unsigned int irq, unsigned int vector, unsigned int cpu, unsigned int apicdest) {
  unsigned int irq; unsigned int vector; unsigned int cpu; unsigned int apicdest; }
vector_free_moved(unsigned int irq, unsigned int cpu, unsigned int vector, bool is_managed) {
  unsigned int irq; unsigned int cpu; unsigned int vector; bool is_managed; }
vector_mod(unsigned int irq, unsigned int vector, unsigned int cpu, unsigned int prev_vector,
  unsigned int prev_cpu) = vector_clear vector_update {
  unsigned int irq; unsigned int vector; unsigned int cpu; unsigned int prev_vector; unsigned int prev_cpu; }
vector_reserve(unsigned int irq, int ret) = vector_reserve vector_reserve_managed {
  unsigned int irq; int ret; }
vector_setup(unsigned int irq, bool is_legacy, int ret) {
  unsigned int irq; bool is_legacy; int ret; }
vector_teardown(unsigned int irq, bool is_managed, bool has_reserved) {
  unsigned int irq; bool is_managed; bool has_reserved; }
x86_irq_vector(int vector) = call_function_entry call_function_exit call_function_single_entry
  call_function_single_exit error_apic_entry error_apic_exit irq_work_entry irq_work_exit local_timer_entry
  local_timer_exit reschedule_entry reschedule_exit spurious_apic_entry spurious_apic_exit thermal_apic_entry
  thermal_apic_exit x86_platform_ipi_entry x86_platform_ipi_exit {
  int vector; }
# ipi
ipi_send_cpu(const unsigned int cpu, unsigned long callsite, void *callback) {
  unsigned int cpu; void *callsite; void *callback; }
ipi_send_cpumask(const struct cpumask *cpumask, unsigned long callsite, void *callback) {
  __data_loc cpumask_t cpumask; void *callsite; void *callback; }
# csd
csd_function(smp_call_func_t func, call_single_data_t *csd) = csd_function_entry csd_function_exit {
  void *func; void *csd; }
csd_queue_cpu(const unsigned int cpu, unsigned long callsite, smp_call_func_t func, call_single_data_t *csd) {
  unsigned int cpu; void *callsite; void *func; void *csd; }
# nmi
nmi_handler(void *handler, s64 delta_ns, int handled) {
  void *handler; s64 delta_ns; int handled; }
# timer
hrtimer_class(struct hrtimer *hrtimer) = hrtimer_cancel hrtimer_expire_exit {
  void *hrtimer; }
hrtimer_expire_entry(struct hrtimer *hrtimer, ktime_t *now) {
  void *hrtimer; s64 now; void *function; }
hrtimer_setup(struct hrtimer *hrtimer, clockid_t clockid, enum hrtimer_mode mode) {
  void *hrtimer; clockid_t clockid; enum hrtimer_mode mode; }
hrtimer_start(struct hrtimer *hrtimer, enum hrtimer_mode mode, bool was_armed) {
  void *hrtimer; void *function; s64 expires; s64 softexpires; enum hrtimer_mode mode; bool was_armed; }
itimer_expire(int which, struct pid *pid, unsigned long long now) {
  int which; pid_t pid; unsigned long long now; }
itimer_state(int which, const struct itimerspec64 *const value, unsigned long long expires) {
  int which; unsigned long long expires; long value_sec; long value_nsec; long interval_sec; long interval_nsec;
  }
tick_stop(int success, int dependency) {
  int success; int dependency; }
timer_base_idle(bool is_idle, unsigned int cpu) {
  bool is_idle; unsigned int cpu; }
timer_class(struct timer_list *timer) = timer_cancel timer_expire_exit timer_init {
  void *timer; }
timer_expire_entry(struct timer_list *timer, unsigned long baseclk) {
  void *timer; unsigned long now; void *function; unsigned long baseclk; }
timer_start(struct timer_list *timer, unsigned long bucket_expiry) {
  void *timer; void *function; unsigned long expires; unsigned long bucket_expiry; unsigned long now;
  unsigned int flags; }
# workqueue
workqueue_activate_work(struct work_struct *work) {
  void *work; void *function; }
workqueue_execute_end(struct work_struct *work, work_func_t function) {
  void *work; void *function; }
workqueue_execute_start(struct work_struct *work) {
  void *work; void *function; }
workqueue_queue_work(int req_cpu, struct pool_workqueue *pwq, struct work_struct *work) {
  void *work; void *function; __data_loc char[] workqueue; int req_cpu; int cpu; }
# power
cpu(unsigned int state, unsigned int cpu_id) = cpu_frequency cpu_idle {
  u32 state; u32 cpu_id; }
cpu_frequency_limits(struct cpufreq_policy *policy) {
  u32 min_freq; u32 max_freq; u32 cpu_id; }
cpu_idle_miss(unsigned int cpu_id, unsigned int state, bool below) {
  u32 cpu_id; u32 state; bool below; }
cpu_latency_qos_request(s32 value) = pm_qos_add_request pm_qos_remove_request pm_qos_update_request {
  s32 value; }
dev_pm_qos_request(const char *name, enum dev_pm_qos_req_type type, s32 new_value) = dev_pm_qos_add_request
  dev_pm_qos_remove_request dev_pm_qos_update_request {
  __data_loc char[] name; enum dev_pm_qos_req_type type; s32 new_value; }
guest_halt_poll_ns(bool grow, unsigned int new, unsigned int old) {
  bool grow; unsigned int new; unsigned int old; }
pm_qos_update(enum pm_qos_req_action action, int prev_value, int curr_value) = pm_qos_update_flags
  pm_qos_update_target {
  enum pm_qos_req_action action; int prev_value; int curr_value; }
pstate_sample(u32 core_busy, u32 scaled_busy, u32 from, u32 to, u64 mperf, u64 aperf, u64 tsc, u32 freq,
  u32 io_boost) {
  u32 core_busy; u32 scaled_busy; u32 from; u32 to; u64 mperf; u64 aperf; u64 tsc; u32 freq; u32 io_boost; }
suspend_resume(const char *action, int val, bool start) {
  const char *action; int val; bool start; }
wakeup_source(const char *name, unsigned int state) = wakeup_source_activate wakeup_source_deactivate {
  __data_loc char[] name; u64 state; }
# rcu
rcu_stall_warning(const char *rcuname, const char *msg) {
  const char *rcuname; const char *msg; }
rcu_utilization(const char *s) {
  const char *s; }
# rseq
rseq_ip_fixup(unsigned long regs_ip, unsigned long start_ip, unsigned long post_commit_offset,
  unsigned long abort_ip) {
  unsigned long regs_ip; unsigned long start_ip; unsigned long post_commit_offset; unsigned long abort_ip; }
rseq_update(struct task_struct *t) {
  s32 cpu_id; s32 node_id; s32 mm_cid; }
# cpuhp
cpuhp_enter(unsigned int cpu, int target, int idx, int (*fun)(unsigned int)) {
  unsigned int cpu; int target; int idx; void *fun; }
cpuhp_exit(unsigned int cpu, int state, int idx, int ret) {
  unsigned int cpu; int state; int idx; int ret; }
cpuhp_multi_enter(unsigned int cpu, int target, int idx, int (*fun)(unsigned int, struct hlist_node *),
  struct hlist_node *node) {
  unsigned int cpu; int target; int idx; void *fun; }
# cgroup
cgroup(struct cgroup *cgrp, const char *path) = cgroup_freeze cgroup_mkdir cgroup_release cgroup_rename
  cgroup_rmdir cgroup_unfreeze {
  int root; int level; u64 id; __data_loc char[] path; }
cgroup_event(struct cgroup *cgrp, const char *path, int val) = cgroup_notify_frozen cgroup_notify_populated {
  int root; int level; u64 id; __data_loc char[] path; int val; }
cgroup_migrate(struct cgroup *dst_cgrp, const char *path, struct task_struct *task, bool threadgroup) =
  cgroup_attach_task cgroup_transfer_tasks {
  int dst_root; int dst_level; u64 dst_id; int pid; __data_loc char[] dst_path; __data_loc char[] comm; }
cgroup_root(struct cgroup_root *root) = cgroup_destroy_root cgroup_remount cgroup_setup_root {
  int root; u16 ss_mask; __data_loc char[] name; }
cgroup_rstat(struct cgroup *cgrp, int cpu, bool contended) = cgroup_rstat_lock_contended cgroup_rstat_locked
  cgroup_rstat_unlock {
  int root; int level; u64 id; int cpu; bool contended; }
# lock
contention_begin(void *lock, unsigned int flags) {
  void *lock_addr; unsigned int flags; }
contention_end(void *lock, int ret) {
  void *lock_addr; int ret; }
# capability
cap_capable(const struct cred *cred, struct user_namespace *target_ns, const struct user_namespace *capable_ns,
  int cap, int ret) {
  const struct cred *cred; struct user_namespace *target_ns; const struct user_namespace *capable_ns; int cap;
  int ret; }
# avc
selinux_audited(struct selinux_audit_data *sad, char *scontext, char *tcontext, const char *tclass) {
  u32 requested; u32 denied; u32 audited; int result; __data_loc char[] scontext; __data_loc char[] tcontext;
  __data_loc char[] tclass; }
# printk
console(const char *text, size_t len) {
  __data_loc char[] msg; }
# notifier
notifier_info(void *cb) = notifier_register notifier_run notifier_unregister {
  void *cb; }
# error_report
error_report_template(enum error_detector error_detector, unsigned long id) = error_report_end {
  enum error_detector error_detector; unsigned long id; }
# msr
msr_trace_class(unsigned int msr, u64 val, int failed) = rdpmc read_msr write_msr {
  unsigned msr; u64 val; int failed; }
# bpf_trace
bpf_trace_printk(const char *bpf_string) {
  __data_loc char[] bpf_string; }
# bpf_test_run
bpf_test_finish(int *err) {
  int err; }
bpf_trigger_tp(int nonce) {
  int nonce; }
# -
pelt_cfs_tp(struct cfs_rq *cfs_rq)
pelt_rt_tp(struct rq *rq)
pelt_dl_tp(struct rq *rq)
pelt_irq_tp(struct rq *rq)
pelt_se_tp(struct sched_entity *se)
sched_cpu_capacity_tp(struct rq *rq)
sched_overutilized_tp(struct root_domain *rd, bool overutilized)
sched_util_est_cfs_tp(struct cfs_rq *cfs_rq)
sched_util_est_se_tp(struct sched_entity *se)
sched_update_nr_running_tp(struct rq *rq, int change)
sched_entry_tp(bool preempt)
sched_exit_tp(bool is_switch)
`;
