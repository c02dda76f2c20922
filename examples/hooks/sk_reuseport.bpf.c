// Gives every datagram of a shared port to the second of its sockets.
// attach: { kind: "skReuseport", socket }
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 seen;

struct {
  __uint(type, BPF_MAP_TYPE_REUSEPORT_SOCKARRAY);
  __uint(max_entries, 2);
  __type(key, __u32);
  __type(value, __u64);
} sockets SEC(".maps");

SEC("sk_reuseport")
int choose(struct sk_reuseport_md *ctx) {
  __u32 second = 1;
  __sync_fetch_and_add(&seen, 1);
  bpf_sk_select_reuseport(ctx, &sockets, &second, 0);
  return SK_PASS;
}

char LICENSE[] SEC("license") = "GPL";
