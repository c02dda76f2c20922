// Lets the processes of a cgroup read settings, and write none.
// attach: { kind: "cgroup", cgroup, hook: "cgroupSysctl" }
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 seen;

SEC("cgroup/sysctl")
int read_only(struct bpf_sysctl *ctx) {
  __sync_fetch_and_add(&seen, 1);
  return !ctx->write;
}

char LICENSE[] SEC("license") = "GPL";
