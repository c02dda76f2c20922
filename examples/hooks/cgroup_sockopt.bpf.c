// Forbids the processes of a cgroup to set an option of their sockets.
// attach: { kind: "cgroup", cgroup, hook: "cgroupSetsockopt" }
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 seen;

SEC("cgroup/setsockopt")
int no_keepalive(struct bpf_sockopt *ctx) {
  __sync_fetch_and_add(&seen, 1);
  return !(ctx->level == 1 && ctx->optname == 9); /* SOL_SOCKET, SO_KEEPALIVE */
}

char LICENSE[] SEC("license") = "GPL";
