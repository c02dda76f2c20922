// Reads a field of a kernel's struct at a tracepoint, wherever this kernel has it (CO-RE).
// attach: from the section name
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

__u64 seen;
const volatile int pid;

struct task_struct {
  int tgid;
} __attribute__((preserve_access_index));

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct *task) {
  if (task->tgid == pid) seen++;
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
