// Tells the stack that every packet is of one flow: TCP from port 1 to port 2.
// attach: { kind: "flowDissector", netns }
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 seen;

SEC("flow_dissector")
int dissect(struct __sk_buff *skb) {
  struct bpf_flow_keys *keys = skb->flow_keys;
  keys->sport = 1 << 8;
  keys->dport = 2 << 8;
  keys->ip_proto = 6;
  seen++;
  return BPF_OK;
}

char LICENSE[] SEC("license") = "GPL";
