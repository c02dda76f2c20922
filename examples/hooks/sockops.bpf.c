// Counts the TCP connections that the processes of a cgroup open.
// attach: { kind: "cgroup", cgroup, hook: "cgroupSockOps" }
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 seen;

SEC("sockops")
int on_event(struct bpf_sock_ops *ctx) {
  if (ctx->op == BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB) __sync_fetch_and_add(&seen, 1);
  return 1;
}

char LICENSE[] SEC("license") = "GPL";
