/** Variables that each CPU has and programs may name, in C: a selection of what Linux has, v6.12. */
export const VARIABLE_TYPES = `
struct pcpu_hot {
  struct task_struct *current_task; int preempt_count, cpu_number; u64 call_depth;
  unsigned long top_of_stack; void *hardirq_stack_ptr; u16 softirq_pending; bool hardirq_stack_inuse;
};
struct kernel_cpustat { u64 cpustat[10]; };
struct pcpu_hot pcpu_hot __attribute__((section(".data..percpu")));
unsigned long this_cpu_off __attribute__((section(".data..percpu")));
int cpu_number __attribute__((section(".data..percpu")));
struct kernel_cpustat kernel_cpustat __attribute__((section(".data..percpu")));
int bpf_prog_active __attribute__((section(".data..percpu")));
struct rq runqueues __attribute__((section(".data..percpu")));
`;
