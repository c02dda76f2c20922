// Sends datagrams of a cgroup's processes to another port, and has answers come from where they were sent to.
// attach: { kind: "cgroup", cgroup, hook: "cgroupUdp4Sendmsg" } and { …, hook: "cgroupUdp4Recvmsg" }
#include <linux/bpf.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

__u64 seen;
__u64 answered;
const volatile __u16 from;
const volatile __u16 to;

SEC("cgroup/sendmsg4")
int on_send(struct bpf_sock_addr *ctx) {
  if (ctx->user_port != bpf_htons(from)) return 1;
  ctx->user_port = bpf_htons(to);
  __sync_fetch_and_add(&seen, 1);
  return 1;
}

SEC("cgroup/recvmsg4")
int on_receive(struct bpf_sock_addr *ctx) {
  if (ctx->user_port != bpf_htons(to)) return 1;
  ctx->user_port = bpf_htons(from);
  __sync_fetch_and_add(&answered, 1);
  return 1;
}

char LICENSE[] SEC("license") = "GPL";
