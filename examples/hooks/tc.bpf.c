// Marks packets as they arrive or leave.
// attach: { kind: "tc", ifindex, direction }
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 seen;

SEC("tc")
int mark(struct __sk_buff *skb) {
  skb->mark = 42;
  __sync_fetch_and_add(&seen, 1);
  return 0; /* TC_ACT_OK */
}

char LICENSE[] SEC("license") = "GPL";
