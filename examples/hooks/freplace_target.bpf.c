// A program with a function that can be replaced: it is global, and so verified by itself.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 seen;

__attribute__((noinline)) int part(struct __sk_buff *skb) {
  return skb->len > 0;
}

SEC("tc")
int whole(struct __sk_buff *skb) {
  seen++;
  return part(skb);
}

char LICENSE[] SEC("license") = "GPL";
