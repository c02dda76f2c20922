// Lets a socket receive the first 4 bytes of each datagram.
// attach: { kind: "socketFilter", socket }
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 seen;

SEC("socket")
int cut(struct __sk_buff *skb) {
  __sync_fetch_and_add(&seen, 1);
  return 8 + 4; /* with the UDP header */
}

char LICENSE[] SEC("license") = "GPL";
