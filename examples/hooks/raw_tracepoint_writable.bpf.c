// Changes what a tracepoint passes on: the end of a program's test run fails, for one process.
// attach: from the section name
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 seen;
const volatile __u32 pid;

SEC("raw_tracepoint.w/bpf_test_finish")
int on_finish(struct bpf_raw_tracepoint_args *ctx) {
  if (bpf_get_current_pid_tgid() >> 32 != pid) return 0;
  seen++;
  *(int *)ctx->args[0] = -7;
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
