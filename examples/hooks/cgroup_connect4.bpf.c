// Sends connections of a cgroup's processes to another port.
// attach: { kind: "cgroup", cgroup, hook: "cgroupInet4Connect" }
#include <linux/bpf.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

__u64 seen;
const volatile __u16 from;
const volatile __u16 to;

SEC("cgroup/connect4")
int redirect(struct bpf_sock_addr *ctx) {
  if (ctx->user_port == bpf_htons(from)) ctx->user_port = bpf_htons(to);
  __sync_fetch_and_add(&seen, 1);
  return 1;
}

char LICENSE[] SEC("license") = "GPL";
