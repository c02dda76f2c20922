// Sees what the sockets of a map send and receive.
// attach: { kind: "sockmap", map: "sockets", hook: "message" } and hook "streamVerdict"
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 seen;
__u64 sent;

struct {
  __uint(type, BPF_MAP_TYPE_SOCKMAP);
  __uint(max_entries, 4);
  __type(key, __u32);
  __type(value, __u32);
} sockets SEC(".maps");

SEC("sk_msg")
int on_send(struct sk_msg_md *msg) {
  __sync_fetch_and_add(&sent, msg->size);
  return SK_PASS;
}

SEC("sk_skb/stream_verdict")
int on_receive(struct __sk_buff *skb) {
  __sync_fetch_and_add(&seen, skb->len);
  return SK_PASS;
}

char LICENSE[] SEC("license") = "GPL";
