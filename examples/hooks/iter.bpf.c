// Writes a line for each thread, for those who read the iterator.
// attach: from the section name; then read it, or pin it as a file
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 seen;

struct task_struct {
  int pid;
  char comm[16];
} __attribute__((preserve_access_index));
struct seq_file;
struct bpf_iter_meta {
  struct seq_file *seq;
} __attribute__((preserve_access_index));
struct bpf_iter__task {
  struct bpf_iter_meta *meta;
  struct task_struct *task;
} __attribute__((preserve_access_index));

SEC("iter/task")
int list(struct bpf_iter__task *ctx) {
  struct task_struct *task = ctx->task;
  if (!task) return 0;
  seen++;
  static const char format[] = "%d %s\n";
  __u64 args[] = {task->pid, (__u64)task->comm};
  bpf_seq_printf(ctx->meta->seq, format, sizeof(format), args, sizeof(args));
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
