// Counts bytes that the processes of a cgroup send.
// attach: { kind: "cgroup", cgroup, hook: "cgroupInetEgress" }
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 seen;

SEC("cgroup_skb/egress")
int count(struct __sk_buff *skb) {
  __sync_fetch_and_add(&seen, skb->len);
  return 1; /* 0 would drop */
}

char LICENSE[] SEC("license") = "GPL";
