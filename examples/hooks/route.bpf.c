// Sees the packets of a route as they are sent.
// attach: { kind: "route", hook: "xmit", destination, ifindex }
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 seen;

SEC("lwt_xmit")
int count(struct __sk_buff *skb) {
  __sync_fetch_and_add(&seen, 1);
  return 0; /* BPF_OK */
}

char LICENSE[] SEC("license") = "GPL";
