// Counts one system call of a process by its number: the cheapest way to see it.
// attach: from the section name
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 seen;
const volatile __u32 pid;
const volatile __u64 number;

SEC("raw_tracepoint/sys_enter")
int on_enter(struct bpf_raw_tracepoint_args *ctx) {
  if (bpf_get_current_pid_tgid() >> 32 == pid && ctx->args[1] == number) __sync_fetch_and_add(&seen, 1);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
