// Keeps processes of a cgroup from listening on one port.
// attach: { kind: "cgroup", cgroup, hook: "cgroupInet4Bind" }
#include <linux/bpf.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

__u64 seen;
const volatile __u16 port;

SEC("cgroup/bind4")
int forbid(struct bpf_sock_addr *ctx) {
  __sync_fetch_and_add(&seen, 1);
  return ctx->user_port != bpf_htons(port); /* 0: not permitted */
}

char LICENSE[] SEC("license") = "GPL";
