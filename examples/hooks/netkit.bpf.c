// Counts packets between the two ends of a netkit pair.
// attach: { kind: "netkit", ifindex, peer }
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 seen;

SEC("netkit/primary")
int count(struct __sk_buff *skb) {
  __sync_fetch_and_add(&seen, 1);
  return -1; /* NETKIT_NEXT */
}

char LICENSE[] SEC("license") = "GPL";
