// Forbids the processes of a cgroup one device, /dev/zero.
// attach: { kind: "cgroup", cgroup, hook: "cgroupDevice" }
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 seen;

SEC("cgroup/dev")
int no_zero(struct bpf_cgroup_dev_ctx *ctx) {
  __sync_fetch_and_add(&seen, 1);
  return !(ctx->major == 1 && ctx->minor == 5);
}

char LICENSE[] SEC("license") = "GPL";
